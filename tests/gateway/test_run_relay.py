"""What clients are told of runs, event by event, as it was seen on Clawdbot 2026.1.24."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from agent.stage import Answer, Held, Stage, stage
from wire_listener import Json, Listener

from clawd_desktop.agent.tool_runner import ToolOutcome
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.events import RunAborted, RunFailed, RunFinished, RunStarted, RunText, RunTool, ToolPhase
from clawd_desktop.core.messages import Message, Text, ToolCall, ToolSpec, Usage
from clawd_desktop.core.ports import ModelChosen, ModelDone, ModelEvent, ModelRequest, TextDelta, ToolCallReady
from clawd_desktop.core.values import JsonValue
from clawd_desktop.gateway import run_relay
from clawd_desktop.gateway.broadcast import Broadcaster
from clawd_desktop.gateway.methods.chat import AbortParams, ChatMethods, InjectParams, SendParams
from clawd_desktop.gateway.methods.table import Client, Role
from clawd_desktop.gateway.run_relay import RunRelay

KEY = "agent:main:main"


@pytest.fixture(autouse=True)
def told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_relay, "SETTLE_S", 0.0)


class Caller:
    """The call of a client that is told of tools, and what it was told."""

    def __init__(self, connection_id: str = "c") -> None:
        self.told: list[tuple[str, JsonValue]] = []
        self.client = Client(connection_id, "cli", "cli", "1", "l", Role.OPERATOR, (), "", True, "secret", 3, 0)

    def tell(self, event: str, payload: JsonValue) -> None:
        self.told.append((event, payload))


class Wire:
    """A relay, and what a client hears of it."""

    def __init__(self, verbose: bool = False) -> None:
        self.bus, self.clock = EventBus(), ManualClock()
        broadcaster = self.broadcaster = Broadcaster()
        self.listener = Listener(broadcaster)
        self.relay = RunRelay(self.bus, broadcaster, self.clock, lambda key: verbose)

    def text(self, seq: int, text: str, run: str = "k1") -> None:
        self.bus.publish(RunText(run, KEY, seq, text, text[-1:]))


@asynccontextmanager
async def chat(folder: Path, *answers: Answer, verbose: str = "") -> AsyncIterator[tuple[Stage, ChatMethods, Listener]]:
    """A whole assistant behind the methods of the chat."""
    async with stage(folder, *answers, tools={"clock": TellsTime()}) as on:
        broadcaster = Broadcaster()
        listener = Listener(broadcaster)
        relay = RunRelay(on.bus, broadcaster, on.clock, lambda key: bool(verbose))
        yield on, ChatMethods(on.assistant, on.store, relay, lambda: 200), listener
        relay.close()


class TellsTime:
    spec = ToolSpec("clock", "Tells the time.", {"type": "object", "properties": {}})

    async def run(self, call: ToolCall, session_key: str) -> ToolOutcome:
        return ToolOutcome("12:00")


async def wants_the_time(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "m", 8192)
    yield TextDelta("Let me look.")
    yield ToolCallReady(ToolCall("c1", "clock", {"zone": "UTC"}))
    yield ModelDone("toolUse", Usage(5, 5))


async def tells_the_time(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "m", 8192)
    yield TextDelta(" It is 12:00. ")
    yield ModelDone("stop", Usage(5, 5))


async def breaks(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    yield ModelChosen("test", "m", 8192)
    raise ModelFault("The model broke.", kind=ModelFaultKind.OVERLOADED, hint="Wait.")


def brief(payload: Json) -> tuple[object, ...]:
    """An event as stream or state, its number, and what it says."""
    data = payload.get("data") or {}
    message = payload.get("message") or {}
    return (
        payload.get("stream") or payload.get("state"),
        payload["seq"],
        data.get("phase") or data.get("text") or _text(message) or payload.get("stopReason"),  # type: ignore[attr-defined]
    )


def _text(message: object) -> object:
    return "".join(part["text"] for part in message.get("content", []))  # type: ignore[attr-defined]


async def test_a_message_and_its_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_relay, "DELTA_EVERY_S", 0.0)
    async with chat(tmp_path) as (on, methods, listener):
        params = SendParams(session_key="main", message="hello", idempotency_key="k1")
        assert await methods.send(None, params) == {"runId": "k1", "status": "started"}  # type: ignore[arg-type]
        assert listener.frames == [], "the acknowledgement comes first"
        await on.ended("k1")
        assert [brief(payload) for payload in listener.payloads("agent", "chat")] == [
            ("lifecycle", 1, "start"),
            ("assistant", 2, "You said: "),
            ("delta", 2, "You said: "),
            ("assistant", 3, "You said: hello"),
            ("delta", 3, "You said: hello"),
            ("lifecycle", 4, "end"),
            ("final", 4, "You said: hello"),
        ]
        assert {payload["sessionKey"] for payload in listener.payloads("agent", "chat")} == {"main"}
        assert {payload["runId"] for payload in listener.payloads("agent", "chat")} == {"k1"}
        assert [frame["seq"] for frame in listener.frames] == list(range(1, 8))
        final = listener.payloads("chat")[-1]["message"]
        assert set(final) == {"role", "content", "timestamp"}, "neither usage nor stop reason"  # type: ignore[call-overload]
        again = await methods.send(None, params)  # type: ignore[arg-type]
        assert again == {"runId": "k1", "status": "ok"}


@pytest.mark.parametrize(
    ("verbose", "tools"),
    [("", []), ("on", [("tool", 3, "start"), ("tool", 4, "result")])],
)
async def test_a_turn_with_a_tool_counts_what_it_does_not_show(
    tmp_path: Path, verbose: str, tools: list[tuple[str, int, str]]
) -> None:
    async with chat(tmp_path, wants_the_time, tells_the_time, verbose=verbose) as (on, methods, listener):
        await methods.send(None, SendParams(session_key="main", message="time?", idempotency_key="k1"))  # type: ignore[arg-type]
        await on.ended("k1")
        assert [brief(payload) for payload in listener.payloads("agent")] == [
            ("lifecycle", 1, "start"),
            ("assistant", 2, "Let me look."),
            *tools,
            ("assistant", 5, " It is 12:00. "),
            ("lifecycle", 6, "end"),
        ]
        assert brief(listener.payloads("chat")[-1]) == ("final", 6, "It is 12:00."), "the last message alone, trimmed"


async def test_tools_are_told_with_arguments_and_results(tmp_path: Path) -> None:
    async with chat(tmp_path, wants_the_time, tells_the_time, verbose="full") as (on, methods, listener):
        await methods.send(None, SendParams(session_key="main", message="time?", idempotency_key="k1"))  # type: ignore[arg-type]
        await on.ended("k1")
        assert [payload["data"] for payload in listener.payloads("agent") if payload["stream"] == "tool"] == [
            {"phase": "start", "name": "clock", "toolCallId": "c1", "args": {"zone": "UTC"}},
            {
                "phase": "result",
                "name": "clock",
                "toolCallId": "c1",
                "isError": False,
                "result": {"content": [{"type": "text", "text": "12:00"}], "details": {}},
            },
        ]


async def test_an_abort_is_told_before_it_is_answered_and_nothing_follows(tmp_path: Path) -> None:
    held = Held()
    async with chat(tmp_path, held) as (on, methods, listener):
        await methods.send(None, SendParams(session_key="main", message="hello", idempotency_key="k1"))  # type: ignore[arg-type]
        await held.began.wait()
        run = on.assistant.find("k1")
        answer = methods.abort(None, AbortParams(session_key="main", run_id="k1"))  # type: ignore[arg-type]
        assert answer == {"ok": True, "aborted": True, "runIds": ["k1"]}
        told = listener.payloads("agent", "chat")
        assert brief(told[-1]) == ("aborted", 3, "rpc")
        assert "message" not in told[-1]
        await asyncio.wait({run.task})  # type: ignore[union-attr,arg-type]
        assert listener.payloads("agent", "chat") == told


async def test_stop_as_a_message_has_no_run_of_its_own(tmp_path: Path) -> None:
    held = Held()
    async with chat(tmp_path, held) as (_, methods, listener):
        await methods.send(None, SendParams(session_key="main", message="hello", idempotency_key="k1"))  # type: ignore[arg-type]
        await held.began.wait()
        stop = SendParams(session_key="main", message="/stop", idempotency_key="k2")
        assert await methods.send(None, stop) == {"ok": True, "aborted": True, "runIds": ["k1"]}  # type: ignore[arg-type]
        assert brief(listener.payloads("chat")[-1]) == ("aborted", 3, "stop")
        assert {payload["runId"] for payload in listener.payloads("agent", "chat")} == {"k1"}


async def test_a_command_is_one_final_without_agent_events(tmp_path: Path) -> None:
    async with chat(tmp_path) as (on, methods, listener):
        params = SendParams(session_key="main", message="/status", idempotency_key="k1")
        assert await methods.send(None, params) == {"runId": "k1", "status": "started"}  # type: ignore[arg-type]
        await on.ended("k1")
        (only,) = listener.payloads("agent", "chat")
        assert (only["state"], only["runId"], only["sessionKey"]) == ("final", "k1", "main")
        message: Json = only["message"]  # type: ignore[assignment]
        assert message["stopReason"] == "injected"
        assert message["usage"]["totalTokens"] == 0  # type: ignore[index]


async def test_an_injected_note_is_one_final_of_number_zero(tmp_path: Path) -> None:
    async with chat(tmp_path) as (on, methods, listener):
        await on.store.ensure("main")
        answer = await methods.inject(None, InjectParams(session_key="main", message="note", label="L"))  # type: ignore[arg-type]
        (only,) = listener.payloads("agent", "chat")
        assert (only["seq"], only["state"], only["sessionKey"]) == (0, "final", "main")
        assert str(only["runId"]).startswith("inject-")
        assert _text(only["message"]) == "[L]\n\nnote"
        assert only["message"]["stopReason"] == "injected"  # type: ignore[index]
        assert len(str(answer["messageId"])) == 8


async def test_a_failed_run_ends_both_streams_with_its_sentence(tmp_path: Path) -> None:
    async with chat(tmp_path, breaks) as (on, methods, listener):
        await methods.send(None, SendParams(session_key="main", message="hello", idempotency_key="k1"))  # type: ignore[arg-type]
        await on.ended("k1")
        agent, final = listener.payloads("agent")[-1], listener.payloads("chat")[-1]
        assert agent["data"]["phase"] == "error"  # type: ignore[index]
        assert (final["state"], final["errorMessage"]) == ("error", "The model broke. Wait.")
        assert final["seq"] == agent["seq"]


async def test_each_client_finds_its_run_under_the_key_that_it_used(tmp_path: Path) -> None:
    async with chat(tmp_path) as (on, methods, listener):
        for run, key in (("k1", "main"), ("k2", KEY), ("k3", "Agent:Main:MAIN")):
            await methods.send(None, SendParams(session_key=key, message="hi", idempotency_key=run))  # type: ignore[arg-type]
            await on.ended(run)
        told = {(payload["runId"], payload["sessionKey"]) for payload in listener.payloads("agent", "chat")}
        assert told == {("k1", "main"), ("k2", KEY), ("k3", "Agent:Main:MAIN")}


@pytest.mark.parametrize(
    "end",
    [
        lambda: RunFinished("k1", KEY, 0, None, Usage(), "", "", 1, 2),
        lambda: RunFailed("k1", KEY, 2, "It broke.", "x", 1, 2),
    ],
    ids=["finished", "failed"],
)
async def test_an_end_does_not_come_together_with_the_acknowledgement(
    monkeypatch: pytest.MonkeyPatch, end: Callable[[], RunFinished]
) -> None:
    monkeypatch.setattr(run_relay, "SETTLE_S", 0.01)
    wire = Wire()
    wire.relay.expect("k1", "main", settles=True)
    wire.bus.publish(end())
    assert wire.listener.payloads("chat") == []
    async with asyncio.timeout(5):
        while not wire.listener.payloads("chat"):
            await asyncio.sleep(0)
    assert wire.listener.payloads("chat")[0]["sessionKey"] == "main"


@pytest.mark.parametrize("started", [False, True])
async def test_an_end_is_held_from_the_start_of_its_run_and_not_longer(
    monkeypatch: pytest.MonkeyPatch, started: bool
) -> None:
    monkeypatch.setattr(run_relay, "SETTLE_S", 60.0)
    wire = Wire()
    wire.relay.expect("k1", "main", settles=True)
    wire.clock.advance(60.0)
    for event in [RunStarted("k1", KEY, 1, 7)] * started:
        wire.bus.publish(event)
    wire.bus.publish(RunFailed("k1", KEY, 2, "It broke.", "x", 1, 2))
    assert bool(wire.listener.payloads("chat")) is not started
    wire.relay.close()


@pytest.mark.parametrize("loops", ["asyncio", "uvloop"])
def test_ends_that_are_held_for_a_blink_are_all_told(monkeypatch: pytest.MonkeyPatch, loops: str) -> None:
    async def told() -> list[str]:
        wire = Wire()
        for number in range(20):
            monkeypatch.setattr(run_relay, "SETTLE_S", number / 10_000)
            wire.relay.expect(f"k{number}", "main", settles=True)
            wire.bus.publish(RunFailed(f"k{number}", KEY, 2, "It broke.", "x", 1, 2))
        await asyncio.sleep(0.1)
        return sorted(payload["runId"] for payload in wire.listener.payloads("chat"))

    with asyncio.Runner(loop_factory=pytest.importorskip(loops).new_event_loop) as runner:
        assert runner.run(told()) == sorted(f"k{number}" for number in range(20))


def test_a_run_that_nobody_announced_goes_by_its_real_name() -> None:
    wire = Wire()
    wire.bus.publish(RunStarted("ours", KEY, 1, 7))
    assert wire.listener.payloads("agent")[0]["sessionKey"] == KEY
    assert wire.listener.payloads("agent")[0]["data"] == {"phase": "start", "startedAt": 7}


def test_deltas_come_at_most_every_150_ms_with_the_whole_text_and_may_be_missed() -> None:
    wire = Wire()
    for seq, wait in enumerate((0.0, 0.1, 0.049, 0.002, 0.1, 0.2), 1):
        wire.clock.advance(wait)
        wire.text(seq, "x" * seq)
    assert [payload["seq"] for payload in wire.listener.payloads("agent")] == [1, 2, 3, 4, 5, 6], "every piece"
    assert [(payload["seq"], _text(payload["message"])) for payload in wire.listener.payloads("chat")] == [
        (1, "x"), (4, "xxxx"), (6, "xxxxxx"),
    ]  # fmt: skip
    kinds = [frame["event"] for frame in wire.listener.frames]
    may_miss = {kind for kind, droppable in zip(kinds, wire.listener.droppable, strict=True) if droppable}
    assert may_miss == {"chat"}
    assert sum(wire.listener.droppable) == 3


def test_what_the_last_delta_lacked_comes_before_the_final() -> None:
    wire = Wire()
    wire.text(1, "a")
    wire.text(2, "ab")
    wire.bus.publish(RunFinished("k1", KEY, 3, Message("assistant", (Text("ab"),), 5), Usage(), "p", "m", 1, 2))
    wire.text(1, "c", "k2")
    wire.bus.publish(RunFinished("k2", KEY, 2, Message("assistant", (Text("c"),), 5), Usage(), "p", "m", 1, 2))
    assert [(payload["state"], _text(payload["message"])) for payload in wire.listener.payloads("chat")] == [
        ("delta", "a"), ("delta", "ab"), ("final", "ab"), ("delta", "c"), ("final", "c"),
    ]  # fmt: skip


def test_each_run_has_its_own_150_ms() -> None:
    wire = Wire()
    wire.text(1, "a", "k1")
    wire.text(1, "b", "k2")
    assert [payload["runId"] for payload in wire.listener.payloads("chat")] == ["k1", "k2"]


def test_who_started_a_run_hears_of_its_tools_even_when_nobody_else_does() -> None:
    wire, caller = Wire(), Caller()
    wire.relay.expect("k1", "main", caller)  # type: ignore[arg-type]
    wire.bus.publish(RunTool("k1", KEY, 3, ToolPhase.START, "clock", "c1", {}))
    assert wire.listener.frames == []
    ((event, payload),) = caller.told
    assert (event, payload["data"]["phase"]) == ("agent", "start")  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    "end",
    [
        lambda run: RunFinished(run, KEY, 2, None, Usage(), "p", "m", 1, 2),
        lambda run: RunFailed(run, KEY, 2, "It broke.", "x", 1, 2),
        lambda run: RunAborted(run, KEY, 2, "rpc"),
    ],
    ids=["finished", "failed", "aborted"],
)
def test_a_run_that_is_over_is_forgotten(end: Callable[[str], RunFinished]) -> None:
    wire = Wire()
    wire.relay.expect("k1", "main")
    wire.bus.publish(end("k1"))
    assert not wire.relay._watched
    assert not wire.relay._expected
    assert wire.listener.payloads("chat")[0]["sessionKey"] == "main"


def test_an_answer_of_nothing_is_a_final_without_a_message() -> None:
    wire = Wire()
    wire.bus.publish(RunFinished("k1", KEY, 2, None, Usage(), "p", "m", 1, 2))
    assert "message" not in wire.listener.payloads("chat")[0]


def test_runs_that_never_come_do_not_pile_up_and_push_nobody_out_who_runs() -> None:
    wire = Wire()
    wire.relay.expect("k0", "main")
    wire.bus.publish(RunStarted("k0", KEY, 1, 7))
    for number in range(3 * run_relay.REMEMBERED):
        wire.relay.expect(f"never {number}", "main")
    assert len(wire.relay._watched) + len(wire.relay._expected) == run_relay.REMEMBERED + 1
    message = Message("assistant", (Text("done"),), 5)
    wire.bus.publish(RunFinished("k0", KEY, 2, message, Usage(), "p", "m", 1, 2))
    assert wire.listener.payloads("chat")[0]["sessionKey"] == "main"


def test_closed_it_tells_nothing() -> None:
    wire = Wire()
    wire.relay.close()
    wire.text(1, "a")
    assert wire.listener.frames == []


class Follower(Listener):
    """A client that follows the main conversation."""

    connection_id = "c2"

    def __init__(self, broadcaster: Broadcaster) -> None:
        super().__init__(broadcaster)
        broadcaster.subscriptions.add(self.connection_id, KEY)


def tool_events(wire: Wire) -> None:
    wire.bus.publish(RunTool("k1", KEY, 1, ToolPhase.START, "clock", "c1", {}))
    wire.bus.publish(RunTool("k1", KEY, 2, ToolPhase.RESULT, "clock", "c1", "12:00"))


@pytest.mark.parametrize("verbose", [False, True])
def test_a_follower_hears_of_tools_once_and_under_the_canonical_key(verbose: bool) -> None:
    wire = Wire(verbose)
    wire.listener.connection_id = "c1"  # type: ignore[attr-defined]
    follower = Follower(wire.broadcaster)
    wire.relay.expect("k1", "main")
    tool_events(wire)
    assert [payload["data"]["phase"] for payload in follower.payloads("agent")] == ["start", "result"]  # type: ignore[index]
    assert {payload["sessionKey"] for payload in follower.payloads("agent")} == {KEY}
    assert len(wire.listener.payloads("agent")) == (2 if verbose else 0)
    assert {payload["sessionKey"] for payload in wire.listener.payloads("agent")} <= {"main"}


@pytest.mark.parametrize(("connection", "told"), [("c2", 0), ("c3", 2)])
def test_a_caller_that_follows_hears_of_its_tools_once(connection: str, told: int) -> None:
    wire = Wire()
    wire.listener.connection_id = "c1"  # type: ignore[attr-defined]
    follower, caller = Follower(wire.broadcaster), Caller(connection)
    wire.relay.expect("k1", "main", caller)  # type: ignore[arg-type]
    tool_events(wire)
    assert (len(follower.payloads("agent")), len(caller.told)) == (2, told)
