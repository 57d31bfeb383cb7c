"""An agent's `.jnlp` file with its URLs and tunnel turned towards the proxy.

Mirrors hudson.remoting.Launcher.parseJnlpArguments, which reads only the arguments.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from jnlpspy.model.tap import Address
from jnlpspy.net.target import RootUrl

CONTENT_TYPE = b"application/x-java-jnlp-file"
LARGEST_FILE = 1 << 20
"""Real ones have 1 to 3 KiB; what is larger is passed on unchanged rather than kept in memory."""

MOST_ROOTS = 8
"""Different root URLs looked for; a real file names one, and each is looked for at every place."""


@dataclass(frozen=True, slots=True)
class RewrittenFile:
    """A file as the agent gets it, and what was changed, in words."""

    body: bytes
    changes: tuple[str, ...]


def rewrite_jnlp(body: bytes, controller: RootUrl, front: RootUrl, agent_port: Address) -> RewrittenFile:
    """Return a `.jnlp` file whose URLs and `-tunnel` lead here; every other byte stays.

    Jenkins writes its *configured* URL, which may be another than the one it was asked under.
    """
    roots = islice(dict.fromkeys([str(controller).encode("ascii"), *_configured_roots(body)]), MOST_ROOTS)
    turning = _Turning(controller, front, agent_port, list(roots))
    return RewrittenFile(_PLACE.sub(turning.turned, body), tuple(dict.fromkeys(turning.changes)))


# Where a URL can stand: an <argument>, or a codebase or href attribute of the older, complete form.
_PLACE = re.compile(
    rb"(?P<open><argument\s*>)(?P<argument>[^<]*)(?=</argument\s*>)"
    rb"|(?P<name>\b(?:codebase|href)\s*=\s*)(?P<quote>[\"'])(?P<value>[^\"'<>]*)(?P=quote)"
)


@dataclass(slots=True)
class _Turning:
    controller: RootUrl
    front: RootUrl
    agent_port: Address
    roots: list[bytes]
    changes: list[str] = field(default_factory=list)
    arguments: list[bytes] = field(default_factory=list)

    def turned(self, place: re.Match[bytes]) -> bytes:
        """Return what stands at a place from now on."""
        if place["open"] is not None:
            option = _option_of(self.arguments)
            self.arguments.append(place["argument"].strip())
            return bytes(place["open"] + self._argument(option, place["argument"]))
        return bytes(place["name"] + place["quote"] + self._attribute(place["value"]) + place["quote"])

    def _argument(self, option: bytes, value: bytes) -> bytes:
        if option == b"-url":
            return self._changed("-url", value, str(self.front).encode("ascii"))
        if option == b"-tunnel":
            return self._changed("-tunnel", value, str(self.agent_port).encode("ascii"))
        return value

    def _attribute(self, value: bytes) -> bytes:
        for root in self.roots:
            if value.startswith(root):
                self.changes.append(f"{_text(root)} -> {self.front}")
                return str(self.front).encode("ascii") + value[len(root) :]
        return value

    def _changed(self, option: str, value: bytes, now: bytes) -> bytes:
        if value != now:
            self.changes.append(f"{option} {_text(value)} -> {_text(now)}")
        return now


def _configured_roots(body: bytes) -> Iterator[bytes]:
    arguments: list[bytes] = []
    for place in _PLACE.finditer(body):
        if place["open"] is not None:
            root = place["argument"].strip()
            if _option_of(arguments) == b"-url" and root:
                yield root if root.endswith(b"/") else root + b"/"
            arguments.append(root)


def _option_of(before: list[bytes]) -> bytes:
    """Return the option whose value comes next; the first two arguments are no options, whatever they look like."""
    return before[-1] if len(before) > len(("secret", "name")) else b""


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
