"""Lets other parts of the application say something to a person: in the main conversation, for now nowhere else."""

from __future__ import annotations

import uuid

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.ports import ChannelSender

CHAT = "chat"


class ChatSender(ChannelSender):
    """Writes into a conversation as the assistant does; no model is asked."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def send(self, channel: str, to: str, text: str) -> None:
        """Write it into the conversation `to` ("" is the main one).

        Raises Unavailable for any other channel than "chat", BadInput for an impossible conversation, StorageFault.
        """
        if channel != CHAT:
            raise Unavailable(
                f"The channel {channel[:80]!r} cannot send messages in this version.",
                hint="Use the channel chat for the main conversation, or a webhook.",
            )
        await self._assistant.say(self._assistant.canonical(to or "main"), text, run_id=str(uuid.uuid4()))
