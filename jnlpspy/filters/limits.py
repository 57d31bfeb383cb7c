"""Bounds of a filter: far above what anybody writes, and below what could take long."""

LENGTH = 4000
"""Characters."""

DEPTH = 64
"""Levels of `not` and parentheses that mean something."""
