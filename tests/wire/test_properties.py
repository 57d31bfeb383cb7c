import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.wire.properties import format_properties, parse_properties


def parsed(text: str) -> dict[str, str]:
    return {key: value for key, value, _, _ in parse_properties(text)}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "#Sun Nov 22 10:25:12 UTC 2026\nNode-Name=agent1\nSecret-Key=5ec\n",
            {"Node-Name": "agent1", "Secret-Key": "5ec"},
        ),
        ("! comment\r\n a : b \r\nc d\r\ne", {"a": "b ", "c": "d", "e": ""}),
        (r"a\=b=c\:d\\", {"a=b": "c:d\\"}),
        ("a=b\\\n   c", {"a": "bc"}),
        ("a=b\\\r\n   c", {"a": "bc"}),
        (r"a=\u00e4\t\q", {"a": "ä\tq"}),
        (r"a=\ud83d\ude00", {"a": "😀"}),
        (r"a=\ud83d", {"a": "\ud83d"}),
        ("\\", {}),
        ("=x", {"": "x"}),
        ("", {}),
    ],
)
def test_a_text_is_read_as_java_reads_it(text: str, fields: dict[str, str]) -> None:
    assert parsed(text) == fields


def test_where_a_value_stands_is_told_as_encoded() -> None:
    text = "#c\nSecret-Key: a\\=b\nx"
    key, value, start, end = next(parse_properties(text))
    assert (key, value) == ("Secret-Key", "a=b")
    assert text[start:end] == "a\\=b"


@given(st.dictionaries(st.text(), st.text()))
def test_what_is_written_is_read_again(fields: dict[str, str]) -> None:
    assert parsed(format_properties(fields, "comment")) == fields


@given(st.text(alphabet="\\ =:#!\r\n\tua0"))
def test_any_text_has_an_end(text: str) -> None:
    assert all(0 <= start <= end <= len(text) for _, _, start, end in parse_properties(text))
