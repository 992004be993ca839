"""Asks a gateway on a copy what clients ask, over its socket, in a thread of its own without any other loop."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from types import TracebackType
from typing import TYPE_CHECKING

import orjson

from clawd_desktop import __version__
from clawd_desktop.backup.drill_process import Trial
from clawd_desktop.backup.progress import Halt, go_on
from clawd_desktop.core.errors import Refused, Unavailable
from clawd_desktop.core.tls import without_certificates
from clawd_desktop.core.values import JsonObject, as_object, as_text

if TYPE_CHECKING:
    import aiohttp

STARTED_WITHIN_S = 90.0
ANSWERED_WITHIN_S = 30.0
_AGAIN_S = 0.1
_LARGEST = 25 * 1024 * 1024


class Visit:
    """A client of the trial; use it with `async with`. Its methods raise Unavailable, Refused, and Stopped."""

    def __init__(self, trial: Trial, halt: Halt) -> None:
        self._trial = trial
        self._halt = halt
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._last_id = 0

    async def __aenter__(self) -> Visit:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self._session is not None:
            await self._session.close()

    async def connect(self) -> JsonObject:
        """Sign in as soon as it listens; what it says of itself. Raises Unavailable when it does not in 90 s."""
        with without_certificates():
            import aiohttp
        self._session = aiohttp.ClientSession(trust_env=False)
        try:
            async with asyncio.timeout(STARTED_WITHIN_S):
                self._socket = await self._opened()
        except TimeoutError as error:
            raise Unavailable(f"The gateway on the copy did not start within {STARTED_WITHIN_S:g} s.") from error
        challenge = await self._next()
        if challenge.get("event") != "connect.challenge":
            raise Unavailable("Something else than a gateway answers on the copy's port.")
        client: JsonObject = {"id": "cli", "mode": "cli", "version": __version__, "platform": sys.platform}
        auth: JsonObject = {"password": self._trial.password, "token": self._trial.password}
        scopes: JsonObject = {"role": "operator", "scopes": ["operator.read"]}
        return await self.ask("connect", {"minProtocol": 3, "maxProtocol": 4, "client": client, "auth": auth, **scopes})

    async def ask(self, method: str, params: JsonObject) -> JsonObject:
        """What the method answers. Raises Refused in the gateway's words."""
        self._last_id += 1
        request_id = str(self._last_id)
        assert self._socket is not None, "connect first"
        frame = {"type": "req", "id": request_id, "method": method, "params": params}
        with contextlib.suppress(ConnectionError):  # that it has ended is seen when it is read
            await self._socket.send_str(orjson.dumps(frame).decode())
        while True:
            answer = await self._next()
            if answer.get("type") == "res" and answer.get("id") == request_id:
                break
        if answer.get("ok") is not True:
            why = as_text(as_object(answer.get("error")).get("message"), "no reason was given")
            raise Refused(f"The gateway on the copy refused {method}: {why}.")
        return as_object(answer.get("payload"))

    async def _opened(self) -> aiohttp.ClientWebSocketResponse:
        import aiohttp

        assert self._session is not None
        while True:
            go_on(self._halt)
            await asyncio.to_thread(self._trial.check)
            with contextlib.suppress(aiohttp.ClientError, OSError):
                address = f"ws://127.0.0.1:{self._trial.port}"
                return await self._session.ws_connect(address, max_msg_size=_LARGEST)
            await asyncio.sleep(_AGAIN_S)

    async def _next(self) -> JsonObject:
        import aiohttp

        assert self._socket is not None
        message: aiohttp.WSMessage | None = None
        for _ in range(round(ANSWERED_WITHIN_S / _AGAIN_S)):
            go_on(self._halt)
            with contextlib.suppress(TimeoutError):
                message = await self._socket.receive(timeout=_AGAIN_S)
                break
        if message is None:
            raise Unavailable(f"The gateway on the copy did not answer within {ANSWERED_WITHIN_S:g} s.")
        if message.type is aiohttp.WSMsgType.TEXT:
            try:
                return as_object(orjson.loads(message.data))
            except orjson.JSONDecodeError as error:
                raise Unavailable("The gateway on the copy answers what is no JSON.") from error
        await asyncio.to_thread(self._trial.check)
        raise Unavailable("The gateway on the copy broke the connection off.")
