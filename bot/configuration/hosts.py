"""Names of machines. Pure rules."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether that host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
