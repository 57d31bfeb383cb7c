"""Every cap of a comparison, with its reason."""

from typing import Final

THINGS: Final = 100_000
"""Calls, pipes and loaded things of one session that are compared, each: a day of builds has fewer."""

TRIES: Final = 64
"""Calls of one callable that are looked at to find the one that is meant: beyond it their order decides."""
