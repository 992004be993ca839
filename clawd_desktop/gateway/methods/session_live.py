"""Methods about what happens in a conversation now: what it is doing, and following it.

Source: what openclaw-node 0.14 sends and reads (protocol 4).
"""

from __future__ import annotations

from pydantic import Field

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.runs import RunState
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Method, MethodError, Params, Scope
from clawd_desktop.gateway.results.sessions import SessionDescribed, SessionFollowed
from clawd_desktop.gateway.subscriptions import Subscriptions
from clawd_desktop.storage.session_keys import agent_of
from clawd_desktop.storage.sessions import SessionStore


class LiveParams(Params):
    """A conversation by its key, in whatever spelling; a bare key belongs to `agent_id` when that is given."""

    key: str = Field(min_length=1)
    agent_id: str | None = Field(default=None, min_length=1)


class SessionLiveMethods:
    """Who follows a conversation gets all its `agent` and `chat` events under the key that the answer names.

    They include tool calls, whatever the conversation's verbose level, and a `session.message` event for each message
    that is written into the transcript.
    """

    def __init__(self, store: SessionStore, assistant: Assistant, subscriptions: Subscriptions) -> None:
        self._store = store
        self._assistant = assistant
        self._subscriptions = subscriptions

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        read, followed = Scope.READ, SessionFollowed
        return (
            Method("sessions.describe", read, LiveParams, self.describe, result=SessionDescribed, protocol=4),
            Method("sessions.messages.subscribe", read, LiveParams, self.subscribe, result=followed, protocol=4),
            Method("sessions.messages.unsubscribe", read, LiveParams, self.unsubscribe, result=followed, protocol=4),
        )

    def describe(self, call: Call, params: LiveParams) -> SessionDescribed:
        """Whether there is such a conversation, and which run answers in it now."""
        key = self._key(params)
        runs = self._assistant.running(key)
        active = next((run for run in runs if run.state is RunState.RUNNING), runs[0] if runs else None)
        entry = self._store.entry(key)
        answer: SessionDescribed = {
            "key": key,
            "exists": entry is not None,
            "status": "idle" if active is None else "processing" if active.state is RunState.RUNNING else "waiting",
            "activeRunId": active.id if active is not None else None,
        }
        if entry is not None and entry.updated_at:
            answer["lastActivityAt"] = entry.updated_at
        return answer

    def subscribe(self, call: Call, params: LiveParams) -> SessionFollowed:
        """Follows the conversation until the connection ends, also one that does not exist yet."""
        key = self._key(params)
        self._subscriptions.add(call.client.connection_id, key)
        return {"key": key, "subscribed": True}

    def unsubscribe(self, call: Call, params: LiveParams) -> SessionFollowed:
        """Follows it no more."""
        key = self._key(params)
        self._subscriptions.remove(call.client.connection_id, key)
        return {"key": key, "subscribed": False}

    def _key(self, params: LiveParams) -> str:
        agent = params.agent_id
        bare = agent is not None and not params.key.lower().startswith("agent:")
        key = self._assistant.canonical(f"agent:{agent}:{params.key}" if bare else params.key)
        if agent is not None and agent_of(key) != agent.lower():
            told = f'agent "{agent}" does not match session key agent "{agent_of(key)}"'
            raise MethodError(ErrorCode.INVALID_REQUEST, told)
        return key
