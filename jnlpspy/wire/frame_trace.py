"""A WebSocket frame taken apart, each field with where it stands (RFC 6455, section 5.2)."""

from jnlpspy.model.trace import Node
from jnlpspy.wire.websocket import Frame, FrameReader, Opcode, Piece, read_close

_CODE_SIZE = 2
_NAMES = {int(each): each.name.lower() for each in Opcode}


def trace_frame(data: bytes, start: int) -> Node:
    """Return what a frame is made of that stands at `start` in its sender's stream; bad if it is not whole."""
    steps = FrameReader(start, masks=True, gather_controls=False).feed(data)
    pieces = [step for step in steps if isinstance(step, Piece)]
    if not pieces or pieces[0].frame.span.end != start + len(data):
        return Node("frame", start, start + len(data), "not whole", bad=True)
    frame = pieces[0].frame
    behind = start + len(frame.head)
    payload = _trace_payload(frame, pieces[0].data, behind) if frame.length else []
    return Node("frame", start, frame.span.end, _NAMES.get(frame.opcode, "reserved"), [*_trace_head(frame), *payload])


def _trace_head(frame: Frame) -> list[Node]:
    start = frame.span.start
    bits = [_NAMES.get(frame.opcode, f"opcode {frame.opcode:#x}"), "the last" if frame.final else "more follow"]
    if frame.reserved:
        bits.append(f"reserved bits {frame.reserved:03b}")
    end = start + len(frame.head) - len(frame.mask)
    nodes = [
        Node("opcode", start, start + 1, ", ".join(bits)),
        Node("length", start + 1, end, f"{frame.length}{', masked' if frame.mask else ''}"),
    ]
    return [*nodes, Node("mask", end, end + len(frame.mask), frame.mask.hex(" "))] if frame.mask else nodes


def _trace_payload(frame: Frame, said: bytes, start: int) -> list[Node]:
    end = frame.span.end
    if frame.opcode != Opcode.CLOSE or len(said) < _CODE_SIZE:
        return [Node("payload", start, end, f"{len(said)} bytes")]
    code, reason = read_close(said)
    found = [Node("code", start, start + _CODE_SIZE, str(code))]
    return [*found, Node("reason", start + _CODE_SIZE, end, reason)] if reason else found
