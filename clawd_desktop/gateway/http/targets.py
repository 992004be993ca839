"""Finds out whom a request of OpenAI's interfaces is for, and makes of it what the assistant is asked."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp.web import BaseRequest

from clawd_desktop.agent.runs import Submission
from clawd_desktop.config.schema import Config
from clawd_desktop.core.errors import ClawdError, NotFound
from clawd_desktop.core.ports import AssistantFacts
from clawd_desktop.gateway.http.conversation import Prompt
from clawd_desktop.gateway.http.facts import branded

# Source: how Clawdbot and its later names write an agent as a model.
BRANDS = ("clawdbot", "moltbot", "openclaw")
USUAL = BRANDS[0]
_AGENT = re.compile(r"(?:(?:clawdbot|moltbot|openclaw)[:/]|agent:)(.+)", re.I)


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a request is for: a canonical session key, and the model it chose for this one run (None: the usual)."""

    session_key: str
    model: str | None = None


def submission(target: Target, prompt: Prompt, run_id: str, max_tokens: int | None) -> Submission:
    """What the assistant is asked for the request; a slash command in it is ordinary text."""
    return Submission(
        target.session_key,
        prompt.message,
        run_id,
        images=prompt.images,
        kind="agent",
        extra_prompt=prompt.system,
        model=target.model,
        commands=False,
        max_tokens=max_tokens,
    )


def agent_ids(config: Config) -> tuple[str, ...]:
    """All agents, the default one first."""
    default = config.agents.default_id
    return (default, *(name for agent in config.agents.list if (name := agent.id.lower()) != default))


class Targets:
    """Resolves the headers and fields by which a client chooses."""

    def __init__(self, config: Callable[[], Config], facts: AssistantFacts) -> None:
        self._config = config
        self._facts = facts

    def find(self, request: BaseRequest, model: str, user: str, prefix: str) -> Target:
        """The target of a request; without a session of its own it gets a fresh one under `prefix`.

        Raises NotFound for an unknown agent or model, BadInput for an impossible session key.
        """
        agent, chosen = self._choice(request, model.strip())
        named = branded(request, "session-key")
        if named:
            return Target(self._facts.canonical(named), chosen)
        own = f"{prefix}-user:{user.strip()}" if user.strip() else f"{prefix}:{uuid.uuid4()}"
        return Target(self._facts.canonical(f"agent:{agent}:{own}"), chosen)

    def _choice(self, request: BaseRequest, model: str) -> tuple[str, str | None]:
        """The agent, and the model where one is named that is no agent."""
        header = branded(request, "agent-id") or branded(request, "agent")
        named = _AGENT.fullmatch(model)
        default = self._config().agents.default_id
        if named is not None or model.lower() in ("", *BRANDS):
            return self._known(header or (named.group(1) if named else default)), None
        return self._known(header or default), self._model(model)

    def _known(self, agent: str) -> str:
        name = agent.strip().lower()
        if name not in agent_ids(self._config()):
            raise NotFound(f"There is no agent {agent!r}.", hint="GET /v1/models lists them.", code="model_not_found")
        return name

    def _model(self, name: str) -> str:
        try:
            return self._facts.check_model(name)
        except ClawdError as fault:
            hint = f"Use {USUAL}, {USUAL}:<agent>, or a model of the configuration as provider/model."
            raise NotFound(f"The model {name!r} is not known here.", hint=hint, code="model_not_found") from fault
