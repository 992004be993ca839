"""Keeps a gateway server up: starts it, names who holds its port, tries again until the cause has gone, restarts it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import AlreadyRunning, BadInput, ClawdError, Refused, SecretsFault, Unavailable
from clawd_desktop.core.events import GatewayChanged, GatewayPhase, ShuttingDown
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.system.processes import PortOwner
from clawd_desktop.system.secrets import ways_on

NOTICE = "gateway.port"
RETRY_S = 5.0
RESTARTING = "gateway restarting"
STOPPING = "gateway stopping"
_log = logging.getLogger("clawd.gateway")
ATTACH = NoticeAction("gateway.attach", "Use that gateway")
CHANGE = NoticeAction("settings:gateway", "Change the port")
SETTINGS = NoticeAction("settings:gateway", "Gateway settings")
STOP_OWNER = NoticeAction("gateway.stop_owner", "Stop that program")
RETRY = NoticeAction("gateway.retry", "Try again")


class Server(Protocol):
    """One listening server; a new one is made for every start."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The URLs it listens on."""

    async def start(self) -> None:
        """Listen. Raises AlreadyRunning when the port is taken."""

    async def stop(self, reason: str, restart_ms: int | None = None) -> None:
        """Tell the clients and close, within a second."""


class GatewayHost:
    """The gateway for the whole life of the application. `wanted` is true from a start until somebody gives up.

    `fault` is why the last start failed, None once it listens.
    """

    def __init__(
        self,
        make_server: Callable[[], Awaitable[Server]],
        find_owner: Callable[[int], Awaitable[PortOwner | None]],
        port: Callable[[], int],
        bus: EventBus,
        notices: NoticeBoard,
        clock: Clock,
    ) -> None:
        self._make_server = make_server
        self._find_owner = find_owner
        self._port = port
        self._bus = bus
        self._notices = notices
        self._clock = clock
        self._server: Server | None = None
        self._retry: asyncio.Task[None] | None = None
        self._restart: asyncio.Task[bool] | None = None
        self._attempt: asyncio.Task[bool] | None = None
        self._lock = asyncio.Lock()
        self._closed = False
        self.fault: ClawdError | None = None
        self.wanted = False
        self.owner: PortOwner | None = None
        self._back_in_ms: int | None = None
        self._deaf = bus.subscribe(ShuttingDown, self._ends)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it listens now."""
        return self._server.addresses if self._server is not None else ()

    async def start(self) -> bool:
        """Listen, or say who is in the way and go on trying every few seconds; True when it listens."""
        self.wanted = not self._closed
        async with self._lock:
            if self._server is not None or self._closed:
                return self._server is not None
            # A task of its own, because whoever stops the gateway must not wait for a keyring that asks a person.
            attempt = self._attempt = tasks.spawn(self._listen(), name="gateway attempt")
            try:
                await asyncio.wait({attempt})
            finally:
                await tasks.stop(attempt)
            if attempt.cancelled():
                return False
            if attempt.exception() is not None:
                await self._failed(Unavailable("The gateway broke down while starting.", hint="The log says why."))
                return False
            return attempt.result()

    async def _listen(self) -> bool:
        self._tell(GatewayPhase.STARTING)
        server: Server | None = None
        try:
            server = await self._make_server()
            await server.start()
        except ClawdError as error:
            await self._failed(error)
            return False
        except asyncio.CancelledError:
            if server is not None:
                await server.stop(STOPPING)
            raise
        self._server = server
        self.owner = self.fault = None
        self._notices.clear(NOTICE)
        self._tell(GatewayPhase.RUNNING)
        _log.info("the gateway listens on %s", ", ".join(server.addresses))
        return True

    async def stop(self, reason: str = STOPPING, restart_ms: int | None = None) -> None:
        """Close the server, or end a start that is on its way, and stop trying."""
        await tasks.stop(self._restart)
        await tasks.stop(self._attempt)
        async with self._lock:
            # Under the lock: a start that failed meanwhile has begun to try again.
            await self.give_up()
            if self._server is not None:
                server, self._server = self._server, None
                await server.stop(reason, restart_ms)
                self._tell(GatewayPhase.STOPPED, reason)

    async def close(self) -> None:
        """Stop for good: a restart that is on its way starts nothing any more. Clients hear when another one comes."""
        self._closed = True
        self._deaf()
        await self.stop(STOPPING if self._back_in_ms is None else RESTARTING, self._back_in_ms)

    async def restart(self, reason: str) -> bool:
        """Close and listen again with what the configuration says now."""
        await self.stop(reason, restart_ms=1500)
        return await self.start()

    def restart_later(self, reason: str, delay_s: float) -> None:
        """Restart after `delay_s` seconds; a later call moves the moment, so that several changes make one restart."""
        if self._closed:
            return
        if self._restart is not None:
            self._restart.cancel()
        self._restart = tasks.spawn(self._restart_after(reason, delay_s), name="gateway restart")

    @property
    def busy(self) -> bool:
        """Whether it is being started or stopped just now, or soon will be."""
        return self._lock.locked() or self.restart_pending

    @property
    def trying(self) -> bool:
        """Whether it tries again by itself, every few seconds."""
        return self._retry is not None and not self._retry.done()

    @property
    def restart_pending(self) -> bool:
        """Whether a restart is due."""
        return self._restart is not None and not self._restart.done()

    async def _restart_after(self, reason: str, delay_s: float) -> bool:
        await asyncio.sleep(delay_s)
        self._restart = None
        return await self.restart(reason)

    async def give_up(self) -> None:
        """Try no more by itself."""
        self.wanted = False
        task, self._retry = self._retry, None
        await tasks.stop(task)

    async def _failed(self, error: ClawdError) -> None:
        # A keyring that a person dismissed answers only when it is asked to ask again.
        actions = ways_on(error.state) if isinstance(error, SecretsFault) else _ways_on(error)
        self.fault = error
        title, now = "The gateway is not running", self._clock.wall_ms()
        notice = Notice(NOTICE, Severity.ERROR, title, error.sentence(), actions, now)
        if isinstance(error, AlreadyRunning):
            self.owner = await self._find_owner(self._port())
            notice = port_notice(self._port(), self.owner, now)
        if self._retry is None:
            _log.error("%s", notice.text)
            self._retry = tasks.spawn(self._try_again(), name="gateway retry")
        self._notices.set(notice)
        self._tell(GatewayPhase.FAILED, notice.text)

    async def _try_again(self) -> None:
        while self._server is None:
            await asyncio.sleep(RETRY_S)
            await self.start()
        self._retry = None

    def _ends(self, event: ShuttingDown) -> None:
        self._back_in_ms = event.restart_ms

    def _tell(self, phase: GatewayPhase, reason: str = "") -> None:
        self._bus.publish(GatewayChanged(phase, self.addresses, reason))


def _ways_on(error: ClawdError) -> tuple[NoticeAction, ...]:
    """What the owner forbade or mistyped is for the owner to change."""
    return (SETTINGS, RETRY) if isinstance(error, BadInput | Refused) else (RETRY,)


def port_notice(port: int, owner: PortOwner | None, now_ms: int) -> Notice:
    """Who holds the port, and the ways on."""
    if owner is None:
        text = f"Port {port} is used by another program. It is tried again every few seconds."
        return Notice(NOTICE, Severity.ERROR, "The port is taken", text, (RETRY, CHANGE), now_ms)
    who = owner.sentence()
    if owner.gateway:
        text = f"A gateway already runs on port {port}: {who}. Use it, stop it, or let this one listen elsewhere."
        return Notice(NOTICE, Severity.ERROR, "Another gateway runs", text, (ATTACH, CHANGE, STOP_OWNER), now_ms)
    text = f"Port {port} is used by {who}. Stop that program or change the port; it is tried again by itself."
    return Notice(NOTICE, Severity.ERROR, "The port is taken", text, (RETRY, CHANGE, STOP_OWNER), now_ms)
