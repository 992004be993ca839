"""Builds HTTP answers; each carries the headers that keep browsers from misusing it, whatever it says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

import orjson
from aiohttp.web import Response

from clawd_desktop.core.values import JsonValue

Headers: TypeAlias = Mapping[str, str]
SECURITY_HEADERS: Headers = {
    "Server": "clawd-desktop",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def text(status: int, body: str, *, close: bool = False, headers: Headers | None = None) -> Response:
    """A plain text answer; with `close` the connection ends after it."""
    return _answer(status, body.encode(), "text/plain", close, headers)


def as_json(status: int, body: JsonValue, *, close: bool = False, headers: Headers | None = None) -> Response:
    """A JSON answer; with `close` the connection ends after it."""
    return _answer(status, orjson.dumps(body), "application/json", close, headers)


def raw(status: int, body: bytes, media_type: str) -> Response:
    """An answer of another kind; `media_type` is the whole header, with its parameters."""
    return Response(status=status, body=body, headers={**SECURITY_HEADERS, "Content-Type": media_type})


def later(seconds: float) -> Headers:
    """The header that says when another try makes sense; none where `seconds` is 0."""
    return {"Retry-After": str(max(1, math.ceil(seconds)))} if seconds > 0 else {}


def unauthorized() -> Response:
    """The answer to a request without a valid secret, in the words that Clawdbot's HTTP clients know."""
    return as_json(401, {"error": {"message": "Unauthorized", "type": "unauthorized"}}, close=True)


def _answer(status: int, body: bytes, kind: str, close: bool, headers: Headers | None) -> Response:
    answer = Response(
        status=status, body=body, content_type=kind, charset="utf-8", headers={**SECURITY_HEADERS, **(headers or {})}
    )
    if close:
        answer.force_close()
    return answer
