"""Methods that set the assistant up by questions and answers, as Settings does by a form."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Literal, cast

from pydantic import Field

from clawd_desktop import __version__
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.ports import Secrets
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.methods.table import Call, ErrorCode, Method, MethodError, Params, Scope
from clawd_desktop.gateway.results.setup import WizardNext, WizardStarted, WizardStatus
from clawd_desktop.gateway.setup_wizard import SetupWizard, Source
from clawd_desktop.models import local
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.models.choosing import Server
from clawd_desktop.models.providers import BY_ID, KNOWN_PROVIDERS

IDLE_S = 15 * 60.0
NOT_FOUND = "wizard not found"
REMOTE = "A remote gateway is set up on the computer where it runs."


class StartParams(Params):
    """`workspace` is the folder where the assistant works."""

    mode: Literal["local", "remote"] | None = None
    workspace: str | None = None


class Answer(Params):
    """An answer to the step with this id."""

    step_id: str = Field(min_length=1)
    value: object = None


class NextParams(Params):
    """An answer to the pending step; without one the step is asked again."""

    session_id: str = Field(min_length=1)
    answer: Answer | None = None


class SessionParams(Params):
    """A wizard that was started."""

    session_id: str = Field(min_length=1)


class WizardMethods:
    """One wizard at a time; one that nobody answered for 15 minutes makes room for another."""

    def __init__(
        self,
        config: ConfigStore,
        secrets: Secrets,
        catalog: Catalog,
        find_servers: Callable[[], Awaitable[Sequence[Server]]],
        learn: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._config = config
        self._secrets = secrets
        self._catalog = catalog
        self._find_servers = find_servers
        self._learn = learn
        self._clock = clock
        self._sessions: dict[str, SetupWizard] = {}
        self._touched = 0.0
        self._going_on = asyncio.Lock()

    def rows(self) -> tuple[Method, ...]:
        """This topic's rows of the method table."""
        return (
            Method("wizard.start", Scope.ADMIN, StartParams, self.start, result=WizardStarted),
            Method("wizard.next", Scope.ADMIN, NextParams, self.next, result=WizardNext),
            Method("wizard.cancel", Scope.ADMIN, SessionParams, self.cancel, result=WizardStatus),
            Method("wizard.status", Scope.ADMIN, SessionParams, self.status, result=WizardStatus),
        )

    async def start(self, call: Call, params: StartParams) -> WizardStarted:
        """Asks the first question: a note, then who answers, that one's key, the model, and whether to save it."""
        if params.mode == "remote":
            raise MethodError(ErrorCode.INVALID_REQUEST, REMOTE)
        async with self._going_on:
            if any(wizard.status == "running" for wizard in self._sessions.values()):
                if self._clock.monotonic() - self._touched < IDLE_S:
                    raise MethodError(ErrorCode.UNAVAILABLE, "wizard already running")
                for wizard in self._sessions.values():
                    wizard.cancel("nobody answered")
            # Of those that ended without their client asking, only the last is remembered.
            self._sessions = dict(list(self._sessions.items())[-1:])
            session_id = str(uuid.uuid4())
            self._sessions[session_id] = SetupWizard(await self._sources(), (params.workspace or "").strip())
            self._touched = self._clock.monotonic()
        return {"sessionId": session_id, **self._answered(session_id)}

    async def next(self, call: Call, params: NextParams) -> WizardNext:
        """Takes an answer and asks the next question; after the last it saves everything."""
        async with self._going_on:
            wizard = self._find(params.session_id)
            if params.answer is not None:
                if wizard.status != "running":
                    raise MethodError(ErrorCode.INVALID_REQUEST, "wizard not running")
                self._touched = self._clock.monotonic()
                _give(wizard, params.answer)
                if wizard.confirmed:
                    await self._save(wizard)
            return self._answered(params.session_id)

    def cancel(self, call: Call, params: SessionParams) -> WizardStatus:
        """Ends it; nothing was changed."""
        wizard = self._find(params.session_id)
        wizard.cancel()
        del self._sessions[params.session_id]
        return _status(wizard)

    def status(self, call: Call, params: SessionParams) -> WizardStatus:
        """Where it stands; one that has ended is forgotten then."""
        wizard = self._find(params.session_id)
        if wizard.status != "running":
            del self._sessions[params.session_id]
        return _status(wizard)

    def _find(self, session_id: str) -> SetupWizard:
        wizard = self._sessions.get(session_id)
        if wizard is None:
            raise MethodError(ErrorCode.INVALID_REQUEST, NOT_FOUND)
        return wizard

    def _answered(self, session_id: str) -> WizardNext:
        wizard = self._sessions[session_id]
        if wizard.step is not None:
            return {"done": False, "step": wizard.step, "status": wizard.status}
        del self._sessions[session_id]
        answer: WizardNext = {"done": True, "status": wizard.status}
        if wizard.error:
            answer["error"] = wizard.error
        return answer

    async def _save(self, wizard: SetupWizard) -> None:
        plan = wizard.plan()
        now = datetime.fromtimestamp(self._clock.wall_ms() / 1000, UTC).isoformat(timespec="milliseconds")
        noted: JsonObject = {
            "lastRunAt": now.replace("+00:00", "Z"),
            "lastRunVersion": __version__,
            "lastRunCommand": "wizard.start",
            "lastRunMode": "local",
        }
        try:
            if plan.secret:
                self._learn(plan.secret)
                await self._secrets.set(plan.secret_name, plan.secret)
            await self._config.merge({**plan.patch, "wizard": noted}, None)
            wizard.status = "done"
        except ClawdError as error:
            wizard.status, wizard.error = "error", error.sentence()

    async def _sources(self) -> tuple[Source, ...]:
        servers = [server for server in await self._find_servers() if server.models]
        own = [Source(local.ROW.provider, local.ROW.name, "Small, and needs nothing.", (local.ROW.id,))]
        return (
            *(own if local.installed() else ()),
            *(
                Source(server.kind, BY_ID[server.kind].name, server.base_url, tuple(server.models), server=server)
                for server in servers
            ),
            *(self._provider(facts.id) for facts in KNOWN_PROVIDERS if facts.key_variables),
        )

    def _provider(self, provider: str) -> Source:
        facts = BY_ID[provider]
        variables = any(self._config.environ.get(name, "").strip() for name in facts.key_variables)
        models = tuple(row.id for row in self._catalog.models() if row.provider == provider)
        known = bool(self._catalog.said_of(provider).api_key or variables)
        return Source(provider, facts.name, facts.key_page, models, wants_key=True, has_key=known)


def _give(wizard: SetupWizard, answer: Answer) -> None:
    try:
        wizard.answer(answer.step_id, cast(JsonValue, answer.value))
    except BadInput as error:
        raise MethodError(ErrorCode.INVALID_REQUEST, error.sentence()) from error


def _status(wizard: SetupWizard) -> WizardStatus:
    answer: WizardStatus = {"status": wizard.status}
    if wizard.error:
        answer["error"] = wizard.error
    return answer
