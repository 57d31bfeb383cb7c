"""Every cap of the diagnosis, with its reason."""

from typing import Final

EVENTS_OF_A_KIND: Final = 64
"""Events of one kind that a story keeps from its beginning, and as many from its end: handshakes have a few."""

STORIES: Final = 1_000
"""Connections that are over and can be asked about: an agent that tries again every ten seconds fills it in hours."""

OPEN: Final = 20_000
"""Connections that are judged at once; of more the oldest is taken for over, as the decoder does."""

CONNECTIONS_NAMED: Final = 10_000
"""Connections of a finding that a verdict keeps the numbers of."""

FINDINGS: Final = 1_000
"""Findings that a verdict holds; those of the same rule and subject are one."""

CONCLUSIONS: Final = 200
"""What a log may come to: more nobody reads. Names in it tell conclusions apart, and whoever connects chooses those."""
