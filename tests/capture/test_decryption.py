"""A capture of the wire, decoded with logged TLS keys, tells what the proxy's own record tells."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from simulate.peers import identity
from specimens import observations_of
from tls_talk import TlsTalk
from wire_captures import ACK, on_the_wire

from jnlpspy.capture.decryption import WATCHED_BYTES, Decryption
from jnlpspy.capture.key_log import KeyLog, read_key_log
from jnlpspy.decoder import Decoder
from jnlpspy.export.jsonl import format_event
from jnlpspy.model.events import BytesMissing, DiscoveryAnswered, Event, OpaqueBytes, Remark, TlsStarted
from jnlpspy.model.tap import (
    Address,
    Closed,
    CloseReason,
    Ended,
    Gap,
    Observation,
    Opened,
    Segment,
    Side,
    Tap,
)

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
SPECIMEN = "head-JNLP4-connect-workload"
Wire = list[tuple[Side, bytes]]


def decrypted(observations: Iterable[Observation], keys: KeyLog) -> list[Observation]:
    decryption = Decryption(keys)
    return [opened for each in observations for opened in decryption.observe(each)]


def decoded(observations: Iterable[Observation]) -> list[Event]:
    decoder = Decoder()
    events = [event for observation in observations for event in decoder.feed(observation)]
    return events + list(decoder.finish())


def cut(observations: Iterable[Observation], step: int) -> list[Observation]:
    """Return observations with every segment in pieces."""
    pieces: list[Observation] = []
    for each in observations:
        if isinstance(each, Segment):
            pieces += [replace(each, data=each.data[at : at + step]) for at in range(0, len(each.data), step)]
        else:
            pieces.append(each)
    return pieces


def told(events: Iterable[Event]) -> list[dict[str, object]]:
    """Return what events tell but for TLS, without what TLS before them changes: their numbers, and durations."""
    records = [json.loads(format_event(event)) for event in events if not isinstance(event.fact, TlsStarted)]
    return [{key: value for key, value in each.items() if key not in ("seq", "when")} for each in records]


@pytest.mark.parametrize("step", [1 << 20, 1000, 11])
def test_with_its_keys_a_wire_tells_the_whole_session(step: int, tmp_path: Path) -> None:
    wire = on_the_wire(SPECIMEN, tmp_path)
    events = decoded(decrypted(cut(wire, step), read_key_log(tmp_path / "keys")))
    assert told(events) == told(decoded(observations_of(SPECIMEN)))
    assert [event.fact for event in events if isinstance(event.fact, TlsStarted)] == [
        TlsStarted(CONTROLLER, "TLSv1.3", "TLS_AES_256_GCM_SHA384", identity().fingerprint)
    ]


def test_without_its_keys_a_wire_stays_as_it_is(tmp_path: Path) -> None:
    wire = on_the_wire(SPECIMEN, tmp_path)
    assert decrypted(wire, KeyLog()) == wire


@pytest.mark.parametrize("name", ["2.53.5-JNLP2-connect-workload", "3.33-JNLP3-connect-workload", "raw-http-get"])
def test_what_is_not_in_tls_stays_as_it_is(name: str) -> None:
    observations = [
        replace(each, tap=Tap.WIRE) if isinstance(each, Segment) else each for each in observations_of(name)
    ]
    assert decrypted(observations, KeyLog()) == observations


def segments(wire: Wire, *, connection: int = 1) -> list[Observation]:
    here, there = Address("10.0.0.7", 41000), Address("10.0.0.1", 443)
    opened: Observation = Opened(connection, 0.0, here, there)
    return [opened, *(Segment(connection, 1.0, side, data, Tap.WIRE) for side, data in wire)]


def shaken(talk: TlsTalk) -> Wire:
    """Return JNLP4 up to the end of its TLS handshake."""
    return [(AGENT, b"\0\x16Protocol:JNLP4-connect" + ACK), (CONTROLLER, ACK), *talk.shake()]


def test_https_is_opened_from_its_first_byte_and_its_certificate_is_no_agent_port_s(tmp_path: Path) -> None:
    talk = TlsTalk(identity(), tmp_path / "keys")
    wire = [
        *talk.shake(),
        *talk.say(AGENT, b"GET /tcpSlaveAgentListener/ HTTP/1.1\r\nHost: jenkins\r\n\r\n"),
        *talk.say(CONTROLLER, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
    ]
    for step in (1 << 20, 1):
        facts = [e.fact for e in decoded(decrypted(cut(segments(wire), step), read_key_log(tmp_path / "keys")))]
        assert [fact.status for fact in facts if isinstance(fact, DiscoveryAnswered)] == [404]
        assert [fact.identity for fact in facts if isinstance(fact, TlsStarted)] == [None]


def test_a_damaged_record_loses_the_rest_of_its_side_and_says_so(tmp_path: Path) -> None:
    talk = TlsTalk(identity(), tmp_path / "keys")
    wire = shaken(talk)
    ((side, data),) = talk.say(AGENT, b"lost")
    wire += [(side, data[:-1] + bytes([data[-1] ^ 1])), *talk.say(AGENT, b"lost as well")]
    wire += talk.say(CONTROLLER, b"\0\2{}")
    out = decrypted(segments(wire), read_key_log(tmp_path / "keys"))
    facts = [event.fact for event in decoded(out)]
    assert "TLS cannot be opened any further: a record of the agent does not fit its key" in [
        fact.text for fact in facts if isinstance(fact, Remark)
    ]
    assert sum(fact.length for fact in facts if isinstance(fact, BytesMissing)) == sum(
        len(data) for side, data in wire[-3:] if side is AGENT
    )
    assert b"".join(e.data for e in out if isinstance(e, Segment) and e.sender is CONTROLLER) == ACK + b"\0\2{}"


def test_behind_a_gap_nothing_of_a_side_can_be_opened(tmp_path: Path) -> None:
    talk = TlsTalk(identity(), tmp_path / "keys")
    seen = segments(shaken(talk))
    ((side, data),) = talk.say(AGENT, b"x")
    seen += [Gap(1, 2.0, AGENT, 100), Segment(1, 3.0, side, data, Tap.WIRE)]
    out = decrypted(seen, read_key_log(tmp_path / "keys"))
    assert out[-2:] == [Gap(1, 2.0, AGENT, 100), Gap(1, 3.0, AGENT, len(data))]


def test_a_gap_in_the_handshake_leaves_it_closed(tmp_path: Path) -> None:
    seen = segments(shaken(TlsTalk(identity(), tmp_path / "keys")))
    seen[4:4] = [Gap(1, 1.0, CONTROLLER, 10)]
    assert decrypted(seen, read_key_log(tmp_path / "keys")) == seen


def test_a_handshake_that_is_never_over_is_handed_on_at_the_end(tmp_path: Path) -> None:
    seen = segments(shaken(TlsTalk(identity(), tmp_path / "keys"))[:3])
    seen += [Ended(1, 2.0, AGENT), Closed(1, 2.0, AGENT, CloseReason.EOF)]
    out = decrypted(seen, read_key_log(tmp_path / "keys"))
    assert sorted(map(repr, out)) == sorted(map(repr, seen))
    assert out[-1] == seen[-1]
    assert any(isinstance(event.fact, OpaqueBytes) for event in decoded(out))


def test_a_record_cut_off_by_the_end_is_missing(tmp_path: Path) -> None:
    talk = TlsTalk(identity(), tmp_path / "keys")
    wire = shaken(talk)
    ((side, data),) = talk.say(AGENT, b"cut off")
    seen = [*segments([*wire, (side, data[:9])]), Ended(1, 2.0, AGENT), Closed(1, 3.0, AGENT, CloseReason.EOF)]
    out = decrypted(seen, read_key_log(tmp_path / "keys"))
    assert out[-3:] == [Gap(1, 2.0, AGENT, 9), *seen[-2:]]


def test_an_alert_is_told_with_who_sent_it(tmp_path: Path) -> None:
    talk = TlsTalk(identity(), tmp_path / "keys")
    wire = [*shaken(talk), *talk.take_damaged(CONTROLLER)]
    out = decrypted(segments(wire), read_key_log(tmp_path / "keys"))
    assert [event.fact for event in decoded(out)][-1] == Remark("TLS alert of the controller: bad_record_mac")


def test_no_more_than_so_much_is_held_back() -> None:
    seen = segments([(AGENT, b"\x16\3\1\x40\0" + bytes(0x3FF0))] * 20)
    out = decrypted(seen, KeyLog())
    assert out == seen
    assert sum(len(each.data) for each in seen if isinstance(each, Segment)) > WATCHED_BYTES
