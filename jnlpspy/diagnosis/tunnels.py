"""The forms of `-tunnel` and `-direct`, as agents read them, and what is wrong with others."""

import re
from dataclasses import dataclass

from jnlpspy.diagnosis.urls import Flaw, read_port

_FORMS = "HOST:PORT, HOST: or :PORT"


@dataclass(frozen=True, slots=True)
class Detour:
    """What a tunnel puts in place of the announced host and port; None leaves it."""

    host: str | None
    port: int | None

    @property
    def is_partial(self) -> bool:
        """True for `HOST:` and `:PORT`."""
        return self.host is None or self.port is None


def read_detour(text: str) -> Detour | None:
    """Return what a tunnel's value means; None if it is malformed."""
    if flaw_of_detour(text) is not None:
        return None
    host, _, port = text.strip().rpartition(":")
    return Detour(host.strip("[]").lower() or None, read_port(port))


def flaw_of_detour(text: str, *, whole: bool = False) -> Flaw | None:
    """Return what is wrong with a value of `-tunnel`; of `-direct` if it must be `whole`."""
    forms = "HOST:PORT" if whole else _FORMS
    value = text.strip().strip("\"'")
    scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", value)
    if scheme:
        rest = value[scheme.end() :].partition("/")[0]
        port = "" if ":" in rest else ":PORT"
        return Flaw(f"begins with {scheme[0]}, and must be {forms} alone", f"write it as {rest}{port}")
    if value != text.strip():
        return Flaw("has quotes in it", f"write it as {value}")
    if "/" in value or re.search(r"\s", value):
        return Flaw(f"has a path or a blank in it, and must be {forms}", f"write it as {re.split(r'[/ ]', value)[0]}")
    host, colon, port = value.rpartition(":")
    if not colon:
        return Flaw(
            f"has no colon, and must be {forms}", f"write it as {value}:PORT" if whole else f"write it as {value}:"
        )
    if ":" in host and not (host.startswith("[") and host.endswith("]")):
        return Flaw("has several colons: an IPv6 address needs brackets", "write it as [ADDRESS]:PORT")
    if port and read_port(port) is None:
        return Flaw(f"has the port {port!r}, which is none", "give a number from 1 to 65535")
    if not host and not port:
        return Flaw("names neither host nor port", "leave the option out, or give one of them")
    if (whole and not (host and port)) or (host.startswith("[") and not port):
        return Flaw("is not whole: it needs host and port", "write it as HOST:PORT")
    return None
