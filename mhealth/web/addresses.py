"""From where somebody signs in: one word for each address that one household or office shares."""

from ipaddress import IPv6Address, ip_address

_NETWORK_BITS = 64
"""One customer of an IPv6 carrier has a whole /64 to send from."""


def sender_of(address: str | None) -> str:
    """`192.0.2.7`, `2001:db8:0:1::/64`; what is no address counts as one sender, `unknown`."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    network = int(found) >> (128 - _NETWORK_BITS) << (128 - _NETWORK_BITS)
    return f"{IPv6Address(network)}/{_NETWORK_BITS}"
