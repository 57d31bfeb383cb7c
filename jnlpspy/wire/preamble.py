"""The classic channel's preamble: capability and transmission mode, with whatever garbage comes before them.

Mirrors hudson.remoting.ChannelBuilder.negotiate, which scans for three patterns at once and logs other bytes.
"""

import re

from jnlpspy.errors import LimitExceeded, MalformedBytes
from jnlpspy.model.negotiation import Capability, Mode
from jnlpspy.wire import limits
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.layouts import CAPABILITY_MARK, CAPABILITY_TEXT_SIZE, MODES, parse_capability_text
from jnlpspy.wire.readers import describe_bytes

_MODE_OF = {pattern: Mode(mode) for mode, pattern in MODES.items()}
_PATTERNS = (CAPABILITY_MARK, *_MODE_OF)
_PREAMBLE = re.compile(b"|".join(map(re.escape, _PATTERNS)))
_LONGEST = max(map(len, _PATTERNS))


def read_preamble(queue: ByteQueue) -> Capability | Mode | None:
    """Read the next capability or transmission mode, passing over what stands before it."""
    found = queue.search(_PREAMBLE, _LONGEST)
    if found is None and len(queue) < limits.GARBAGE + _LONGEST:
        return None
    if found is None or found[0] > limits.GARBAGE:
        garbage = queue.take(limits.GARBAGE)
        raise LimitExceeded(f"a preamble within {limits.GARBAGE} bytes", describe_bytes(garbage[:16]))
    start, end = found
    pattern = queue.peek(end - start, start)
    if pattern == CAPABILITY_MARK:
        return _read_capability(queue, end)
    queue.take(end)
    return _MODE_OF[pattern]


def _read_capability(queue: ByteQueue, start: int) -> Capability | None:
    if len(queue) < start + CAPABILITY_TEXT_SIZE:
        return None
    text = queue.take(start + CAPABILITY_TEXT_SIZE)[start:]
    capability = parse_capability_text(text)
    if capability is None:
        raise MalformedBytes(
            "a serialized hudson.remoting.Capability in base64", describe_bytes(text[:16]), offset=start
        )
    return capability
