"""Which requests the discovery front passes on: what agents ask of a controller, and nothing else."""

from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote_to_bytes

from jnlpspy.net.target import RootUrl


class Resource(Enum):
    """What agents ask of a controller, as text for the user."""

    DISCOVERY = "tcpSlaveAgentListener"
    JNLP_FILE = "computer/NAME/slave-agent.jnlp or jenkins-agent.jnlp"
    JAR = "jnlpJars/*"
    LOGIN = "login"
    WEBSOCKET = "wsagents"
    IDENTITY = "instance-identity"


@dataclass(frozen=True, slots=True)
class Route:
    """A request that is passed on."""

    resource: Resource
    target: bytes
    """The request target to send to the controller, query included."""
    prefix: bytes
    """The path under which the agent addressed the front: `/`, or the controller's own prefix."""


class NotRouted(Exception):
    """A request that is not passed on, with our own answer."""

    def __init__(self, status: int, reason: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.reason = reason
        self.text = text


def route(method: bytes, target: bytes, root: RootUrl) -> Route:
    """Return where a request goes, or raise `NotRouted`.

    `/x` is mapped to the controller's `PREFIX/x`; a path that begins with the prefix already is used as it is.
    So an agent may use `http://FRONT/` or `http://FRONT/PREFIX/` as its `-url`.
    """
    if method == b"CONNECT" or not target.startswith(b"/"):
        raise NotRouted(
            400, "Bad Request", f"this is no forward proxy: use this address in the agent's -url, to reach {root}"
        )
    path, question, query = target.partition(b"?")
    own = root.path.encode("ascii")
    prefix = own if path.startswith(own) else b"/"
    below = path[len(prefix) :]
    resource = _resource_at(below)
    if resource is None:
        raise NotRouted(404, "Not Found", f"{path.decode('latin-1')} is not passed on to {root}, only {_PASSED_ON}")
    return Route(resource, own + below + question + query, prefix)


_PASSED_ON = ", ".join(resource.value for resource in Resource)
_LONE = {
    b"tcpSlaveAgentListener": Resource.DISCOVERY,
    b"login": Resource.LOGIN,
    b"wsagents": Resource.WEBSOCKET,
    b"instance-identity": Resource.IDENTITY,
}
_JNLP_FILES = (b"slave-agent.jnlp", b"jenkins-agent.jnlp")


def _resource_at(path: bytes) -> Resource | None:
    segments = path.removesuffix(b"/").split(b"/")
    if not all(_is_plain(segment) for segment in segments):
        return None
    match segments:
        case [name]:
            return _LONE.get(name)
        case [b"jnlpJars", *_]:
            return Resource.JAR
        case [b"computer", _, *_, name] if name in _JNLP_FILES:
            return Resource.JNLP_FILE
        case _:
            return None


def _is_plain(segment: bytes) -> bool:
    """Return whether every web server reads this segment as one name.

    Servers disagree about `..;`, `%2F` and backslashes, and each has been a way past a path filter.
    """
    name = unquote_to_bytes(segment)
    odd = any(byte < 0x20 or byte in b"/\\;\x7f" for byte in name)
    return name not in {b"", b".", b".."} and not odd
