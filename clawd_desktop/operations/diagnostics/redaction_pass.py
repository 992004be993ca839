"""Takes secrets and what names people out of a text that may leave the computer; what cannot be cleaned stays."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.operations.redaction import Redactor

LIMIT_S = 10.0
AT_ONCE = 200
LONGEST_LINE = 64 * 1024
_MAC = re.compile(r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b")
_MAIL = re.compile(r"\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,24}\b")
_PHONE = re.compile(r"(?<![\w.])\+\d[\d ()-]{7,18}\d\b")
_ADDRESS_SECRET = re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/@\"']{1,256}@")
_MASKS = ((_ADDRESS_SECRET, r"\1[hidden]@"), (_MAC, "[mac]"), (_MAIL, "[mail]"), (_PHONE, "[phone]"))


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without secrets; `dropped` lines could not be cleaned and are not in it."""

    text: str
    dropped: int = 0


def cleaned(text: str, redactor: Redactor, home: Path, *, limit_s: float = LIMIT_S) -> Cleaned:
    """The text, some lines at a time. When the limit in seconds is over, all further lines are dropped.

    Nothing leaves that was not looked at.
    """
    end = time.monotonic() + limit_s
    lines = text.splitlines()
    short = [line for line in lines if len(line) <= LONGEST_LINE]
    kept: list[str] = []
    for start in range(0, len(short), AT_ONCE):
        if time.monotonic() > end:
            break
        kept.append(_clean("\n".join(short[start : start + AT_ONCE]), redactor, home))
    # Once more as a whole: a secret may go over the lines that were looked at together.
    whole = redactor.clean("\n".join(kept))
    return Cleaned(whole, len(lines) - min(len(short), len(kept) * AT_ONCE))


def _clean(lines: str, redactor: Redactor, home: Path) -> str:
    lines = redactor.clean(lines)
    for pattern, mask in _MASKS:
        lines = pattern.sub(mask, lines)
    return lines.replace(str(home), "~") if len(str(home)) > 1 else lines
