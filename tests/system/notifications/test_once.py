"""The same words are said once in half a minute."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.system.notifications.once import Once
from clawd_desktop.system.notifications.port import Notification

NOTE = Notification("gateway.port", "Port taken", "by nginx")


class Screen:
    def __init__(self) -> None:
        self.shown: list[Notification] = []
        self.there = True

    async def show(self, notification: Notification) -> bool:
        self.shown.append(notification)
        await asyncio.sleep(0)
        return self.there

    async def withdraw(self, notification_id: str) -> None:
        self.shown.append(Notification(notification_id, "withdrawn", ""))

    async def close(self) -> None:
        self.there = False


async def test_twice_within_half_a_minute_is_once() -> None:
    screen, clock = Screen(), ManualClock()
    once = Once(screen, clock)
    assert await asyncio.gather(once.show(NOTE), once.show(NOTE)) == [True, True]
    clock.advance(29.9)
    assert await once.show(NOTE)
    assert screen.shown == [NOTE]
    clock.advance(0.2)
    assert await once.show(NOTE)
    assert screen.shown == [NOTE, NOTE]


async def test_other_words_or_another_cause_are_shown_at_once() -> None:
    screen = Screen()
    once = Once(screen, ManualClock())
    for note in (NOTE, replace(NOTE, text="by apache"), replace(NOTE, id="other")):
        await once.show(note)
    assert len(screen.shown) == 3


async def test_what_was_not_shown_is_tried_again() -> None:
    screen = Screen()
    screen.there = False
    once = Once(screen, ManualClock())
    assert not await once.show(NOTE)
    screen.there = True
    assert await once.show(NOTE)


async def test_withdrawing_and_closing_pass_through() -> None:
    screen = Screen()
    once = Once(screen, ManualClock())
    await once.withdraw("gateway.port")
    await once.close()
    assert screen.shown == [Notification("gateway.port", "withdrawn", "")]
    assert not screen.there
