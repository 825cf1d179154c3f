"""Addresses of the network: which are this machine's, which are trusted, and where a request really came from."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

Network: TypeAlias = IPv4Network | IPv6Network
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def network(text: str) -> Network:
    """Return a network or a single address; raise ``ValueError`` where it is none.

    >>> network("10.0.0.0/8"), network("::1")
    (IPv4Network('10.0.0.0/8'), IPv6Network('::1/128'))
    """
    return ip_network(text.strip(), strict=False)


def within(text: str, networks: Sequence[Network]) -> bool:
    """Return whether an address lies in one of some networks; what is no address lies in none.

    >>> within("::ffff:127.0.0.1", LOOPBACK), within("10.1.2.3", LOOPBACK), within("", LOOPBACK)
    (True, False, False)
    """
    found = _address(text)
    return found is not None and any(found in one for one in networks)


@lru_cache(4096)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address, that of the older kind where it is written as one of the newer; None where it is none."""
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def came_from(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return where a request really came from: the nearest address of the chain that is no trusted proxy's.

    >>> came_from("10.0.0.2", "6.6.6.6, 192.0.2.7", [network("10.0.0.0/8")])
    '192.0.2.7'
    >>> came_from("192.0.2.7", "10.0.0.5", [network("10.0.0.0/8")])
    '192.0.2.7'
    """
    found = peer
    for one in reversed(forwarded.split(",") if forwarded else []):
        if not within(found, trusted):
            break
        found = one.strip()
    return found


@lru_cache(1024)
def is_local(host: str) -> bool:
    """Return whether a name, with its port or without, is one by which this machine calls itself.

    >>> is_local("127.0.0.1:8050"), is_local("[::1]:8050"), is_local("::1"), is_local("board.example.com")
    (True, True, True, False)
    """
    if within(host, LOOPBACK):
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name in LOCAL_NAMES or within(name, LOOPBACK)
