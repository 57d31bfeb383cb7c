"""Every cap of the browser, each with its reason."""

from typing import Final

MOST_ROWS: Final = 30_000_000
"""Events that are indexed: each takes 31 bytes of memory, which makes a gigabyte of this many."""

MOST_SPOOLED: Final = 16 * 1024 * 1024 * 1024
"""Bytes of the temporary file: it takes a fifth of the capture, and no temporary folder should be filled by us."""

ROWS_AT_ONCE: Final = 2_000
"""Rows of a batch while a file is read: a block of so many is unpacked in a millisecond, and packs well."""

FIRST_ROWS: Final = 100
"""Rows of the first batch: more than a screen has lines, and read in a moment."""

SECONDS_AT_ONCE: Final = 0.25
"""How long what was read may wait to be seen."""

PIECE: Final = 256 * 1024
"""Bytes of a stream that are packed together: what one event needs lies in few pieces."""

MOST_STREAMED: Final = 64 * 1024 * 1024
"""Bytes of one event that are taken out of the spool to be shown."""

REMEMBERED: Final = 200_000
"""Calls and pipes whose rows are remembered, to lead there from what comes later; the oldest are forgotten."""

MOST_SESSIONS: Final = 20_000
"""Connections that the pane of sessions lists; those after them are only among the events."""

UNPACKED: Final = 64
"""Blocks that are kept unpacked: some screens' worth to either side."""

LONGEST_MESSAGE: Final = 1_000
"""Characters of a message of the index's, of a note."""

MOST_NOTES: Final = 10_000
LONGEST_NOTES_FILE: Final = 4 * 1024 * 1024
"""Bytes of a file of notes; ours have a hundred for each note."""

MOST_HISTORY: Final = 100
LONGEST_FILTER: Final = 2_000
"""Characters of a filter that is remembered."""

SLICE: Final = 0.008
"""Seconds of work on the screen's own thread between two looks at the keyboard: half of what an eye notices."""

MOST_FIELDS: Final = 2_000
"""Fields that hang on one field of the tree; of more, the rest are counted."""

COPIED: Final = 100_000
"""Characters that are copied: terminals take no more than about that in one sequence."""

MOST_DISSECTED: Final = 2 * 1024 * 1024
"""Bytes of an event that are taken apart while somebody waits: longer ones only show their bytes."""

MOST_JUMPS: Final = 200
"""Places that Backspace leads back to."""
