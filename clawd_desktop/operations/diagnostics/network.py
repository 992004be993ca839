"""Checks of the network: loopback, names, interfaces, the gateway's port and its certificate."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import os
import socket

from clawd_desktop.config.tls_files import tls_files
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.core.safeio import read_file
from clawd_desktop.core.tls import first_certificate
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.facts import addresses
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.system.processes import PortOwner, port_owner

CATEGORY = "network"
SOON_DAYS = 21
# The gateway makes its own certificate anew a month before its end.
OWN_SOON_DAYS = 7


def loopback(ground: Ground) -> Found:
    """Whether this computer can talk to itself: really, over a socket."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(2.0)
            with socket.create_connection(server.getsockname(), timeout=2.0) as client:
                other, _ = server.accept()
                with other:
                    client.sendall(b"x")
                    other.settimeout(2.0)
                    if other.recv(1) == b"x":
                        return ()
        reason = "What was sent did not arrive"
    except OSError as error:
        reason = error.strerror or str(error)
    return (
        Finding("network.loopback.broken", CATEGORY, Level.ERROR, "This computer cannot talk to itself",
                f"127.0.0.1: {reason}.", "Check the interface lo and the firewall."),
    )  # fmt: skip


def names(ground: Ground) -> Found:
    """Whether "localhost" is this computer."""
    try:
        found = {row[4][0] for row in socket.getaddrinfo("localhost", None)}
    except OSError:
        found = set()
    return name_finding({str(address) for address in found})


def name_finding(found: set[str]) -> Found:
    """What the addresses of "localhost" mean."""
    if found and all(address == "::1" or address.startswith("127.") for address in found):
        return ()
    text = f"It stands for {', '.join(sorted(found))}." if found else "It stands for nothing."
    return (
        Finding("network.names.localhost", CATEGORY, Level.WARNING, '"localhost" is not this computer', text,
                "Mend /etc/hosts: 127.0.0.1 localhost"),
    )  # fmt: skip


def interfaces(ground: Ground) -> Found:
    """Whether this computer is in a network at all."""
    return interface_finding(len(addresses()))


def interface_finding(count: int) -> Found:
    """What so many addresses beyond loopback mean."""
    if count:
        return ()
    return (
        Finding("network.interfaces.none", CATEGORY, Level.INFO, "This computer is in no network",
                "Only the built-in model and servers of this computer can answer.", "Connect it."),
    )  # fmt: skip


async def port(ground: Ground) -> Found:
    """Whether the gateway's port is its own."""
    owner = await port_owner(ground.port)
    running = await asyncio.to_thread(ground.owner)
    if owner is None and not await asyncio.to_thread(_is_free, ground.port):
        owner = PortOwner(None, "")
    return port_finding(ground.port, owner, running)


def _is_free(number: int) -> bool:
    with contextlib.suppress(OSError), socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", number))
        return True
    return False


def port_finding(number: int, owner: PortOwner | None, running: int | None) -> Found:
    """What it means who listens on the port; `running` is the process of our application, None when it does not run."""
    if owner is None and running is None:
        return ()
    if owner is None:
        return (
            Finding("network.port.silent", CATEGORY, Level.ERROR, "The gateway does not listen",
                    f"Clawd Desktop runs, and nobody listens on port {number}.", "See the log, and restart it."),
        )  # fmt: skip
    if running is not None and owner.pid in (running, os.getpid()):
        return ()
    return (
        Finding("network.port.taken", CATEGORY, Level.ERROR, "Gateway port in use",
                f"Port {number} is already in use by {owner.sentence()}.",
                "Stop that program, or change gateway.port (or CLAWDBOT_GATEWAY_PORT)."),
    )  # fmt: skip


def gateway(ground: Ground) -> Found:
    """What the running gateway says of itself."""
    if ground.status is None:
        return ()
    report = ground.status.report()
    return phase_finding(report.phase, report.reason)


def phase_finding(phase: str, reason: str) -> Found:
    """What a phase of the gateway means."""
    if phase != "failed":
        return ()
    return (
        Finding("network.gateway.failed", CATEGORY, Level.ERROR, "The gateway could not start", reason,
                "Mend what it says; it then starts by itself, or with: clawd-desktop"),
    )  # fmt: skip


def certificate(ground: Ground) -> Found:
    """How long the gateway's certificate is good."""
    tls = ground.config.config.gateway.tls
    if not tls.enabled:
        return ()
    files = tls_files(tls, ground.paths)
    if files.make and not files.certificate.exists():
        return ()
    try:
        # 0.1 s to import: only where the port is encrypted.
        from cryptography import x509

        shown = x509.load_der_x509_certificate(first_certificate(read_file(files.certificate, limit=2**20)))
    except (ClawdError, ValueError) as error:
        return (
            Finding("network.certificate.unreadable", CATEGORY, Level.ERROR, "The certificate cannot be read",
                    f"{files.certificate}: {error}", "Name a PEM file in gateway.tls.certPath."),
        )  # fmt: skip
    now = datetime.datetime.fromtimestamp(ground.clock.wall_ms() / 1000, datetime.UTC)
    return end_finding((shown.not_valid_after_utc - now).total_seconds() / 86_400, made=files.make)


def end_finding(days: float, *, made: bool) -> Found:
    """What it means that a certificate ends in so many days; `made` says that the gateway renews it by itself."""
    if days <= 0:
        return (
            Finding("network.certificate.ended", CATEGORY, Level.ERROR, "The certificate has ended",
                    f"It ended {-days:.0f} days ago: no client trusts it.", "Renew it."),
        )  # fmt: skip
    if days < (OWN_SOON_DAYS if made else SOON_DAYS):
        return (
            Finding("network.certificate.ends", CATEGORY, Level.WARNING, "The certificate ends soon",
                    f"In {days:.0f} days.", "Restart Clawd Desktop: it makes a new one." if made else "Renew it."),
        )  # fmt: skip
    return ()


CHECKS = (
    Check("network.loopback", CATEGORY, "Loopback", loopback),
    Check("network.names", CATEGORY, "Name of this computer", names),
    Check("network.interfaces", CATEGORY, "Network", interfaces),
    Check("network.port", CATEGORY, "Gateway port", port),
    Check("network.gateway", CATEGORY, "Gateway", gateway),
    Check("network.certificate", CATEGORY, "Certificate", certificate),
)
