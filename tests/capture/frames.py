"""Packets and capture files built with struct only, so that they do not share a mistake with the code under test."""

import struct
from collections.abc import Iterable

FIN, SYN, RST, ACK = 1, 2, 4, 16
AGENT = ("10.0.0.1", 40_000)
CONTROLLER = ("10.0.0.2", 50_000)
RAW_IP = 101


def tcp(  # noqa: PLR0917 - as the fields stand in the header
    source: int,
    destination: int,
    sequence: int,
    acknowledgement: int,
    flags: int,
    data: bytes = b"",
    options: bytes = b"",
) -> bytes:
    words = 5 + len(options) // 4
    numbers = (sequence & 0xFFFFFFFF, acknowledgement & 0xFFFFFFFF)
    return struct.pack(">HHIIBBHHH", source, destination, *numbers, words << 4, flags, 1000, 0, 0) + options + data


def ipv4(
    source: str, destination: str, payload: bytes, *, options: bytes = b"", protocol: int = 6, fragment: int = 0
) -> bytes:
    head = struct.pack(
        ">BBHHHBBH", 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload), 0, fragment, 64, protocol, 0
    )
    return head + _packed4(source) + _packed4(destination) + options + payload


def ipv6(source: bytes, destination: bytes, payload: bytes, *, next_header: int = 6) -> bytes:
    return struct.pack(">IHBB", 6 << 28, len(payload), next_header, 64) + source + destination + payload


def from_agent(sequence: int, acknowledgement: int, flags: int, data: bytes = b"") -> bytes:
    return ipv4(AGENT[0], CONTROLLER[0], tcp(AGENT[1], CONTROLLER[1], sequence, acknowledgement, flags, data))


def from_controller(sequence: int, acknowledgement: int, flags: int, data: bytes = b"") -> bytes:
    return ipv4(CONTROLLER[0], AGENT[0], tcp(CONTROLLER[1], AGENT[1], sequence, acknowledgement, flags, data))


def handshake(agent: int = 1000, controller: int = 2000) -> list[bytes]:
    """The first byte of the agent is number 1001, that of the controller 2001."""
    return [
        from_agent(agent, 0, SYN),
        from_controller(controller, agent + 1, SYN | ACK),
        from_agent(agent + 1, controller + 1, ACK),
    ]


def pcap(
    packets: Iterable[tuple[float, bytes]], *, order: str = "<", nano: bool = False, link_type: int = RAW_IP
) -> bytes:
    ticks = 1_000_000_000 if nano else 1_000_000
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 262_144, link_type)
    for when, data in packets:
        fraction = round(when % 1 * ticks)
        out += struct.pack(f"{order}IIII", int(when), fraction, len(data), len(data)) + data
    return out


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(f"{order}II", kind, 12 + len(body)) + body + struct.pack(f"{order}I", 12 + len(body))


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str = "<", comments: Iterable[str] = ()) -> bytes:
    options = b"".join(option(1, comment.encode(), order) for comment in comments)
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1) + options, order)


def interface(
    name: str = "", *, order: str = "<", link_type: int = RAW_IP, snap: int = 0, options: bytes = b""
) -> bytes:
    named = option(2, name.encode(), order) if name else b""
    return block(1, struct.pack(f"{order}HHI", link_type, 0, snap) + named + options, order)


def enhanced(ticks: int, data: bytes, *, order: str = "<", number: int = 0, comments: Iterable[str] = ()) -> bytes:
    head = struct.pack(f"{order}IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
    options = b"".join(option(1, comment.encode(), order) for comment in comments)
    return block(6, head + data + bytes(-len(data) % 4) + options, order)


def pcapng(packets: Iterable[bytes], name: str = "decrypted") -> bytes:
    """A packet every millisecond from second 1,000 on."""
    blocks = (enhanced(1_000_000_000 + 1000 * index, data) for index, data in enumerate(packets))
    return section() + interface(name) + b"".join(blocks)


def _packed4(address: str) -> bytes:
    return bytes(int(part) for part in address.split("."))
