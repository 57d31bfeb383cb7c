"""Every cap of the wire, each with its reason."""

OFFER = 1024
"""Longest protocol offer read; the longest real one is 29 bytes."""

LINE = 4096
"""Longest text line a controller answers with; its refusals name the node, whose name Jenkins bounds at 255."""

TEXT_BLOCK = 65_536
"""Longest run of header lines; as long as the longest string that writeUTF can carry."""

GARBAGE = 65_536
"""Bytes tolerated before a classic channel's preamble; shells print banners there."""

WAITING = 1024 * 1024
"""Bytes kept of a side that is ahead of the other in the handshake; a real one waits after some hundred."""

COMMAND = 64 * 1024 * 1024
"""Largest command put together from chunks; real ones are at most a large class or a 512 KiB pipe chunk."""

FRAME = 64 * 1024 * 1024
"""Longest WebSocket frame followed; a command's chunk makes one of 8 KiB, so a longer one is taken for garbage."""

CONTROL_FRAME = 125
"""Bytes kept of a ping, pong or close; RFC 6455 (section 5.5) allows no more."""

HTTP_PIPELINE = 64
"""Requests in flight on one HTTP connection; agents send one at a time."""

CONNECTIONS = 20_000
"""Connections open at once; more than a capture's reader follows, and than a proxy accepts."""
