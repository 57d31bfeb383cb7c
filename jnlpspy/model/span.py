"""Which bytes of whose stream a fact came from."""

from jnlpspy.model.noun import noun


@noun()
class Span:
    """Offsets `[start, end)` in one side's decrypted stream, counted from the connection's first byte."""

    start: int
    end: int

    def __len__(self) -> int:
        """Return the number of bytes."""
        return self.end - self.start


@noun()
class Decoded:
    """Where a message stands in what the text of its span says."""

    span: Span
    """Offsets in all that the side's text says, from where text mode begins."""
    lead: int
    """Bytes that the span's text says before the message."""
