"""Traffic that tests of "any bytes at all" draw: mostly plausible, so that it gets past the first message."""

from base64 import b64encode
from dataclasses import dataclass, replace
from random import Random

import over_websocket
import samples
import sealed
from conversation import AGENT_ADDRESS, CONTROLLER_ADDRESS

from jnlpspy.model.tap import Closed, CloseReason, Ended, Gap, Observation, Opened, Segment, Side
from jnlpspy.wire.layouts import build_capability_preamble, build_utf
from jnlpspy.wire.websocket import write_close

HTTP_REQUEST = b"GET /tcpSlaveAgentListener/ HTTP/1.1\r\nHost: jenkins\r\nAuthorization: Basic YTpi\r\n\r\n"
HTTP_HEAD_REQUEST = b"HEAD / HTTP/1.1\r\nHost: jenkins\r\n\r\n"
UPGRADE = over_websocket.UPGRADE

AGENT_PIECES = (
    *(samples.offer(name) for name in ("JNLP4-connect", "JNLP4-plaintext", "JNLP2-connect", "JNLP-connect", "Ping")),
    samples.offer("JNLP3-connect"),
    samples.offer("JNLP4-connect-proxy") + b"Node-Name: agent-1\n\n",
    samples.offer("JNLP9-connect"),
    b"\0\x05Hello",
    samples.ACK,
    samples.headers(samples.AGENT_HEADERS),
    samples.properties(samples.AGENT_HEADERS),
    samples.frame(samples.SECRET.encode()) + samples.frame(samples.NAME.encode()),
    samples.OK,
    samples.BYE,
    samples.CAPABILITY_FRAME,
    samples.CAPABILITY_PREAMBLE + samples.BINARY,
    build_capability_preamble(samples.UNCHUNKED) + samples.BINARY,
    samples.CAPABILITY_PREAMBLE + samples.TEXT,
    b"\xac\xed\0\5" + samples.PING[4:] + b"y" + samples.CLOSE[4:],
    b64encode(samples.chunked(samples.RPC)),
    b64encode(b"\xac\xed\0\5") + b64encode(samples.RPC[4:] + b"y"),
    sealed.Sealer().headers(),
    b"\0\7Welcome" + sealed.Sealer().response(),
    sealed.Sealer().keys() + sealed.ciphered(samples.CAPABILITY_PREAMBLE, samples.BINARY),
    samples.chunked(samples.PING),
    samples.chunked(samples.PING_ANSWER, samples.UNEXPORT),
    samples.chunked(samples.CLOSE),
    over_websocket.messages(Side.AGENT, samples.UNEXPORT, fragments=True),
    over_websocket.messages(Side.AGENT, samples.PING_ANSWER, samples.SECRET.encode()),
    HTTP_REQUEST,
    HTTP_HEAD_REQUEST,
    UPGRADE,
    b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
    b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n",
    bytes.fromhex("16030100c8010000c40303"),
    b"SSH-2.0-OpenSSH_9.6\r\n",
)
CONTROLLER_PIECES = (
    samples.ACK,
    samples.headers(samples.CONTROLLER_HEADERS),
    samples.OK,
    samples.error("Authorization failure"),
    build_utf("FATAL: no"),
    samples.CAPABILITY_FRAME,
    b"Welcome\n",
    b"Welcome\nCookie: " + samples.COOKIE.encode() + b"\n\n",
    samples.CAPABILITY_PREAMBLE,
    samples.CAPABILITY_PREAMBLE + samples.BINARY,
    build_capability_preamble(samples.UNCHUNKED),
    samples.BINARY,
    b"\xac\xed\0\5" + samples.RPC[4:] + b"y" + samples.PING_ANSWER[4:],
    samples.TEXT + b64encode(samples.chunked(samples.PING)),
    b"Negotiate\n" + sealed.Sealer().answer(),
    sealed.Sealer().challenge(),
    b"Welcome\n" + sealed.Sealer().cookie(),
    b"Negotiate\n",
    b"Ping\n",
    b"Unknown protocol:\n",
    b"Disabled protocol:Protocol:JNLP4-connect\r\n",
    b"HTTP/1.0 404 Not Found\nContent-Type: text/plain\nNot Found\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n\r\nto the end",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x82\x02ab",
    over_websocket.messages(Side.CONTROLLER, samples.PING, samples.RPC) + write_close(1001, "Idle Timeout"),
    samples.chunked(samples.PING, samples.RPC),
    samples.chunked(samples.CANCEL, samples.PING_ANSWER),
    samples.chunked(samples.CLOSE),
    bytes.fromhex("150301000202") + b"(",
)


@dataclass(frozen=True)
class Weights:
    """How often what is drawn."""

    plausible: int = 12
    cut: int = 2
    garbage: int = 2
    changed: int = 2
    gap: int = 1
    end: int = 1


def draw_traffic(random: Random, pieces: int, weights: Weights = Weights()) -> list[Observation]:
    """Return the observations of one connection."""
    drawn: list[Observation] = [Opened(1, 0.0, AGENT_ADDRESS, CONTROLLER_ADDRESS)]
    kinds = [kind for kind, weight in vars(weights).items() for _ in range(weight)]
    for when in range(pieces):
        side = random.choice(list(Side))
        match random.choice(kinds):
            case "gap":
                drawn.append(Gap(1, float(when), side, random.choice((0, 0, 1, 7, 5000))))
            case "end":
                drawn.append(Ended(1, float(when), side, random.choice(list(CloseReason))))
            case kind:
                drawn.append(Segment(1, float(when), side, _draw_bytes(random, side, kind)))
    if random.random() < 0.8:
        by = random.choice((*Side, None))
        drawn.append(Closed(1, float(pieces), by, random.choice(list(CloseReason))))
    return drawn


def _draw_bytes(random: Random, side: Side, kind: str) -> bytes:
    if kind == "garbage":
        return random.choice(
            (random.randbytes(random.randint(1, 40)), b"\n", b"\0" * random.randint(1, 9), b"\r\n\r\n")
        )
    piece = random.choice(AGENT_PIECES if side is Side.AGENT else CONTROLLER_PIECES)
    if kind == "cut":
        start = random.randrange(len(piece))
        return piece[start:] if random.random() < 0.5 else piece[: start + 1]
    if kind == "changed":
        changed = bytearray(piece)
        for _ in range(random.randint(1, 3)):
            changed[random.randrange(len(changed))] = random.randrange(256)
        return bytes(changed)
    if random.random() < 0.3:
        more = random.choice(AGENT_PIECES if side is Side.AGENT else CONTROLLER_PIECES)
        return piece + more
    return piece


def mutate(random: Random, observations: list[Observation]) -> list[Observation]:
    """Return observations of which some segments are changed, cut, lost, doubled or swapped."""
    segments = [index for index, each in enumerate(observations) if isinstance(each, Segment) and each.data]
    for _ in range(random.randint(1, 5)):
        if not segments:
            break
        index = random.choice(segments)
        segment = observations[index]
        if not isinstance(segment, Segment):
            continue
        match random.randrange(5):
            case 0:
                changed = bytearray(segment.data)
                changed[random.randrange(len(changed))] = random.randrange(256)
                observations[index] = replace(segment, data=bytes(changed))
            case 1:
                observations[index] = replace(segment, data=segment.data[: random.randint(1, len(segment.data))])
            case 2:
                observations[index] = Gap(segment.connection, segment.when, segment.sender, len(segment.data))
            case 3:
                observations[index] = replace(segment, data=segment.data * 2)
            case _:
                observations[index] = replace(segment, sender=segment.sender.peer)
    return observations
