"""Understands Argon2id hashes that stand in place of a password, and refuses those that would cost too much to check.

Source of the form: the PHC string format; of the bounds below: RFC 9106.
"""

from __future__ import annotations

import base64
import binascii
import re

MOST_KIB = 262_144
MOST_PASSES = 10
MOST_LANES = 16
_START = "$argon2"
_FORM = re.compile(
    r"\$argon2id\$v=19\$m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,10})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,171})"
)
_SALT_BYTES = range(8, 65)
_HASH_BYTES = range(16, 129)


def is_hash(secret: str) -> bool:
    """True for a text that is meant as a hash, well-formed or not; such a text is never a password itself."""
    return secret.startswith(_START)


def problem(text: str) -> str:
    """Why the hash cannot be used, "" when it can."""
    found = _FORM.fullmatch(text)
    if found is None:
        return (
            "is no Argon2id hash like $argon2id$v=19$m=65536,t=3,p=1$salt$hash; clawd-desktop hash-password makes one"
        )
    memory, passes, lanes = (int(number) for number in found.groups()[:3])
    if not (1 <= lanes <= MOST_LANES and 8 * lanes <= memory <= MOST_KIB and 1 <= passes <= MOST_PASSES):
        bounds = f"m up to {MOST_KIB} and at least 8 for each p, t up to {MOST_PASSES}, p up to {MOST_LANES}"
        return f"asks for more than a sign-in may cost, or for less than Argon2 needs ({bounds})"
    if _size(found[4]) not in _SALT_BYTES or _size(found[5]) not in _HASH_BYTES:
        return "has a salt or a hash of a wrong length"
    return ""


def _size(text: str) -> int:
    try:
        return len(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except (binascii.Error, ValueError):
        return 0
