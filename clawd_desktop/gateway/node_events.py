"""Takes what nodes have to tell: words said to them, questions for the assistant, what they want to follow.

Source: Clawdbot 2026.1.24, gateway/server-node-events. It answers ok to everything, also to what it cannot use; here a
node learns that what it told was not taken.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated

import orjson
from pydantic import Field, JsonValue

from clawd_desktop.agent.runs import Submission
from clawd_desktop.core.shown import shown_whole
from clawd_desktop.gateway.methods.table import Client, ErrorCode, Loose, MethodError, Params, checked
from clawd_desktop.gateway.node_feed import NodeFeed

LONGEST_TEXT = 20_000
ORIGIN = "node"
_Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
_Key = Annotated[str, Field(min_length=1, max_length=512)]


class EventParams(Params):
    """An event with its facts, as JSON text or as they are."""

    event: str = Field(min_length=1, max_length=128)
    payload: JsonValue = None
    payload_json: str | None = Field(default=None, alias="payloadJSON")

    def facts(self) -> JsonValue:
        """The facts. Raises MethodError when the text is not JSON."""
        if self.payload_json is None:
            return self.payload
        try:
            value: JsonValue = orjson.loads(self.payload_json)
        except orjson.JSONDecodeError as error:
            raise _invalid(f"payloadJSON is not JSON ({error.msg})") from error
        return value


class Transcript(Loose):
    """What somebody said to the node."""

    text: _Text
    session_key: _Key | None = None


class Link(Params):
    """A question for the assistant. `key` is the secret of a deep link, which the node itself has checked."""

    message: _Text
    session_key: str | None = Field(default=None, max_length=512)
    thinking: str | None = None
    deliver: bool | None = None
    to: str | None = None
    channel: str | None = None
    timeout_seconds: float | None = Field(default=None, ge=0, le=86_400)
    key: str | None = None


class Session(Loose):
    """One conversation."""

    session_key: _Key


class Exec(Loose):
    """What became of a command on the node; `output` is the last of what it printed."""

    session_key: _Key | None = None
    run_id: str | None = None
    command: str | None = None
    exit_code: float | None = None
    timed_out: bool | None = None
    output: str | None = None
    reason: str | None = None

    def told(self, event: str, node: str) -> str:
        """The report in one sentence and the output below it."""
        what = event.removeprefix("exec.")
        ended = "timeout" if self.timed_out else f"code {self.exit_code:g}" if self.exit_code is not None else ""
        facts = ", ".join(filter(None, (f"node={node}", self.run_id and f"id={self.run_id}", ended, self.reason)))
        said = f"Exec {what} ({facts}): {self.command or ''}".rstrip(": ")
        return "\n".join(filter(None, (said, (self.output or "").strip())))


class NodeReports:
    """One handler for each event.

    `submit` puts a message to the assistant; `note(session key, text)` keeps a report for its next turn there; `main`
    names its main session.
    """

    def __init__(
        self,
        submit: Callable[[Submission], Awaitable[object]],
        note: Callable[[str, str], Awaitable[object]],
        main: Callable[[], str],
        feed: NodeFeed,
    ) -> None:
        self._submit = submit
        self._note = note
        self._main = main
        self._feed = feed
        self._handlers: Mapping[str, Callable[[Client, JsonValue], Awaitable[None]]] = {
            "voice.transcript": self._voice,
            "agent.request": self._request,
            "chat.subscribe": self._subscribe,
            "chat.unsubscribe": self._unsubscribe,
            **{name: partial(self._exec, name) for name in ("exec.started", "exec.finished", "exec.denied")},
        }

    async def take(self, client: Client, event: EventParams) -> None:
        """Do what follows from the event. Raises MethodError when nothing does, and why."""
        handler = self._handlers.get(event.event)
        if handler is None:
            raise MethodError(ErrorCode.INVALID_REQUEST, f"unknown node event: {shown_whole(event.event)}")
        await handler(client, event.facts())

    async def _voice(self, client: Client, facts: JsonValue) -> None:
        said = checked(Transcript, facts, "voice.transcript")
        await self._ask(said.session_key or self._main(), said.text, "low")

    async def _request(self, client: Client, facts: JsonValue) -> None:
        link = checked(Link, facts, "agent.request")
        if link.deliver and link.channel:
            raise MethodError(ErrorCode.UNAVAILABLE, "answers cannot be delivered to channels yet; ask without deliver")
        session = (link.session_key or "").strip() or f"node-{client.device_id}"
        await self._ask(session, link.message, link.thinking, link.timeout_seconds or None)

    async def _ask(self, session_key: str, text: str, thinking: str | None, timeout_s: float | None = None) -> None:
        if not text.strip():
            raise _invalid("the text is empty")
        await self._submit(
            Submission(
                session_key,
                text.strip(),
                str(uuid.uuid4()),
                kind="agent",
                thinking=thinking,
                timeout_s=timeout_s,
                origin=ORIGIN,
                # A node is nobody who may start conversations afresh or choose their model.
                commands=False,
            )
        )

    async def _subscribe(self, client: Client, facts: JsonValue) -> None:
        self._feed.subscribe(client, checked(Session, facts, "chat.subscribe").session_key)

    async def _unsubscribe(self, client: Client, facts: JsonValue) -> None:
        self._feed.unsubscribe(client, checked(Session, facts, "chat.unsubscribe").session_key)

    async def _exec(self, event: str, client: Client, facts: JsonValue) -> None:
        report = checked(Exec, facts, event)
        await self._note(report.session_key or self._main(), report.told(event, client.device_id))


def _invalid(reason: str) -> MethodError:
    return MethodError(ErrorCode.INVALID_REQUEST, f"invalid node.event params: {reason}")
