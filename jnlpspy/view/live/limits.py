"""How much the live view keeps, and why that is enough."""

OPEN = 4096
"""Open connections told apart: four times as many as a proxy takes by default."""

CLOSED = 200
"""Closed sessions that stay on the screen: more than anybody scrolls through; a capture has all."""

EVENTS = 400
"""Events kept of a session, and as many commands: some screens of them."""

EVENT_BYTES = 64 * 1024
"""Bytes of these commands: 200 sessions' are some MiB, and what was read of a command takes more."""

EVENT_TEXT = 256 * 1024
"""Characters of a session's other events that say much: some heads of HTTP, of which none has more than 64 KiB."""

SHORT = 1024
"""Bytes of a message that says little whatever stands in it."""

CALLS = 10_000
"""Calls in flight that are told apart on a session."""

FINDINGS = 200
"""Findings kept: the newest, so that what is wrong now is among them."""

NOTICES = 50
"""Messages of the relay that are kept for the screen."""

LONGEST_NOTICE = 500
"""Characters of one."""

LONGEST_FILTER = 500
"""Characters of a filter: several lines of a terminal."""
