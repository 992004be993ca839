"""Lets the application that runs restore, and follows it through its end to its new beginning."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from clawd_desktop.cli import status
from clawd_desktop.cli.backup import LONGEST_S, STOP_S, Connect
from clawd_desktop.cli.client import GatewayClient, GatewayEvent
from clawd_desktop.core.errors import AlreadyRunning, BadInput, ClawdError, Refused
from clawd_desktop.core.values import JsonObject, as_int, as_object

# How long it may be away: longer than it may take to end and to start.
AWAY_S = 180.0
LOOK_EVERY_S = 0.2
_PROGRESS = "backup.progress"
_ASK_S = 20.0
Told = Callable[[JsonObject], None]


class There:
    """Answers as the gateway does; who stops waiting stops what is being done, as long as that can be stopped."""

    def __init__(self, connect: Connect, client: GatewayClient, told: Told, timeout_s: float | None) -> None:
        self._connect = connect
        self._client: GatewayClient | None = None
        self._told = told
        self._timeout_s = timeout_s
        self._use(client)

    async def ask(self, method: str, params: JsonObject) -> JsonObject:
        """The answer of the method. Raises what the gateway says."""
        async with self._stopping():
            return await self._request(method, params, self._timeout_s or LONGEST_S)

    async def done(self, method: str, params: JsonObject) -> JsonObject:
        """How it ended. Raises what the gateway says, BadInput when somebody stopped it, and why it is not back."""
        async with self._stopping():
            before = _ended(await self._request("backup.restores", {}, _ASK_S))
            await self._request(method, params, _ASK_S)
            known = await self._over()
            if _ended(known) == before:
                raise BadInput("It was stopped. Nothing was changed.")
            return as_object(known.get("last"))

    async def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _over(self) -> JsonObject:
        """What is known when nothing is under way any more; the gateway goes away meanwhile and comes back."""
        limit = self._timeout_s or AWAY_S
        seen = time.monotonic()
        while True:
            try:
                known = await self._request("backup.restores", {}, _ASK_S)
                if known.get("working") is not True:
                    return known
                seen = time.monotonic()
            except ClawdError as error:
                await self.close()
                if time.monotonic() - seen > limit:
                    error.hint = "It goes on by itself; see later: clawd-desktop restore --list"
                    raise
            await asyncio.sleep(LOOK_EVERY_S)

    async def _request(self, method: str, params: JsonObject, limit_s: float) -> JsonObject:
        if self._client is None:
            self._use(await self._connect())
        assert self._client is not None
        return as_object(await self._client.request(method, params, timeout_s=limit_s))

    def _use(self, client: GatewayClient) -> None:
        client.listen(self._hear)
        self._client = client

    def _hear(self, event: GatewayEvent) -> None:
        if event.name == _PROGRESS:
            self._told(event.payload)

    @asynccontextmanager
    async def _stopping(self) -> AsyncIterator[None]:
        try:
            yield
        except asyncio.CancelledError:
            with contextlib.suppress(ClawdError):
                await self._request("backup.stopRestore", {}, STOP_S)
            raise


@asynccontextmanager
async def there(connect: Connect, local: JsonObject, told: Told, timeout_s: float | None) -> AsyncIterator[There]:
    """The application behind the gateway. `local` is what that of this state folder says of itself, empty with --url.

    Raises AlreadyRunning when that one runs and its gateway cannot be asked, Refused when another one answers.
    """
    try:
        client = await connect()
    except ClawdError as error:
        if not local:
            raise
        what = f"Clawd Desktop runs, but its gateway cannot be asked. {error.message}"
        raise AlreadyRunning(what, hint="End it first: clawd-desktop quit") from error
    found = There(connect, client, told, timeout_s)
    try:
        if local and as_int((await status.fetch(client)).get("pid")) != as_int(local.get("pid")):
            raise Refused(
                f"What answers at {client.url} is not the application of this state folder.",
                hint="Name the gateway with --url, or end the application first: clawd-desktop quit",
            )
        yield found
    finally:
        await found.close()


def _ended(known: JsonObject) -> int:
    return as_int(as_object(known.get("last")).get("atMs"))
