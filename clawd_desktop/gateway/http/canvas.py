"""Shows the files of the canvas to those whom the gateway let in: they learn its secret path in their hello."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from aiohttp.web import StreamResponse

from clawd_desktop.config.schema import Config
from clawd_desktop.gateway.gate import CANVAS
from clawd_desktop.gateway.hello import Limits
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.files import is_folder, media_type, open_below, parts_of, send_file
from clawd_desktop.gateway.http.routes import Access, Ask, Route

# Source: the paths of Clawdbot 2026.1.24 and of its later names.
PREFIXES = ("/__openclaw__/canvas", "/__moltbot__/canvas", "/__clawdbot__/canvas")
INDEX = "index.html"


class CanvasPaths:
    """`<secret path>/__clawdbot__/canvas/...`, read only; `root` is the folder that is shown."""

    def __init__(self, config: Callable[[], Config], root: Callable[[], Path], limits: Callable[[], Limits]) -> None:
        self._config = config
        self._root = root
        self._limits = limits

    def rows(self) -> tuple[Route, ...]:
        """One tree; none while the canvas is off."""
        if not is_on(self._config()):
            return ()
        return (Route(CANVAS.rstrip("/"), self._read, access=Access.CANVAS, under=True, waits=True),)

    async def _read(self, ask: Ask) -> StreamResponse:
        secret, _, rest = ask.rest.lstrip("/").partition("/")
        prefix = next((each for each in PREFIXES if f"/{rest}/".startswith(f"{each}/")), None)
        names = _names(f"/{rest}"[len(prefix) :]) if prefix is not None else None
        if names is None:
            return _missing()
        root = self._root()
        if names[-1:] != ("",) and await asyncio.to_thread(is_folder, root, names):
            # Without the slash the page's own links would lead beside it.
            return answers.text(302, "Found", headers={"Location": f"{CANVAS}{secret}/{rest}/"})
        wanted = (*names[:-1], INDEX) if names[-1:] == ("",) else names
        file = await asyncio.to_thread(open_below, root, wanted)
        if file is None:
            return _missing()
        return await self._send(ask, file, wanted[-1], f"{CANVAS}{secret}/")

    async def _send(self, ask: Ask, file: BinaryIO, name: str, base: str) -> StreamResponse:
        kind = media_type(name)
        text = kind.startswith("text/") or kind in ("application/json", "image/svg+xml")
        headers = {
            "Content-Type": f"{kind}; charset=utf-8" if text else kind,
            "Content-Security-Policy": policy(f"http://{ask.facts.hosts[0]}{base}"),
            # The page has no origin of its own, so that even its own files come "from elsewhere" to it.
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Access-Control-Allow-Origin": "null",
        }
        return await send_file(ask, file, headers, self._limits().request)


def policy(own: str) -> str:
    """What a page of the canvas may do: run its scripts, and load nothing but what lies below the address `own`.

    Being sandboxed it has no origin: it can read neither the control page's storage nor answer as that page. It may
    not open windows, send forms or reach any other host.
    """
    sources = f"{own} data: blob:"
    return (
        f"sandbox allow-scripts; default-src {sources}; script-src {own} 'unsafe-inline'; "
        f"style-src {own} 'unsafe-inline'; connect-src {own}; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _names(path: str) -> tuple[str, ...] | None:
    """The names below the canvas; a last "" stands for the folder itself. None for a path that is refused."""
    if path in ("", "/"):
        return ("",) if path else ()
    folder = path.endswith("/")
    names = parts_of(path[1:-1] if folder else path[1:])
    return (*names, "") if names is not None and folder else names


def _missing() -> StreamResponse:
    return answers.text(404, "Not Found")


def is_on(config: Config) -> bool:
    """Whether there is a canvas. The section is not even loaded where the file has none."""
    return "canvasHost" not in config.raw or config.canvas_host.enabled


def canvas_root(config: Config, workspace: Path, user: Callable[[str], Path]) -> Path:
    """The folder that is shown: the configured one, else `canvas` in the workspace."""
    configured = config.canvas_host.root if "canvasHost" in config.raw else None
    return Path(os.path.abspath(user(configured))) if configured else workspace / "canvas"
