"""Takes secrets out of text before it is written or shown; it cannot be switched off."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

MASK = "[hidden]"
_PERCENT = re.compile("%[0-9A-F]{2}")
_URL_SAFE = str.maketrans("+/", "-_")
SHORTEST = 6  # A shorter value would blank out ordinary words.
# What keys and tokens of the usual providers look like, and where they usually stand.
PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?i)(\b(?:authorization|proxy-authorization)\b[\"']?\s*+[:=]\s*+[\"']?(?:(?:bearer|basic)\s*+)?)[^\s\"',;]{6,}",
        r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]{10,}",
        r"(?i)((?:api[_-]?key|password|passwd|secret|token)[\"']?\s*+[:=]\s*+[\"']?)[^\s\"',;&]{6,}",
        r"()\b(?:sk|pk|rk|xai|gsk|or)-[A-Za-z0-9_-]{16,}",
        r"()\bclawd-pass-[A-Za-z0-9_-]{16,}",
        r"()\bgh[pousr]_[A-Za-z0-9]{20,}",
        r"()\bxox[abprs]-[A-Za-z0-9-]{10,}",
        r"()\bAIza[0-9A-Za-z_-]{30,}",
        r"(\bbot|\b)\d{8,10}:[A-Za-z0-9_-]{30,}",
    )
)


class Redactor:
    """Knows the secrets of this process and what secrets in general look like."""

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()

    def learn(self, secret: str) -> None:
        """Hide this value from now on, also base64, URL-encoded, JSON-escaped and as Python shows it."""
        if len(secret) >= SHORTEST and secret not in self._known:
            # The longest first, or a shorter form would leave the rest of a longer one behind.
            self._known = tuple(sorted({*self._known, *_forms(secret)}, key=len, reverse=True))

    def clean(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._known:
            if secret in text:
                text = text.replace(secret, MASK)
        for pattern in PATTERNS:
            text = pattern.sub(rf"\g<1>{MASK}", text)
        return text


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
