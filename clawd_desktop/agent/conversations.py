"""The chat window's view of the assistant: conversations in a list, their history, and what a person does with them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.runs import Submission
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.messages import Image, from_wire
from clawd_desktop.core.ports import Chat, HistoryPage, Sent, SessionRow
from clawd_desktop.storage.sessions import SessionStore


class Conversations(Chat):
    """Fulfils `core.ports.Chat` in this process."""

    def __init__(self, assistant: Assistant, store: SessionStore) -> None:
        self._assistant = assistant
        self._store = store

    async def sessions(self) -> Sequence[SessionRow]:
        """All conversations, newest first; the main one is there before its first message too."""
        running = {run.session_key for run in self._assistant.running()}
        main = self._assistant.canonical("main")
        unused = [] if self._store.entry(main) is not None else [SessionRow(main, "Main chat", 0)]
        return [
            SessionRow(
                entry.key,
                entry.title or ("Main chat" if entry.key == main else entry.key),
                entry.updated_at,
                entry.total_tokens,
                entry.key in running,
            )
            for entry in self._store.entries()
        ] + unused

    async def history(self, session_key: str, *, limit: int, before: int | None = None) -> HistoryPage:
        """At most `limit` messages before position `before` (None: the newest)."""
        stretch = await self._store.read(self._assistant.canonical(session_key), limit, before)
        found = ((message_id, from_wire(raw)) for message_id, raw in stretch.messages)
        return HistoryPage(tuple((message_id, m) for message_id, m in found if m is not None), stretch.before)

    async def send(self, session_key: str, text: str, *, images: tuple[Image, ...] = ()) -> Sent:
        """Store a message durably and start answering it. Raises ClawdError when it could not be stored."""
        receipt = await self._assistant.submit(Submission(session_key, text, str(uuid.uuid4()), images=images))
        return Sent(receipt.run_id)

    async def stop(self, session_key: str) -> int:
        """Stop all runs of the session; returns how many there were."""
        return len(self._assistant.abort(session_key, reason="stop"))

    async def create(self) -> str:
        """Start a new conversation and return its key."""
        key = self._assistant.canonical(f"chat-{uuid.uuid4().hex[:8]}")
        await self._store.ensure(key)
        return key

    async def rename(self, session_key: str, title: str) -> None:
        """Give the conversation another title; an empty one brings back the derived one."""
        await self._store.update(self._assistant.canonical(session_key), {"label": title.strip() or None})

    async def delete(self, session_key: str) -> None:
        """Move the conversation to the trash. Raises BadInput for the main one."""
        key = self._assistant.canonical(session_key)
        if key == self._assistant.canonical("main"):
            raise BadInput(f"Cannot delete the main session ({key}).", hint="Use /new to start it afresh.")
        self._assistant.abort(key, reason="stop")
        await self._store.delete(key)
