"""Makes the Argon2id hash of a password, so that the configuration need not hold the password itself."""

from __future__ import annotations

import asyncio
import getpass
import secrets
from typing import TextIO

from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit
from clawd_desktop.config.passwords import weakness
from clawd_desktop.core.errors import BadInput

# The second choice of RFC 9106, with one lane: some tenths of a second and 64 MiB for each sign-in with a new password.
_MEMORY_KIB = 65_536
_PASSES = 3
_LANES = 1
_LONGEST = 4096


async def run(console: Console, keyboard: TextIO) -> Exit:
    """Ask for a password, twice at a terminal and as one line otherwise, and print its hash. Raises BadInput."""
    password = await asyncio.to_thread(_asked if keyboard.isatty() else _read, keyboard)
    if not password.strip():
        raise BadInput("There is no password.", hint="Write one line to standard input.")
    if reason := weakness(password):
        console.note(
            f"Note: this password {reason}. The gateway may listen beyond this computer with a strong one only."
        )
    console.line(await asyncio.to_thread(hashed, password))
    return Exit.OK


def hashed(password: str) -> str:
    """The hash of the password, with a salt of its own, as the configuration takes it."""
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    salt = secrets.token_bytes(16)
    maker = Argon2id(salt=salt, length=32, iterations=_PASSES, lanes=_LANES, memory_cost=_MEMORY_KIB)
    return maker.derive_phc_encoded(password.encode("utf-8", "surrogatepass"))


def _asked(keyboard: TextIO) -> str:
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise BadInput("The two are not the same.", hint="Try again.")
    return first


def _read(keyboard: TextIO) -> str:
    return keyboard.readline(_LONGEST).rstrip("\r\n")
