"""Asks the gateway from outside whether it lives, as a client of this computer would, and starts it again."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.gateway.exposure import is_loopback
from clawd_desktop.gateway.host import RESTARTING, GatewayHost
from clawd_desktop.gateway.services import Services
from clawd_desktop.operations.supervised import Service, Silent, Waits

LONGEST = 4096


def watch_services(stack: AsyncExitStack, services: Services, host: GatewayHost) -> None:
    """Let the supervisor look after the gateway and after whoever notices edits of the configuration."""
    config = services.config

    async def is_watching() -> bool:
        if not config.watching:
            raise Silent("Edits of the configuration file are not noticed any more.")
        return True

    async def watch_again() -> None:
        config.start()

    watcher = Service("config", is_watching, watch_again, "The watch over the configuration")
    for service in (SelfCheck(host).service(), watcher):
        stack.callback(services.operations.supervisor.watch(service))


class SelfCheck:
    """What the supervisor asks of the gateway, and does with it."""

    def __init__(self, host: GatewayHost) -> None:
        self._host = host

    def service(self) -> Service:
        """The row for the supervisor. Two bad answers are needed: one request can meet a crowd."""
        # What keeps it from starting is told by the host itself.
        return Service("gateway", self.is_well, self.restart, "The gateway", strikes=2, told=True)

    async def is_well(self) -> bool:
        """Whether it answers on each of its addresses of this computer; one that nobody wants is well.

        Raises Waits while it tries to start by itself, Silent when nothing answers.
        """
        host = self._host
        if not host.wanted or host.busy:
            return True
        if not host.addresses:
            if host.trying and host.fault is not None:
                raise Waits(host.fault.message, hint=host.fault.hint)
            raise Silent("It does not listen, and does not try to.")
        for address in host.addresses:
            parts = urlsplit(address)
            if parts.hostname and parts.port and is_loopback(parts.hostname):
                await alive(parts.hostname, parts.port, tls=parts.scheme == "wss")
        return True

    async def restart(self) -> None:
        """Close what is left of it and listen again. Raises Unavailable when that fails."""
        if not await self._host.restart(RESTARTING):
            fault = self._host.fault
            raise fault if fault is not None else Unavailable("The gateway did not start.", hint="The log says why.")


async def alive(host: str, port: int, *, tls: bool = False) -> None:
    """Make one health request; any answer will do, for a refusal comes from a server that lives.

    Raises Silent when nothing listens there. One that hangs is for the caller to end.
    """
    context = _without_identity() if tls else None
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        reader, writer = await asyncio.open_connection(host, port, ssl=context)
    except ConnectionRefusedError as error:
        raise Silent(f"Nothing listens at {where} any more.") from error
    except OSError:
        return  # it was turned away, or this computer has no connection to spare: somebody was there to do so
    try:
        writer.write(f"GET /healthz HTTP/1.1\r\nHost: {where}\r\nConnection: close\r\n\r\n".encode())
        with contextlib.suppress(OSError):
            await reader.read(LONGEST)
    finally:
        writer.close()


def _without_identity() -> ssl.SSLContext:
    # Nothing is told to whoever answers: it is only to be heard.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
