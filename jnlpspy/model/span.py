"""Which bytes of whose stream a fact came from."""

from enum import Enum

from jnlpspy.model.noun import noun


@noun()
class Span:
    """Offsets `[start, end)` in one side's decrypted stream, counted from the connection's first byte."""

    start: int
    end: int

    def __len__(self) -> int:
        """Return the number of bytes."""
        return self.end - self.start


class Form(Enum):
    """How a message's bytes travel."""

    BASE64 = "base64"
    FRAMES = "WebSocket frames"


@noun()
class Decoded:
    """Where a message stands in what the bytes of its span say: text of text mode, or WebSocket frames."""

    span: Span
    """Offsets in all that the side says in this form, from where it begins."""
    lead: int
    """Bytes that the span says before the message."""
    form: Form = Form.BASE64
