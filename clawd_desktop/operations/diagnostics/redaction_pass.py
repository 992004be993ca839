"""Takes secrets and what names people out of a text that may leave the computer; what cannot be cleaned stays."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.operations.redaction import Redactor

LIMIT_S = 5.0
LONGEST_LINE = 64 * 1024
_MAC = re.compile(r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b")
_MAIL = re.compile(r"\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,24}\b")
_PHONE = re.compile(r"(?<![\w.])\+\d[\d\s()-]{7,18}\d\b")
_ADDRESS_SECRET = re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/@\"']{1,256}@")
_MASKS = ((_ADDRESS_SECRET, r"\1[hidden]@"), (_MAC, "[mac]"), (_MAIL, "[mail]"), (_PHONE, "[phone]"))


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without secrets; `dropped` lines could not be cleaned and are not in it."""

    text: str
    dropped: int = 0


def cleaned(text: str, redactor: Redactor, home: Path, *, limit_s: float = LIMIT_S) -> Cleaned:
    """The text, line by line. When the limit in seconds is over, all further lines are dropped: nothing goes unseen."""
    end = time.monotonic() + limit_s
    lines: list[str] = []
    dropped = 0
    for line in text.splitlines():
        if len(line) > LONGEST_LINE or time.monotonic() > end:
            dropped += 1
        else:
            lines.append(_clean(line, redactor, home))
    whole = "\n".join(lines)
    # Once more as a whole: a secret may go over lines.
    again = redactor.clean(whole) if time.monotonic() <= end else ""
    return Cleaned(again, dropped) if again or not whole else Cleaned("", dropped + len(lines))


def _clean(line: str, redactor: Redactor, home: Path) -> str:
    line = redactor.clean(line)
    for pattern, mask in _MASKS:
        line = pattern.sub(mask, line)
    return line.replace(str(home), "~") if len(str(home)) > 1 else line
