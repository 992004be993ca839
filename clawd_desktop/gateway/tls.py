"""Keeps the TLS of the gateway's port: reads certificate and key, makes and renews its own, takes up renewed files."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import logging
import os
import ssl
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.config.tls_files import TlsFiles
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError, Refused, Unavailable
from clawd_desktop.core.safeio import make_folder, read_file, write_file
from clawd_desktop.core.tls import fingerprint, first_certificate
from clawd_desktop.gateway.own_certificate import RENEW_DAYS, make_certificate, make_key

_log = logging.getLogger("clawd.gateway.tls")
_LARGEST = 1024 * 1024
_HINT = "Mend gateway.tls in the configuration; without certPath and keyPath the gateway makes a certificate itself."
Stamps = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Loaded:
    """What was read: contexts that show the certificate, one for each kind of peer, and when it ends."""

    context: ssl.SSLContext
    local_context: ssl.SSLContext
    fingerprint: str
    ends: datetime.datetime
    self_signed: bool
    stamps: Stamps


class GatewayTls:
    """The encryption of the port (`server.Tls`). `hosts` are the names and addresses of a certificate of our own.

    `tell` gets a sentence about a renewed certificate that cannot be used, "" when all is well again.
    """

    def __init__(
        self, files: TlsFiles, hosts: tuple[str, ...], clock: Clock, tell: Callable[[str], object] = lambda _: None
    ) -> None:
        self._files = files
        self._hosts = hosts
        self._clock = clock
        self._tell = tell
        self._loaded: _Loaded | None = None
        self._seen: Stamps = ()

    async def open(self) -> None:
        """Read or make the certificate. Raises ClawdError with what is wrong with it."""
        self._loaded = await asyncio.to_thread(self._load)
        self._seen = self._loaded.stamps
        _log.info(
            "the certificate's SHA-256 fingerprint is %s, good until %s", self.fingerprint, self._loaded.ends.date()
        )

    def context(self, *, local: bool) -> ssl.SSLContext:
        """What handshakes are made with. Other computers must show a certificate where `caPath` is set.

        This computer's own tools have none, and show that they are the owner's in other ways.
        """
        assert self._loaded is not None
        return self._loaded.local_context if local else self._loaded.context

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate in force."""
        return self._loaded.fingerprint if self._loaded is not None else ""

    async def look(self) -> bool:
        """Take changed files and renew a certificate of our own before its end; True when it differs from before.

        Files that cannot be used are told of, and the certificate that was read before stays in force.
        """
        assert self._loaded is not None
        stamps = await asyncio.to_thread(_stamps, self._files)
        if stamps == self._seen and not self._is_due(self._loaded):
            return False
        self._seen = stamps
        try:
            fresh = await asyncio.to_thread(self._load)
        except ClawdError as fault:
            _log.warning("the changed certificate was not taken: %s", fault.sentence())
            self._tell(fault.sentence())
            return False
        self._tell("")
        before, self._loaded, self._seen = self._loaded, fresh, fresh.stamps
        if fresh.fingerprint != before.fingerprint:
            _log.info("another certificate is in force, with the SHA-256 fingerprint %s", fresh.fingerprint)
        return fresh.fingerprint != before.fingerprint

    def _load(self) -> _Loaded:
        files = self._files
        if files.make and not files.certificate.exists():
            self._make()
        loaded = _read(files, self._now())
        if self._is_due(loaded):
            self._make()
            loaded = _read(files, self._now())
        if loaded.ends <= self._now():
            raise Refused(f"The certificate {files.certificate} ended on {loaded.ends:%Y-%m-%d}.", hint="Renew it.")
        return loaded

    def _make(self) -> None:
        files = self._files
        make_folder(files.certificate.parent)
        # The key is made once and kept: whatever is cut off here, it never stands beside a certificate of another.
        if not files.key.exists():
            write_file(files.key, make_key())
        key = read_file(files.key, limit=_LARGEST)
        try:
            certificate = make_certificate(key, self._hosts, self._now())
        except (ValueError, TypeError) as error:
            raise BadInput(f"The private key {files.key} cannot be used: {error}.", hint="Move it away.") from error
        write_file(files.certificate, certificate)
        _log.info("a certificate was made for %s", ", ".join(self._hosts))

    def _now(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self._clock.wall_ms() / 1000, datetime.UTC)

    def _is_due(self, loaded: _Loaded) -> bool:
        """Whether it is one that the gateway made and must make anew."""
        soon = loaded.ends - self._now() < datetime.timedelta(days=RENEW_DAYS)
        return self._files.make and loaded.self_signed and soon


def _read(files: TlsFiles, now: datetime.datetime) -> _Loaded:
    """The certificate of these files. Raises ClawdError."""
    stamps = _stamps(files)
    try:
        pem = read_file(files.certificate, limit=_LARGEST)
        read_file(files.key, limit=_LARGEST)
    except ClawdError as fault:
        raise Unavailable(f"The gateway's certificate cannot be read. {fault.message}", hint=_HINT) from fault
    _check_private(files.key)
    local = _context(files, None)
    context = local if files.authorities is None else _context(files, files.authorities)
    der = first_certificate(pem)
    try:
        # 0.1 s to import: only where the port is encrypted.
        from cryptography import x509

        shown = x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise BadInput(f"{files.certificate} cannot be understood: {error}.", hint=_HINT) from error
    begins, ends = shown.not_valid_before_utc, shown.not_valid_after_utc
    if begins > now:
        raise Refused(f"The certificate {files.certificate} counts only from {begins:%Y-%m-%d}.", hint="Set the clock.")
    return _Loaded(context, local, fingerprint(der), ends, shown.issuer == shown.subject, stamps)


def _context(files: TlsFiles, authorities: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # Without it anybody could make the gateway renegotiate again and again.
    context.options |= ssl.OP_NO_RENEGOTIATION
    try:
        # With a password at hand OpenSSL asks nobody at the terminal for the one of an encrypted key.
        context.load_cert_chain(files.certificate, files.key, password=lambda: "")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None)
        if reason == "KEY_VALUES_MISMATCH":
            text = f"The key {files.key} is not the one of the certificate {files.certificate}."
        else:
            text = (
                f"{files.certificate} and {files.key} are no PEM certificate and unencrypted key ({reason or error})."
            )
        raise BadInput(text, hint=_HINT) from error
    if authorities is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        try:
            context.load_verify_locations(authorities)
        except (OSError, ValueError) as error:
            raise BadInput(f"{authorities} is no PEM file of authorities.", hint="Mend gateway.tls.caPath.") from error
    return context


def _check_private(key: Path) -> None:
    if os.name == "posix" and stat.S_IMODE(key.stat().st_mode) & 0o007:
        raise Refused(f"Every user of this computer can use the private key {key}.", hint=f"Run: chmod o-rwx {key}")


def _stamps(files: TlsFiles) -> Stamps:
    """What changes when one of the files does; a file that is not there has zeros."""
    found: list[tuple[int, int, int]] = []
    for path in (files.certificate, files.key, *([files.authorities] if files.authorities else [])):
        status = None
        with contextlib.suppress(OSError):
            status = path.stat()
        found.append((status.st_mtime_ns, status.st_size, status.st_ino) if status is not None else (0, 0, 0))
    return tuple(found)
