"""Makes keys of the age format out of what people paste: a line, or the text of a whole key file.

Understood are age's own keys ("age1...", "AGE-SECRET-KEY-1...") and SSH keys of the kinds ed25519 and RSA.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NewType

from clawd_desktop.core.errors import BadInput

AgeRecipient = NewType("AgeRecipient", object)
AgeIdentity = NewType("AgeIdentity", object)
_SECRET = "AGE-SECRET-KEY-"
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Identity:
    """A new pair: `recipient` closes backups and may be known, `secret` opens them and belongs into safe hands."""

    secret: str = field(repr=False)
    recipient: str


def new_identity() -> Identity:
    """A pair that nobody had before."""
    import pyrage  # type: ignore[import-untyped]

    made = pyrage.x25519.Identity.generate()
    return Identity(str(made), str(made.to_public()))


def recipients(texts: Iterable[str]) -> tuple[AgeRecipient, ...]:
    """The recipients in these texts. Raises BadInput when one is none, or there is none at all."""
    found = tuple(_recipient(line) for text in texts for line in _lines(text))
    if not found:
        raise BadInput("There is no key for which the backup could be closed.", code="backup.key")
    return found


def identities(texts: Iterable[str]) -> tuple[AgeIdentity, ...]:
    """The secret keys in these texts. Raises BadInput when one is none, or there is none at all."""
    found = tuple(key for text in texts for key in _identities(text))
    if not found:
        raise BadInput("There is no key that could open the backup.", code="backup.key")
    return found


def recipients_of(texts: Iterable[str]) -> frozenset[str]:
    """The public keys that belong to these secret keys of age; those of SSH are passed over. Raises as `identities`."""
    found = identities(texts)
    return frozenset(str(key.to_public()) for key in found if hasattr(key, "to_public"))


def _lines(text: str) -> list[str]:
    lines = (line.strip() for line in _utf8(text).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _recipient(line: str) -> AgeRecipient:
    import pyrage

    if line.upper().startswith(_SECRET) or "PRIVATE KEY" in line:
        raise BadInput(
            "A backup is closed with a public key, and this is a secret one.",
            hint='Give the one that begins with "age1", "ssh-ed25519" or "ssh-rsa".',
            code="backup.key",
        )
    kind = pyrage.ssh if line.startswith("ssh-") else pyrage.x25519
    try:
        return AgeRecipient(kind.Recipient.from_str(line))
    except pyrage.RecipientError as error:
        raise BadInput(
            f"{line[:_SHOWN]!r} is no key for which a backup can be closed.",
            hint='Such a key begins with "age1", "ssh-ed25519" or "ssh-rsa"; look whether a part of it is missing.',
            code="backup.key",
        ) from error


def _identities(text: str) -> list[AgeIdentity]:
    import pyrage

    try:
        if "-----BEGIN" in text:
            return [AgeIdentity(pyrage.ssh.Identity.from_buffer(_utf8(text).encode()))]
        return [AgeIdentity(pyrage.x25519.Identity.from_str(line)) for line in _lines(text)]
    except pyrage.IdentityError as error:
        # The text is not shown: it may be most of a secret.
        raise BadInput(
            "This is no key that opens a backup.",
            hint=_HINTS.get(str(error), 'Such a key begins with "AGE-SECRET-KEY-1", or is a private SSH key.'),
            code="backup.key",
        ) from error


# Source: pyrage 1.4.
_HINTS = {
    "ssh key must be decrypted first": "The SSH key has a passphrase of its own. Take it off a copy of the key "
    "(ssh-keygen -p -f COPY), and delete that copy afterwards.",
}
