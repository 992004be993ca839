"""Methods that run the agent and wait for it, and that name agents and models."""

from __future__ import annotations

from pydantic import Field

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.runs import Outcome, RunState, Submission
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.methods.chat import LONGEST_NAME, Attachment, is_picture, picture
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Method, MethodError, NoParams, Params, Scope
from clawd_desktop.gateway.results.agent import AgentIdentity, AgentList, ModelList, RunAccepted, RunDone, RunWaited
from clawd_desktop.gateway.run_relay import RunRelay
from clawd_desktop.gateway.summaries import Summaries
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.storage.session_keys import agent_of
from clawd_desktop.storage.sessions import SessionStore

# Source: Clawdbot's core channel order, its web chat, and "last", the channel that spoke last.
CHANNELS = (
    "telegram", "whatsapp", "discord", "googlechat", "slack", "signal", "imessage", "msteams", "webchat", "last",
)  # fmt: skip
LONGEST_RUN_S = 86_400.0


class AgentParams(Params):
    """One message for the agent; `timeout` is in seconds. Without a session it goes to the main one."""

    message: str = Field(min_length=1)
    idempotency_key: str = Field(min_length=1, max_length=LONGEST_NAME)
    agent_id: str | None = None
    to: str | None = None
    reply_to: str | None = None
    session_id: str | None = None
    session_key: str | None = None
    thinking: str | None = None
    deliver: bool | None = None
    attachments: list[Attachment] = Field(default_factory=list)
    channel: str | None = None
    reply_channel: str | None = None
    account_id: str | None = None
    reply_account_id: str | None = None
    thread_id: str | None = None
    group_id: str | None = None
    group_channel: str | None = None
    group_space: str | None = None
    timeout: int | None = Field(default=None, ge=0)
    lane: str | None = None
    extra_system_prompt: str | None = None
    label: str | None = Field(default=None, max_length=64)
    spawned_by: str | None = None
    # Protocol 4 names a model for this run.
    provider: str | None = None
    model: str | None = None


class WaitParams(Params):
    """`timeout_ms` 0 asks without waiting."""

    run_id: str = Field(min_length=1)
    timeout_ms: int = Field(default=30_000, ge=0)


class IdentityParams(Params):
    """An agent by its id or by a session of it."""

    agent_id: str | None = None
    session_key: str | None = None


class AgentMethods:
    """Runs that a program starts and waits for."""

    def __init__(
        self,
        assistant: Assistant,
        store: SessionStore,
        relay: RunRelay,
        summaries: Summaries,
        catalog: Catalog,
        clock: Clock,
    ) -> None:
        self._assistant = assistant
        self._store = store
        self._relay = relay
        self._summaries = summaries
        self._catalog = catalog
        self._clock = clock

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("models.list", Scope.READ, NoParams, self.models_list, result=ModelList),
            Method("agents.list", Scope.READ, NoParams, self.agents_list, result=AgentList),
            Method("agent", Scope.WRITE, AgentParams, self.agent, result=RunAccepted | RunDone),
            Method("agent.identity.get", Scope.READ, IdentityParams, self.identity, result=AgentIdentity),
            Method("agent.wait", Scope.WRITE, WaitParams, self.wait, result=RunWaited),
        )

    async def agent(self, call: Call, params: AgentParams) -> JsonObject:
        """Answers twice with the same id: accepted at once, and the result when the run has ended."""
        key = self._session(params)
        run_id = params.idempotency_key
        if self._assistant.find(run_id) is None:
            self._relay.expect(run_id, key, call)
        receipt = await self._assistant.submit(
            Submission(
                key,
                params.message,
                run_id,
                images=tuple(picture(each) for each in params.attachments if is_picture(each)),
                kind="agent",
                thinking=params.thinking,
                timeout_s=float(params.timeout) if params.timeout else None,
                extra_prompt=params.extra_system_prompt or "",
                model=f"{params.provider}/{params.model}" if params.provider and params.model else params.model,
                origin=params.channel or "webchat",
            )
        )
        if receipt.is_stop:
            return self._result(run_id, key, Outcome(RunState.ABORTED, self._clock.wall_ms(), self._clock.wall_ms()))
        if receipt.outcome is None:
            call.acknowledge({"runId": run_id, "status": "accepted", "acceptedAt": self._clock.wall_ms()})
        outcome = receipt.outcome or await self._assistant.wait(run_id, LONGEST_RUN_S)
        return self._result(run_id, key, outcome)

    def _session(self, params: AgentParams) -> str:
        if params.channel is not None and params.channel not in CHANNELS:
            raise _invalid(f"unknown channel: {params.channel}")
        if params.agent_id is not None and params.agent_id not in self._summaries.agent_ids():
            raise _invalid(f'unknown agent id "{params.agent_id}"')
        if params.session_key:
            key = self._assistant.canonical(params.session_key)
            if params.agent_id is not None and agent_of(key) != params.agent_id:
                raise _invalid(f'agent "{params.agent_id}" does not match session key agent "{agent_of(key)}"')
            return key
        if params.session_id:
            found = [entry.key for entry in self._store.entries() if entry.session_id == params.session_id]
            if not found:
                raise _invalid(f"No session found: {params.session_id}")
            return found[0]
        return self._assistant.canonical(
            f"agent:{params.agent_id or self._summaries.default_agent()}:{self._summaries.main_key()}"
        )

    def _result(self, run_id: str, key: str, outcome: Outcome | None) -> JsonObject:
        if outcome is None or outcome.state is RunState.ERROR:
            sentence = outcome.sentence if outcome else "the run did not end in time"
            payload: JsonObject = {"runId": run_id, "status": "error", "summary": sentence}
            raise MethodError(ErrorCode.UNAVAILABLE, sentence, payload=payload)
        entry = self._store.entry(key)
        payloads: list[JsonValue] = (
            [{"text": outcome.message.text.strip(), "mediaUrl": None}] if outcome.message else []
        )
        meta: JsonObject = {
            "durationMs": outcome.ended_at - outcome.started_at,
            "agentMeta": {
                "sessionId": entry.session_id if entry else "",
                "provider": outcome.provider,
                "model": outcome.model,
                "usage": _usage(outcome.usage),
            },
            "aborted": outcome.state is RunState.ABORTED,
        }
        return {
            "runId": run_id,
            "status": "ok",
            "summary": "aborted" if outcome.state is RunState.ABORTED else "completed",
            "result": {"payloads": payloads, "meta": meta},
        }

    async def wait(self, call: Call, params: WaitParams) -> JsonObject:
        """How a run ended, waiting for it at most `timeoutMs`."""
        outcome = await self._assistant.wait(params.run_id, params.timeout_ms / 1000)
        if outcome is None:
            return {"runId": params.run_id, "status": "timeout"}
        answer: JsonObject = {
            "runId": params.run_id,
            "status": "ok" if outcome.state is RunState.OK else "error",
            "startedAt": outcome.started_at,
            "endedAt": outcome.ended_at,
        }
        if outcome.state is not RunState.OK:
            answer["error"] = outcome.sentence or f"aborted: {outcome.code}"
        return answer

    def agents_list(self, call: Call, params: NoParams) -> JsonObject:
        """All agents, the default one first."""
        agents: list[JsonValue] = [{"id": name} for name in self._summaries.agent_ids()]
        return {
            "defaultId": self._summaries.default_agent(),
            "mainKey": self._summaries.main_key(),
            "scope": "per-sender",
            "agents": agents,
        }

    def identity(self, call: Call, params: IdentityParams) -> JsonObject:
        """The name and picture of an agent. Raises MethodError when agent and session do not belong together."""
        of_session = agent_of(self._assistant.canonical(params.session_key)) if params.session_key else None
        if params.agent_id and of_session and params.agent_id != of_session:
            raise MethodError(
                ErrorCode.INVALID_REQUEST,
                f'invalid agent.identity.get params: agent "{params.agent_id}" does not match session "{of_session}"',
            )
        name, avatar = self._summaries.identity()
        return {
            "agentId": params.agent_id or of_session or self._summaries.default_agent(),
            "name": name,
            "avatar": avatar,
        }

    def models_list(self, call: Call, params: NoParams) -> JsonObject:
        """All models that can be chosen."""
        rows: list[JsonValue] = [
            {
                "id": row.id,
                "name": row.name,
                "provider": row.provider,
                "contextWindow": row.context_window,
                "reasoning": row.reasoning,
                "input": list(row.input),
            }
            for row in self._catalog.models()
        ]
        return {"models": rows}


def _invalid(reason: str) -> MethodError:
    return MethodError(ErrorCode.INVALID_REQUEST, f"invalid agent params: {reason}")


def _usage(usage: Usage) -> JsonObject:
    return {
        "input": usage.input,
        "output": usage.output,
        "cacheRead": usage.cache_read,
        "cacheWrite": usage.cache_write,
        "total": usage.total,
    }
