"""Notifications reach a real service, are replaced by id, and report what a person clicked."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest
from desktop_session import Bus, desktop_session, private_bus, wait_until
from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_error, new_method_return, new_signal
from jeepney.io.asyncio import DBusConnection, DBusRouter, Proxy, open_dbus_connection

from clawd_desktop.core.notices import NoticeAction, Severity
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.system.notifications.freedesktop import FreedesktopNotifier, compose
from clawd_desktop.system.notifications.port import Chosen, Notification

NAME = "org.freedesktop.Notifications"
LOST = Notification(
    "gateway.port", "Port <taken>", "nginx & co", Severity.ACTION, (NoticeAction("gateway.retry", "Retry"),)
)


class Service:
    """A notification service in the test: remembers what it was asked and clicks when it is told to."""

    def __init__(self, connection: DBusConnection, abilities: list[str]) -> None:
        self.connection = connection
        self.abilities = abilities
        self.shown: list[tuple[Any, ...]] = []
        self.closed: list[int] = []
        self.refuses = False

    async def serve(self) -> None:
        while True:
            message = await self.connection.receive()
            if message.header.message_type is MessageType.method_call:
                await self.connection.send(self.reply(message))

    def reply(self, message: Any) -> Any:
        method = message.header.fields[HeaderFields.member]
        if self.refuses:
            return new_error(message, "org.freedesktop.Notifications.Error", "s", ("no",))
        if method == "GetCapabilities":
            return new_method_return(message, "as", (self.abilities,))
        if method == "Notify":
            self.shown.append(message.body)
            return new_method_return(message, "u", (message.body[1] or len(self.shown),))
        self.closed.append(message.body[0])
        return new_method_return(message)

    async def tell(self, signal: str, signature: str, *body: object) -> None:
        address = DBusAddress("/org/freedesktop/Notifications", NAME, NAME)
        await self.connection.send(new_signal(address, signal, signature, body))


@contextlib.asynccontextmanager
async def service(bus: Bus, abilities: tuple[str, ...] = ("body", "body-markup", "actions")) -> AsyncIterator[Service]:
    connection = await open_dbus_connection(bus.address)
    async with DBusRouter(connection) as router:
        await Proxy(message_bus, router).RequestName(NAME)
    service = Service(connection, list(abilities))
    task = spawn(service.serve(), name="service")
    try:
        yield service
    finally:
        await stop(task)
        await connection.close()


@contextlib.asynccontextmanager
async def notifier(chosen: asyncio.Queue[Chosen] | None = None) -> AsyncIterator[FreedesktopNotifier]:
    made = FreedesktopNotifier((chosen or asyncio.Queue()).put_nowait)
    try:
        yield made
    finally:
        await made.close()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Any:
    with private_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


@pytest.mark.parametrize(
    ("abilities", "text", "actions"),
    [
        ({"body-markup", "actions"}, "nginx &amp; co", ("default", "Open", "gateway.retry", "Retry")),
        ({"actions"}, "nginx & co", ("default", "Open", "gateway.retry", "Retry")),
        ({"body-markup"}, "nginx &amp; co", ()),
        (set(), "nginx & co", ()),
    ],
)
def test_only_what_the_service_knows_is_used(abilities: set[str], text: str, actions: tuple[str, ...]) -> None:
    letter = compose(LOST, frozenset(abilities))
    assert letter.title == "Port <taken>"
    assert letter.text == text
    assert letter.actions == actions
    assert letter.hints == {"urgency": ("y", 2), "desktop-entry": ("s", "clawd-desktop")}


@pytest.mark.parametrize(
    ("severity", "urgency"), [(Severity.INFO, 0), (Severity.WARNING, 1), (Severity.ERROR, 1), (Severity.ACTION, 2)]
)
def test_only_what_waits_for_a_person_is_critical(severity: Severity, urgency: int) -> None:
    assert compose(Notification("a", "b", "c", severity), frozenset()).hints["urgency"] == ("y", urgency)


def test_a_sound_goes_with_it_when_one_is_named() -> None:
    letter = compose(Notification("a", "b", "c", sound="dialog-error"), frozenset())
    assert letter.hints["sound-name"] == ("s", "dialog-error")


def test_long_texts_are_cut_before_they_are_escaped() -> None:
    letter = compose(Notification("a", "t" * 999, "<" * 999), frozenset({"body-markup"}))
    assert len(letter.title) == 100
    assert letter.text == "&lt;" * 500


async def test_the_same_id_replaces_and_a_withdrawn_one_is_closed(bus: Bus) -> None:
    async with service(bus) as there, notifier() as shown:
        assert await shown.show(LOST)
        assert await shown.show(Notification("other", "b", "c"))
        assert await shown.show(Notification("gateway.port", "d", "e"))
        assert [letter[1] for letter in there.shown] == [0, 0, 1]
        assert there.shown[0][0] == there.shown[0][2] == "clawd-desktop"
        await shown.withdraw("gateway.port")
        await shown.withdraw("gateway.port")
        await shown.withdraw("never shown")
        assert there.closed == [1]


async def test_a_click_comes_back_with_its_token(bus: Bus) -> None:
    chosen: asyncio.Queue[Chosen] = asyncio.Queue()
    async with service(bus) as there, notifier(chosen) as shown:
        await shown.show(LOST)
        await there.tell("ActionInvoked", "us", 99, "of another program")
        await there.tell("ActivationToken", "us", 1, "token")
        await there.tell("ActionInvoked", "us", 1, "gateway.retry")
        async with asyncio.timeout(5):
            assert await chosen.get() == Chosen("gateway.port", "gateway.retry", "token")
        await there.tell("NotificationClosed", "uu", 1, 2)
        await there.tell("ActionInvoked", "us", 1, "gateway.retry")
        await shown.show(LOST)
        assert chosen.empty()
        assert there.shown[-1][1] == 0


async def test_a_service_that_restarts_is_used_again(bus: Bus) -> None:
    async with notifier() as shown:
        assert not await shown.show(LOST)
        async with service(bus):
            assert await shown.show(LOST)
        assert not await shown.show(LOST)
        async with service(bus) as there:
            assert await shown.show(LOST)
            there.refuses = True
            assert not await shown.show(LOST)
            await shown.withdraw("gateway.port")


async def test_a_bus_that_goes_is_no_failure_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    async with notifier() as shown:
        with private_bus() as bus:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
            async with service(bus):
                assert await shown.show(LOST)
        assert not await shown.show(LOST)
        await shown.withdraw("gateway.port")
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
        assert not await shown.show(LOST)
    gc.collect()


@pytest.mark.desktop
async def test_a_person_reads_and_clicks_it_on_a_real_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    with desktop_session(tray=False, keyring=False) as desktop:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.bus.address)
        chosen: asyncio.Queue[Chosen] = asyncio.Queue()
        async with notifier(chosen) as shown:
            assert await shown.show(LOST)
            wait_until(lambda: desktop.run("dunstctl", "count", "displayed").strip() == "1", "the notification")
            # Dunst's middle button does the default action.
            await asyncio.to_thread(desktop.wait_for_window, "Dunst")
            desktop.click(1150, 60, button=2)
            async with asyncio.timeout(10):
                assert (await chosen.get()).notification == "gateway.port"
