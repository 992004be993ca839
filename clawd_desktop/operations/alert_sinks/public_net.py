"""Tells addresses of the public internet from those of this computer and its nets, when names are looked up too."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver

# Addresses of IPv6 that stand for one of IPv4: RFC 6052 (NAT64) and RFC 5214 (ISATAP), beside 6to4 (RFC 3056).
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


class GuardedResolver(ThreadedResolver):
    """Looks names up; with `public_only` it finds none that lead elsewhere: a name may change after it was checked."""

    def __init__(self) -> None:
        super().__init__()
        self.public_only = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of the host. Raises OSError when it has none that may be used."""
        found = await super().resolve(host, port, family)
        if self.public_only and any(_is_inside(row["host"]) for row in found):
            raise OSError("it leads into a private network")
        return found


async def is_private(url: str) -> bool:
    """Whether the host is, or leads to, an address that is not on the public internet. Unknown hosts are not."""
    host = urlsplit(url).hostname or ""
    try:
        return _is_inside(host)
    except ValueError:
        pass
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return any(_is_inside(str(row[4][0])) for row in found)


def _is_inside(address: str) -> bool:
    known = ipaddress.ip_address(address.split("%")[0])
    if isinstance(known, ipaddress.IPv6Address):
        number = int(known)
        if known in _TRANSLATED:
            return _is_inside(str(ipaddress.IPv4Address(number & 0xFFFF_FFFF)))
        if known.sixtofour is not None:
            return _is_inside(str(known.sixtofour))
        if (number >> 32) & 0xFFFF_FFFF in _ISATAP:
            return True
    return known.is_multicast or not known.is_global
