"""Secrets are found in what is said on the channel, whatever pieces it comes in."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.model.secret import pseudonym_of
from jnlpspy.model.tap import Segment, Side
from jnlpspy.wire.channel_search import ChannelSearch
from jnlpspy.wire.held import Held
from jnlpspy.wire.secret_search import find_secret
from jnlpspy.wire.websocket import FrameReader, Opcode, Piece, write_frame

SECRETS = (pseudonym_of(b"." * 64), b"the name, which is a secret, too")
HEAD = b"\x00\x40"


class Search:
    """A search, and what went on behind it."""

    def __init__(self) -> None:
        self.held = Held()
        self.search = ChannelSearch(self.held)
        for secret in SECRETS:
            self.search.add(secret)
        self.passed: list[Segment] = []

    def say(self, side: Side, data: bytes) -> None:
        segment = Segment(1, 0.0, side, data)
        is_clean = self.search.judge(segment)
        self.held.add(segment)
        self.search.take(segment, is_clean=is_clean)
        if not self.search.incomplete:
            self.release()

    def release(self) -> None:
        self.search.mask_cut_off()
        self.passed += [each for each in self.held.take() if isinstance(each, Segment)]

    def said(self, side: Side) -> bytes:
        return b"".join(each.data for each in self.passed if each.sender is side)


def hidden(text: bytes) -> bytes:
    found = bytearray(text)
    for secret in SECRETS:
        for places in find_secret(text, secret):
            for place, byte in zip(places, pseudonym_of(secret), strict=True):
                found[place] = byte
    return bytes(found)


CUT = st.builds(
    lambda secret, start, head, end, between: secret[start:head] + between + secret[head:end],
    st.sampled_from(SECRETS),
    st.sampled_from([0, 0, 0, 1, 20]),
    st.integers(0, 64),
    st.sampled_from([64, 64, 64, 1, 30]),
    st.sampled_from([b"", b"", HEAD, b"0"]),
)
TEXT = st.lists(CUT | st.binary(max_size=9), max_size=6).map(b"".join)
SIZES = st.lists(st.sampled_from([1, 2, 3, 7, 40, 100]), min_size=400, max_size=400)


@given(TEXT, TEXT, SIZES)
def test_pieces_of_both_sides_tell_no_more_than_the_whole(agent: bytes, controller: bytes, sizes: list[int]) -> None:
    search = Search()
    left = {Side.AGENT: agent + b"#" * 4, Side.CONTROLLER: controller + b"#" * 4}
    for number, size in zip(count(), sizes, strict=False):
        side = Side.AGENT if number % 3 else Side.CONTROLLER
        if left[side]:
            search.say(side, left[side][:size])
        left[side] = left[side][size:]
        if not any(left.values()):
            break
    assert not search.search.incomplete
    assert search.said(Side.AGENT) == hidden(agent) + b"#" * 4
    assert search.said(Side.CONTROLLER) == hidden(controller) + b"#" * 4


def test_a_side_that_says_no_secret_is_not_searched_because_it_is_held() -> None:
    search = Search()
    search.say(Side.AGENT, b"xx" + SECRETS[0][:3])
    search.say(Side.CONTROLLER, b"nothing")
    assert search.search.judge(Segment(1, 0.0, Side.CONTROLLER, b"nor here"))
    assert search.search.is_cut_off(Side.AGENT)
    assert not search.search.is_cut_off(Side.CONTROLLER)
    assert search.passed == []
    search.say(Side.AGENT, b"###")
    assert search.said(Side.AGENT) == b"xx" + SECRETS[0][:3] + b"###"


def test_the_rest_of_what_was_passed_on_half_is_hidden() -> None:
    search = Search()
    search.say(Side.AGENT, SECRETS[0][:40])
    search.release()
    assert search.search.incomplete
    search.say(Side.CONTROLLER, b"meanwhile")
    search.say(Side.AGENT, SECRETS[0][40:] + b"###")
    assert search.said(Side.AGENT) == pseudonym_of(SECRETS[0]) + b"###"
    assert search.said(Side.CONTROLLER) == b"meanwhile"


def test_the_rest_of_a_masked_secret_is_hidden_under_its_mask() -> None:
    search = Search()
    for side in Side:
        search.search.read_frames(side, 0, b"")
    for part in (SECRETS[0][:40], SECRETS[0][40:]):
        search.say(Side.AGENT, write_frame(Opcode.BINARY, part, b"mask"))
        search.release()
    frames = FrameReader(masks=True).feed(search.said(Side.AGENT))
    assert b"".join(step.data for step in frames if isinstance(step, Piece)) == pseudonym_of(SECRETS[0])
