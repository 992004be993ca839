"""Reads which addresses and names this computer has; only asked when the gateway is to listen beyond loopback."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import socket

from clawd_desktop.gateway.exposure import Interface, Network, is_loopback, tailnet_address
from clawd_desktop.system.tailscale import tailnet_names

RESOLVE_S = 5.0


async def look(bind: str, custom_host: str) -> Network:
    """What `exposure.plan` needs to know for this kind of binding; nothing is read for "loopback"."""
    if bind == "loopback":
        return Network()
    if bind == "auto" and can_use_loopback():
        return Network()
    interfaces = await asyncio.to_thread(_interfaces)
    custom = await _resolved(custom_host.strip(), interfaces) if bind == "custom" else ()
    names = _host_names(socket.gethostname())
    if tailnet_address(interfaces):
        names = (*names, *await tailnet_names())
    return Network(interfaces, tuple(dict.fromkeys(names)), custom, loopback=bind != "auto")


def can_use_loopback() -> bool:
    """False on a computer without 127.0.0.1 (some containers); a port that is taken is another matter."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind(("127.0.0.1", 0))
    except OSError as error:
        return error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
    return True


def _host_names(name: str) -> tuple[str, ...]:
    """The computer's name as people and mDNS write it."""
    short = name.lower().partition(".")[0]
    full = name.lower().rstrip(".")
    return tuple(dict.fromkeys(one for one in (short, full, f"{short}.local") if short and not _is_number(one)))


def _is_number(text: str) -> bool:
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(text)
        return True
    return text == "localhost"


def _interfaces() -> tuple[Interface, ...]:
    # 20 ms to import, and only needed by those who open the gateway.
    import psutil

    kinds = (socket.AF_INET, socket.AF_INET6)
    return tuple(
        Interface(name, row.address.partition("%")[0])
        for name, rows in psutil.net_if_addrs().items()
        for row in rows
        if row.family in kinds and not _is_link_local(row.address)
    )


def _is_link_local(address: str) -> bool:
    # It needs a scope to be used, which no Host header carries.
    return ipaddress.ip_address(address.partition("%")[0]).is_link_local


async def _resolved(host: str, interfaces: tuple[Interface, ...]) -> tuple[str, ...]:
    """The addresses of this computer that the host stands for; none for a name of another one."""
    if not host:
        return ()
    try:
        async with asyncio.timeout(RESOLVE_S):
            rows = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        return ()
    own = {interface.address for interface in interfaces}
    found = dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows)
    return tuple(address for address in found if address in own or is_loopback(address) or _is_any(address))


def _is_any(address: str) -> bool:
    return ipaddress.ip_address(address).is_unspecified
