from jnlpspy.model.span import Span


def test_a_span_is_as_long_as_its_bytes() -> None:
    assert len(Span(3, 7)) == 4
