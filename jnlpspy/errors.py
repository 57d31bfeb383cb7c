"""The error tree, told by blame; `cli` turns each branch into its exit code."""


class JnlpspyError(Exception):
    """Anything jnlpspy reports instead of crashing."""


class UsageError(JnlpspyError):
    """The user asked for something impossible (exit 2)."""


class CaptureError(JnlpspyError):
    """A capture or input file cannot be read (exit 3)."""


class NetworkError(JnlpspyError):
    """Listening, dialling or TLS failed for the tool itself (exit 4)."""


class DecodeError(JnlpspyError):
    """Bytes that cannot be decoded; never leaves the decoder, which turns it into an `Undecodable` event.

    `offset` counts from the start of what the reader was given, `path` names the field.
    """

    def __init__(self, expected: str, got: str, *, offset: int = 0, path: str = "") -> None:
        super().__init__(f"expected {expected}, got {got} at byte {offset}{f' ({path})' if path else ''}")
        self.expected = expected
        self.got = got
        self.offset = offset
        self.path = path


class MalformedBytes(DecodeError):
    """The bytes break the grammar; the sender is to blame."""


class LimitExceeded(DecodeError):
    """A cap of `wire.limits` or of a reader was met; the sender is probably to blame."""


class NotSupported(DecodeError):
    """Legal, and not implemented by us."""
