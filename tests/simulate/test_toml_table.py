import pytest

from jnlpspy.errors import CaptureError
from jnlpspy.simulate.toml_table import Table


def test_a_table_that_was_read_whole_has_nothing_to_complain_of() -> None:
    table = Table("a.toml", {"text": "a", "list": [1, "b"], "inner": {"x": 1}})
    assert table.text("text") == "a"
    assert table.value_list("list") == [1, "b"]
    assert table.values("inner") == {"x": 1}
    table.finish()


def test_what_is_not_there_has_its_default_or_is_missed() -> None:
    table = Table("a.toml", {})
    assert (table.flag("a", default=True), table.whole("b", range(9), 4), table.values("c")) == (True, 4, {})
    with pytest.raises(CaptureError, match=r"a\.toml: d: expected a value, got none"):
        table.text("d")


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(CaptureError, match=r"a: expected a whole number from 0 to 8, got 'x{59}…"):
        Table("a.toml", {"a": "x" * 500}).whole("a", range(9))


def test_a_number_beyond_javas_is_refused() -> None:
    with pytest.raises(CaptureError, match="a: expected a text, a number, true or false, got 9223372036854775808"):
        Table("a.toml", {"a": 1 << 63}).value("a")
