"""The gateway comes up, says who is in its way, and comes up by itself when that has gone."""

from __future__ import annotations

import asyncio

import pytest

from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import AlreadyRunning, SecretsFault, SecretsState
from clawd_desktop.core.events import GatewayChanged, ShuttingDown
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.gateway import host
from clawd_desktop.gateway.host import NOTICE, GatewayHost, port_notice
from clawd_desktop.system.processes import PortOwner


class Listener:
    """A server on a real port."""

    def __init__(self, port: int, stopped: list[str]) -> None:
        self._port = port
        self._stopped = stopped
        self._server: asyncio.Server | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        return (f"http://127.0.0.1:{self._port}",)

    async def start(self) -> None:
        try:
            self._server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", self._port)
        except OSError as error:
            raise AlreadyRunning(f"Port {self._port} is taken.") from error

    async def stop(self, reason: str, restart_ms: int | None = None) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()
        self._stopped.append(reason)


class Stage:
    """A host, its port, and what it told."""

    def __init__(self, port: int, fault: Exception | None = None) -> None:
        self.port, self.fault = port, fault
        self.asked: asyncio.Event | None = None
        self.stopped: list[str] = []
        self.told: list[str] = []
        self.bus = EventBus()
        self.bus.subscribe(GatewayChanged, lambda event: self.told.append(event.phase.value))
        self.notices = NoticeBoard(self.bus)
        self.host = GatewayHost(self._make, self._owner, lambda: port, self.bus, self.notices, ManualClock())

    async def _make(self) -> Listener:
        if self.fault:
            raise self.fault
        if self.asked is not None:
            self.asked.set()
            await asyncio.Event().wait()
        return Listener(self.port, self.stopped)

    async def _owner(self, port: int) -> PortOwner:
        return PortOwner(77, "nginx")


async def free_port() -> int:
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


async def test_it_starts_restarts_and_stops() -> None:
    stage = Stage(await free_port())
    assert await stage.host.start()
    assert await stage.host.start(), "starting twice is harmless"
    assert await stage.host.restart("config")
    await stage.host.stop()
    assert stage.told == ["starting", "running", "stopped", "starting", "running", "stopped"]
    assert stage.stopped == ["config", "gateway stopping"]
    assert stage.host.addresses == ()


async def test_a_taken_port_is_explained_and_the_gateway_comes_up_when_it_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(host, "RETRY_S", 0.01)
    port = await free_port()
    in_the_way = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", port)
    stage = Stage(port)
    assert not await stage.host.start()
    (notice,) = stage.notices.current()
    assert "nginx, pid 77" in notice.text
    assert [action.id for action in notice.actions] == ["gateway.retry", "settings:gateway", "gateway.stop_owner"]
    running = asyncio.Event()
    stage.bus.subscribe(GatewayChanged, lambda event: running.set() if event.phase == "running" else None)
    in_the_way.close()
    await in_the_way.wait_closed()
    async with asyncio.timeout(5):
        await running.wait()
    assert stage.notices.current() == ()
    await stage.host.stop()


async def test_another_fault_is_told_as_it_is_and_tried_again() -> None:
    stage = Stage(
        await free_port(), SecretsFault("The keyring is locked.", state=SecretsState.LOCKED, hint="Unlock it.")
    )
    assert not await stage.host.start()
    assert stage.notices.current()[0].text == "The keyring is locked. Unlock it."
    stage.fault = None
    assert await stage.host.start()
    assert stage.notices.current() == ()
    await stage.host.stop()


@pytest.mark.parametrize(
    ("owner", "says", "first_action"),
    [
        (None, "used by another program", "gateway.retry"),
        (
            PortOwner(5, "node", gateway="clawdbot"),
            "A gateway already runs on port 9: node (clawdbot), pid 5",
            "gateway.attach",
        ),
        (PortOwner(None, "", "bob"), "used by a program of user bob.", "gateway.retry"),
    ],
)
def test_the_owner_of_the_port_is_named(owner: PortOwner | None, says: str, first_action: str) -> None:
    notice = port_notice(9, owner, 1)
    assert notice.id == NOTICE
    assert says in notice.text
    assert notice.actions[0].id == first_action


async def test_several_changes_make_one_restart() -> None:
    stage = Stage(await free_port())
    await stage.host.start()
    restarted = asyncio.Event()
    stage.bus.subscribe(GatewayChanged, lambda event: restarted.set() if event.phase == "running" else None)
    for _ in range(5):
        stage.host.restart_later("config", 0.01)
    assert stage.host.restart_pending
    async with asyncio.timeout(5):
        await restarted.wait()
    assert stage.stopped == ["config"]
    assert not stage.host.restart_pending
    await stage.host.stop()


async def test_closed_for_good_nothing_starts_again() -> None:
    stage = Stage(await free_port())
    await stage.host.start()
    stage.host.restart_later("config", 0)
    await asyncio.sleep(0)
    await stage.host.close()
    assert not await stage.host.start()
    assert stage.host.addresses == ()


async def test_closing_does_not_wait_for_a_start_that_hangs_and_leaves_nothing_behind() -> None:
    stage = Stage(await free_port())
    stage.asked = asyncio.Event()
    starting = [tasks.spawn(stage.host.start(), name="start") for _ in range(2)]
    await stage.asked.wait()
    async with asyncio.timeout(20):
        await stage.host.close()
        assert await asyncio.gather(*starting) == [False, False]
    assert asyncio.all_tasks() == {asyncio.current_task()}
    stage.host.restart_later("config", 0)
    assert not stage.host.restart_pending


async def test_a_start_that_fails_while_it_is_stopped_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "RETRY_S", 0.01)
    port = await free_port()
    in_the_way = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", port)
    stage = Stage(port)
    starting = tasks.spawn(stage.host.start(), name="start")
    await asyncio.sleep(0)
    await stage.host.stop()
    assert not await starting
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert not stage.host.wanted
    in_the_way.close()
    await in_the_way.wait_closed()


async def test_a_start_that_breaks_down_is_told_and_tried_again() -> None:
    stage = Stage(await free_port(), RuntimeError("a bug"))
    assert not await stage.host.start()
    (notice,) = stage.notices.current()
    assert notice.text == "The gateway broke down while starting. The log says why."
    assert stage.told == ["starting", "failed"]
    stage.fault = None
    assert await stage.host.start()
    await stage.host.stop()


async def test_a_keyring_that_is_in_the_way_offers_its_own_ways_on() -> None:
    stage = Stage(await free_port(), SecretsFault("It was dismissed.", state=SecretsState.DISMISSED))
    assert not await stage.host.start()
    (notice,) = stage.notices.current()
    assert [action.id for action in notice.actions] == ["secrets.unlock", "secrets.vault"]
    assert notice.since_ms > 0
    await stage.host.stop()


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ShuttingDown("quit"), "gateway stopping"),
        (ShuttingDown("restore", 3000), "gateway restarting"),
    ],
)
async def test_clients_hear_whether_another_one_comes(event: ShuttingDown, reason: str) -> None:
    stage = Stage(await free_port())
    await stage.host.start()
    stage.bus.publish(event)
    await stage.host.close()
    assert stage.stopped == [reason]
