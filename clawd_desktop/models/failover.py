"""Answers a question with the first model that can: retries where waiting helps, falls back where it does not."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeAlias

from clawd_desktop.core.errors import ClawdError, ModelFault, ModelFaultKind, NotFound
from clawd_desktop.core.ports import (
    ModelChosen,
    ModelDone,
    ModelEvent,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
    ToolCallReady,
)
from clawd_desktop.models.catalog import PROTOCOLS, Catalog
from clawd_desktop.models.cooldown import Cooldowns
from clawd_desktop.models.faults import fault
from clawd_desktop.models.keys import KeyFinder
from clawd_desktop.models.local import ROW as LOCAL_ROW
from clawd_desktop.models.local import LocalModel
from clawd_desktop.models.pricing import ModelRow
from clawd_desktop.models.protocol import Endpoint, WireProtocol
from clawd_desktop.models.providers import BY_ID
from clawd_desktop.models.transport import Transport
from clawd_desktop.storage.session_keys import agent_of

K = ModelFaultKind
_log = logging.getLogger("clawd.models")
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 20.0


@dataclass(frozen=True, slots=True)
class Retry:
    """Ask the same model again after `delay` seconds."""

    delay: float


@dataclass(frozen=True, slots=True)
class Fallback:
    """Ask the next model."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Tell the person: nobody else can do better, or something was said already."""


Step: TypeAlias = Retry | Fallback | GiveUp


@dataclass(frozen=True, slots=True)
class _Rule:
    retries: int
    falls_back: bool


# A filtered or too long conversation is the person's to change: another model would be asked behind their back.
_RULES = {
    K.NO_KEY: _Rule(0, True),
    K.BAD_KEY: _Rule(0, True),
    K.NO_CREDIT: _Rule(0, True),
    K.RATE_LIMITED: _Rule(2, True),
    K.OVERLOADED: _Rule(2, True),
    K.TIMEOUT: _Rule(0, True),
    K.UNREACHABLE: _Rule(1, True),
    K.BROKEN_STREAM: _Rule(2, True),
    K.BAD_ANSWER: _Rule(1, True),
    K.FILTERED: _Rule(0, False),
    K.TOO_LONG: _Rule(0, False),
    K.UNKNOWN_MODEL: _Rule(0, True),
    K.BAD_REQUEST: _Rule(0, True),
}


def next_step(fault: ModelFault, attempt: int, started_text: bool, *, jitter: float = 0.0) -> Step:
    """What to do after a fault of attempt number `attempt` (from 1).

    `started_text` is whether any text or tool call was passed on: then nothing is asked again, so that nothing is said
    twice. `jitter` from 0 to 1 spreads the waits over 100 to 150 percent. A provider's own Retry-After is kept when it
    is at most 20 s; a longer one means another model.
    """
    rule = _RULES[fault.kind]
    if started_text:
        return GiveUp()
    wait = _FIRST_WAIT * 2 ** (attempt - 1) if fault.retry_after is None else fault.retry_after
    if attempt <= rule.retries and wait <= _LONGEST_WAIT:
        return Retry(min(wait * (1 + jitter / 2), _LONGEST_WAIT * 1.5))
    return Fallback() if rule.falls_back else GiveUp()


@dataclass(slots=True)
class _Progress:
    """What was passed on to the caller in one attempt."""

    said: bool = False
    thought: bool = False

    def note(self, event: ModelEvent) -> None:
        self.said = self.said or isinstance(event, TextDelta | ToolCallReady)
        self.thought = self.thought or isinstance(event, ThinkingDelta)


class ModelPool:
    """Fulfils core.ports.Models with all configured providers and the embedded model."""

    def __init__(
        self,
        catalog: Catalog,
        keys: KeyFinder,
        transport: Transport,
        local: LocalModel,
        cooldowns: Cooldowns,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._catalog = catalog
        self._keys = keys
        self._transport = transport
        self._local = local
        self._cooldowns = cooldowns
        self._sleep = sleep
        self._jitter = jitter

    async def stream(self, request: ModelRequest, *, override: str | None = None) -> AsyncGenerator[ModelEvent, None]:
        """The answer, piece by piece, ending with ModelDone; each model that is asked is named by ModelChosen first.

        Raises ModelFault when no model could answer, or when one broke off after it had begun to speak. Models of
        resting providers are asked last. A ModelChosen after ThinkingDeltas means that the reasoning so far is void.
        """
        wanted = self._wanted(request, override)
        refs = sorted(wanted, key=lambda ref: self._resting(ref) > 0)
        rest = self._resting(wanted[0])
        reason = f"{wanted[0]} rests for {rest:.0f} s after a fault." if refs[0] != wanted[0] else ""
        failed: list[ModelFault] = []
        for ref in refs:
            answer = self._with_retries(ref, request, failed[-1].message if failed else reason)
            try:
                async with aclosing(answer):
                    async for event in answer:
                        yield event
                return
            except _NextModel as giving_up:
                failed.append(giving_up.fault)
        raise summary(failed)

    async def close(self) -> None:
        """Close all connections and end the embedded model's process."""
        await self._transport.close()
        await self._local.close()

    async def _with_retries(self, ref: str, request: ModelRequest, reason: str) -> AsyncGenerator[ModelEvent, None]:
        attempt = 0
        announce = True
        while True:
            attempt += 1
            progress = _Progress()
            try:
                answer = self._once(ref, request, reason, announce)
                async with aclosing(answer):
                    async for event in answer:
                        progress.note(event)
                        yield event
                return
            except ModelFault as error:
                step = self._after(error, ref, attempt, progress)
            await self._sleep(step.delay)
            announce = progress.thought

    def _after(self, error: ModelFault, ref: str, attempt: int, progress: _Progress) -> Retry:
        """The retry to make. Raises the fault when it is final, _NextModel when another model may help."""
        step = next_step(error, attempt, progress.said, jitter=self._jitter())
        _log.info("%s could not answer (%s, attempt %d): %s", ref, error.kind, attempt, type(step).__name__)
        if isinstance(step, Retry):
            return step
        provider = ref.partition("/")[0]
        self._cooldowns.failed(provider, error.kind)
        if error.kind is K.BAD_KEY:
            self._keys.forget(self._catalog.said_of(provider).api_key)
        if isinstance(step, GiveUp):
            raise error
        raise _NextModel(error)

    async def _once(
        self, ref: str, request: ModelRequest, reason: str, announce: bool
    ) -> AsyncGenerator[ModelEvent, None]:
        row = self._row(ref)
        if announce:
            yield ModelChosen(row.provider, row.id, row.context_window, reason)
        async with aclosing(await self._source(row, request)) as source:
            async for event in source:
                if isinstance(event, ModelDone):
                    self._cooldowns.succeeded(row.provider)
                yield event

    async def _source(self, row: ModelRow, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        if row.provider == LOCAL_ROW.provider:
            return self._local.stream(request)
        protocol, endpoint = await self._endpoint(row, request)
        return self._transport.stream(protocol, request, endpoint)

    async def _endpoint(self, row: ModelRow, request: ModelRequest) -> tuple[WireProtocol, Endpoint]:
        """How the model is asked. Raises ModelFault when the key is missing or the API kind is not spoken."""
        facts = self._catalog.provider(row.provider)
        said = self._catalog.said_of(row.provider)
        keyless = Endpoint(row, facts, bearer=said.bearer)
        protocol = PROTOCOLS.get(row.api)
        if protocol is None:
            raise ModelFault(
                f"The API kind {row.api!r} of {facts.name} is not supported.",
                kind=K.BAD_REQUEST,
                hint=f"Use one of {', '.join(PROTOCOLS)} under models.providers.{row.provider}.api.",
            )
        try:
            key = (await self._keys.find(facts, said.api_key, agent_of(request.session_key))).value
            sent = {**said.headers, **said.model_headers.get(row.id, {})}
            headers = {name: await self._keys.reveal(value) for name, value in sent.items()}
        except ClawdError as error:
            raise ModelFault(
                f"The key for {facts.name} could not be read. {error.message}", kind=K.NO_KEY, hint=error.hint
            ) from error
        known = BY_ID.get(row.provider)
        if not key and facts.key_variables and known is not None and facts.base_url == known.base_url:
            raise fault(K.NO_KEY, keyless)
        if not (key.isascii() and key.isprintable() and " " not in key):
            raise fault(K.BAD_KEY, keyless, status="it holds spaces or characters that no key has")
        return protocol, replace(keyless, key=key, headers=headers)

    def _row(self, ref: str) -> ModelRow:
        try:
            return self._catalog.find(ref)
        except NotFound as error:
            raise ModelFault(error.message, kind=K.UNKNOWN_MODEL, hint=error.hint) from error

    def _resting(self, ref: str) -> float:
        return self._cooldowns.remaining(ref.partition("/")[0])

    def _wanted(self, request: ModelRequest, override: str | None) -> list[str]:
        """The session's model, the primary, the fallbacks, each once."""
        agent = agent_of(request.session_key)
        wanted = [*([override] if override else []), self._catalog.primary(agent), *self._catalog.fallbacks(agent)]
        return list(dict.fromkeys(self._catalog.full(ref) for ref in wanted))


class _NextModel(Exception):
    """Leaves one model for the next, carrying the fault that made it necessary."""

    def __init__(self, fault: ModelFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def summary(failed: Sequence[ModelFault]) -> ModelFault:
    """One fault for all: the first model's, naming what the others said."""
    first, *others = failed
    if not others:
        return first
    also = " ".join(other.message for other in others)
    return ModelFault(
        f"{first.message} The fallbacks failed too: {also}",
        kind=first.kind,
        hint=first.hint,
        retry_after=first.retry_after,
        status=first.status,
    )
