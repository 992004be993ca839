"""Windows show the own conversations until they are attached to another gateway, and again afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from clawd_desktop.cli.attached import AttachedChat
from clawd_desktop.cli.exits import NotRunning
from clawd_desktop.cli.shown_chat import RUN_HERE, ShownChat
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import GatewayChanged, GatewayPhase, SessionChanged
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.ports import Chat


class Stage:
    """What is shown, with all that it speaks to."""

    def __init__(self, find: Callable[[], object]) -> None:
        self.bus = EventBus()
        self.notices = NoticeBoard(self.bus)
        self.own = object()
        self.read_again: list[str] = []
        self.bus.subscribe(SessionChanged, lambda event: self.read_again.append(event.session_key))
        self.shown = ShownChat(cast(Chat, self.own), find, self.bus, ManualClock(), self.notices)  # type: ignore[arg-type]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0.002)


async def test_the_other_gateways_conversations_are_shown_until_it_is_closed(gateways) -> None:
    async with gateways() as gateway:
        stage = Stage(gateway.find)
        assert stage.shown.chat is stage.own
        await stage.shown.attach()
        assert isinstance(stage.shown.chat, AttachedChat)
        await stage.shown.close()
        assert stage.shown.chat is stage.own
    assert stage.read_again == ["agent:main:main"] * 2


async def test_a_gateway_that_is_gone_changes_nothing(gateways) -> None:
    async with gateways() as gateway:
        pass
    stage = Stage(gateway.find)
    with pytest.raises(NotRunning):
        await stage.shown.attach()
    assert stage.shown.chat is stage.own
    assert stage.read_again == []


async def test_a_gateway_that_goes_is_told_with_a_way_on_and_forgotten_when_it_is_back(gateways) -> None:
    async with gateways() as gateway:
        stage = Stage(gateway.find)
        await stage.shown.attach()
        await gateway.drop(1012, b"service restart")
        await stage.until(lambda: bool(stage.notices.current()))
        (notice,) = stage.notices.current()
        assert notice.actions == (RUN_HERE,)
        assert notice.text.startswith("The gateway is gone: ")
        await stage.until(lambda: not stage.notices.current())
        assert isinstance(stage.shown.chat, AttachedChat)
        await stage.shown.close()


async def test_our_own_gateway_brings_our_own_conversations_back(gateways) -> None:
    async with gateways() as gateway:
        stage = Stage(gateway.find)
        await stage.shown.attach()
        stage.bus.publish(GatewayChanged(GatewayPhase.FAILED, reason="The gateway is gone: closed."))
        stage.bus.publish(GatewayChanged(GatewayPhase.RUNNING, ("ws://127.0.0.1:1",)))
        await stage.until(lambda: stage.shown.chat is cast(Chat, stage.own))
        assert stage.notices.current() == ()
        stage.bus.publish(GatewayChanged(GatewayPhase.FAILED, reason="Something of our own."))
        assert stage.notices.current() == (), "that is for others to tell"
