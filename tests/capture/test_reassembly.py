import io
from collections.abc import Iterable

import pytest
from capture import frames
from capture.frames import ACK, AGENT, CONTROLLER, FIN, RST, SYN, from_agent, from_controller, handshake
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.capture import reassembly
from jnlpspy.capture.open import open_capture
from jnlpspy.model.tap import (
    Address,
    Closed,
    CloseReason,
    Ended,
    Gap,
    Observation,
    Opened,
    Remarked,
    Segment,
    Side,
    Tap,
)

OPENED = Opened(1, 1000.0, Address(*AGENT), Address(*CONTROLLER))
FINS = [from_agent(1001, 2001, FIN | ACK), from_controller(2001, 1002, FIN | ACK), from_agent(1002, 2002, ACK)]


def seen(packets: Iterable[bytes], name: str = "decrypted") -> list[Observation]:
    return list(open_capture(io.BytesIO(frames.pcapng(packets, name))))


def timeless(observations: Iterable[Observation]) -> list[tuple[object, ...]]:
    """Kinds and what they say, without connection and time."""
    rows: list[tuple[object, ...]] = []
    for one in observations:
        match one:
            case Segment(sender=sender, data=data):
                rows.append((sender, data))
            case Gap(sender=sender, length=length):
                rows.append((sender, length))
            case Ended(sender=sender):
                rows.append((sender, "ended"))
            case Closed(by=by, how=how):
                rows.append((by, how))
            case Opened(agent=agent):
                rows.append((agent.port, "opened"))
            case _:
                rows.append((one,))
    return rows


def test_a_whole_connection_is_seen_with_its_times() -> None:
    packets = [
        *handshake(),
        from_agent(1001, 2001, ACK, b"hello"),
        from_controller(2001, 1006, ACK, b"welcome"),
        from_agent(1006, 2008, FIN | ACK),
        from_controller(2008, 1007, ACK, b"wait"),
        from_controller(2012, 1007, FIN | ACK),
        from_agent(1007, 2013, ACK),
    ]
    assert seen(packets) == [
        OPENED,
        Segment(1, 1000.003, Side.AGENT, b"hello"),
        Segment(1, 1000.004, Side.CONTROLLER, b"welcome"),
        Ended(1, 1000.005, Side.AGENT),
        Segment(1, 1000.006, Side.CONTROLLER, b"wait"),
        Ended(1, 1000.007, Side.CONTROLLER),
        Closed(1, 1000.008, Side.AGENT, CloseReason.EOF),
    ]


def test_bytes_on_any_other_interface_are_the_wire() -> None:
    packets = [*handshake(), from_agent(1001, 2001, ACK, b"hello")]
    for name in ("wire", "", "eth0"):
        assert seen(packets, name)[1] == Segment(1, 1000.003, Side.AGENT, b"hello", Tap.WIRE)


@given(st.data())
def test_any_order_and_repetition_after_the_syn_gives_the_same_bytes(data: st.DataObject) -> None:
    syn, *rest = handshake(0xFFFFFFF0, 0xFFFFFFFA)
    agent, controller = 0xFFFFFFF1, 0xFFFFFFFB
    for index in range(8):
        rest.append(from_agent(agent + 5 * index, controller + 3 * index, ACK, b"%5d" % index))
        rest.append(from_controller(controller + 3 * index, agent + 5 * index + 5, ACK, b"%3d" % index))
    rest.append(from_agent(agent + 40, controller + 24, FIN | ACK))
    rest += data.draw(st.lists(st.sampled_from(rest), max_size=5))
    observations = seen([syn, *data.draw(st.permutations(rest))])
    for side, width in ((Side.AGENT, 5), (Side.CONTROLLER, 3)):
        parts = [one.data for one in observations if isinstance(one, Segment) and one.sender is side]
        assert b"".join(parts) == b"".join(b"%*d" % (width, index) for index in range(8))
    kinds = {type(one) for one in observations}
    assert kinds == {Opened, Segment, Ended}


@pytest.mark.parametrize(
    ("agent", "controller"), [(40_000, 50_000), (60_000, 50_000), (40_000, 80), (50_000, 8080), (60_001, 60_000)]
)
def test_without_a_syn_the_agent_is_the_side_whose_port_was_given_by_the_system(agent: int, controller: int) -> None:
    from_here = frames.ipv4("10.0.0.1", "10.0.0.2", frames.tcp(agent, controller, 5, 7, ACK, b"x"))
    from_there = frames.ipv4("10.0.0.2", "10.0.0.1", frames.tcp(controller, agent, 7, 6, ACK, b"y"))
    opened = Opened(1, 1000.0, Address("10.0.0.1", agent), Address("10.0.0.2", controller))
    assert seen([from_here, from_there])[0] == opened
    assert seen([from_there, from_here])[0] == opened


def test_a_connection_already_open_begins_with_gaps_of_unknown_length() -> None:
    packets = [
        from_agent(500, 900, ACK),  # says nothing: it may be the last of a connection
        from_agent(500, 900, ACK, b"from the middle"),
        from_controller(900, 515, ACK, b"answer"),
    ]
    assert timeless(seen(packets)) == [
        (AGENT[1], "opened"),
        (Side.AGENT, 0),
        (Side.CONTROLLER, 0),
        (Side.AGENT, b"from the middle"),
        (Side.CONTROLLER, b"answer"),
    ]


def test_a_lost_syn_is_no_loss_of_bytes() -> None:
    _, answer, third = handshake()
    packets = [answer, third, from_agent(1001, 2001, ACK, b"hello"), from_controller(2001, 1006, ACK, b"you")]
    assert timeless(seen(packets)) == [(AGENT[1], "opened"), (Side.AGENT, b"hello"), (Side.CONTROLLER, b"you")]


def test_data_in_a_syn_is_taken() -> None:
    packets = [from_agent(1000, 0, SYN, b"early"), handshake()[1], from_agent(1006, 2001, ACK, b"late")]
    assert timeless(seen(packets))[1:] == [(Side.AGENT, b"early"), (Side.AGENT, b"late")]


def test_a_refused_connection_is_closed_by_the_controller() -> None:
    packets = [from_agent(1000, 0, SYN), from_controller(0, 1001, RST | ACK)]
    assert seen(packets) == [OPENED, Closed(1, 1000.001, Side.CONTROLLER, CloseReason.RESET)]


def test_a_reset_reports_what_is_held_back_first() -> None:
    packets = [*handshake(), from_agent(1005, 2001, ACK, b"late"), from_agent(1009, 2001, RST)]
    assert timeless(seen(packets))[1:] == [(Side.AGENT, 4), (Side.AGENT, b"late"), (Side.AGENT, CloseReason.RESET)]


def test_the_echo_of_a_closed_connection_opens_none() -> None:
    echo = [from_controller(2001, 1002, FIN | ACK), from_controller(2001, 1002, ACK, b"x"), from_agent(9, 9, RST)]
    assert len(seen([*handshake(), *FINS, *echo])) == 4
    assert len(seen([*handshake(), from_agent(1001, 2001, RST), *echo])) == 2


def test_a_port_used_again_is_a_new_connection() -> None:
    again = [*handshake(5000, 6000), from_agent(5001, 6001, ACK, b"again")]
    observations = seen([*handshake(), *FINS, *again])
    assert observations[-2:] == [
        Opened(2, 1000.006, Address(*AGENT), Address(*CONTROLLER)),
        Segment(2, 1000.009, Side.AGENT, b"again"),
    ]


def test_a_port_used_again_after_an_unseen_end_is_a_new_connection_too() -> None:
    again = [*handshake(5000, 6000), from_agent(5001, 6001, ACK, b"again")]
    assert timeless(seen([*handshake(), from_agent(1003, 2001, ACK, b"held"), *again])) == [
        (AGENT[1], "opened"),
        (Side.AGENT, 2),
        (Side.AGENT, b"held"),
        (AGENT[1], "opened"),
        (Side.AGENT, b"again"),
    ]


def test_a_repeated_syn_is_no_new_connection() -> None:
    packets = [handshake()[0], handshake()[0], *handshake(), from_agent(1001, 2001, ACK, b"hello")]
    assert timeless(seen(packets)) == [(AGENT[1], "opened"), (Side.AGENT, b"hello")]


def test_a_connection_still_open_at_the_end_is_not_closed() -> None:
    half = [*handshake(), from_agent(1001, 2001, FIN | ACK), from_agent(1003, 2001, ACK)]
    assert timeless(seen(half)) == [(AGENT[1], "opened"), (Side.AGENT, "ended")]


def test_both_fins_without_the_last_acknowledgement_close_at_the_end() -> None:
    assert timeless(seen([*handshake(), *FINS[:2]]))[1:] == [
        (Side.AGENT, "ended"),
        (Side.CONTROLLER, "ended"),
        (Side.AGENT, CloseReason.EOF),
    ]


def test_connections_are_told_apart_and_counted_in_order() -> None:
    other = frames.ipv4("10.0.0.9", CONTROLLER[0], frames.tcp(40_001, CONTROLLER[1], 1, 0, SYN))
    third = frames.ipv6(bytes(15) + b"\1", bytes(16), frames.tcp(40_000, CONTROLLER[1], 1, 0, SYN))
    opened = [one for one in seen([other, *handshake(), third]) if isinstance(one, Opened)]
    assert [(one.connection, str(one.agent)) for one in opened] == [
        (1, "10.0.0.9:40001"),
        (2, "10.0.0.1:40000"),
        (3, "[::1]:40000"),
    ]


def test_the_connections_silent_longest_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reassembly, "MOST_CONNECTIONS", 10)
    monkeypatch.setattr(reassembly, "_FORGOTTEN_AT_ONCE", 5)
    scan = [frames.ipv4("10.9.9.9", CONTROLLER[0], frames.tcp(port, 1, 1, 0, SYN)) for port in range(9)]
    alive = from_agent(1001, 2001, ACK, b"alive")
    observations = seen([*handshake(), *scan, alive, *(packet[:20] + b"\1" + packet[21:] for packet in scan)])
    assert Segment(1, 1000.012, Side.AGENT, b"alive") in observations
    assert not any(isinstance(one, Gap) for one in observations)
    assert sum(isinstance(one, Opened) for one in observations) == 19


def test_closed_connections_are_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reassembly, "_MOST_CLOSED", 1)
    refused = [frames.ipv4("10.0.0.9", CONTROLLER[0], frames.tcp(9, 9, 1, 0, flags)) for flags in (SYN, RST)]
    late = from_agent(1002, 2002, ACK, b"late")
    assert timeless(seen([*handshake(), *FINS, *refused, late]))[-1] == (Side.AGENT, b"late")


def test_bytes_that_the_capture_dropped_become_a_gap_soon_after_they_were_acknowledged() -> None:
    packets = [*handshake(), from_controller(2001, 1101, ACK, b"x")]
    packets += [from_agent(1101 + index, 2002, ACK, b"y") for index in range(70)]
    rows = timeless(seen(packets))
    assert rows[1:4] == [(Side.CONTROLLER, b"x"), (Side.AGENT, 100), (Side.AGENT, b"y")]
    assert len(rows) == 73


def test_comments_of_ours_are_taken_and_others_ignored() -> None:
    packets = handshake()
    data = frames.section(comments=["secrets=pseudonyms"]) + frames.interface("decrypted")
    data += frames.enhanced(1_000_000_000, packets[0], comments=["jnlpspy remark when=999.5 text=hello", "jnlpspy bad"])
    data += frames.enhanced(1_001_000_000, packets[1], comments=["jnlpspy closed when=1.0 by=none how=timeout"])
    assert list(open_capture(io.BytesIO(data))) == [
        Opened(1, 1000.0, Address(*AGENT), Address(*CONTROLLER), pseudonyms=True),
        Remarked(1, 999.5, "hello"),
        Closed(1, 1.0, None, CloseReason.TIMEOUT),
    ]


def test_comments_on_other_interfaces_are_not_ours() -> None:
    data = frames.section(comments=["secrets=pseudonyms"]) + frames.interface("eth0")
    data += frames.enhanced(1_000_000_000, handshake()[0], comments=["jnlpspy closed when=1.0 by=none how=timeout"])
    assert list(open_capture(io.BytesIO(data))) == [OPENED]


@given(st.lists(st.binary(max_size=60), max_size=8), st.lists(st.binary(max_size=24), max_size=8))
def test_no_packets_are_too_strange(packets: list[bytes], segments: list[bytes]) -> None:
    wrapped = [frames.ipv4(AGENT[0], CONTROLLER[0], bytes(4) + segment.ljust(16, b"\x50")) for segment in segments]
    for one in seen([*packets, *wrapped]):
        assert one.when >= 0
