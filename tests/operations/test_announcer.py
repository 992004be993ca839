"""What matters is said once, and taken back."""

from __future__ import annotations

import asyncio

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.operations.announcer import SURELY_SHOWN, Announcer, offered
from clawd_desktop.system.notifications.port import Notification


class Paper:
    """A notifier that writes down what it is asked to show."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def show(self, notification: Notification) -> bool:
        self.said.append(f"+{notification.id} {notification.text}")
        return True

    async def withdraw(self, notification_id: str) -> None:
        self.said.append(f"-{notification_id}")

    async def close(self) -> None:
        self.said.append("closed")


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("severity", "said"),
    [(Severity.INFO, []), (Severity.WARNING, ["+a x", "-a"]), (Severity.ACTION, ["+a x", "-a"])],
)
async def test_only_what_matters(severity: Severity, said: list[str]) -> None:
    bus, paper = EventBus(), Paper()
    board = NoticeBoard(bus)
    Announcer(board, paper, bus)
    board.set(Notice("a", severity, "A", "x"))
    await settle()
    board.clear("a")
    await settle()
    assert paper.said == said


async def test_the_same_words_are_not_said_twice_and_new_ones_are() -> None:
    bus, paper = EventBus(), Paper()
    board = NoticeBoard(bus)
    announcer = Announcer(board, paper, bus)
    for text, since in (("x", 1), ("x", 2), ("y", 3)):
        board.set(Notice("a", Severity.ERROR, "A", text, since_ms=since))
        await settle()
    await announcer.close()
    board.set(Notice("b", Severity.ERROR, "B", "z"))
    await settle()
    assert paper.said == ["+a x", "+a y", "closed"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("rm x", ["Allow", "Deny"]),
        ("x" * SURELY_SHOWN, ["Allow", "Deny"]),
        ("x" * SURELY_SHOWN + "; rm y", ["Deny"]),
        ("rm x\nrm y", ["Deny"]),
    ],
)
def test_what_must_be_read_first_is_not_offered_beside_a_text_that_may_be_cut_off(text: str, labels: list[str]) -> None:
    actions = (NoticeAction("allow", "Allow", read_first=True), NoticeAction("deny", "Deny"))
    assert [action.label for action in offered(Notice("a", Severity.ACTION, "A", text, actions))] == labels
