"""Trust in servers: the certificates of the system, loaded when first needed and not before, and fingerprints."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_FILE = "SSL_CERT_FILE"


async def context_for(url: str) -> ssl.SSLContext | bool:
    """What aiohttp wants as `ssl` for this address: the system's trust for https and wss, True where none is used."""
    if not url.startswith(("https://", "wss://")):
        return True
    return await asyncio.to_thread(_trusted)


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def without_certificates() -> Iterator[None]:
    """Import aiohttp inside the block: its own client context is then made without certificates and trusts nobody.

    aiohttp 3 loads every certificate of the system when it is imported (0.2 s and 4 MB) into a context that is not used
    here: each request brings the one of `context_for`. Whoever forgets to is refused, not let through.
    """
    before = os.environ.get(_FILE)
    os.environ[_FILE] = os.devnull
    try:
        yield
    finally:
        if before is None:
            del os.environ[_FILE]
        else:
            os.environ[_FILE] = before


def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate, as people compare it and clients pin it: 32 pairs of hex digits with colons."""
    return ":".join(f"{byte:02X}" for byte in hashlib.sha256(der).digest())


def fingerprint_bytes(text: str) -> bytes:
    """The 32 bytes of a fingerprint in any usual spelling ("SHA256:ab12…", "AB:12:…"). Raises ValueError."""
    digits = re.sub(r"^\s*sha-?256\s*[:=]?", "", text, flags=re.IGNORECASE)
    found = bytes.fromhex(re.sub(r"[:\s-]", "", digits))
    if len(found) != hashlib.sha256().digest_size:
        raise ValueError(f"a SHA-256 fingerprint has 32 bytes, this one {len(found)}")
    return found


def first_certificate(pem: bytes) -> bytes:
    """The first certificate of a PEM chain as DER: the one that a server shows. Raises ValueError."""
    start, end = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
    at = pem.find(start)
    until = pem.find(end, at)
    if at < 0 or until < 0:
        raise ValueError("there is no PEM certificate in it")
    return ssl.PEM_cert_to_DER_cert(pem[at : until + len(end)].decode("ascii", "replace"))
