"""A command's first frames are found in any bytes, and nothing else is taken for them."""

from random import Random

import pytest
import samples
from over_websocket import MASKS, messages

from jnlpspy.model.tap import Side
from jnlpspy.wire.frame_search import LONGEST, find_first_frame
from jnlpspy.wire.websocket import Opcode, write_frame


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("fragments", [False, True])
@pytest.mark.parametrize("size", [0, 50, 200, 9000])
def test_a_command_is_found_where_it_begins(side: Side, size: int, *, fragments: bool) -> None:
    command = samples.UNEXPORT + bytes(size)
    noise = bytes(index * index % 251 for index in range(300))
    data = noise + messages(side, command, fragments=fragments)
    assert find_first_frame(data, masked=side is Side.AGENT) == len(noise)
    assert find_first_frame(data[: len(noise) + 5], masked=side is Side.AGENT) is None


def test_the_longest_beginning_is_as_long_as_is_said() -> None:
    alone = write_frame(Opcode.BINARY, b"\xff\xff", MASKS[0], final=False)
    behind = b"\x80\xff" + (32767).to_bytes(8, "big") + write_frame(Opcode.CONTINUATION, b"\xac\xed\0\5", MASKS[1])[2:]
    assert len(alone + behind) == LONGEST
    assert find_first_frame(alone + behind, masked=True) == 0
    assert find_first_frame((alone + behind)[:-1], masked=True) is None


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("data", [b"\x82\xfe" * 20_000, b"\x82\x7e" * 20_000, b"\x02\x82" * 20_000, bytes(40_000)])
def test_what_only_looks_like_one_is_none(data: bytes, *, masked: bool) -> None:
    assert find_first_frame(data, masked=masked) is None
    random = Random(len(data)).randbytes(40_000)  # noqa: S311 - bytes of a test
    assert find_first_frame(random, masked=masked) is None
