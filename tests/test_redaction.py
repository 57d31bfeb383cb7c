"""No secret passes the redactor, no byte changes its place, and nothing else changes at all."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
import samples
import sealed
from hypothesis import given
from hypothesis import strategies as st
from over_websocket import ANSWER, SWITCHING, UPGRADE, head, mask_of, messages, unframed
from traffic import draw_traffic

from jnlpspy.model.negotiation import Capability
from jnlpspy.model.secret import pseudonym_of
from jnlpspy.model.secret_flaws import SecretFlaw
from jnlpspy.model.tap import (
    Address,
    Closed,
    CloseReason,
    Ended,
    FlawsSeen,
    Gap,
    Observation,
    Opened,
    Segment,
    Side,
    Tick,
)
from jnlpspy.redaction import HELD_BYTES, HELD_OBSERVATIONS, HELD_ON_CHANNEL, Redactor
from jnlpspy.wire.chunks import ChunkReader, write_chunks
from jnlpspy.wire.headers import build_json_headers
from jnlpspy.wire.layouts import ACCEPTED_BYTES, ACK_BYTES, BYE_BYTES, build_capability_frame, build_refusal, build_utf
from jnlpspy.wire.websocket import FrameReader, Opcode, Piece, write_close, write_frame

SECRET = "0123456789abcdef" * 4
COOKIE = "fedcba9876543210" * 4
PSEUDONYM = pseudonym_of(SECRET.encode())

Said = tuple[Side, bytes]


def agent(data: bytes) -> Said:
    return Side.AGENT, data


def controller(data: bytes) -> Said:
    return Side.CONTROLLER, data


def frame(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def jnlp4(name: str = "a1", secret: str = SECRET) -> list[Said]:
    return [
        agent(build_utf("Protocol:JNLP4-connect") + ACK_BYTES),
        controller(ACK_BYTES),
        controller(frame(build_json_headers({"JnlpAgentProtocol.cookie": COOKIE}))),
        agent(frame(build_json_headers({"Node-Name": name, "Secret-Key": secret}))),
    ]


def jnlp4_channel(agent_block: bytes) -> list[Said]:
    capability = build_capability_frame(Capability(0x1FE))
    return [
        *jnlp4(),
        controller(ACCEPTED_BYTES + capability),
        agent(ACCEPTED_BYTES + capability + b"".join(write_chunks(agent_block))),
    ]


CONVERSATIONS = {
    "JNLP4-connect": jnlp4(),
    "JNLP4-connect, name and secret swapped": [
        *jnlp4(name=SECRET, secret="a1"),
        controller(frame(b"ERROR: Unknown client name: " + SECRET.encode())),
    ],
    "JNLP2-connect": [
        agent(build_utf("Protocol:JNLP2-connect")),
        agent(build_utf(f"#Sun\nNode-Name=a1\nSecret-Key={SECRET}\nCookie={COOKIE}\n")),
        controller(f"Welcome\nCookie: {COOKIE}\n\n".encode()),
    ],
    "JNLP-connect": [
        agent(build_utf("Protocol:JNLP-connect") + build_utf(SECRET) + build_utf("a1")),
        controller(b"Welcome\n"),
    ],
    "JNLP-connect, name and secret swapped": [
        agent(build_utf("Protocol:JNLP-connect") + build_utf("a1") + build_utf(SECRET)),
        controller(f"No such slave: {SECRET}\n".encode()),
    ],
    "JNLP4-connect-proxy, name and secret swapped": [
        agent(build_utf("Protocol:JNLP4-connect-proxy") + f"Node-Name: {SECRET}\n\n".encode()),
        controller(b"Unknown protocol:\n"),
    ],
    "WebSocket": [
        agent(
            f"GET /wsagents/ HTTP/1.1\r\nNode-Name: a1\r\nSecret-Key: {SECRET}\r\nUpgrade: websocket\r\n\r\n".encode()
        ),
        controller(f"HTTP/1.1 101 Switching\r\nConnection-Cookie: {COOKIE}\r\n\r\n".encode()),
    ],
    "a .jnlp file": [
        agent(f"GET /computer/a1/slave-agent.jnlp?x=1 HTTP/1.1\r\nAuthorization: Basic {SECRET}\r\n\r\n".encode()),
        controller(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n"
            + f"<jnlp><argument>{SECRET[:16]}".encode()
            + b"\r\n5c\r\n"
            + f"{SECRET[16:]}</argument><argument>a1</argument></jnlp>".encode().ljust(0x5C)
            + b"\r\n0\r\n\r\n"
        ),
    ],
    "system properties on the channel": jnlp4_channel(b"sun.java.command=agent.jar " + SECRET.encode() + b" a1"),
    "system properties over the edge of a chunk": jnlp4_channel(b"." * 8180 + SECRET.encode() + b" a1"),
    "system properties over the edge of a chunk, late": jnlp4_channel(b"." * 8132 + SECRET.encode() + b" a1"),
}


def observations(said: list[Said]) -> Iterator[Observation]:
    yield Opened(1, 0.0, Address("127.0.0.1", 40000), Address("127.0.0.1", 50000))
    for side, data in said:
        yield Segment(1, 1.0, side, data)
    yield Closed(1, 2.0, Side.AGENT, CloseReason.EOF)


def redacted(seen: list[Observation]) -> list[Observation]:
    passed: list[Observation] = []
    redactor = Redactor(passed.append)
    for each in seen:
        redactor.observe(each)
    redactor.finish()
    return passed


def stream(seen: list[Observation], side: Side) -> bytes:
    return b"".join(each.data for each in seen if isinstance(each, Segment) and each.sender is side)


def split(said: list[Said], sizes: Iterator[int]) -> list[Said]:
    pieces = []
    for side, data in said:
        start = 0
        while start < len(data):
            size = next(sizes)
            pieces.append((side, data[start : start + size]))
            start += size
    return pieces


@pytest.mark.parametrize("said", CONVERSATIONS.values(), ids=CONVERSATIONS)
@given(sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=8))
def test_no_secret_passes_however_the_bytes_are_split(said: list[Said], sizes: list[int]) -> None:
    def forever() -> Iterator[int]:
        while True:
            yield from sizes

    seen = list(observations(split(said, forever())))
    passed = redacted(seen)
    for side in Side:
        plain = b"".join(stream(passed, side).split(b"\r\n5c\r\n"))
        assert SECRET.encode() not in plain
        assert COOKIE.encode() not in plain
        assert SECRET[8:40].encode() not in plain
        assert len(stream(passed, side)) == len(stream(seen, side))
    assert [replace(each, data=b"") if isinstance(each, Segment) else each for each in passed[1:]] == [
        replace(each, data=b"") if isinstance(each, Segment) else each for each in seen[1:]
    ]


@pytest.mark.parametrize("said", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_only_the_secrets_bytes_change(said: list[Said]) -> None:
    seen = list(observations(said))
    passed = redacted(seen)
    for side in Side:
        for before, after in zip(stream(seen, side), stream(passed, side), strict=True):
            assert before == after or chr(after) in "0123456789abcdef"


def test_what_jnlp3_encrypts_stays_as_it_is() -> None:
    both = sealed.Sealer()
    seen = list(
        observations(
            [
                agent(both.headers()),
                controller(b"Negotiate\n" + both.answer()),
                agent(b"\0\7Welcome"),
                controller(both.challenge()),
                agent(both.response()),
                controller(b"Welcome\n" + both.cookie()),
                agent(both.keys() + sealed.ciphered(b"-secret " + sealed.SECRET.encode())),
            ]
        )
    )
    for side in Side:
        assert stream(redacted(seen), side) == stream(seen, side)


def test_jnlp3s_name_is_hidden_if_a_secret_was_given_for_it() -> None:
    headers = build_utf(f"Node-Name={SECRET}\nChallenge=x\n")
    seen = list(observations([agent(build_utf("Protocol:JNLP3-connect") + headers)]))
    assert stream(redacted(seen), Side.AGENT) == stream(seen, Side.AGENT).replace(SECRET.encode(), PSEUDONYM)


def test_a_secret_becomes_its_sha256_so_that_a_known_one_can_be_recognised() -> None:
    passed = redacted(list(observations(jnlp4())))
    assert PSEUDONYM in stream(passed, Side.AGENT)


def test_the_pseudonym_is_cut_or_repeated_to_the_secrets_length() -> None:
    assert pseudonym_of(b"") == b""
    assert pseudonym_of(b"short") == pseudonym_of(b"short")[:5]
    assert len(pseudonym_of(b"x" * 200)) == 200
    assert pseudonym_of(b"x" * 200)[64:128] == pseudonym_of(b"x" * 200)[:64]


def test_an_observer_is_told_that_secrets_are_replaced() -> None:
    opened = redacted(list(observations([])))[0]
    assert isinstance(opened, Opened)
    assert opened.pseudonyms


def test_what_holds_pseudonyms_already_is_passed_on_as_it_is() -> None:
    passed = redacted(list(observations(jnlp4())))
    assert redacted(passed) == passed


def test_a_message_cut_off_before_its_end_shows_no_part_of_a_secret() -> None:
    said = jnlp4()
    cut = [*said[:-1], agent(said[-1][1][:80])]
    passed = redacted(list(observations(cut)))
    assert SECRET[:12].encode() not in stream(passed, Side.AGENT)


def test_an_http_head_cut_off_before_its_end_shows_no_part_of_a_secret() -> None:
    passed = redacted(list(observations([agent(f"GET /wsagents/ HTTP/1.1\r\nSecret-Key: {SECRET[:30]}".encode())])))
    assert SECRET[:12].encode() not in stream(passed, Side.AGENT)
    assert stream(passed, Side.AGENT).startswith(b"GET /wsagents/")


@pytest.mark.parametrize(
    "headers",
    [
        f'{{"Node-Name":"a1","Secret-Key":"{SECRET}",}}',
        f'{{"Node-Name":"a1","Number":1,"Secret-Key":"{SECRET}"}}',
        f'["Secret-Key","{SECRET}"]',
    ],
)
def test_headers_that_cannot_be_read_show_no_secret(headers: str) -> None:
    passed = redacted(list(observations([*jnlp4()[:2], agent(frame(headers.encode()))])))
    assert SECRET[:12].encode() not in stream(passed, Side.AGENT)
    assert len(stream(passed, Side.AGENT)) == len(jnlp4()[0][1]) + 2 + len(headers)


@pytest.mark.parametrize("fold", ["\r\n ", "\n\t", " \r\n  "])
def test_a_secret_on_a_folded_line_is_found(fold: str) -> None:
    head = f"GET /login HTTP/1.1\r\nAuthorization: Basic{fold}{SECRET}{fold}{SECRET}\r\nHost: jenkins\r\n\r\n"
    passed = redacted(list(observations([agent(head.encode())])))
    assert SECRET[:12].encode() not in stream(passed, Side.AGENT)
    assert stream(passed, Side.AGENT).endswith(b"\r\nHost: jenkins\r\n\r\n")


@pytest.mark.parametrize("name", ["slave-agent.jnlp/", "jenkins-agent%2Ejnlp"])
def test_a_jnlp_file_is_searched_however_its_name_is_written(name: str) -> None:
    body = f"<argument>{SECRET}</argument><argument>a1</argument>"
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    said = [agent(f"GET /computer/a1/{name}?x=y HTTP/1.1\r\n\r\n".encode()), controller(answer.encode())]
    assert PSEUDONYM in stream(redacted(list(observations(said))), Side.CONTROLLER)


def test_a_connection_without_secrets_is_passed_on_at_once() -> None:
    passed: list[Observation] = []
    redactor = Redactor(passed.append)
    for each in list(observations([agent(build_utf("Protocol:Ping")), controller(b"Ping\n")]))[:-1]:
        redactor.observe(each)
    assert len(passed) == 3


def test_what_is_held_back_is_bounded() -> None:
    passed: list[Observation] = []
    redactor = Redactor(passed.append)
    flood = [agent(b"GET /x.jnlp HTTP/1.1\r\n\r\n"), controller(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * HELD_BYTES)]
    for each in list(observations(flood))[:-1]:
        redactor.observe(each)
    assert len(passed) == 3


def test_a_segment_full_of_the_secret_is_copied_once(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[object] = []

    def counted(observation: Segment, **changes: bytes) -> Segment:
        copied.append(observation)
        return replace(observation, **changes)  # type: ignore[arg-type] # bytes are what a segment's data is

    repeated = Segment(1, 1.5, Side.AGENT, SECRET.encode() * 64)
    seen = list(observations(jnlp4_channel(b"first")))
    passed: list[Observation] = []
    redactor = Redactor(passed.append)
    for each in seen[:-1]:
        redactor.observe(each)
    monkeypatch.setattr("jnlpspy.wire.held.replace", counted)
    redactor.observe(repeated)
    assert passed[-1] == replace(repeated, data=PSEUDONYM * 64)
    assert copied == [repeated]


def test_a_secret_that_begins_inside_itself_is_replaced_as_a_whole() -> None:
    itself = "a" * 64
    said = [*jnlp4(secret=itself), *jnlp4_channel(b"")[-2:], agent(itself.encode() * 50)]
    passed = redacted(list(observations(said)))
    assert stream(passed, Side.AGENT).endswith(pseudonym_of(itself.encode()) * 50)


def test_what_is_held_back_in_tiny_pieces_is_bounded() -> None:
    begun = jnlp4()[0][1] + (2 * HELD_OBSERVATIONS).to_bytes(2, "big")
    passed: list[Observation] = []
    redactor = Redactor(passed.append)
    for each in list(observations([agent(begun), *[agent(b"{")] * HELD_OBSERVATIONS]))[:-1]:
        redactor.observe(each)
    assert len(passed) > HELD_OBSERVATIONS


def test_observations_of_the_same_connection_keep_their_order() -> None:
    said = jnlp4()
    seen: list[Observation] = [
        *list(observations(said[:3]))[:-1],
        Segment(1, 1.0, Side.AGENT, said[3][1][:40]),
        Tick(1.5),
        Gap(1, 1.6, Side.CONTROLLER, 10),
        Segment(1, 1.7, Side.AGENT, said[3][1][40:]),
        Ended(1, 1.8, Side.AGENT),
        Closed(1, 2.0, Side.AGENT, CloseReason.EOF),
    ]
    passed = redacted(seen)
    of_connection = [each for each in seen if not isinstance(each, Tick)]
    assert [type(each) for each in passed if not isinstance(each, Tick)] == [type(each) for each in of_connection]


def test_what_is_held_when_there_is_nothing_more_to_search_is_passed_on_in_order() -> None:
    refused = [*jnlp4(), agent(ACCEPTED_BYTES + BYE_BYTES), controller(build_refusal("no") + SECRET[:1].encode())]
    seen = list(observations([*refused, agent(b"rest")]))
    passed = redacted(seen)
    assert [type(each) for each in passed] == [type(each) for each in seen]
    assert stream(passed, Side.AGENT).endswith(b"rest")


def test_a_secret_has_one_pseudonym_though_handshake_and_channel_come_in_one_segment() -> None:
    handshake = build_utf("Protocol:JNLP-connect") + build_utf(SECRET) + build_utf("a1") + samples.BINARY
    said = handshake + b"-secret " + SECRET.encode() + b" a1"
    passed = redacted(list(observations([agent(said)])))
    assert stream(passed, Side.AGENT) == said.replace(SECRET.encode(), PSEUDONYM)


def test_a_secret_behind_a_gap_of_the_channel_is_found() -> None:
    seen = list(observations(jnlp4_channel(b"first")))
    gap = Gap(1, 1.5, Side.AGENT, 5000)
    late = Segment(1, 1.6, Side.AGENT, b"sun.java.command=agent.jar " + SECRET.encode() + b" a1")
    passed = redacted([*seen[:-1], gap, late, seen[-1]])
    assert SECRET.encode() not in stream(passed, Side.AGENT)
    assert PSEUDONYM in stream(passed, Side.AGENT)[-100:]


def test_an_observation_of_an_unknown_connection_is_passed_on() -> None:
    assert len(redacted([Segment(9, 1.0, Side.AGENT, b"x")])) == 1


def test_connections_that_are_never_closed_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jnlpspy.wire.limits.CONNECTIONS", 2)
    passed: list[Observation] = []
    redactor = Redactor(passed.append)
    cut_off = jnlp4()[0][1] + jnlp4()[3][1][:80]
    for connection in range(1, 6):
        redactor.observe(Opened(connection, 0.0, Address("127.0.0.1", 1), Address("127.0.0.1", 2)))
        redactor.observe(Segment(connection, 1.0, Side.AGENT, cut_off))
    assert sum(isinstance(each, Segment) for each in passed) == 3
    assert SECRET[:12].encode() not in stream(passed, Side.AGENT)


@pytest.mark.parametrize("seed", range(200))
def test_random_traffic_keeps_its_order_and_its_sizes(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - traffic, not keys
    seen = draw_traffic(random, random.randint(1, 14))
    passed: list[Observation] = [each for each in redacted(seen) if not isinstance(each, FlawsSeen)]
    assert [type(each) for each in passed] == [type(each) for each in seen]
    assert [len(stream(passed, side)) for side in Side] == [len(stream(seen, side)) for side in Side]


@pytest.mark.parametrize(
    ("secret", "flaws"),
    [
        (SECRET, []),
        (f'"{SECRET}"\n', [SecretFlaw.LINE_BREAK, SecretFlaw.QUOTES]),
        (SECRET.upper(), [SecretFlaw.CAPITALS]),
    ],
)
def test_flaws_of_a_secret_are_told_right_behind_it_and_the_secret_is_not(secret: str, flaws: list[SecretFlaw]) -> None:
    passed = redacted(list(observations(jnlp4(secret=secret))))
    assert [flaw for each in passed if isinstance(each, FlawsSeen) for flaw in each.flaws] == flaws
    assert SECRET[:12].encode() not in stream(passed, Side.AGENT).lower()
    if flaws:
        assert isinstance(
            passed[passed.index(next(each for each in passed if isinstance(each, FlawsSeen))) - 1], Segment
        )


def test_flaws_of_a_websocket_agents_secret_are_told() -> None:
    request = f"GET /wsagents/ HTTP/1.1\r\nNode-Name: a1\r\nSecret-Key: {SECRET.upper()}\r\n\r\n".encode()
    passed = redacted(list(observations([agent(request)])))
    assert [each.flaws for each in passed if isinstance(each, FlawsSeen)] == [(SecretFlaw.CAPITALS,)]


def test_a_long_challenge_that_comes_byte_by_byte_stays_as_it_is() -> None:
    challenge = "\\u00e9" * 1400
    headers = build_utf(f"#x\nNode-Name=a1\nChallenge={challenge}\n")
    seen = list(observations([agent(bytes((byte,))) for byte in build_utf("Protocol:JNLP3-connect") + headers]))
    passed = redacted(seen)
    assert stream(passed, Side.AGENT) == stream(seen, Side.AGENT)


def websocket(*said: Said) -> list[Said]:
    return [agent(UPGRADE), controller(SWITCHING), *said]


def what_is_said(seen: list[Observation], side: Side) -> bytes:
    """Return what a side's frames say, behind its head."""
    return unframed(stream(seen, side).partition(b"\r\n\r\n")[2])


def blocks(seen: list[Observation], side: Side) -> list[bytes]:
    return [block.data for block in ChunkReader(0).feed(what_is_said(seen, side))]


@given(
    before=st.one_of(st.integers(0, 40), st.integers(8192 - 80, 8192 + 10)),
    sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=6),
    fragments=st.booleans(),
)
def test_no_secret_passes_in_frames_however_they_are_split(before: int, sizes: list[int], *, fragments: bool) -> None:
    def forever() -> Iterator[int]:
        while True:
            yield from sizes

    properties = b"." * before + samples.SECRET.encode() + b" a1"
    said = websocket(
        controller(messages(Side.CONTROLLER, b"hello", properties, fragments=fragments)),
        agent(messages(Side.AGENT, properties, b"x", properties, fragments=fragments)),
        controller(messages(Side.CONTROLLER, properties)),
    )
    seen = list(observations(split(said, forever())))
    passed = redacted(seen)
    pseudonym = pseudonym_of(samples.SECRET.encode())
    for side in Side:
        assert samples.SECRET.encode() not in stream(passed, side)
        assert blocks(passed, side) == [
            block.replace(samples.SECRET.encode(), pseudonym) for block in blocks(seen, side)
        ]
        assert len(stream(passed, side)) == len(stream(seen, side))
    assert [type(each) for each in passed] == [type(each) for each in seen]


@pytest.mark.parametrize("size", [1, 3, 50, 10_000])
@pytest.mark.parametrize("side", list(Side))
def test_a_secret_in_a_control_frame_or_in_text_is_found(side: Side, size: int) -> None:
    mask = mask_of(side)
    secret = samples.SECRET.encode()
    wire = (
        write_frame(Opcode.BINARY, b"xx" + secret[:30], mask, final=False)
        + write_frame(Opcode.PING, b"ping " + secret, mask)
        + write_frame(Opcode.CONTINUATION, secret[30:] + b"yy", mask)
        + write_frame(Opcode.TEXT, b"text " + secret, mask)
        + write_frame(Opcode.PONG, bytes(200) + secret, mask)
        + write_close(1001, samples.SECRET, mask)
    )
    pieces = [(side, wire[start : start + size]) for start in range(0, len(wire), size)]
    passed = redacted(list(observations(websocket(*pieces))))
    assert secret not in stream(passed, side)
    said = what_is_said(passed, side)
    pseudonym = pseudonym_of(secret)
    assert said.count(pseudonym) == 4
    assert pseudonym[:30] + b"ping" in said
    assert secret[:12] not in said
    assert secret[-12:] not in said


def test_frames_without_a_secret_are_passed_on_at_once() -> None:
    passed: list[Observation] = []
    redactor = Redactor(passed.append)
    clean = [agent(messages(Side.AGENT, bytes(900))), controller(messages(Side.CONTROLLER, bytes(20_000)))]
    seen = list(observations(websocket(*split(clean, iter([7] * 10_000)))))[:-1]
    for number, each in enumerate(seen, start=1):
        redactor.observe(each)
        assert len(passed) == number
    assert passed[3:] == seen[3:]


def test_a_secret_cut_off_in_a_frame_is_held_and_no_more_than_others_are() -> None:
    passed: list[Observation] = []
    redactor = Redactor(passed.append)
    cut_off = messages(Side.AGENT, b"..." + samples.SECRET.encode())[:-20]
    flood = messages(Side.CONTROLLER, bytes(HELD_BYTES // 2))
    said = websocket(agent(cut_off), controller(flood), controller(flood), controller(flood))
    for each in list(observations(said))[:-1]:
        redactor.observe(each)
        if isinstance(each, Segment) and each.data == cut_off:
            assert len(passed) == 3
    assert len(passed) == 7


def test_what_frames_cannot_be_told_in_is_searched_as_it_is() -> None:
    garbage = b"\xff\xff" + bytes(7) + b"HTTP/1.1 400 Bad Request " * 9
    said = websocket(agent(garbage), agent(b"-secret " + samples.SECRET.encode() + b" a1"))
    passed = redacted(list(observations(said)))
    assert samples.SECRET.encode() not in stream(passed, Side.AGENT)


def test_what_extensions_make_of_frames_is_blanked() -> None:
    answer = head("HTTP/1.1 101 Go", {**ANSWER, "Sec-WebSocket-Extensions": "permessage-deflate"})
    frames = write_frame(Opcode.BINARY, b"deflated", reserved=4)
    said = [agent(UPGRADE + frames), controller(answer + frames), controller(frames), agent(frames)]
    passed = redacted(list(observations(said)))
    for side in Side:
        assert stream(passed, side).endswith(b"\r\n\r\n" + bytes(2 * len(frames)))


def test_a_switch_that_no_agent_asked_for_is_passed_on() -> None:
    asked = b"GET /cli/ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"
    said = [agent(asked), controller(b"HTTP/1.1 101 Go\r\n\r\n"), agent(b"\x82\x80abcd"), controller(b"x" * 9)]
    seen = list(observations(said))
    assert redacted(seen)[1:] == seen[1:]


def test_a_gap_in_frames_hides_no_secret_behind_it() -> None:
    first = messages(Side.AGENT, samples.PING)
    late = messages(Side.AGENT, samples.UNEXPORT, b"-secret " + samples.SECRET.encode())
    seen = list(observations(websocket(agent(first[:100]))))
    passed = redacted([*seen[:-1], Gap(1, 1.5, Side.AGENT, 5000), Segment(1, 1.6, Side.AGENT, late), seen[-1]])
    behind = stream(passed, Side.AGENT)[-len(late) :]
    said = b"".join(step.data for step in FrameReader(masks=True).feed(behind) if isinstance(step, Piece))
    assert samples.SECRET.encode() not in said
    assert pseudonym_of(samples.SECRET.encode()) in said


@pytest.mark.parametrize("in_frames", [True, False])
def test_a_secret_is_found_though_the_other_side_speaks_at_length_inside_it(*, in_frames: bool) -> None:
    secret = (samples.SECRET if in_frames else SECRET).encode()
    halves = [b"before " + secret[:40], secret[40:] + b" behind"]
    if in_frames:
        channel = websocket()
        said = [agent(write_frame(Opcode.BINARY, half, mask_of(Side.AGENT))) for half in halves]
        chatter = controller(write_frame(Opcode.BINARY, b"z"))
    else:
        channel = jnlp4_channel(b"")
        said = [agent(half) for half in halves]
        chatter = controller(b"z")
    seen = redacted(list(observations([*channel, said[0], *[chatter] * (3 * HELD_ON_CHANNEL), said[1]])))
    told = what_is_said(seen, Side.AGENT) if in_frames else stream(seen, Side.AGENT)
    assert told.endswith(b"before " + pseudonym_of(secret) + b" behind")
    assert stream(seen, Side.CONTROLLER).count(b"z") >= 3 * HELD_ON_CHANNEL


@pytest.mark.parametrize("in_frames", [True, False])
def test_a_gap_inside_a_secret_shows_no_part_of_what_stands_before_it(*, in_frames: bool) -> None:
    secret = (samples.SECRET if in_frames else SECRET).encode()
    begun = agent(write_frame(Opcode.BINARY, secret[:30], mask_of(Side.AGENT)) if in_frames else secret[:30])
    seen = list(observations([*(websocket() if in_frames else jnlp4_channel(b"")), begun]))
    gap = Gap(1, 1.5, Side.AGENT, 10)
    passed = redacted([*seen[:-1], gap, Segment(1, 1.6, Side.AGENT, b"behind"), seen[-1]])
    (at,) = (number for number, each in enumerate(passed) if each == gap)
    before = passed[:at]
    told = what_is_said(before, Side.AGENT) if in_frames else stream(before, Side.AGENT)
    assert told.endswith(pseudonym_of(secret)[:30])


@pytest.mark.parametrize("in_frames", [True, False])
def test_a_connection_that_ends_inside_a_secret_shows_no_part_of_it(*, in_frames: bool) -> None:
    secret = (samples.SECRET if in_frames else SECRET).encode()
    half = secret[:40]
    last = agent(write_frame(Opcode.BINARY, half, mask_of(Side.AGENT)) if in_frames else half)
    seen = redacted(list(observations([*(websocket() if in_frames else jnlp4_channel(b"")), last])))
    told = what_is_said(seen, Side.AGENT) if in_frames else stream(seen, Side.AGENT)
    assert told.endswith(pseudonym_of(secret)[:40])


def test_what_is_held_on_the_channel_is_not_gone_through_again_and_again() -> None:
    passed: list[Observation] = []
    redactor = Redactor(passed.append)
    cut_off = agent(write_frame(Opcode.BINARY, samples.SECRET.encode()[:40], mask_of(Side.AGENT)))
    chatter = controller(write_frame(Opcode.BINARY, b"z"))
    seen = [*observations([*websocket(), cut_off, *[chatter] * HELD_OBSERVATIONS])]
    for fed, observation in enumerate(seen[:-1], 1):
        redactor.observe(observation)
        assert fed - len(passed) <= HELD_ON_CHANNEL


def test_a_password_in_a_url_is_hidden_wherever_a_head_has_one() -> None:
    asked = b"GET http://joe:hunter2@host/x HTTP/1.1\r\nReferer: http://joe:hunter2@host/@a\r\n\r\n"
    answered = b"HTTP/1.1 302 Found\r\nLocation: http://joe:hunter2@host/\r\nContent-Length: 0\r\n\r\n"
    passed = redacted(list(observations([agent(asked), controller(answered)])))
    hidden = pseudonym_of(b"joe:hunter2")
    assert stream(passed, Side.AGENT) == asked.replace(b"joe:hunter2", hidden)
    assert stream(passed, Side.CONTROLLER) == answered.replace(b"joe:hunter2", hidden)
