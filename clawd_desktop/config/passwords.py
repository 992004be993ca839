"""Says why a password is too easily guessed to stand between other computers and this one; pure."""

from __future__ import annotations

import re

from clawd_desktop.config.password_hash import is_hash

SHORTEST = 12
# A million guesses a second need eleven days for as many; the gateway itself lets through one in fifteen minutes.
_FEWEST_GUESSES = 10**12
_WORDS = (
    "password", "passwort", "passphrase", "passw0rd", "secret", "secure", "generate", "changeme", "change", "default",
    "admin", "administrator", "root", "user", "login", "welcome", "letmein", "master", "superman", "batman", "dragon",
    "monkey", "sunshine", "princess", "football", "baseball", "iloveyou", "trustno1", "shadow", "qwerty", "qwertz",
    "azerty", "asdf", "zxcv", "hello", "test", "demo", "example", "your", "my", "very", "super", "strong", "token",
    "key", "gateway", "clawdbot", "clawd", "moltbot", "openclaw", "claw", "lobster", "desktop", "server", "here",
    "the", "and", "correct", "horse", "battery", "staple",
)  # fmt: skip
# So many tries a known word, a run of neighbours or a repetition costs somebody who guesses by rule.
_WORD_TRIES = 100
_RUN_TRIES = 30
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm")
_RUNS = tuple(row[at : at + size] for line in _ROWS for row in (line, line[::-1]) for size in (6, 5, 4, 3)
              for at in range(len(row) - size + 1))  # fmt: skip
_LEET = str.maketrans("013457@$!|", "oieastasil")


def weakness(secret: str) -> str:
    """What is wrong with the password, as the end of "it ...", "" when nothing is.

    A hash tells nothing of its password, which was looked at when the hash was made.
    """
    if is_hash(secret):
        return ""
    if len(secret) < SHORTEST:
        return f"has fewer than {SHORTEST} characters"
    if guesses(secret) < _FEWEST_GUESSES:
        return "is made of words and patterns that are guessed first"
    return ""


def guesses(secret: str) -> int:
    """About how many guesses the secret costs somebody who tries known words, runs and repetitions first.

    An estimate from above for words that are not in the short list here, and exact for nothing.
    """
    text, tries = secret.lower(), 1
    text, known = _without(text, _WORDS)
    unmasked, masked = _without(text.translate(_LEET), _WORDS)
    if masked:
        text = unmasked
    tries *= int(_WORD_TRIES ** (known + masked))
    text, runs = _without(text, _RUNS)
    text, repeats = re.subn(r"(.+?)\1{2,}", r"\1", text)
    tries *= int(_RUN_TRIES ** (runs + repeats))
    return tries * _each(re.sub(r"[\s\-_.]+", "", text), mixed=secret != secret.lower())


def _without(text: str, known: tuple[str, ...]) -> tuple[str, int]:
    """The text with each known part taken out, longest first, and how many there were."""
    count = 0
    for part in sorted(known, key=len, reverse=True):
        found = text.count(part)
        if found:
            text, count = text.replace(part, " "), count + found
    return text, count


def _each(rest: str, *, mixed: bool) -> int:
    """Guesses for characters without a pattern, by the size of the alphabets that occur; few that repeat are few."""
    size = 26 * any(letter.isalpha() for letter in rest) * (2 if mixed else 1)
    size += 10 * any(letter.isdigit() for letter in rest) + 32 * any(not letter.isalnum() for letter in rest)
    tries: int = 1
    for _ in rest[:64]:
        tries *= max(1, min(size, 4 * len(set(rest))))
    return tries
