"""Connection headers in their three encodings, with the secrets in them found and held as secrets."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from jnlpspy.errors import MalformedBytes
from jnlpspy.model.negotiation import Headers
from jnlpspy.model.secret import Secret
from jnlpspy.model.span import Span
from jnlpspy.wire.properties import parse_properties

AGENT_NAME = "Node-Name"
SECRET = "Secret-Key"  # noqa: S105 - a header's name
COOKIES = ("JnlpAgentProtocol.cookie", "Cookie")
"""The cookie's key since remoting 4.7, and before."""

_NAME_KEY = AGENT_NAME.lower()
SECRET_KEYS = frozenset(key.lower() for key in (SECRET, *COOKIES))

_JSON = json.JSONDecoder(strict=False)
_LOOKS_LIKE_SECRET = re.compile(r"[0-9a-fA-F]{64}")
# In text known to be JSON each match is one whole string at least, so that none is looked through twice.
_JSON_PAIR = re.compile(rb'"((?:[^"\\]|\\.)*+)"(?:\s*+:\s*+"((?:[^"\\]|\\.)*+)")?', re.DOTALL)
_LINE = re.compile(rb"^([^\r\n:]*+):[ \t]*+([^\r\n]*+)", re.MULTILINE)

Found = tuple[str, str | None, Span]
"""A key, its value, and where the value stands as encoded in the sender's stream."""


def headers_of(found: Iterable[Found]) -> Headers:
    """Return headers with every value that is or looks like a secret held as one."""
    fields: dict[str, str | Secret | None] = {}
    spans = []
    for key, value, span in found:
        if value is not None and is_secret(key, value):
            fields[key] = Secret(value)
            spans.append(span)
        else:
            fields[key] = value
    secret = fields.get(SECRET)
    return Headers(fields, fields.get(AGENT_NAME), secret if isinstance(secret, Secret) else None, tuple(spans))


def is_secret(key: str, value: str) -> bool:
    """Return whether a header's value must not be shown: a secret, a cookie, or a name with a secret in it."""
    key = key.lower()
    return key in SECRET_KEYS or (key == _NAME_KEY and _LOOKS_LIKE_SECRET.search(value) is not None)


def parse_json_headers(frame: bytes, offset: int) -> Headers:
    """Parse JNLP4's headers (ConnectionHeaders.fromString): one flat object of strings and nulls."""
    text = frame.decode("utf-8", "backslashreplace")
    try:
        decoded = _JSON.decode(text)
    except (ValueError, RecursionError) as error:
        raise MalformedBytes("connection headers in JSON", str(error)) from None
    if not isinstance(decoded, dict) or not all(isinstance(value, str | None) for value in decoded.values()):
        raise MalformedBytes("a JSON object of strings and nulls", type(decoded).__name__)
    places = _places_in_json(frame, offset)
    return headers_of((key, value, places.get(key, Span(offset, offset))) for key, value in decoded.items())


def build_json_headers(fields: Mapping[str, str]) -> bytes:
    """Return JNLP4's headers as ConnectionHeaders.toString writes them."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def parse_properties_headers(body: bytes, offset: int) -> Headers:
    """Parse JNLP2's and JNLP3's headers, a properties text inside a writeUTF string."""
    text = body.decode("latin-1")
    return headers_of(
        (key, value, Span(offset + start, offset + end)) for key, value, start, end in parse_properties(text)
    )


def parse_line_headers(paragraph: bytes, offset: int) -> Headers:
    """Parse `key: value` lines (JNLP2's answer, JNLP4-connect-proxy)."""
    return headers_of((key, value, span) for key, value, span in find_lines(paragraph, 0, offset))


def find_lines(paragraph: bytes, start: int, offset: int) -> Iterator[tuple[str, str, Span]]:
    """Yield `key: value` lines from `start` on, with where the values stand if the paragraph stands at `offset`."""
    for line in _LINE.finditer(paragraph, start):
        key, value, at = line[1].strip(), line[2].rstrip(), offset + line.start(2)
        span = Span(at, at + len(value))
        yield key.decode("utf-8", "backslashreplace"), value.decode("utf-8", "backslashreplace"), span


def _places_in_json(frame: bytes, offset: int) -> dict[str, Span]:
    places = {}
    for pair in _JSON_PAIR.finditer(frame):
        if pair[2] is None:
            continue
        try:
            key = _JSON.decode(f'"{pair[1].decode()}"')
        except ValueError:
            continue
        places[key] = Span(offset + pair.start(2), offset + pair.end(2))
    return places
