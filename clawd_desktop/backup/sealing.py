"""Closes backups so that only a passphrase or a key opens them, in the age format that other programs know too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

from clawd_desktop.backup import age_header, age_keys, age_passphrase, age_recipients
from clawd_desktop.backup.age_header import Source
from clawd_desktop.backup.age_keys import Identity, new_identity
from clawd_desktop.backup.sealed_file import SealedFile
from clawd_desktop.core.errors import BadInput

__all__ = ["Identity", "Keys", "Lock", "closing", "is_sealed", "new_identity", "opening"]


@dataclass(frozen=True, slots=True)
class Lock:
    """With what a backup is closed: a passphrase, or the public keys of those who may open it."""

    passphrase: str = field(default="", repr=False)
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """With what it is tried to open a backup; an identity is a secret key or the text of a file with some."""

    passphrase: str = field(default="", repr=False)
    identities: tuple[str, ...] = field(default=(), repr=False)


def is_sealed(head: bytes) -> bool:
    """Whether a file that begins with these bytes (20 are enough) is in the age format."""
    return head.startswith(age_header.MAGIC)


def closing(file: BinaryIO, lock: Lock, *, work: int | None = None) -> SealedFile:
    """A writer that seals what it is given and writes it to `file`, which stays open and needs no room but its own.

    Its close() finishes; leaving a `with` by an exception, `abandon()` and forgetting it do not, and what is in the
    file then opens with no key to its end. `work` is the power of two of what each guess of a passphrase costs.

    Raises BadInput when the lock is none, before anything is written, Unavailable when there is not enough memory,
    and what the file raises, as writing and closing do.
    """
    if lock.passphrase and lock.recipients:
        raise BadInput(
            "A backup is closed with a passphrase or with keys, not with both.", hint="Choose one.", code="backup.lock"
        )
    if lock.recipients:
        return age_recipients.closed(file, age_keys.recipients(lock.recipients))
    return age_passphrase.closed(file, lock.passphrase, work=age_passphrase.WORK if work is None else work)


def opening(file: BinaryIO, keys: Keys) -> BinaryIO:
    """A reader of what `closing` sealed, or any other program that writes the age format; `file` stays open.

    Raises BadInput for a wrong passphrase or key, and when the one that is needed is not there; Damaged for broken
    bytes, also while reading: what was read counts only when the end was reached. Faults of the disk (OSError) pass.
    """
    header, ahead = age_header.read(file)
    source = Source(file, ahead, position=len(header.text))
    if any(stanza.kind == age_passphrase.KIND for stanza in header.stanzas):
        if not keys.passphrase:
            raise BadInput("The backup opens with a passphrase.", hint="Type it.", code="backup.no_passphrase")
        return age_passphrase.opened(header, source, keys.passphrase)
    if not keys.identities:
        raise BadInput(
            "The backup opens with a key, not with a passphrase.",
            hint='Give the key: a line that begins with "AGE-SECRET-KEY-1", or a private SSH key.',
            code="backup.no_key",
        )
    return age_recipients.opened(header, source, age_keys.identities(keys.identities))
