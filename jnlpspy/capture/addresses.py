"""Addresses as packets carry them: a flow of four numbers, one IP version for both ends."""

import ipaddress

from jnlpspy.errors import UsageError
from jnlpspy.model.tap import Address

_MAPPED = bytes(10) + b"\xff\xff"


def address_in(flow: bytes) -> Address:
    """Return the source of a flow: two IP addresses, two ports."""
    size = (len(flow) - 4) // 2
    packed = flow[:size].removeprefix(_MAPPED)  # IPv4 in IPv6's clothes, as where only one end has IPv6
    return Address(str(ipaddress.ip_address(packed)), int.from_bytes(flow[-4:-2], "big"))


def flow_of(source: Address, destination: Address) -> bytes:
    """Return the flow between two addresses; an IPv4 address meets an IPv6 address as its mapped form.

    Raises:
        UsageError: if a host is a name, or a port is none.
    """
    hosts = [_packed(source), _packed(destination)]
    if len(hosts[0]) != len(hosts[1]):
        hosts = [host if len(host) == 16 else _MAPPED + host for host in hosts]
    return b"".join(hosts) + _port(source) + _port(destination)


def _packed(address: Address) -> bytes:
    try:
        return ipaddress.ip_address(address.host).packed
    except ValueError:
        raise UsageError(f"expected an IP address to record, got {address.host!r}") from None


def _port(address: Address) -> bytes:
    try:
        return address.port.to_bytes(2, "big")
    except OverflowError:
        raise UsageError(f"expected a TCP port to record, got {address.port}") from None
