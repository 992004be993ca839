"""The first model that can answer does; waiting and falling back happen where they help, and never after a word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ModelFault, SecretsFault, SecretsState
from clawd_desktop.core.errors import ModelFaultKind as K
from clawd_desktop.core.messages import user_message
from clawd_desktop.core.ports import ModelChosen, ModelDone, ModelEvent, ModelRequest, Models, TextDelta, ThinkingDelta
from clawd_desktop.models import local
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.models.cooldown import Cooldowns
from clawd_desktop.models.failover import Fallback, GiveUp, ModelPool, Retry, Step, next_step, summary
from clawd_desktop.models.keys import KeyFinder
from clawd_desktop.models.local import LocalModel
from clawd_desktop.models.transport import Limits, Transport

HALLO = b'data: {"choices":[{"delta":{"content":"Hallo"}}]}\n\n'
THOUGHT = b'data: {"choices":[{"delta":{"reasoning":"hm"}}]}\n\n'
END = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


class LockedDrawer:
    """A keyring that nobody opens."""

    async def get(self, name: str) -> str | None:
        raise SecretsFault("The keyring is locked.", state=SecretsState.LOCKED, hint="Unlock it.")

    async def set(self, name: str, value: str) -> None: ...

    async def delete(self, name: str) -> None: ...


@dataclass
class Bench:
    """A pool and what one can see of it."""

    pool: ModelPool
    clock: ManualClock
    waits: list[float]

    async def ask(self, override: str | None = None, heard: list[ModelEvent] | None = None) -> list[ModelEvent]:
        heard = [] if heard is None else heard
        request = ModelRequest("", (user_message("hi", now_ms=1),), session_key="agent:main:main")
        async for event in self.pool.stream(request, override=override):
            heard.append(event)
        return heard

    async def fault(self, override: str | None = None, heard: list[ModelEvent] | None = None) -> ModelFault:
        with pytest.raises(ModelFault) as caught:
            await self.ask(override, heard)
        return caught.value


@asynccontextmanager
async def bench(
    state: Path, providers: dict, primary: str = "a/m", fallbacks: tuple[str, ...] = (), **environ: str
) -> AsyncIterator[Bench]:
    models = {"providers": providers}
    agents = {"defaults": {"model": {"primary": primary, "fallbacks": list(fallbacks)}}}
    config = Config.model_validate({"models": models, "agents": agents})
    clock, waits = ManualClock(), []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    keys = KeyFinder(LockedDrawer(), environ, state, clock)
    pool = ModelPool(
        Catalog(lambda: config, keys, environ),
        keys,
        Transport(clock, Limits(connect=1, first_byte=0.2, idle=0.2)),
        LocalModel(clock),
        Cooldowns(clock),
        sleep=sleep,
        jitter=lambda: 0.0,
    )
    models_port: Models = pool
    assert models_port is pool
    try:
        yield Bench(pool, clock, waits)
    finally:
        await pool.close()


def provider(url: str, **more: object) -> dict:
    return {"baseUrl": url, "apiKey": "sk-canary-4f9d2b7c1e8a6053"} | more


def fault(kind: K, retry_after: float | None = None) -> ModelFault:
    return ModelFault("x", kind=kind, retry_after=retry_after)


@pytest.mark.parametrize(
    ("kind", "attempt", "retry_after", "step"),
    [
        (K.NO_KEY, 1, None, Fallback()),
        (K.BAD_KEY, 1, None, Fallback()),
        (K.NO_CREDIT, 1, None, Fallback()),
        (K.RATE_LIMITED, 1, None, Retry(1)),
        (K.RATE_LIMITED, 2, None, Retry(2)),
        (K.RATE_LIMITED, 3, None, Fallback()),
        (K.RATE_LIMITED, 1, 7, Retry(7)),
        (K.RATE_LIMITED, 1, 20, Retry(20)),
        (K.RATE_LIMITED, 1, 21, Fallback()),
        (K.OVERLOADED, 2, 0, Retry(0)),
        (K.OVERLOADED, 3, None, Fallback()),
        (K.TIMEOUT, 1, None, Fallback()),
        (K.UNREACHABLE, 1, None, Retry(1)),
        (K.UNREACHABLE, 2, None, Fallback()),
        (K.BROKEN_STREAM, 1, None, Retry(1)),
        (K.BAD_ANSWER, 1, None, Retry(1)),
        (K.BAD_ANSWER, 2, None, Fallback()),
        (K.FILTERED, 1, None, GiveUp()),
        (K.TOO_LONG, 1, None, GiveUp()),
        (K.UNKNOWN_MODEL, 1, None, Fallback()),
        (K.BAD_REQUEST, 1, None, Fallback()),
    ],
)
def test_the_table_of_steps(kind: K, attempt: int, retry_after: float | None, step: Step) -> None:
    assert next_step(fault(kind, retry_after), attempt, False) == step


@pytest.mark.parametrize("kind", list(K))
def test_after_the_first_word_nothing_is_asked_again(kind: K) -> None:
    assert next_step(fault(kind, 0), 1, True) == GiveUp()


def test_jitter_spreads_but_is_bounded() -> None:
    assert next_step(fault(K.OVERLOADED), 1, False, jitter=1.0) == Retry(1.5)
    assert next_step(fault(K.OVERLOADED, 20), 1, False, jitter=1.0) == Retry(30)


async def test_the_first_choice_answers(serve, reply, tmp_path: Path) -> None:
    async with serve(reply((HALLO, END))) as server, bench(tmp_path, {"a": provider(server.url)}) as on:
        events = await on.ask()
        assert events[0] == ModelChosen("a", "m", 200_000)
        assert events[1] == TextDelta("Hallo")
        assert isinstance(events[2], ModelDone)
        assert server.headers[0]["Authorization"] == "Bearer sk-canary-4f9d2b7c1e8a6053"


async def test_a_rate_limit_is_waited_for(serve, reply, tmp_path: Path) -> None:
    limited = reply(status=429, headers={"Retry-After": "7"})
    async with serve(limited, reply((HALLO, END))) as server, bench(tmp_path, {"a": provider(server.url)}) as on:
        events = await on.ask()
        assert [type(event) for event in events] == [ModelChosen, TextDelta, ModelDone]
        assert on.waits == [7.0]
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("answer", "words", "asked"),
    [
        ({"status": 401}, "refused the key", 1),
        ({"status": 402}, "no credit", 1),
        ({"status": 404}, "does not know the model", 1),
        ({"status": 429, "headers": {"Retry-After": "3600"}}, "limits", 1),
        ({"status": 500}, "overloaded", 3),
        ({"status": 529}, "overloaded", 3),
        ({"then": "mute"}, "in time", 1),
        ({"pieces": (b"data: {\n\n",)}, "not JSON", 2),
        ({"pieces": ()}, "broke off", 3),
    ],
)
async def test_the_fallback_answers_and_says_why(
    answer: dict, words: str, asked: int, serve, reply, tmp_path: Path
) -> None:
    async with serve(reply(**answer)) as bad, serve(reply((HALLO, END))) as good:
        providers = {"a": provider(bad.url), "b": provider(good.url)}
        async with bench(tmp_path, providers, fallbacks=("b/m", "a/m")) as on:
            events = await on.ask()
            chosen = [event for event in events if isinstance(event, ModelChosen)]
            assert [event.provider for event in chosen] == ["a", "b"]
            assert words in chosen[1].reason
            assert TextDelta("Hallo") in events
            assert len(bad.asked) == asked


async def test_a_provider_that_failed_rests(serve, reply, tmp_path: Path) -> None:
    async with (
        serve(reply(status=500)) as bad,
        serve(reply((HALLO, END))) as good,
        bench(tmp_path, {"a": provider(bad.url), "b": provider(good.url)}, fallbacks=("b/m",)) as on,
    ):
        await on.ask()
        first = (await on.ask())[0]
        assert isinstance(first, ModelChosen)
        assert first.provider == "b"
        assert "rests" in first.reason
        assert len(bad.asked) == 3
        on.clock.advance(61)
        await on.ask()
        assert len(bad.asked) == 6


async def test_a_resting_provider_is_asked_when_it_is_the_only_one(serve, reply, tmp_path: Path) -> None:
    async with (
        serve(reply(status=402), reply((HALLO, END))) as server,
        bench(tmp_path, {"a": provider(server.url)}) as on,
    ):
        assert (await on.fault()).kind is K.NO_CREDIT
        assert TextDelta("Hallo") in await on.ask()


@pytest.mark.parametrize("then", ["cut", "hang"])
async def test_a_broken_answer_is_kept_and_not_asked_again(then: str, serve, reply, tmp_path: Path) -> None:
    async with (
        serve(reply((HALLO,), then=then)) as server,
        bench(tmp_path, {"a": provider(server.url)}, fallbacks=("b/m",)) as on,
    ):
        heard: list[ModelEvent] = []
        await on.fault(heard=heard)
        assert heard[1:] == [TextDelta("Hallo")]
        assert len(server.asked) == 1


async def test_reasoning_that_broke_off_is_void(serve, reply, tmp_path: Path) -> None:
    async with (
        serve(reply((THOUGHT,)), reply((THOUGHT, HALLO, END))) as server,
        bench(tmp_path, {"a": provider(server.url)}) as on,
    ):
        kinds = [type(event) for event in await on.ask()]
        assert kinds == [ModelChosen, ThinkingDelta, ModelChosen, ThinkingDelta, TextDelta, ModelDone]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"status": 413}, K.TOO_LONG),
        ({"pieces": (b'{"error":{"code":"content_filter"}}',), "status": 400}, K.FILTERED),
        ({"pieces": (b'data: {"choices":[{"finish_reason":"content_filter"}]}\n\n',)}, K.FILTERED),
    ],
)
async def test_what_only_the_person_can_change_is_told_at_once(
    answer: dict, kind: K, serve, reply, tmp_path: Path
) -> None:
    async with serve(reply(**answer)) as server, bench(tmp_path, {"a": provider(server.url)}, fallbacks=("a/n",)) as on:
        assert (await on.fault()).kind is kind
        assert len(server.asked) == 1


async def test_when_all_fail_the_first_fault_is_told_with_the_others(serve, reply, tmp_path: Path) -> None:
    async with serve(reply(status=401)) as bad, serve(reply(status=402)) as poor:
        providers = {"a": provider(bad.url), "b": provider(poor.url)}
        async with bench(tmp_path, providers, fallbacks=("b/m", "nobody/x")) as on:
            told = await on.fault()
            assert told.kind is K.BAD_KEY
            assert "no credit" in told.sentence()
            assert "nobody" in told.sentence()
            assert "Settings" in told.hint


async def test_the_models_order(serve, reply, tmp_path: Path) -> None:
    async with (
        serve(reply(status=401)) as server,
        bench(tmp_path, {"a": provider(server.url)}, fallbacks=("a/f1", "a/m", "a/f2")) as on,
    ):
        heard: list[ModelEvent] = []
        await on.fault("a/mine", heard)
        assert [event.model for event in heard if isinstance(event, ModelChosen)] == ["mine", "m", "f1", "f2"]
        assert [body["model"] for body in server.asked] == ["mine", "m", "f1", "f2"]


@pytest.mark.parametrize(
    ("providers", "primary", "kind", "words"),
    [
        ({}, "anthropic/claude-opus-4-5", K.NO_KEY, "ANTHROPIC_API_KEY"),
        ({}, "nobody/x", K.UNKNOWN_MODEL, "baseUrl"),
        ({"a": {"baseUrl": "http://h", "api": "github-copilot"}}, "a/m", K.BAD_REQUEST, "anthropic-messages"),
        ({"a": {"baseUrl": "http://h", "apiKey": "keyring:x"}}, "a/m", K.NO_KEY, "Unlock it."),
        ({"a": {"baseUrl": "http://h", "apiKey": "two words"}}, "a/m", K.BAD_KEY, "spaces"),
        ({"a": {"baseUrl": "http://h", "apiKey": "sk-\nX: y"}}, "a/m", K.BAD_KEY, "characters"),
        ({"a": {"baseUrl": "http://h", "apiKey": "${NOT_SET}"}}, "a/m", K.NO_KEY, "NOT_SET"),
    ],
)
async def test_faults_before_anything_is_asked(
    providers: dict, primary: str, kind: K, words: str, tmp_path: Path
) -> None:
    async with bench(tmp_path, providers, primary) as on:
        told = await on.fault()
        assert told.kind is kind
        assert words in told.sentence()


async def test_configured_headers_are_sent(serve, reply, tmp_path: Path) -> None:
    headers = {"X-All": "${EXTRA}"}
    async with serve(reply((HALLO, END))) as server:
        providers = {"a": provider(server.url, headers=headers, authHeader=True)}
        async with bench(tmp_path, providers, EXTRA="from env") as on:
            await on.ask()
            assert server.headers[0]["X-All"] == "from env"


async def test_a_server_of_ones_own_needs_no_key(serve, reply, tmp_path: Path) -> None:
    async with serve(reply((HALLO, END))) as server, bench(tmp_path, {"box": {"baseUrl": server.url}}, "box/m") as on:
        assert TextDelta("Hallo") in await on.ask()
        assert "Authorization" not in server.headers[0]


async def test_closing_the_answer_stops_the_request(serve, reply, tmp_path: Path) -> None:
    async with serve(reply((HALLO,), then="hang")) as server, bench(tmp_path, {"a": provider(server.url)}) as on:
        async with aclosing(on.pool.stream(ModelRequest("", (user_message("hi", now_ms=1),)))) as answer:
            heard = [await anext(answer), await anext(answer)]
            assert heard[1] == TextDelta("Hallo")
        async with asyncio.timeout(20):
            await server.left.wait()


async def test_no_key_in_faults_reasons_and_logs(
    serve, reply, tmp_path: Path, canary: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    echo = orjson.dumps({"error": {"message": f"no such header: Bearer {canary}"}})
    async with (
        serve(reply((echo,), status=400)) as server,
        bench(tmp_path, {"a": provider(server.url)}, fallbacks=("a/n",)) as on,
    ):
        heard: list[ModelEvent] = []
        told = await on.fault(heard=heard)
    seen: list[BaseException | None] = [told, told.__cause__, told.__context__]
    assert canary not in repr(heard) + repr(seen) + "".join(map(str, seen)) + caplog.text
    assert "no such header" in told.message


def test_a_summary_of_one_is_that_one() -> None:
    only = fault(K.TIMEOUT)
    assert summary([only]) is only


@pytest.mark.skipif(not local.installed(), reason="the embedded model is not installed")
async def test_a_fresh_start_is_answered_by_the_built_in_model(tmp_path: Path) -> None:
    async with bench(tmp_path, {}, primary="") as on:
        events = await on.ask()
        assert events[0] == ModelChosen("local", "smollm2-135m-instruct", local.WINDOW)
        assert isinstance(events[1], TextDelta)
        assert isinstance(events[-1], ModelDone)
