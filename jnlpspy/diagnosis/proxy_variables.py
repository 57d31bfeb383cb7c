"""What agents make of `http_proxy` and `no_proxy`; mirrors hudson.remoting.NoProxyEvaluator."""

import ipaddress
import re

from jnlpspy.diagnosis.urls import is_loopback, read_place


def flaw_of_proxy(text: str) -> str | None:
    """Return what makes an agent pass over `http_proxy`, or fail on it."""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        return "has no scheme, and agents pass over it"
    place = read_place(text)
    if place is None:
        return "is no URL with http:// and a host, and agents pass over it"
    if not re.search(r":\d+/?$", text):
        return "has no port, and agents need one"
    return None


def is_proxied(host: str, no_proxy: str) -> bool:
    """Return whether an agent goes to a host through the proxy."""
    host = host.strip("[]")
    if is_loopback(host):
        return False
    entries = [entry.strip().removeprefix(".").removeprefix("*.") for entry in re.split(_separator(no_proxy), no_proxy)]
    return not any(entry and _matches(host, entry) for entry in entries)


def _separator(no_proxy: str) -> str:
    return "," if "," in no_proxy else r"\|"


def _matches(host: str, entry: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.endswith(entry)
    try:
        return address in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
