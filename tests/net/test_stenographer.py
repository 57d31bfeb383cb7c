import io
from collections import Counter

import pytest
import trio

from jnlpspy.capture.open import open_capture
from jnlpspy.model.secret import pseudonym_of
from jnlpspy.model.tap import Address, Closed, CloseReason, Ended, Observation, Opened, Segment, Side, Tap, Tick
from jnlpspy.net.keylog import KeyLog
from jnlpspy.net.stenographer import AT_ONCE, MOST_PUT_OFF, Stenographer

AGENT = Address("10.0.0.5", 51020)
CONTROLLER = Address("10.0.0.2", 50000)
SECRET = b"0123456789abcdef" * 4
CREDENTIALS = b"\x00\x15Protocol:JNLP-connect\x00\x40" + SECRET + b"\x00\x02a1"


def conversation(number: int = 1) -> list[Observation]:
    return [
        Opened(number, 1.0, AGENT, CONTROLLER),
        Segment(number, 2.0, Side.AGENT, CREDENTIALS[:40]),
        Segment(number, 3.0, Side.AGENT, CREDENTIALS[40:]),
        Segment(number, 4.0, Side.CONTROLLER, b"Welcome\n"),
        Ended(number, 5.0, Side.CONTROLLER),
        Ended(number, 6.0, Side.AGENT),
        Closed(number, 7.0, Side.CONTROLLER, CloseReason.EOF),
    ]


def bytes_of(side: Side, capture: bytes) -> bytes:
    observations = list(open_capture(io.BytesIO(capture)))
    return b"".join(each.data for each in observations if isinstance(each, Segment) and each.sender is side)


def written(*, keep_secrets: bool) -> list[bytes]:
    readers = [bytearray(), bytearray()]
    notes = Stenographer([each.extend for each in readers], print, keep_secrets=keep_secrets)
    for observation in conversation():
        notes.observe(observation)
    notes.observe(Tick(8.0))
    notes.finish()
    return [bytes(each) for each in readers]


def test_all_readers_get_the_same_stream() -> None:
    first, second = written(keep_secrets=True)
    assert first == second
    assert bytes_of(Side.AGENT, first) == CREDENTIALS
    assert bytes_of(Side.CONTROLLER, first) == b"Welcome\n"


def test_secrets_are_pseudonyms_unless_they_are_to_be_kept() -> None:
    capture = written(keep_secrets=False)[0]
    assert bytes_of(Side.AGENT, capture) == CREDENTIALS.replace(SECRET, pseudonym_of(SECRET))
    assert SECRET[:20] not in capture


def test_connection_cut_off_in_its_secret_does_not_show_it() -> None:
    stream = bytearray()
    notes = Stenographer([stream.extend], print, keep_secrets=False)
    for observation in conversation()[:2]:
        notes.observe(observation)
    notes.finish()
    assert SECRET[:8] not in stream
    assert len(bytes_of(Side.AGENT, bytes(stream))) == 40


def test_defect_ends_the_record_of_its_connection_only() -> None:
    stream, said = bytearray(), list[str]()
    notes = Stenographer([stream.extend], said.append, keep_secrets=True)
    notes.observe(Segment(7, 0.5, Side.AGENT, b"never opened"))
    notes.observe(Segment(7, 0.6, Side.AGENT, b"never opened"))
    for observation in conversation():
        notes.observe(observation)
    assert bytes_of(Side.AGENT, bytes(stream)) == CREDENTIALS
    [line] = said
    assert line.startswith("a defect in jnlpspy ended the record of connection 7: ")


def test_wire_of_both_legs_and_its_keys_are_written_when_asked_for() -> None:
    stream = bytearray()
    log = KeyLog()
    notes = Stenographer([stream.extend], print, keep_secrets=False, key_log=log)
    opened, *others = conversation()
    notes.observe(opened)
    notes.leg(1, Tap.AGENT_LEG, (AGENT, Address("10.0.0.9", 50001)))
    notes.drain_keys()
    notes.observe(Segment(1, 1.5, Side.AGENT, b"on the wire", Tap.AGENT_LEG))
    for observation in others:
        notes.observe(observation)
    log.close()
    assert b"on the wire" in stream
    assert b"agent-leg" in stream
    assert bytes_of(Side.AGENT, bytes(stream)) == CREDENTIALS  # raw implies kept secrets: the keys give them away


@pytest.mark.parametrize("keep_secrets", [True, False])
def test_nothing_is_done_for_nobody(keep_secrets: bool) -> None:  # noqa: FBT001 - a parameter of the test
    notes = Stenographer([], lambda _text: pytest.fail("nothing to say"), keep_secrets=keep_secrets)
    notes.observe(Segment(7, 0.5, Side.AGENT, b"never opened"))
    notes.finish()


def test_what_may_wait_is_written_down_in_its_order_and_before_anything_else() -> None:
    at_once, later, late = bytearray(), bytearray(), bytearray()
    waits = True
    plain = Stenographer([at_once.extend], print, keep_secrets=True)
    notes = Stenographer([later.extend], print, keep_secrets=True, may_wait=lambda: waits)
    begun = bytes(later)
    for observation in conversation()[:3]:
        plain.observe(observation)
        notes.observe(observation)
    assert later == begun, "it waits"
    waits = False
    for observation in conversation()[3:4]:
        plain.observe(observation)
        notes.observe(observation)
    assert later == at_once, "what waited comes first"
    waits = True
    for observation in conversation()[4:]:
        plain.observe(observation)
        notes.observe(observation)
    notes.join(late.extend)
    assert later == at_once, "who joins finds everything written down"
    notes.observe(Opened(2, 8.0, AGENT, CONTROLLER))
    plain.observe(Opened(2, 8.0, AGENT, CONTROLLER))
    notes.finish()
    assert later == at_once
    assert bytes_of(Side.AGENT, bytes(late)) == b""


def test_no_more_than_a_bound_waits() -> None:
    stream = bytearray()
    notes = Stenographer([stream.extend], print, keep_secrets=True, may_wait=lambda: True)
    notes.observe(Opened(1, 1.0, AGENT, CONTROLLER))
    for _ in range(3):
        notes.observe(Segment(1, 2.0, Side.AGENT, bytes(MOST_PUT_OFF // 2)))
    assert len(stream) > MOST_PUT_OFF


async def test_what_waits_is_written_down_a_moment_later() -> None:
    stream = bytearray()
    written_down = trio.Event()

    def write(blocks: bytes) -> None:
        stream.extend(blocks)
        if b"Welcome" in stream:
            written_down.set()

    notes = Stenographer([write], print, keep_secrets=True, may_wait=lambda: True)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(notes.run)
        for observation in conversation():
            notes.observe(observation)
        await written_down.wait()
        nursery.cancel_scope.cancel()


async def test_traffic_has_its_turn_while_what_waits_is_written_down() -> None:
    turns: list[int] = []
    turn = 0
    begun = trio.Event()

    def write(blocks: bytes) -> None:
        if blocks:
            turns.append(turn)
            begun.set()

    notes = Stenographer([write], print, keep_secrets=True, may_wait=lambda: True)
    turns.clear()
    begun = trio.Event()
    notes.observe(Opened(1, 1.0, AGENT, CONTROLLER))
    for _ in range(5 * AT_ONCE - 1):
        notes.observe(Segment(1, 2.0, Side.AGENT, b"x"))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(notes.run)
        await begun.wait()
        while len(turns) < 5 * AT_ONCE:
            turn += 1
            await trio.lowlevel.checkpoint()
        nursery.cancel_scope.cancel()
    assert max(Counter(turns).values()) <= 2 * AT_ONCE  # trio decides whose turn comes first
    assert len(set(turns)) >= 3
