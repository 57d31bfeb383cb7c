"""What the user names as TARGET, `--http`, `--listen` and `--tunnel`, read strictly and refused with reasons."""

import ipaddress
import re
from dataclasses import dataclass, replace
from urllib.parse import unquote

from jnlpspy.errors import UsageError
from jnlpspy.model.tap import Address

DEFAULT_PORTS = {"http": 80, "https": 443}
HIGHEST_PORT = 65535

_HOST_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?")
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<rest>.*)", re.DOTALL
)
_PATH = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})*)*")
_AGENT_RESOURCES = ("tcpSlaveAgentListener", "wsagents", "jnlpJars", "slave-agent.jnlp", "jenkins-agent.jnlp")


@dataclass(frozen=True, slots=True)
class RootUrl:
    """The root URL of a Jenkins controller."""

    scheme: str
    """`http` or `https`."""
    host: str
    """A name or an IP address, IPv6 without brackets."""
    port: int
    path: str
    """The path prefix; starts and ends with `/`."""

    @property
    def authority(self) -> str:
        """What an ordinary HTTP peer writes into Host: the port only if it is not the scheme's own."""
        if self.port == DEFAULT_PORTS[self.scheme]:
            return f"[{self.host}]" if ":" in self.host else self.host
        return str(Address(self.host, self.port))

    @property
    def address(self) -> Address:
        """Where the controller's HTTP is dialled."""
        return Address(self.host, self.port)

    def __str__(self) -> str:
        """Return the URL, with the slash at its end."""
        return f"{self.scheme}://{self.authority}{self.path}"


@dataclass(frozen=True, slots=True)
class Tunnel:
    """What `-tunnel` replaces of the address discovery announced; mirrors JnlpAgentEndpoint's tunnel option."""

    host: str | None
    port: int | None

    def applied_to(self, announced: Address) -> Address:
        """Return the address to dial instead of the announced one."""
        return replace(announced, host=self.host or announced.host, port=self.port or announced.port)


def parse_target(text: str) -> RootUrl | Address:
    """Return the Jenkins root URL, or the address of the agent port."""
    if "://" in text:
        return parse_root_url(text)
    if "/" in text:
        raise UsageError(f"TARGET: expected a URL or HOST:PORT, got {text!r}; did you mean {'http://' + text!r}?")
    return parse_address(text, "TARGET", hint="give http://HOST:PORT/ for discovery, or HOST:PORT of the agent port")


def parse_root_url(text: str, what: str = "TARGET") -> RootUrl:
    """Return a Jenkins root URL, its trailing slash added; `what` names the option in messages."""
    match = _URL.fullmatch(text)
    if match is None or match["scheme"].lower() not in DEFAULT_PORTS:
        raise UsageError(f"{what}: expected a URL that starts with http:// or https://, got {text!r}")
    scheme = match["scheme"].lower()
    if "@" in match["authority"]:
        # The text is not repeated: it holds a password.
        raise UsageError(
            f"{what}: expected a URL without credentials, got one with USER@ or USER:PASSWORD@ before the host"
        )
    if match["rest"]:
        part = "query" if match["rest"].startswith("?") else "fragment"
        raise UsageError(f"{what}: expected a URL without query and fragment, got the {part} {match['rest']!r}")
    host, port = _split_authority(match["authority"], DEFAULT_PORTS[scheme], text, what)
    return RootUrl(scheme, host, port, _checked_path(match["path"], what))


def parse_address(text: str, what: str, *, lowest_port: int = 1, hint: str = "") -> Address:
    """Return HOST:PORT; `what` names the option in messages, `lowest_port` 0 allows "any free port"."""
    host, colon, port = text.rpartition(":")
    if not colon:
        raise UsageError(f"{what}: expected HOST:PORT, got {text!r}{f'; {hint}' if hint else ''}")
    if not host:
        raise UsageError(f"{what}: expected HOST:PORT, got {text!r} without a host")
    return Address(_checked_host(host, what), _checked_port(port, what, lowest_port))


def parse_tunnel(text: str, what: str = "--tunnel") -> Tunnel:
    """Return a tunnel from the forms an agent's own `-tunnel` knows: `HOST:PORT`, `HOST:`, `:PORT`, `[IPV6]:PORT`."""
    expected = f"{what}: expected HOST:PORT, HOST: or :PORT"
    host, colon, port = text.rpartition(":")
    if not colon:
        raise UsageError(f"{expected}, got {text!r} without a colon")
    if not host and not port:
        raise UsageError(f"{expected}, got {text!r} with neither")
    if host.startswith("[") and not port:
        raise UsageError(f"{expected}, got {text!r}; after an IPv6 address agents demand a port")
    return Tunnel(_checked_host(host, what) if host else None, _checked_port(port, what, 1) if port else None)


def _split_authority(authority: str, default_port: int, text: str, what: str) -> tuple[str, int]:
    if not authority:
        raise UsageError(f"{what}: expected a host after ://, got {text!r}")
    host, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        return _checked_host(authority, what), default_port
    if not host:
        raise UsageError(f"{what}: expected a host after ://, got {text!r}")
    return _checked_host(host, what), _checked_port(port, what, 1)


def _checked_host(host: str, what: str) -> str:
    if host.startswith("[") and host.endswith("]"):
        try:
            return str(ipaddress.IPv6Address(host[1:-1]))
        except ValueError as error:
            raise UsageError(f"{what}: expected an IPv6 address in brackets, got {host!r}") from error
    if ":" in host:
        raise UsageError(f"{what}: expected one host, an IPv6 address in brackets, got {host!r}")
    if not host.isascii():
        raise UsageError(f"{what}: expected a host name in ASCII (its xn-- form), got {host!r}")
    if not _HOST_NAME.fullmatch(host):
        raise UsageError(f"{what}: expected a host name or an IP address, got {host!r}")
    return host


def _checked_port(port: str, what: str, lowest: int) -> int:
    # int() alone takes signs, blanks, underscores and the digits of other scripts.
    if not (port.isascii() and port.isdigit() and len(port) <= len(str(HIGHEST_PORT))):
        raise UsageError(f"{what}: expected a port from {lowest} to {HIGHEST_PORT}, got {port!r}")
    number = int(port)
    if not lowest <= number <= HIGHEST_PORT:
        raise UsageError(f"{what}: expected a port from {lowest} to {HIGHEST_PORT}, got {port}")
    return number


def _checked_path(path: str, what: str) -> str:
    if not _PATH.fullmatch(path):
        raise UsageError(f"{what}: expected a path of URL characters, others percent-encoded, got {path!r}")
    segments = [unquote(segment) for segment in path.split("/")]
    if "." in segments or ".." in segments or "" in segments[1:-1]:
        raise UsageError(f"{what}: expected a path without empty, '.' and '..' parts, got {path!r}")
    if any(segment in _AGENT_RESOURCES for segment in segments):
        raise UsageError(f"{what}: expected the root URL of Jenkins, got the path of something below it: {path!r}")
    return path if path.endswith("/") else f"{path}/"
