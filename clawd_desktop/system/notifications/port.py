"""What a desktop notification is, and what each way of showing one offers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from clawd_desktop.core.notices import NoticeAction, Severity

OPEN = "default"


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to a person. `id` names the cause: a later one with the same id replaces it on the screen.

    `sound` is a name of the freedesktop sound theme ("" is the desktop's own choice).
    """

    id: str
    title: str
    text: str
    severity: Severity = Severity.INFO
    actions: tuple[NoticeAction, ...] = ()
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person did with a notification: `action` is the id of a button, or "default" for a click on the text.

    `token` lets a window come to the front on Wayland ("" where there is none).
    """

    notification: str
    action: str
    token: str = ""


OnChosen = Callable[[Chosen], None]


class Notifier(Protocol):
    """A way of showing notifications."""

    async def show(self, notification: Notification) -> bool:
        """Show it, or replace the one with the same id; False when it could not be shown. Never raises."""

    async def withdraw(self, notification_id: str) -> None:
        """Take it off the screen, if it is still there. Never raises."""

    async def close(self) -> None:
        """Let go of the desktop; notifications stay on the screen."""
