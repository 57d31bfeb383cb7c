"""Every cap of a comparison, with its reason."""

from typing import Final

THINGS: Final = 100_000
"""Calls, pipes and loaded things of one session that are compared, each: a day of builds has fewer."""

DEPTH: Final = 64
"""Calls that a call is told to serve, each serving the next: beyond it nobody reads them."""
