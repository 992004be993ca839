"""Notifications on Linux and BSD desktops: org.freedesktop.Notifications 1.2 and 1.3 over D-Bus.

Source: specifications.freedesktop.org/notification. Connected at the first notification; a service that starts later,
restarts or changes its mind about what it can do is asked anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from clawd_desktop.core.notices import Severity
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.system.notifications.port import OPEN, Chosen, Notification, OnChosen

if TYPE_CHECKING:
    from jeepney import DBusAddress, Message
    from jeepney.io.asyncio import DBusRouter

APPLICATION = "clawd-desktop"
TIMEOUT = 5.0
_URGENCY = {Severity.INFO: 0, Severity.WARNING: 1, Severity.ERROR: 1, Severity.ACTION: 2}
_MAX_TITLE = 100
_MAX_TEXT = 500
_ADDRESS = ("/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications")
_log = logging.getLogger("clawd.notifications")
Heard = Callable[[str, int, str], None]
Hints: TypeAlias = dict[str, tuple[str, str | int]]


@dataclass(frozen=True, slots=True)
class Letter:
    """What the Notify method is called with."""

    title: str
    text: str
    actions: tuple[str, ...]
    hints: Hints


def compose(notification: Notification, abilities: frozenset[str]) -> Letter:
    """The notification as this service can show it: buttons and markup only where it says that it knows them.

    A named button stands beside the click on the text, because some desktops (Xfce) ignore that click.
    """
    text = notification.text[:_MAX_TEXT]
    hints: Hints = {"urgency": ("y", _URGENCY[notification.severity]), "desktop-entry": ("s", APPLICATION)}
    if notification.sound:
        hints["sound-name"] = ("s", notification.sound)
    buttons = [word for action in notification.actions for word in (action.id, action.label)]
    return Letter(
        title=notification.title[:_MAX_TITLE],
        text=html.escape(text, quote=False) if "body-markup" in abilities else text,
        actions=(OPEN, "Open", *buttons) if "actions" in abilities else (),
        hints=hints,
    )


class FreedesktopNotifier:
    """Shows notifications through the desktop's own service. Fulfils Notifier.

    `on_chosen` is called on the loop when a person clicks one.
    """

    def __init__(self, on_chosen: OnChosen) -> None:
        self._on_chosen = on_chosen
        self._service: _Service | None = None
        self._link = contextlib.AsyncExitStack()
        self._turn = asyncio.Lock()
        self._numbers: dict[str, int] = {}
        self._tokens: dict[int, str] = {}

    async def show(self, notification: Notification) -> bool:
        """Show it, or replace the one with the same id; False when there is no service."""
        async with self._turn:
            connected = self._service is not None
            if await self._try_to_show(notification):
                return True
            # The bus, or the service, may have been restarted since it was last used.
            return connected and await self._try_to_show(notification)

    async def withdraw(self, notification_id: str) -> None:
        """Take it off the screen, if it is still there."""
        async with self._turn:
            number = self._numbers.pop(notification_id, 0)
            if number and self._service is not None:
                try:
                    async with asyncio.timeout(TIMEOUT):
                        await self._service.call("CloseNotification", "u", number)
                except _errors() as error:
                    _log.info("a notification could not be withdrawn: %s", error)

    async def close(self) -> None:
        """Let go of the desktop; what is on the screen stays there, its buttons do nothing any more."""
        async with self._turn:
            await self._let_go()
            self._numbers.clear()

    async def _try_to_show(self, notification: Notification) -> bool:
        try:
            async with asyncio.timeout(TIMEOUT):
                service = await self._connected()
                letter = compose(notification, await service.abilities())
                self._numbers[notification.id] = await service.notify(letter, self._numbers.get(notification.id, 0))
        except _errors() as error:
            _log.info("the notification %s could not be shown: %r", notification.id, error)
            await self._let_go()
            return False
        return True

    async def _connected(self) -> _Service:
        if self._service is None:
            self._service = await self._link.enter_async_context(_open(self._heard))
        return self._service

    async def _let_go(self) -> None:
        self._service = None
        link, self._link = self._link, contextlib.AsyncExitStack()
        try:
            await link.aclose()
        except _errors() as error:
            _log.debug("the bus was gone already: %r", error)

    def _heard(self, signal: str, number: int, text: str) -> None:
        """A signal of the service; a token comes just before the action that it belongs to."""
        name = next((name for name, shown in self._numbers.items() if shown == number), None)
        if name is None:
            return
        if signal == "ActivationToken":
            self._tokens[number] = text
        elif signal == "ActionInvoked":
            self._on_chosen(Chosen(name, text, self._tokens.pop(number, "")))
        elif signal == "NotificationClosed":
            self._numbers.pop(name, None)
            self._tokens.pop(number, None)


class _Service:
    """The notification service at the other end of a connection to the session bus."""

    def __init__(self, router: DBusRouter, address: DBusAddress) -> None:
        self._router = router
        self._address = address

    async def call(self, method: str, signature: str = "", *body: object) -> tuple[object, ...]:
        """Call a method and return its results. Raises DBusErrorResponse when the service refuses."""
        from jeepney import new_method_call
        from jeepney.wrappers import unwrap_msg

        message = new_method_call(self._address, method, signature, body)
        return tuple(unwrap_msg(await self._router.send_and_get_reply(message)))

    async def abilities(self) -> frozenset[str]:
        """What the service can do; asked each time, because a restart may change it."""
        (names,) = await self.call("GetCapabilities")
        return frozenset(str(name) for name in names) if isinstance(names, list) else frozenset()

    async def notify(self, letter: Letter, replaces: int) -> int:
        """Show the letter and return its number on the screen."""
        body = (APPLICATION, replaces, APPLICATION, letter.title, letter.text, list(letter.actions), letter.hints, -1)
        (number,) = await self.call("Notify", "susssasa{sv}i", *body)
        return number if isinstance(number, int) else 0


@contextlib.asynccontextmanager
async def _open(heard: Heard) -> AsyncIterator[_Service]:
    from jeepney import DBusAddress, MatchRule, message_bus
    from jeepney.io.asyncio import DBusRouter, open_dbus_connection

    path, name, interface = _ADDRESS
    rule = MatchRule(type="signal", interface=interface, path=path)
    connection = await open_dbus_connection()
    try:
        async with DBusRouter(connection) as router:
            with router.filter(rule, bufsize=100) as signals:
                await router.send_and_get_reply(message_bus.AddMatch(rule))
                listener = spawn(_listen(signals, heard), name="notification signals")
                try:
                    yield _Service(router, DBusAddress(path, bus_name=name, interface=interface))
                finally:
                    await stop(listener)
    finally:
        await connection.close()


async def _listen(signals: asyncio.Queue[Message], heard: Heard) -> None:
    from jeepney import HeaderFields

    while True:
        message = await signals.get()
        member = message.header.fields.get(HeaderFields.member, "")
        number, detail = (*message.body, 0, "")[:2]
        heard(member, number, detail if isinstance(detail, str) else "")


def _errors() -> tuple[type[Exception], ...]:
    """What can go wrong on the way to the desktop: no bus, a bus that went, a service that refuses."""
    from jeepney import DBusErrorResponse
    from jeepney.io.common import RouterClosed

    return OSError, EOFError, KeyError, ValueError, RuntimeError, RouterClosed, DBusErrorResponse
