"""One running program per state folder: the first owns it, a second start hands its wish over and ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import AlreadyRunning, ClawdError, NotFound, Unavailable
from clawd_desktop.core.values import JsonObject, as_text
from clawd_desktop.system.control_channel import Endpoint, close, endpoint, read_line, write_line

Handler = Callable[[JsonObject], Awaitable[JsonObject]]
TIMEOUT = 2.0
_RETRY = 0.05
_log = logging.getLogger("clawd.instance")


class Instance:
    """The claim on one state folder.

    `handler` gets each request of a later start ({"do": "show", "page": "chat", "token": "..."}, {"do": "quit"}) and
    returns the answer, {"ok": true} and what it likes; {"do": "ping"} is answered here. `timeout` in seconds is what
    either side waits for the other. The lock decides, the socket only talks: what a killed owner left behind is
    removed by the next one.
    """

    def __init__(
        self,
        state_folder: Path,
        run_folder: Path,
        handler: Handler,
        *,
        door: Endpoint | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._state_folder = state_folder
        self._lock = safeio.FolderLock(state_folder)
        self._door = door or endpoint(run_folder)
        self._handler = handler
        self._timeout = timeout
        self._server: asyncio.Server | None = None
        self._owner: AlreadyRunning | None = None

    @property
    def owner_pid(self) -> int | None:
        """The process that owns the folder, once `acquire` was refused; None where it is not known."""
        return self._owner.pid if self._owner else None

    async def acquire(self) -> bool:
        """Own the folder and listen; False when another process owns it.

        Raises StorageFault when the folder cannot be used, Refused when the socket's folder is somebody else's.
        """
        safeio.make_folder(self._state_folder)
        try:
            self._lock.acquire()
        except AlreadyRunning as owner:
            self._owner = owner
            return False
        try:
            self._server = await self._door.listen(self._connected)
        except ClawdError:
            self._lock.release()
            raise
        return True

    async def release(self) -> None:
        """Stop listening and give the folder free; safe to call twice."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
            self._door.remove()
        self._lock.release()

    async def hand_over(self, request: JsonObject) -> JsonObject:
        """Pass the request to the owner and return its answer.

        Raises Unavailable when the owner does not answer in time, or refuses; AlreadyRunning when it does not listen.
        """
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._exchange(request)
        except TimeoutError as error:
            raise Unavailable(
                f"Clawd Desktop{self._who()} is running but does not answer.",
                hint=f"Wait a moment and try again, or end it{self._how()}.",
            ) from error
        except (OSError, ValueError) as error:
            raise Unavailable(f"Clawd Desktop{self._who()} broke the connection off.", hint="Try again.") from error
        if answer.get("ok") is not True:
            raise Unavailable(
                as_text(answer.get("error"), "Clawd Desktop refused."), hint=as_text(answer.get("hint"))
            )  # fmt: skip
        return answer

    async def _exchange(self, request: JsonObject) -> JsonObject:
        reader, writer = await self._call()
        try:
            await write_line(writer, self._door.sign(request))
            return await read_line(reader)
        finally:
            await close(writer)

    async def _call(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Call until somebody listens: the owner may have the lock and not yet the socket."""
        while True:
            try:
                return await self._door.connect()
            except (NotFound, FileNotFoundError, ConnectionRefusedError):
                await asyncio.sleep(_RETRY)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                request = await read_line(reader)
            await write_line(writer, await self._answer(request, writer))
        except (ValueError, TimeoutError, OSError, ClawdError) as error:
            _log.warning("a request was dropped: %s", error or "it did not arrive in time")
        finally:
            await close(writer)

    async def _answer(self, request: JsonObject, writer: asyncio.StreamWriter) -> JsonObject:
        if not self._door.admit(request, writer):
            return {"ok": False, "error": "Only the user who started Clawd Desktop may do this."}
        if request.get("do") == "ping":
            return {"ok": True}
        try:
            return await self._handler(request)
        except ClawdError as error:
            return {"ok": False, "error": error.message, "hint": error.hint}

    def _who(self) -> str:
        return f" (pid {self.owner_pid})" if self.owner_pid else ""

    def _how(self) -> str:
        return f": kill {self.owner_pid}" if self.owner_pid else ""
