"""Windows show the own conversations until they are attached to another gateway, and again afterwards."""

from __future__ import annotations

import pytest

from clawd_desktop.cli.attached import AttachedChat
from clawd_desktop.cli.exits import NotRunning
from clawd_desktop.cli.shown_chat import ShownChat
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock


async def test_the_other_gateways_conversations_are_shown_until_it_is_closed(gateways) -> None:
    async with gateways() as gateway:
        own = object()
        shown = ShownChat(own, gateway.find, EventBus(), ManualClock())
        assert shown.chat is own
        await shown.attach()
        assert isinstance(shown.chat, AttachedChat)
        await shown.close()
        assert shown.chat is own


async def test_a_gateway_that_is_gone_changes_nothing(gateways) -> None:
    async with gateways() as gateway:
        pass
    own = object()
    shown = ShownChat(own, gateway.find, EventBus(), ManualClock())
    with pytest.raises(NotRunning):
        await shown.attach()
    assert shown.chat is own
