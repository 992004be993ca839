"""A gateway whose port is encrypted, and clients that know its certificate."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from gateway_rig import Rig, Socket, hang_up_later, rig, upgrade_request

from clawd_desktop.config.tls_files import TlsFiles
from clawd_desktop.core.clock import Clock, ManualClock, SystemClock
from clawd_desktop.gateway.admission import AccessPolicy
from clawd_desktop.gateway.own_certificate import make_certificate, make_key
from clawd_desktop.gateway.tls import GatewayTls

HOSTS = ("127.0.0.1", "localhost", "[::1]")


def files(folder: Path, *, make: bool = True, authorities: Path | None = None) -> TlsFiles:
    """Certificate and key in the folder."""
    return TlsFiles(folder / "cert.pem", folder / "key.pem", make, authorities)


def write_pair(folder: Path, now: datetime.datetime | None = None, hosts: tuple[str, ...] = HOSTS) -> TlsFiles:
    """A new certificate with its key, made at that time."""
    key = make_key()
    made = files(folder, make=False)
    made.key.write_bytes(key)
    made.key.chmod(0o600)
    made.certificate.write_bytes(make_certificate(key, hosts, now or datetime.datetime.now(datetime.UTC)))
    return made


async def opened(made: TlsFiles, clock: Clock | None = None, **more: Any) -> GatewayTls:
    """The encryption of these files."""
    tls = GatewayTls(made, HOSTS, clock or SystemClock(), **more)
    await tls.open()
    return tls


def trust(folder: Path, **changes: Any) -> ssl.SSLContext:
    """A client that trusts the certificate in the folder and no other."""
    context = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    for name, value in changes.items():
        setattr(context, name, value)
    return context


@contextlib.asynccontextmanager
async def tls_rig(folder: Path, **more: Any) -> AsyncIterator[Rig]:
    """A running gateway with a certificate of its own in `folder`."""
    tls = more.pop("tls", None) or await opened(files(folder))
    async with rig(folder, policy=AccessPolicy(0, tls=True), tls=tls, **more) as made:
        yield made


async def dial(port: int, context: ssl.SSLContext, host: str = "127.0.0.1") -> tuple[asyncio.StreamReader, Any]:
    """An encrypted connection."""
    reader, writer = await asyncio.open_connection(host, port, ssl=context)
    hang_up_later(writer)
    return reader, writer


async def ask(port: int, context: ssl.SSLContext, path: str = "/healthz", host: str = "127.0.0.1") -> str:
    """The whole answer to a GET."""
    reader, writer = await dial(port, context, host)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
    try:
        return (await reader.read()).decode()
    finally:
        writer.close()


async def socket(port: int, context: ssl.SSLContext, headers: tuple[str, ...] = ()) -> Socket:
    """An upgraded socket that has read its challenge. Raises ConnectionRefusedError with the status."""
    reader, writer = await dial(port, context)
    writer.write(upgrade_request(port, headers))
    answer = await reader.readuntil(b"\r\n\r\n")
    if b" 101 " not in answer:
        writer.close()
        raise ConnectionRefusedError(answer.decode().split(" ")[1])
    made = Socket(reader, writer)
    made.nonce = (await made.receive())["payload"]["nonce"]
    return made


def clock_at(moment: datetime.datetime) -> ManualClock:
    """A clock that stands at that time."""
    return ManualClock(round(moment.timestamp() * 1000))
