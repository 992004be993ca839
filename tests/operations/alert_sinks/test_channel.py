"""An alert is said in a conversation, or refused with what the channel says."""

from __future__ import annotations

import pytest
from alert_messages import DISK
from alert_stage import Chat

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.operations.alert_sinks.channel import ChannelSink


async def test_said_or_refused() -> None:
    chat = Chat()
    await ChannelSink(chat, "chat", "").send(DISK)
    assert chat.said == ["The disk is nearly full\nFree disk is 1.0 GiB.\nFree some."]
    with pytest.raises(Unavailable, match="no channel telegram"):
        await ChannelSink(chat, "telegram", "me").send(DISK)
