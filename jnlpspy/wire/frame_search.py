"""Where in bytes whose frames cannot be told the next command begins: by what its first WebSocket frames look like."""

import re
from typing import Final

_COMMAND: Final = bytes.fromhex("aced0005")

# In one frame the chunk's head and the command's, or the chunk's head alone in the first of two (remoting 4.14). Where
# a mask's byte stands over a zero of the command's head, the same byte comes again, and elsewhere another.
_MASKED = re.compile(
    rb"[\x02\x82](?:\xfe..|\xff.{8}|[\x86-\xfd])(?P<mask>(.)(.)(.)(.))..(?P<said>(?!\4).(?!\5).\2(?!\3).)"
    rb"|\x02\x82.{6}[\0\x80](?:\xfe..|\xff.{8}|[\x84-\xfd])(?P<mask_alone>(.)(.)(.)(.))(?P<alone>(?!\8).(?!\9).\10(?!\11).)",
    re.DOTALL,
)
_BARE = re.compile(
    rb"[\x02\x82](?:\x7e..|\x7f.{8}|[\x06-\x7d])..\xac\xed\0\x05"
    rb"|\x02\x02..[\0\x80](?:\x7e..|\x7f.{8}|[\x04-\x7d])\xac\xed\0\x05",
    re.DOTALL,
)

LONGEST: Final = 2 + 4 + 2 + 14 + len(_COMMAND)
"""Bytes that are looked at at most: a head, its mask, the chunk's head, another head, and the command's."""


def find_first_frame(data: bytes, *, masked: bool) -> int | None:
    """Return where a command's first frame begins; None if it is not there, or not whole enough."""
    if not masked:
        bare = _BARE.search(data)
        return None if bare is None else bare.start()
    found = _MASKED.search(data)
    while found is not None and not _begins_command(found):
        found = _MASKED.search(data, found.start() + 1)
    return None if found is None else found.start()


def _begins_command(found: re.Match[bytes]) -> bool:
    """Return whether bytes that look like a command's under a mask are."""
    said, mask = found["said"], found["mask"]
    if said is None:
        said, mask = found["alone"], found["mask_alone"]
    else:
        mask = mask[2:] + mask[:2]  # the chunk's head stands before it
    return bytes(one ^ other for one, other in zip(said, mask, strict=True)) == _COMMAND
