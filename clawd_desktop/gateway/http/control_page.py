"""Serves the control page: the files of resources/control_page, from memory, to everybody who may speak to the port.

The files hold no secret; whoever opens the page still has to sign in over the socket.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote

from aiohttp.web import Response

from clawd_desktop.config.schema.gateway import ControlUi
from clawd_desktop.core.errors import NotFound
from clawd_desktop.gateway.http.answers import SECURITY_HEADERS
from clawd_desktop.gateway.http.protocol import GatewayProtocol
from clawd_desktop.gateway.http.routes import Access, Ask, Route

_log = logging.getLogger("clawd.gateway.page")
INDEX = "index.html"
# The addresses of the page's own views; all are answered with the same file, and the page shows what is asked for.
VIEWS = (
    "overview", "chat", "channels", "sessions", "devices", "approvals", "alerts", "resources", "backups", "logs",
    "diagnostics", "config",
)  # fmt: skip
TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src {connect}; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file in memory with its media type and its entity tag."""

    body: bytes
    kind: str
    tag: str


def read_files(folder: Path) -> dict[str, PageFile]:
    """All files of the page by their path in the folder; files of types that the page does not have are left out."""
    return {
        path.relative_to(folder).as_posix(): _page_file(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix in TYPES
    }


def base_of(base_path: str) -> str:
    """The configured base path as it comes on the wire: "" or "/clawd", without a slash at its end."""
    parts = [quote(part, safe="~!$&'()*+,;=:@%") for part in base_path.split("/") if part]
    return "".join(f"/{part}" for part in parts)


class ControlPage:
    """The page's paths. `settings` says whether and where it is served now, `folder` where its files lie."""

    def __init__(self, settings: Callable[[], ControlUi], folder: Callable[[], Path]) -> None:
        self._settings = settings
        self._folder = folder
        self._files: dict[str, PageFile] = {}
        self._made: tuple[str, tuple[Route, ...]] | None = None

    def rows(self) -> tuple[Route, ...]:
        """One route for each file and each view; none when the page is switched off."""
        settings = self._settings()
        if not settings.enabled:
            return ()
        base = base_of(settings.base_path)
        self._files = self._files or self._read()
        if self._made is None or self._made[0] != base:
            self._made = (base, tuple(self._routes(base)))
        return self._made[1]

    def _routes(self, base: str) -> list[Route]:
        if INDEX not in self._files:
            return []
        index = partial(self._answer, self._files[INDEX])
        rows = [Route(f"{base}/{name}", index, access=Access.PUBLIC) for name in ("", *VIEWS)]
        rows += [
            Route(f"{base}/{name}", partial(self._answer, file), access=Access.PUBLIC)
            for name, file in self._files.items()
            if name != INDEX
        ]
        if base:
            rows.append(Route(base, partial(_moved, base), access=Access.PUBLIC))
        return rows

    def _read(self) -> dict[str, PageFile]:
        try:
            return read_files(self._folder())
        except NotFound as fault:
            if self._made is None:
                _log.error("there is no control page: %s", fault.sentence())
            return {}

    async def _answer(self, file: PageFile, ask: Ask) -> Response:
        # The page is many files: on a slow line they come for longer than a stranger may stay.
        protocol = ask.request.protocol
        if isinstance(protocol, GatewayProtocol) and protocol.ticket is not None:
            protocol.ticket.renew()
        headers = {
            **SECURITY_HEADERS,
            "Cache-Control": "no-cache",
            "Content-Security-Policy": policy(ask.facts.hosts[0]),
            "ETag": file.tag,
        }
        if file.tag in ask.request.headers.get("If-None-Match", ""):
            return Response(status=304, headers=headers)
        return Response(body=file.body, headers={**headers, "Content-Type": file.kind})


def policy(host: str) -> str:
    """The Content-Security-Policy of the page; `host` is the Host header that the gate let through.

    Older browsers do not count the socket among 'self'. An IPv6 address cannot be written there (CSP 3, host-source).
    """
    sockets = "" if host.startswith("[") else f" ws://{host} wss://{host}"
    return _POLICY.format(connect=f"'self'{sockets}")


async def _moved(base: str, ask: Ask) -> Response:
    """To the address with the slash, from which the page's own links count; a query goes along."""
    query = ask.facts.target.partition("?")[2]
    where = f"{base}/?{query}" if query else f"{base}/"
    return Response(status=302, headers={**SECURITY_HEADERS, "Location": where})


def _page_file(path: Path) -> PageFile:
    body = path.read_bytes()
    return PageFile(body, TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:32]}"')
