"""Files in the age format that a passphrase opens, written and read as a stream; pyrage has these in memory only.

Source of the format: C2SP, "age" (c2sp.org/age), version 1, its section on the scrypt recipient.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import threading
import unicodedata
from typing import BinaryIO

from clawd_desktop.backup import age_header
from clawd_desktop.backup.age_header import Header, Source, Stanza
from clawd_desktop.backup.age_payload import CHUNK, PayloadReader, PayloadWriter
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.sealed_file import SealedFile
from clawd_desktop.core.errors import BadInput, Unavailable

KIND = "scrypt"
# Both are powers of two. 2^18 is what the age program writes: 256 MiB and about a second for each guess.
WORK = 18
MOST_WORK = 20
# A terminal hands over at most that much as one line, and the age program reads it from there.
MOST_PASSPHRASE_BYTES = 4095
_LABEL = b"age-encryption.org/v1/scrypt"
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_WRAPPED = 32
_NO_NONCE = bytes(12)
# Each takes up to 1 GiB while it runs.
_ONE_AT_A_TIME = threading.Lock()
# The file that was opened last and its key: a restore reads one file several times, and each guess takes a second. What
# was just closed is not here, so that reading it back proves that its passphrase opens it.
_last: dict[bytes, bytes] = {}


def refusal(passphrase: str) -> str:
    """Why no backup may be closed with it ("A backup cannot be closed ..."), "" when it may."""
    if not passphrase:
        return "A backup cannot be closed with an empty passphrase."
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in passphrase):
        return "A passphrase cannot have characters that no keyboard types, such as the end of a line."
    if len(_normal(passphrase)) > MOST_PASSPHRASE_BYTES:
        return "The passphrase is too long: other programs could not be given it."
    return ""


def closed(file: BinaryIO, passphrase: str, *, work: int = WORK) -> SealedFile:
    """A writer that seals with the passphrase; takes as long as one guess.

    `work` is the power of two of the cost. Raises BadInput when the passphrase is refused, Unavailable when there is
    not enough memory, and what the file raises.
    """
    if why := refusal(passphrase):
        raise BadInput(why, hint="Choose another one.", code="backup.passphrase")
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    key, salt = os.urandom(16), os.urandom(16)
    outer = ChaCha20Poly1305(_derive(_normal(passphrase), salt, work))
    stanza = Stanza(KIND, (age_header.encoded(salt), str(work)), outer.encrypt(_NO_NONCE, key, None))
    return PayloadWriter(file, key, age_header.build(stanza, key))


def opened(header: Header, source: Source, passphrase: str) -> BinaryIO:
    """A reader of what the passphrase closes; `source` begins after the head.

    Raises BadInput for another passphrase, which the stanza alone tells, Damaged for all else that is wrong,
    Unavailable when there is not enough memory. Reading raises what PayloadReader raises.
    """
    mark = hashlib.sha256(header.text + b"\0" + _as_typed(passphrase)).digest()
    key = _last.get(mark) or _unwrapped(header, passphrase)
    age_header.check(header, key)
    _last.clear()
    _last[mark] = key
    return io.BufferedReader(PayloadReader(source, key), CHUNK)


def _unwrapped(header: Header, passphrase: str) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    salt, work, wrapped = _parameters(header)
    # Other programs take the letters in the form in which they were typed.
    for form in dict.fromkeys((_normal(passphrase), _as_typed(passphrase))):
        try:
            return ChaCha20Poly1305(_derive(form, salt, work)).decrypt(_NO_NONCE, wrapped, None)
        except InvalidTag:
            continue
    raise BadInput(
        "This passphrase does not open the backup.",
        hint="Mind capitals and the layout of the keyboard. If it is surely the right one, "
        "the beginning of the file is damaged: try another copy of it.",
        code="backup.wrong_passphrase",
    )


def _parameters(header: Header) -> tuple[bytes, int, bytes]:
    """Salt, work factor and wrapped key, before anything is computed with them. Raises Damaged."""
    if len(header.stanzas) != 1:
        raise Damaged("its head names a passphrase beside something else, which no backup does")
    (stanza,) = header.stanzas
    if len(stanza.arguments) != 2 or _NUMBER.fullmatch(stanza.arguments[1]) is None:
        raise Damaged("its head is not as the age format says")
    salt, work = age_header.decoded(stanza.arguments[0]), int(stanza.arguments[1])
    if len(salt) != 16 or len(stanza.body) != _WRAPPED:
        raise Damaged("its head is not as the age format says")
    if work > MOST_WORK:
        raise Damaged(f"its head asks for 2^{work} steps to try a passphrase, and at most 2^{MOST_WORK} are taken")
    return salt, work, stanza.body


def _derive(passphrase: bytes, salt: bytes, work: int) -> bytes:
    cost = 1 << work
    try:
        with _ONE_AT_A_TIME:
            # OpenSSL needs the table of 128 * 8 * cost bytes and a little more.
            return hashlib.scrypt(
                passphrase, salt=_LABEL + salt, n=cost, r=8, p=1, maxmem=1024 * cost + (1 << 20), dklen=32
            )
    except (MemoryError, ValueError) as error:
        raise Unavailable(
            f"There is not enough memory to try the passphrase: it needs {max(1, cost // 1024)} MB for a moment.",
            hint="Close other programs and try again.",
        ) from error


def _normal(passphrase: str) -> bytes:
    # One person's passphrase comes out of different keyboards in different forms.
    return _as_typed(unicodedata.normalize("NFC", passphrase))


def _as_typed(passphrase: str) -> bytes:
    return passphrase.encode("utf-8", "surrogatepass")
