"""The running application with everything switched on that answers over HTTP, and the list of its paths."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from gateway_rig import Socket, upgrade_request
from running_gateway import PASSWORD, Running, running

from clawd_desktop.gateway import assembly
from clawd_desktop.gateway.http.routes import Access, Paths, Route

HOOK_TOKEN = "a-token-of-the-hooks-0123456789"
EVERYTHING = {
    "hooks": {"enabled": True, "token": HOOK_TOKEN},
    "gateway": {"http": {"endpoints": {"chatCompletions": {"enabled": True}, "responses": {"enabled": True}}}},
}
BEARER = f"Authorization: Bearer {PASSWORD}"
# Paths that are asked on every gateway, whether it has them or not.
ALWAYS = (
    "/", "/index.html", "/healthz", "/readyz", "/favicon.ico", "/assets/x.js", "/hooks/wake", "/hooks/agent",
    "/tools/invoke", "/v1/models", "/v1/chat/completions", "/v1/responses", "/avatar/main", "/__clawdbot__/canvas/",
    "/__clawdbot__/a2ui/", "/no/such/path",
)  # fmt: skip


async def line_to(port: int, *, address: str = "127.0.0.1", path: str = "/") -> Socket:
    """A socket to a gateway of another process, before its challenge; whoever opens it leaves it."""
    reader, writer = await asyncio.open_connection(address, port)
    writer.write(upgrade_request(port, host="[::1]" if address == "::1" else "", path=path))
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return Socket(reader, writer)


@dataclass
class Whole:
    """The application and the routes that it was put together with."""

    app: Running
    topics: tuple[Paths, ...]

    @property
    def port(self) -> int:
        return self.app.port

    @property
    def rows(self) -> tuple[Route, ...]:
        return tuple(row for topic in self.topics for row in topic.rows())

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that are worth an attack: those of the routes, something below each tree, and some that are not."""
        own = [row.path for row in self.rows]
        below = [f"{row.path.rstrip('/')}/below.txt" for row in self.rows if row.under]
        return tuple(dict.fromkeys((*own, *below, *ALWAYS)))

    @property
    def owners(self) -> tuple[Route, ...]:
        """The routes that ask for a secret."""
        return tuple(row for row in self.rows if row.access is not Access.PUBLIC)


@asynccontextmanager
async def whole_gateway(state: Path) -> AsyncIterator[Whole]:
    """The application with its data in `state`; its paths are watched while it is put together."""
    seen: list[tuple[Paths, ...]] = []
    made = assembly.http_paths

    def watched(*given: object, **named: object) -> tuple[Paths, ...]:
        seen.append(made(*given, **named))  # type: ignore[arg-type]
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "http_paths", watched)
        async with running(state, **EVERYTHING) as app:
            yield Whole(app, seen[-1])
