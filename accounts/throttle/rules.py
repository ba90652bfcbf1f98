"""Whom an attempt is counted against."""

from ipaddress import ip_address, ip_network


def network_of(address: str | None) -> str:
    """The address that one visitor cannot change at will: an IPv4 address, or the /64 an IPv6 address is in."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return "unknown"
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        return str(mapped)
    return str(ip) if ip.version == 4 else str(ip_network((ip, 64), strict=False))
