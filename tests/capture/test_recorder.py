import io
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.capture.open import open_capture
from jnlpspy.capture.reader import read_packets
from jnlpspy.capture.recorder import Recorder
from jnlpspy.errors import UsageError
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
    Tick,
    TlsOpened,
)

START = 1_700_000_000.25
A, C = Address("10.0.0.1", 40_000), Address("10.0.0.2", 50_000)
HOSTS = st.sampled_from(["10.0.0.1", "192.168.1.255", "::1", "fe80::1:2:3"])
TEXTS = st.text(max_size=30)


def recorded(observations: Iterable[Observation], *, secrets_kept: bool = False, raw: bool = False) -> bytes:
    out = io.BytesIO()
    recorder = Recorder(out.write, application="jnlpspy 1.2.3", secrets_kept=secrets_kept, raw=raw)
    for observation in observations:
        recorder.observe(observation)
    return out.getvalue()


def read_back(data: bytes) -> list[Observation]:
    return list(open_capture(io.BytesIO(data)))


def spoken(connection: int = 1, agent: Address = A, controller: Address = C) -> list[Observation]:
    """An orderly conversation with everything in it."""
    return [
        Opened(connection, START, agent, controller, pseudonyms=True),
        Segment(connection, START + 0.5, Side.AGENT, b"hello"),
        TlsOpened(connection, START + 0.75, Side.AGENT, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "aa:bb"),
        TlsOpened(connection, START + 0.8, Side.CONTROLLER, "TLSv1.2", "ECDHE", "cc:dd"),
        Segment(connection, START + 1, Side.CONTROLLER, b"welcome"),
        Segment(connection, START + 1.5, Side.AGENT, bytes(range(256)) * 100),
        Ended(connection, START + 2, Side.AGENT),
        Segment(connection, START + 3, Side.CONTROLLER, b"goodbye"),
        Remarked(connection, START + 3.5, "nothing = to say"),
        Ended(connection, START + 4, Side.CONTROLLER),
        Closed(connection, START + 5, Side.AGENT, CloseReason.EOF),
    ]


@st.composite
def conversations(draw: st.DrawFn) -> list[Observation]:
    """Some connections at a time, each with what may happen on one, in any order."""
    times = iter(sorted(draw(st.lists(st.floats(1e9, 4e9), min_size=60, max_size=60))))
    observations: list[Observation] = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        agent, controller = Address(draw(HOSTS), 1024 + number), Address(draw(HOSTS), 50_000)
        observations.append(Opened(number, next(times), agent, controller, pseudonyms=True))
    speaking = {number: set(Side) for number in range(1, len(observations) + 1)}
    for _ in range(draw(st.integers(0, 30))):
        number = draw(st.sampled_from(sorted(speaking)))
        observations.append(one_of(draw, number, speaking[number], next(times)))
        match observations[-1]:
            case Ended(sender=sender, how=CloseReason.EOF):
                speaking[number].remove(sender)
            case Closed():
                del speaking[number]
            case _:
                pass
        if not speaking:
            break
    return observations


def one_of(draw: st.DrawFn, number: int, speaking: set[Side], when: float) -> Observation:
    sides = sorted(speaking, key=str)
    kind = draw(st.sampled_from("ssssssssgerxtm" if sides else "xxtm"))
    side = draw(st.sampled_from(sides or list(Side)))
    match kind:
        case "s":
            return Segment(number, when, side, draw(st.binary(min_size=1, max_size=200)))
        case "g":
            return Gap(number, when, side, draw(st.integers(0, 1 << 40)))
        case "e":
            return Ended(number, when, side)
        case "r":
            return Ended(number, when, side, CloseReason.RESET)
        case "t":
            return TlsOpened(number, when, side, draw(TEXTS), draw(TEXTS), draw(TEXTS))
        case "m":
            return Remarked(number, when, draw(TEXTS))
        case _:
            return closed(draw, number, when, mid_sentence=bool(sides))


def closed(draw: st.DrawFn, number: int, when: float, *, mid_sentence: bool) -> Closed:
    by = draw(st.none() | st.sampled_from(Side))
    how = draw(st.sampled_from([reason for reason in CloseReason if not mid_sentence or reason is not CloseReason.EOF]))
    return Closed(number, when, by, how)


@given(conversations())
def test_what_is_recorded_reads_back_the_same(observations: list[Observation]) -> None:
    last: dict[int, Observation] = {one.connection: one for one in observations if not isinstance(one, Tick)}
    for number, one in last.items():
        if not isinstance(one, Closed):  # remarks wait for a packet
            observations.append(Closed(number, one.when, None, CloseReason.SHUTDOWN))
    back = read_back(recorded(observations))
    for number in last:
        told = [one for one in observations if not isinstance(one, Tick) and one.connection == number]
        assert [one for one in back if not isinstance(one, Tick) and one.connection == number] == told
    assert len(back) == len(observations)


def test_what_is_recorded_is_spoken_in_order() -> None:
    assert read_back(recorded(spoken())) == spoken()


def test_real_addresses_of_both_ip_versions_are_recorded() -> None:
    pairs = [("10.0.0.1", "10.0.0.2"), ("::1", "fe80::1"), ("127.0.0.1", "::1"), ("::1", "127.0.0.1")]
    for agent, controller in pairs:
        observations = spoken(agent=Address(agent, 40_000), controller=Address(controller, 50_000))
        assert read_back(recorded(observations)) == observations


def test_the_section_says_whether_secrets_are_kept_and_who_wrote_it() -> None:
    for secrets_kept, remark in ((True, "secrets=kept"), (False, "secrets=pseudonyms")):
        data = recorded(spoken(), secrets_kept=secrets_kept)
        packet = next(read_packets(io.BytesIO(data)))
        assert packet.interface.remarks == (remark,)
        assert packet.interface.name == "decrypted"
        opened = read_back(data)[0]
        assert isinstance(opened, Opened)
        assert opened.pseudonyms is not secrets_kept
        assert b"jnlpspy 1.2.3" in data[:100]


def test_a_long_segment_reads_back_as_the_same_bytes() -> None:
    data = os.urandom(300_001)
    back = read_back(recorded([*spoken()[:1], Segment(1, START, Side.AGENT, data)]))
    parts = [one for one in back if isinstance(one, Segment)]
    assert b"".join(part.data for part in parts) == data
    assert {part.when for part in parts} == {START}


def test_an_end_that_was_not_observed_is_added_where_the_wire_needs_it() -> None:
    opened, closed = spoken()[0], Closed(1, START + 1, Side.CONTROLLER, CloseReason.EOF)
    assert read_back(recorded([opened, closed])) == [
        opened,
        Ended(1, START + 1, Side.CONTROLLER),
        Ended(1, START + 1, Side.AGENT),
        closed,
    ]


def test_a_segment_without_bytes_and_a_tick_leave_no_packet() -> None:
    opened = spoken()[0]
    quiet = [opened, Segment(1, START, Side.AGENT, b""), Tick(START)]
    assert recorded(quiet) == recorded([opened])


def test_each_observation_is_one_write_of_whole_blocks() -> None:
    writes: list[bytes] = []
    recorder = Recorder(writes.append, application="jnlpspy", secrets_kept=False)
    counts = []
    for observation in spoken():
        before = len(writes)
        recorder.observe(observation)
        counts.append(len(writes) - before)
        assert list(read_packets(io.BytesIO(b"".join(writes))))
    assert counts == [1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1]


@pytest.mark.parametrize(
    "late",
    [
        Segment(1, START, Side.AGENT, b"x"),
        Gap(1, START, Side.AGENT, 1),
        Ended(1, START, Side.AGENT),
        Remarked(1, START, "x"),
        Closed(1, START, None, CloseReason.EOF),
    ],
)
def test_what_belongs_to_no_open_connection_is_refused(late: Observation) -> None:
    with pytest.raises(ValueError, match=r"expected .* connection"):
        recorded([late])
    with pytest.raises(ValueError, match=r"expected .* connection"):
        recorded([*spoken(), late])


def test_what_comes_after_the_end_of_its_sender_is_refused() -> None:
    ended = [spoken()[0], Ended(1, START, Side.AGENT)]
    for late in (Segment(1, START, Side.AGENT, b"x"), Ended(1, START, Side.AGENT)):
        with pytest.raises(
            ValueError, match="expected the agent of connection 1 to be sending, got it closed or ended"
        ):
            recorded([*ended, late])


def test_a_number_cannot_be_opened_twice_at_a_time() -> None:
    with pytest.raises(ValueError, match="expected a new connection, got number 1 again"):
        recorded([spoken()[0], spoken()[0]])
    assert read_back(recorded([*spoken(), *spoken()]))[len(spoken())].when == START


def test_a_name_cannot_be_recorded() -> None:
    with pytest.raises(UsageError, match="expected an IP address to record, got 'jenkins'"):
        recorded([Opened(1, START, A, Address("jenkins", 50_000))])


def test_bytes_of_the_legs_are_recorded_only_if_asked_for() -> None:
    leg = Segment(1, START, Side.AGENT, b"on the wire", Tap.AGENT_LEG)
    observations = [spoken()[0], leg, *spoken()[1:]]
    assert recorded(observations) == recorded(spoken())
    raw = recorded(observations, raw=True)
    assert read_back(raw) == spoken()
    assert b"on the wire" in raw
    assert {packet.interface.name for packet in read_packets(io.BytesIO(raw))} == {"decrypted", "agent-leg"}


def with_legs() -> bytes:
    out = io.BytesIO()
    recorder = Recorder(out.write, application="jnlpspy", secrets_kept=True, raw=True)
    proxy = Address("10.0.0.7", 50_001), Address("10.0.0.7", 33_333)
    opened, *rest = spoken()
    recorder.observe(opened)
    recorder.leg(1, Tap.AGENT_LEG, (A, proxy[0]))
    recorder.leg(1, Tap.CONTROLLER_LEG, (proxy[1], C))
    recorder.keys(b"CLIENT_RANDOM 00 11\n")
    for one in rest:
        if isinstance(one, Segment):
            for tap in (Tap.AGENT_LEG, Tap.CONTROLLER_LEG):
                recorder.observe(Segment(1, one.when, one.sender, one.data[::-1], tap))
        recorder.observe(one)
    return out.getvalue()


def test_each_leg_has_its_own_addresses() -> None:
    data = with_legs()
    assert read_back(data) == [Opened(1, START, A, C), *spoken()[1:]]
    found: dict[str, set[bytes]] = {}
    for packet in read_packets(io.BytesIO(data)):
        found.setdefault(packet.interface.name, set()).add(bytes(sorted((packet.data[15], packet.data[19]))))
    assert found == {"decrypted": {b"\1\2"}, "agent-leg": {b"\1\7"}, "controller-leg": {b"\2\7"}}


tshark_needed = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")
CHECKS = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
COMPLAINTS = "tcp.analysis.flags || _ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0"


def tshark(path: Path, *arguments: str) -> str:
    tool = shutil.which("tshark") or ""
    command = [tool, "-n", "-r", str(path), *CHECKS, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)  # noqa: S603 - our own words
    assert "cut short" not in done.stderr
    return done.stdout


def all_kinds() -> list[Observation]:
    """Connections that end in every way, long data both ways, both IP versions."""
    observations = spoken()
    for number, how in enumerate(CloseReason, start=2):
        agent = Address("fe80::1" if number % 2 else "10.0.0.1", 40_000 + number)
        controller = Address("::1" if number % 3 else "10.0.0.2", 50_000)
        observations += [
            Opened(number, START, agent, controller, pseudonyms=True),
            Segment(number, START + 1, Side.AGENT, bytes(200_001)),
            Segment(number, START + 2, Side.CONTROLLER, bytes(1)),
            Segment(number, START + 3, Side.CONTROLLER, bytes(3_000_000)),
            Segment(number, START + 4, Side.AGENT, bytes(9)),
            Remarked(number, START + 5, "closing"),
            Closed(number, START + 6, None if number % 2 else Side.AGENT, how),
        ]
    return observations


@tshark_needed
@pytest.mark.parametrize("data", [recorded(all_kinds()), with_legs()], ids=["every end", "with legs"])
def test_wireshark_has_nothing_to_complain_of(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.pcapng"
    path.write_bytes(data)
    assert tshark(path, "-Y", COMPLAINTS) == ""
    assert tshark(path, "-Y", "tcp.checksum.status == 1").count("\n") == len(list(read_packets(io.BytesIO(data))))


@tshark_needed
def test_wireshark_sees_the_gap_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.pcapng"
    opened, first, *_ = spoken()
    gap: list[Observation] = [Gap(1, START + 1, Side.AGENT, 5000), Segment(1, START + 2, Side.AGENT, b"behind it")]
    path.write_bytes(recorded([opened, first, *gap]))
    assert tshark(path, "-Y", COMPLAINTS).count("\n") == 1
    assert tshark(path, "-Y", "tcp.analysis.lost_segment").count("\n") == 1


@tshark_needed
@pytest.mark.parametrize("agent", [A, Address("fe80::1", 40_000)])
def test_wireshark_follows_the_same_bytes(tmp_path: Path, agent: Address) -> None:
    path = tmp_path / "a.pcapng"
    path.write_bytes(recorded(spoken(agent=agent)))
    lines = [line for line in tshark(path, "-q", "-z", "follow,tcp,raw,0").splitlines() if set(line) - set("=")]
    shown = {Side.AGENT: "", Side.CONTROLLER: ""}
    for line in lines:
        if ":" not in line:
            shown[Side.CONTROLLER if line.startswith("\t") else Side.AGENT] += line.strip()
    for side, text in shown.items():
        said = [one.data for one in spoken() if isinstance(one, Segment) and one.sender is side]
        assert bytes.fromhex(text) == b"".join(said)


@tshark_needed
def test_wireshark_shows_the_comments_the_times_and_the_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.pcapng"
    path.write_bytes(recorded(spoken()))
    shown = tshark(path, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.comment", "-e", "frame.interface_name")
    rows = [line.split("\t") for line in shown.splitlines()]
    assert rows[0] == ["1700000000.250000000", "", "decrypted"]
    assert rows[-1][1] == "jnlpspy closed when=1700000005.25 by=agent how=eof"
    assert rows[4][1].startswith(
        "jnlpspy tls when=1700000001.0 leg=agent version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384"
    )


@pytest.mark.skipif(not shutil.which("capinfos"), reason="capinfos is not installed")
def test_capinfos_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.pcapng"
    path.write_bytes(with_legs())
    command = [shutil.which("capinfos") or "", str(path)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout  # noqa: S603 - ours
    assert "secrets=kept" in shown
    assert "Number of decryption secrets in file: 1" in shown
    assert [name for name in ("decrypted", "agent-leg", "controller-leg") if f"Name = {name}" in shown] == [
        "decrypted",
        "agent-leg",
        "controller-leg",
    ]
