"""Turns a request of aiohttp into the few frozen facts that the gate looks at, and makes foreign text fit for a log."""

from __future__ import annotations

import base64
import binascii
import hashlib

from aiohttp.web import BaseRequest

from clawd_desktop.gateway.admission import RequestFacts
from clawd_desktop.gateway.gate import CANVAS
from clawd_desktop.gateway.websocket import GUID

_LONGEST_LOGGED = 160
# Clawdbot's clients of each of its names send their own.
BRANDED = ("x-openclaw-", "x-moltbot-", "x-clawdbot-")


def facts_of(request: BaseRequest) -> RequestFacts:
    """The facts of a request; nothing in them is believed yet."""
    headers = request.headers
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    return RequestFacts(
        method=request.method,
        target=request.raw_path,
        address=str(peer[0]) if peer else "",
        port=int(peer[1]) if peer else 0,
        hosts=tuple(headers.getall("Host", ())),
        origins=tuple(headers.getall("Origin", ())),
        header_names=frozenset(name.lower() for name in headers),
        forwarded_for=tuple(headers.getall("X-Forwarded-For", ())),
        forwarded=tuple(headers.getall("Forwarded", ())),
        fetch_site=headers.get("Sec-Fetch-Site", ""),
        content_type=headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        content_encoding=headers.get("Content-Encoding", "").strip().lower(),
        authorization=headers.get("Authorization", "").strip(),
        hook_token=branded(request, "token"),
    )


def branded(request: BaseRequest, name: str) -> str:
    """The value of the header `x-clawdbot-<name>` or one of its twins, "" where none is set."""
    return next((value for brand in BRANDED if (value := request.headers.get(brand + name, "").strip())), "")


def wants_websocket(request: BaseRequest) -> bool:
    """True when the request asks for an upgrade to WebSocket, well-formed or not."""
    return "websocket" in request.headers.get("Upgrade", "").lower()


def has_body(request: BaseRequest) -> bool:
    """True when a body follows the headers; none belongs to an upgrade."""
    headers = request.headers
    return "Transfer-Encoding" in headers or headers.get("Content-Length", "0").strip() != "0"


def accept_key(request: BaseRequest) -> str:
    """The Sec-WebSocket-Accept of a well-formed upgrade (RFC 6455, 4.2), "" for any other."""
    headers = request.headers
    tokens = [token.strip().lower() for token in headers.get("Connection", "").split(",")]
    if request.method != "GET" or "upgrade" not in tokens or headers.get("Sec-WebSocket-Version") != "13":
        return ""
    key = headers.get("Sec-WebSocket-Key", "")
    try:
        if len(base64.b64decode(key, validate=True)) != 16:
            return ""
    except (binascii.Error, ValueError):
        return ""
    return base64.b64encode(hashlib.sha1(key.encode() + GUID, usedforsecurity=False).digest()).decode()


def loggable(target: str) -> str:
    """What of a request's target may be written down: its query may hold a secret, and the canvas's path is one."""
    path = target.partition("?")[0]
    return CANVAS if path.startswith(CANVAS) else path


def printable(text: str) -> str:
    """Foreign text for one line of a log: control characters escaped, cut to a sensible length."""
    cut = text[:_LONGEST_LOGGED]
    shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in cut)
    return shown + ("…" if len(text) > _LONGEST_LOGGED else "")
