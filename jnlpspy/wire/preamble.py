"""The classic channel's preamble: capability and transmission mode, with whatever garbage comes before them.

Mirrors hudson.remoting.ChannelBuilder.negotiate, which scans for three patterns at once and logs other bytes.
"""

from jnlpspy.errors import LimitExceeded, MalformedBytes
from jnlpspy.model.negotiation import Capability, Mode
from jnlpspy.wire import limits
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.layouts import CAPABILITY_MARK, CAPABILITY_TEXT_SIZE, MODES, parse_capability_text
from jnlpspy.wire.readers import describe_bytes

_LONGEST_MODE = max(len(pattern) for pattern in MODES.values())


def read_preamble(queue: ByteQueue) -> Capability | Mode | None:
    """Read the next capability or transmission mode, passing over what stands before it."""
    seen = queue.peek(limits.GARBAGE + CAPABILITY_TEXT_SIZE + len(CAPABILITY_MARK))
    patterns = {CAPABILITY_MARK: None, **{pattern: Mode(mode) for mode, pattern in MODES.items()}}
    found = [(at, pattern) for pattern in patterns if (at := seen.find(pattern)) >= 0]
    if not found:
        if len(seen) > limits.GARBAGE:
            raise LimitExceeded(f"a preamble within {limits.GARBAGE} bytes", describe_bytes(seen[:16]))
        return None
    at, pattern = min(found)
    mode = patterns[pattern]
    if mode is not None:
        queue.take(at + len(pattern))
        return mode
    return _read_capability(queue, seen, at + len(CAPABILITY_MARK))


def _read_capability(queue: ByteQueue, seen: bytes, start: int) -> Capability | None:
    text = seen[start : start + CAPABILITY_TEXT_SIZE]
    if len(text) < CAPABILITY_TEXT_SIZE:
        return None
    capability = parse_capability_text(text)
    if capability is None:
        raise MalformedBytes(
            "a serialized hudson.remoting.Capability in base64", describe_bytes(text[:16]), offset=start
        )
    queue.take(start + CAPABILITY_TEXT_SIZE)
    return capability
