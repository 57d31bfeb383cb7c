"""What is wrong with a Jenkins URL as it was typed, and the place that it names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SCHEMES = {"http": 80, "https": 443}
AGENT_PORT = 50000
"""The agent port of the images and of most installations."""

WEB_PORTS = (80, 443, 8080, 8443)
"""Where web servers listen; no agent port is put there."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(.*)", re.DOTALL)
_BELOW_ROOT = re.compile(
    r"/(tcpSlaveAgentListener|wsagents|jnlpJars|computer|login|manage|job|slave-agent\.jnlp|jenkins-agent\.jnlp)(?:/|$)"
)
_HOST = re.compile(r"\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads."""

    scheme: str
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        """Return the URL, without the scheme's own port."""
        port = "" if SCHEMES.get(self.scheme) == self.port else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is wrong, as the rest of a sentence, and what to do."""

    text: str
    advice: str
    certain: bool = True


def read_place(url: str) -> Place | None:
    """Return where a URL leads, if it is one with http or https."""
    match = _URL.fullmatch(url.strip())
    if match is None or match[1].lower() not in SCHEMES:
        return None
    host, given = _split(match[2])
    port = read_port(given) if given else SCHEMES[match[1].lower()]
    return Place(match[1].lower(), host.lower(), port, match[3] or "/") if host and port is not None else None


def read_port(text: str) -> int | None:
    """Return a port from 1 to 65535, or None if the text is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        return None
    return int(text) if 1 <= int(text) <= 65535 else None


def is_loopback(host: str) -> bool:
    """Return whether a host means the machine itself."""
    return host.lower().strip("[]") in {"localhost", "::1", "0.0.0.0"} or host.startswith("127.")  # noqa: S104 - compared


def flaws_of_url(url: str, *, root: bool = True) -> Iterator[Flaw]:
    """Yield what is wrong with a URL, the worst first; `root` ones are to be the root URL of Jenkins."""
    bare = url.strip("\"'<> \t\r\n")
    if bare != url:
        yield Flaw("has blanks, quotes or brackets around it", f"write it as {bare}")
    elif re.search(r"\s", bare):
        yield Flaw("has a blank in it", "quote values, and leave blanks out of the URL")
    match = _URL.fullmatch(bare)
    if match is None:
        yield _without_scheme(bare)
        return
    scheme, authority, path, rest = match.groups()
    doubled = re.match(r"https?$", authority.rstrip(":"), re.IGNORECASE)
    if doubled:
        yield Flaw("has its scheme twice", f"write it as {doubled[0].lower()}:{path}{rest}")
    elif scheme.lower() not in SCHEMES:
        yield Flaw(
            f"begins with {scheme}://, and not with http:// or https://", "give the address of Jenkins' web page"
        )
    else:
        yield from _flaws_of_authority(scheme.lower(), authority)
        yield from _flaws_of_path(bare, path, rest) if root else ()


def _without_scheme(url: str) -> Flaw:
    near = re.match(r"(https?)(?::/?|//)(?=[^/])", url, re.IGNORECASE)
    if near:
        return Flaw("has no :// behind its scheme", f"write it as {near[1].lower()}://{url[near.end() :]}")
    return Flaw("has no scheme", f"write it as http://{url} or https://{url}")


def _flaws_of_authority(scheme: str, authority: str) -> Iterator[Flaw]:
    host, port = _split(authority)
    if "@" in authority:
        yield Flaw("has a user in it, which the agent does not send", "give USER:TOKEN with -credentials")
    if not host:
        yield Flaw("names no host", "put the host behind ://")
    elif not _HOST.fullmatch(host):
        yield Flaw(
            f"has the host {host!r}, which is no host name", "write the host name with letters, digits, dots and -"
        )
    if port is not None and read_port(port) is None:
        yield Flaw(f"has the port {port!r}, which is none", "give a number from 1 to 65535, or leave it out")
    elif port == str(AGENT_PORT):
        yield Flaw(
            f"leads to port {AGENT_PORT}, which is the agent port and not the web port"
            + (", and no TLS is spoken there" if scheme == "https" else ""),
            "give the address under which Jenkins opens in a browser; agents find the agent port by themselves",
            certain=False,
        )


def _split(authority: str) -> tuple[str, str | None]:
    """Return host and port, an IPv6 address with its brackets."""
    place = authority.rpartition("@")[2]
    if place.startswith("["):
        inner, bracket, rest = place.partition("]")
        return inner + bracket, rest.removeprefix(":") if rest else None
    host, colon, port = place.partition(":")
    return host, port if colon else None


def _flaws_of_path(url: str, path: str, rest: str) -> Iterator[Flaw]:
    below = _BELOW_ROOT.search(path)
    if below:
        root = url[: url.index(path)] + path[: below.start()] if path else url
        yield Flaw(f"is not the root of Jenkins: it leads to {below[1]}", f"give {root}/")
    elif rest:
        yield Flaw(f"has {rest[:40]!r} behind its path", "give the root URL only")
