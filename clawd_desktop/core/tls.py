"""Trust in servers: the certificates of the system, loaded when an encrypted connection is first made, not before."""

from __future__ import annotations

import asyncio
import os
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
