"""Tells alerts in a conversation: the main one, or one of a chat channel."""

from __future__ import annotations

from clawd_desktop.core.ports import ChannelSender
from clawd_desktop.operations.alert_sinks.port import Told

CHAT = "chat"


class ChannelSink:
    """Sends each message through `sender` to `to` in `channel` ("chat" is the main conversation). Fulfils Sink."""

    def __init__(self, sender: ChannelSender, channel: str, to: str) -> None:
        self._sender = sender
        self._channel = channel
        self._to = to

    async def send(self, told: Told) -> None:
        """Send it. Raises ClawdError when the channel cannot deliver it."""
        await self._sender.send(self._channel, self._to, f"{told.title}\n{told.text}")
