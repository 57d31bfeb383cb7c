"""Every cap of the diagnosis, with its reason."""

from typing import Final

EVENTS_OF_A_KIND: Final = 64
"""Events of one kind that a story keeps from its beginning, and as many from its end: handshakes have a few."""

STORIES: Final = 1_000
"""Connections that are over and can be asked about: an agent that tries again every ten seconds fills it in hours."""

FINDINGS: Final = 1_000
"""Findings that a verdict holds; those of the same rule and subject are one."""
