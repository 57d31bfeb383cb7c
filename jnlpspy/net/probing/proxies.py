"""Which HTTP proxy an agent goes through, by the rules of remoting and of the JDK.

Mirrors org.jenkinsci.remoting.util.NoProxyEvaluator (`no_proxy`, `http_proxy`) and sun.net.spi.DefaultProxySelector
(`-Dhttp.proxyHost` and its kin).
"""

import fnmatch
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from jnlpspy.model.tap import Address

_DEFAULT_PORT: Final = 80
_NEVER: Final = "localhost|127.*|[::1]|0.0.0.0|[::0]"
"""The JDK's own `http.nonProxyHosts`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """What an agent's environment and properties say of proxies."""

    http_proxy: str | None = None
    no_proxy: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    def for_url(self, scheme: str, host: str) -> Address | None:
        """Return the proxy for an HTTP request; the variable counts for http only."""
        proxy = self._of_properties(scheme, host)
        return proxy or (self._of_environment(host) if scheme == "http" else None)

    def for_port(self, host: str) -> Address | None:
        """Return the proxy that the connection to the agent port goes through, with CONNECT."""
        return self._of_properties("http", host) or self._of_environment(host)

    def for_websocket(self) -> "Proxies":
        """Return what counts for WebSocket: the variable does not, and `https.proxyHost` neither."""
        properties = {name: value for name, value in self.properties.items() if name.startswith("http.")}
        return Proxies(properties=properties)

    @property
    def malformed(self) -> str | None:
        """`http_proxy` if agents will not use it, as it is no URL."""
        given = self.http_proxy
        return given if given is not None and _address_of(given) is None else None

    def _of_properties(self, scheme: str, host: str) -> Address | None:
        proxy = self.properties.get(f"{scheme}.proxyHost")
        if not proxy:
            return None
        excepted = self.properties.get("http.nonProxyHosts", _NEVER).lower().split("|")
        shown = f"[{host}]" if ":" in host else host
        if any(fnmatch.fnmatchcase(shown.lower(), each.replace("[", "[[]")) for each in excepted):
            return None
        port = self.properties.get(f"{scheme}.proxyPort", "")
        return Address(proxy, int(port) if port.isdecimal() else {"http": 80, "https": 443}[scheme])

    def _of_environment(self, host: str) -> Address | None:
        proxy = _address_of(self.http_proxy or "")
        return None if proxy is None or is_excepted(host, self.no_proxy or "") else proxy


def is_excepted(host: str, no_proxy: str) -> bool:
    """Return whether `no_proxy` keeps a host from the proxy; loopback never goes there."""
    if host == "localhost" or _matches_network(host, "127.0.0.0/8") or host == "::1":
        return True
    for each in no_proxy.split("," if "," in no_proxy else "|"):
        item = each.strip().removeprefix("*").removeprefix(".")
        # A plain "ends with", as remoting's: jenkins.io also excepts myjenkins.io.
        if item and (_matches_network(host, item) or host.lower().endswith(item.lower())):
            return True
    return False


def _matches_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _address_of(url: str) -> Address | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return Address(parts.hostname, port or _DEFAULT_PORT) if parts.scheme and parts.hostname else None
