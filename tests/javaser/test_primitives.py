"""How primitive fields lie on the wire, and which layouts are remembered."""

from jnlpspy.javaser.primitives import field_layout


def test_a_layout_that_classes_share_is_made_once() -> None:
    assert field_layout("IJL") is field_layout("IJL")


def test_a_layout_as_long_as_only_a_stranger_would_send_is_not_kept() -> None:
    """Each takes some MiB where a class has as many fields as it may."""
    assert field_layout("I" * 5000) is not field_layout("I" * 5000)
    layout = field_layout("I" * 5000)
    assert (layout.size, layout.primitives, layout.chars, layout.objects) == (20_000, 5000, (), 0)
