"""Says in words how hard a passphrase is to guess; careful rather than exact, and pure."""

from __future__ import annotations

import re

from clawd_desktop.ui.i18n import mark, tr

_PARTS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*|\d+|.", re.DOTALL)
# A word of which there are about two thousand; longer ones may be no words, and each letter more counts in full.
_WORD_BITS, _WORD_LETTERS = 11.0, 8
_LETTER_BITS, _DIGIT_BITS, _SIGN_BITS, _OTHER_BITS = 4.7, 3.3, 4.0, 7.0
_AGAIN_BITS = 0.5
# Bits up to which it is said, the role in which, and the words.
_LEVELS = (
    (32.0, "bad", mark("Weak: a program guesses it.")),
    (44.0, "warning", mark("Fair: one or two words more would make it good.")),
    (64.0, "good", mark("Good.")),
    (float("inf"), "good", mark("Very good.")),
)


def strength(passphrase: str) -> tuple[str, str]:
    """The role of a text and the sentence; "" for nothing."""
    if not passphrase:
        return "muted", ""
    found = bits(passphrase)
    role, text = next((role, text) for limit, role, text in _LEVELS if found < limit)
    return role, tr(text)


def bits(passphrase: str) -> float:
    """About how many bits somebody must guess who knows that people take words, years and rows of keys."""
    total = 0.0
    seen: set[str] = set()
    for part in _PARTS.findall(passphrase):
        known = part.lower() in seen and not part.isspace()
        total += _AGAIN_BITS if known else _of(part)
        seen.add(part.lower())
    return total


def _of(part: str) -> float:
    if part.isascii() and part.isalpha():
        letters = _different(part) * _LETTER_BITS
        word = _WORD_BITS + max(0, len(part) - _WORD_LETTERS) * _LETTER_BITS
        return min(letters, word) + (1.0 if part[0].isupper() else 0.0)
    if part.isdecimal():
        return _different(part) * _DIGIT_BITS
    if part.isspace():
        return 0.5
    return _SIGN_BITS if part.isascii() else _OTHER_BITS


def _different(part: str) -> float:
    """How many characters there are; one that repeats the last, or follows it in a row, counts little."""
    count = 1.0
    for before, now in zip(part, part[1:], strict=False):
        count += 0.2 if abs(ord(now.lower()) - ord(before.lower())) <= 1 else 1.0
    return count
