"""Takes secrets out of text before it is written or shown; it cannot be switched off."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from clawd_desktop.operations.redact_patterns import LONGEST

MASK = "[hidden]"
_PERCENT = re.compile("%[0-9A-F]{2}")
_URL_SAFE = str.maketrans("+/", "-_")
SHORTEST = 6  # A shorter value would blank out ordinary words.
# What keys and tokens of the usual providers look like, and where they usually stand; before each, texts in small
# letters of which one must be there, so that what holds none of them is passed over quickly.
PATTERNS = tuple(
    (needles, re.compile(pattern))
    for needles, pattern in (
        (
            ("authorization",),
            r"(?i)(\b(?:authorization|proxy-authorization)\b[\"']?\s*+[:=]\s*+[\"']?(?:(?:bearer|basic)\s*+)?)[^\s\"',;]{6,}",
        ),
        (("bearer",), r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]{10,}"),
        (
            ("key", "pass", "secret", "token"),
            r"(?i)((?:api[_-]?key|password|passwd|secret|token)[\"']?\s*+[:=]\s*+[\"']?)[^\s\"',;&]{6,}",
        ),
        (
            ("k-", "xai-", "or-"),
            r"()\b(?:sk|pk|rk|xai|gsk|or)-[A-Za-z0-9_-]{16,}",
        ),
        (("clawd-pass-",), r"()\bclawd-pass-[A-Za-z0-9_-]{16,}"),
        (("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"()\bgh[pousr]_[A-Za-z0-9]{20,}"),
        (("xox",), r"()\bxox[abprs]-[A-Za-z0-9-]{10,}"),
        (("aiza",), r"()\bAIza[0-9A-Za-z_-]{30,}"),
    )
)
_ALL = {needle for needles, _ in PATTERNS for needle in needles}
# "pass" is in "clawd-pass-": what holds a shorter needle need not be looked through for a longer one.
_NEEDLES = tuple(one for one in sorted(_ALL) if not any(other in one for other in _ALL - {one}))
# Begins with digits, of which logs are full: looked for from its rare end.
_BOT_TOKEN = re.compile(r"(\bbot|\b)\d{8,10}:[A-Za-z0-9_-]{30,}")
_BOT_TOKEN_END = re.compile(r":[A-Za-z0-9_-]{30}")
_AT_THE_CUT = 256


class Redactor:
    """Knows the secrets of this process and what secrets in general look like; works in any thread."""

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()
        self._also: tuple[re.Pattern[str], ...] = ()

    def learn(self, secret: str) -> None:
        """Hide this value from now on, also base64, URL-encoded, JSON-escaped and as Python shows it."""
        if len(secret) >= SHORTEST and secret not in self._known:
            # The longest first, or a shorter form would leave the rest of a longer one behind.
            self._known = tuple(sorted({*self._known, *_forms(secret)}, key=len, reverse=True))

    def also_hide(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """Hide what these match too, beside all else; they take the place of those of the last call.

        They must not take long on any text: see `redact_patterns`.
        """
        self._also = tuple(patterns)

    def suspects(self, text: str) -> bool:
        """Whether there may be something to hide in a text; much quicker than looking closely."""
        lowered = _lowered(text)
        return (
            bool(self._also)
            or any(secret in text for secret in self._known)
            or any(needle in lowered for needle in _NEEDLES)
            or _BOT_TOKEN_END.search(text) is not None
        )

    def clean(self, text: str, longest: int | None = None) -> str:
        """The text without secrets, cut to at most `longest` characters; shorter where `also_hide` is in force."""
        if self._also:
            longest = min(longest or LONGEST, LONGEST)
        if longest is not None and len(text) > longest:
            # A secret that the cut divides is no longer known as one: it ends within what is taken off afterwards.
            beyond = max((len(secret) for secret in self._known), default=0) + _AT_THE_CUT
            whole = self._cleaned(text[: longest + beyond])
            return (whole if len(text) <= longest + beyond else whole[:-beyond])[:longest]
        return self._cleaned(text)

    def _cleaned(self, text: str) -> str:
        for secret in self._known:
            if secret in text:
                text = text.replace(secret, MASK)
        lowered = _lowered(text)
        for needles, pattern in PATTERNS:
            if any(needle in lowered for needle in needles):
                text = pattern.sub(rf"\g<1>{MASK}", text)
        if _BOT_TOKEN_END.search(text) is not None:
            text = _BOT_TOKEN.sub(rf"\g<1>{MASK}", text)
        for pattern in self._also:
            text = pattern.sub(MASK, text)
        return text


def _lowered(text: str) -> str:
    # Patterns that do not look at small and capital letters take some letters beyond ASCII for their like.
    return text.lower() if text.isascii() else text.casefold()


def _forms(secret: str) -> Iterator[str]:
    escaped, raw = json.dumps(secret)[1:-1], secret.encode("utf-8", "surrogatepass")
    yield from (secret, escaped, json.dumps(escaped)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    yield repr(secret)[1:-1]
    yield raw.hex()
    for address in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield from (address, _PERCENT.sub(lambda found: found.group().lower(), address))
    for before in range(3):
        # What stands before it (the user of "user:password") shifts its bits; the characters it shares are left out.
        encoded = base64.b64encode(bytes(before) + raw).decode()
        middle = encoded[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        yield from (middle, middle.translate(_URL_SAFE))
