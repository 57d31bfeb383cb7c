import pytest
import samples
from feeding import queue_of
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.errors import MalformedBytes
from jnlpspy.model.negotiation import Headers
from jnlpspy.model.secret import Secret
from jnlpspy.wire.headers import (
    build_json_headers,
    find_lines,
    parse_json_headers,
    parse_line_headers,
    parse_properties_headers,
)
from jnlpspy.wire.readers import read_paragraph


def covered(data: bytes, headers: Headers) -> list[bytes]:
    return [data[span.start : span.end] for span in headers.secret_spans]


def test_a_secret_and_its_place_are_found_in_json() -> None:
    data = build_json_headers(samples.AGENT_HEADERS)
    headers = parse_json_headers(data, 0)
    assert headers.agent_name == samples.NAME
    assert headers.secret == headers.fields["Secret-Key"] == Secret(samples.SECRET)
    assert covered(data, headers) == [samples.SECRET.encode()]


@pytest.mark.parametrize("key", ["Secret-Key", "Cookie", "JnlpAgentProtocol.cookie", "cookie"])
def test_secrets_and_cookies_never_show(key: str) -> None:
    headers = parse_json_headers(build_json_headers({key: samples.COOKIE}), 0)
    assert samples.COOKIE not in repr(headers)
    assert len(headers.secret_spans) == 1


@pytest.mark.parametrize(
    "name", [samples.SECRET, samples.SECRET.upper(), f" {samples.SECRET}\n", f"'{samples.SECRET}'"]
)
def test_a_name_with_a_secret_in_it_is_kept_as_a_secret(name: str) -> None:
    headers = parse_json_headers(build_json_headers({"Node-Name": name, "Secret-Key": "agent-1"}), 0)
    assert headers.agent_name == Secret(name)
    assert samples.SECRET not in repr(headers).lower()


def test_a_key_may_be_written_with_escapes() -> None:
    data = b'{"\\u0053ecret-Key" : "s\\"3", "Node-Name":null}'
    headers = parse_json_headers(data, 0)
    assert headers.fields == {"Secret-Key": Secret('s"3'), "Node-Name": None}
    assert covered(data, headers) == [b's\\"3']


def test_a_key_that_is_no_utf_8_has_no_place() -> None:
    headers = parse_json_headers(b'{"\\\xff":"x","Secret-Key":"s"}', 0)
    assert headers.fields == {"\\xff": "x", "Secret-Key": Secret("s")}
    assert len(headers.secret_spans) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"a":1}',
        b'{"a":{"b":"c"}}',
        b'{"a":"\xff"}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b"NaN",
        b"9" * 5000,
        b'{"Secret-Key":"' + samples.SECRET.encode() + b'",}',
    ],
)
def test_malformed_json_is_said_without_its_content(data: bytes) -> None:
    with pytest.raises(MalformedBytes) as raised:
        parse_json_headers(data, 0)
    assert samples.SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"' + b'\\"' * 32_000 + b'":null}',
        b'{"a":"' + b'\\"' * 32_000 + b'"}',
        b'{"a"' + b" " * 60_000 + b":null}",
        b"{" + b",".join(b'"%d":null' % number for number in range(5000)) + b"}",
    ],
)
def test_no_string_of_a_long_object_is_looked_through_twice(data: bytes) -> None:
    """A pattern that starts again inside a string would take minutes here."""
    assert parse_json_headers(data, 0).secret_spans == ()


def test_a_secret_and_its_place_are_found_in_properties() -> None:
    data = samples.properties({"Node-Name": "a b", "Secret-Key": samples.SECRET})
    headers = parse_properties_headers(data[2:], 2)
    assert headers.agent_name == "a b"
    assert covered(data, headers) == [samples.SECRET.encode()]


def test_a_secret_and_its_place_are_found_in_lines() -> None:
    data = b"Cookie: abc \r\nNode-Name:x\n:empty\nno colon\n\n"
    headers = parse_line_headers(data, 0)
    assert headers.fields == {"Cookie": Secret("abc"), "Node-Name": "x", "": "empty"}
    assert covered(data, headers) == [b"abc"]


@pytest.mark.parametrize("line", [b"x" * 65_000, b" " * 65_000, b"a:" + b" " * 65_000])
def test_a_long_line_is_looked_through_once(line: bytes) -> None:
    """A pattern that may begin anywhere would take seconds for each of these."""
    paragraph = read_paragraph(queue_of(line + b"\n\n"))
    assert paragraph is not None
    assert len(list(find_lines(paragraph, 0, 0))) == line.count(b":")


@given(st.dictionaries(st.text(), st.text()))
def test_what_is_built_is_parsed_again(fields: dict[str, str]) -> None:
    data = build_json_headers(fields)
    headers = parse_json_headers(data, 0)
    assert {key: value.value if isinstance(value, Secret) else value for key, value in headers.fields.items()} == fields
    assert all(0 < span.start <= span.end < len(data) for span in headers.secret_spans)
