"""The chat window's view of a gateway that runs elsewhere: fulfils the same port, and repeats its events on our bus."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Sequence

from clawd_desktop.cli.client import CLOSED, GatewayClient, GatewayEvent
from clawd_desktop.cli.exits import NotRunning
from clawd_desktop.cli.relay import Relay
from clawd_desktop.cli.target import Target
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.events import GatewayChanged, GatewayPhase, MessageStored, RunQueued, SessionChanged
from clawd_desktop.core.messages import Image, from_wire, user_message
from clawd_desktop.core.ports import Chat, HistoryPage, Sent, SessionRow
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object, as_text
from clawd_desktop.storage.session_keys import canonical

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 30.0
# The most that chat.history gives at once; older messages are not on the wire.
HISTORY_LIMIT = 1000


class AttachedChat(Chat):
    """Conversations of another process's gateway; connects again by itself when the connection is lost."""

    def __init__(self, find: Callable[[], Awaitable[Target]], bus: EventBus, clock: Clock) -> None:
        self._find = find
        self._bus = bus
        self._clock = clock
        self._client: GatewayClient | None = None
        self._relay = Relay(bus, clock, self.canonical)
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect, and keep the connection from now on. Raises NotRunning, Refused or TimedOut when the first fails."""
        await self._connect()
        self._keeper = spawn(self._keep(), name="attached gateway")

    async def close(self) -> None:
        """Detach."""
        await stop(self._keeper)
        if self._client is not None:
            await self._client.close()

    def canonical(self, session_key: str) -> str:
        """The one name of a session, by the other gateway's own defaults."""
        hello = self._client.hello if self._client is not None else {}
        defaults = as_object(as_object(hello.get("snapshot")).get("sessionDefaults"))
        return canonical(
            session_key, as_text(defaults.get("defaultAgentId")) or "main", as_text(defaults.get("mainKey")) or "main"
        )

    # The port.

    async def sessions(self) -> Sequence[SessionRow]:
        """All conversations, newest first."""
        listed = as_object(await self._ask("sessions.list", {"includeDerivedTitles": True}))
        rows = (as_object(row) for row in as_list(listed.get("sessions")))
        return [self._row(row) for row in rows if row.get("key")]

    async def history(self, session_key: str, *, limit: int, before: int | None = None) -> HistoryPage:
        """At most `limit` messages older than the timestamp `before`; all of one millisecond stay together."""
        asked = HISTORY_LIMIT if before is not None else min(limit, HISTORY_LIMIT)
        answer = as_object(await self._ask("chat.history", {"sessionKey": session_key, "limit": asked}))
        messages = [as_object(message) for message in as_list(answer.get("messages"))]
        older = [m for m in messages if before is None or as_int(m.get("timestamp")) < before]
        page = older[-limit:]
        while page and len(page) < len(older) and _time(older[-len(page) - 1]) == _time(page[0]):
            page = older[-len(page) - 1 :]
        more = len(older) > len(page) or (len(messages) == asked < HISTORY_LIMIT)
        known = ((_id(wire, index), from_wire(wire)) for index, wire in enumerate(page))
        return HistoryPage(
            tuple((message_id, message) for message_id, message in known if message is not None),
            _time(page[0]) if page and more else None,
        )

    async def send(self, session_key: str, text: str, *, images: tuple[Image, ...] = ()) -> Sent:
        """Send a message; it is stored when this returns. Raises ClawdError when it was not taken."""
        run_id = str(uuid.uuid4())
        attachments: list[JsonValue] = [
            {"type": "image", "mimeType": image.mime_type, "content": image.data} for image in images
        ]
        key = self.canonical(session_key)
        params: JsonObject = {"sessionKey": key, "message": text, "idempotencyKey": run_id}
        self._relay.own(run_id)
        receipt = as_object(await self._ask("chat.send", params | ({"attachments": attachments} if images else {})))
        if "runId" not in receipt:
            # A word such as /stop was obeyed; no run follows.
            return Sent(run_id)
        message = user_message(text, now_ms=self._clock.wall_ms(), images=images)
        self._bus.publish(MessageStored(key, f"{run_id}-user", message, run_id))
        self._bus.publish(RunQueued(run_id, key, 0))
        return Sent(run_id)

    async def stop(self, session_key: str) -> int:
        """Stop all runs of the session; returns how many there were."""
        answer = as_object(await self._ask("chat.abort", {"sessionKey": self.canonical(session_key)}))
        return len(as_list(answer.get("runIds")))

    async def create(self) -> str:
        """Start a new conversation and return its key."""
        key = self.canonical(f"chat-{uuid.uuid4().hex[:8]}")
        await self._ask("sessions.patch", {"key": key})
        self._bus.publish(SessionChanged(key))
        return key

    async def rename(self, session_key: str, title: str) -> None:
        """Give the conversation another title. Raises GatewayError when another one has it."""
        key = self.canonical(session_key)
        await self._ask("sessions.patch", {"key": key, "label": title.strip() or None})
        self._bus.publish(SessionChanged(key))

    async def delete(self, session_key: str) -> None:
        """Move the conversation to the trash. Raises BadInput for the main one."""
        key = self.canonical(session_key)
        if key == self.canonical("main"):
            raise BadInput(f"Cannot delete the main session ({key}).", hint="Use /new to start it afresh.")
        await self._ask("sessions.delete", {"key": key})
        self._bus.publish(SessionChanged(key, deleted=True))

    # The connection.

    async def _ask(self, method: str, params: JsonObject) -> JsonValue:
        if self._client is None:
            raise NotRunning("Not attached to a gateway.", hint="It connects again by itself.")
        return await self._client.request(method, params)

    def _row(self, row: JsonObject) -> SessionRow:
        key = as_text(row.get("key"))
        named = (as_text(row.get(name)) for name in ("label", "derivedTitle", "displayName"))
        title = next((name for name in named if name), "Main chat" if key == self.canonical("main") else key)
        return SessionRow(
            key, title, as_int(row.get("updatedAt")), as_int(row.get("totalTokens")), self._relay.is_running(key)
        )

    async def _connect(self) -> None:
        target = await self._find()
        client = GatewayClient(target)
        client.listen(self._heard)
        await client.connect()
        self._client = client
        self._bus.publish(GatewayChanged(GatewayPhase.ATTACHED, (target.url,)))

    def _heard(self, event: GatewayEvent) -> None:
        if event.name == CLOSED:
            self._relay.lost()
        else:
            self._relay.take(event)

    async def _keep(self) -> None:
        """Connect again after each loss, at first soon, then ever more seldom."""
        while self._client is not None:
            reason = await self._client.wait_closed()
            await self._client.close()
            self._bus.publish(GatewayChanged(GatewayPhase.FAILED, reason=f"The gateway is gone: {reason}."))
            wait = FIRST_RETRY_S
            while not self._client.connected:
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_RETRY_S)
                with contextlib.suppress(ClawdError):
                    await self._connect()


def _time(message: JsonObject) -> int:
    return as_int(message.get("timestamp"))


def _id(message: JsonObject, index: int) -> str:
    """A name for a message that the wire does not name; `index` sets those of one millisecond apart."""
    return f"{_time(message)}-{as_text(message.get('role'))}-{index}"
