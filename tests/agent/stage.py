"""A whole assistant over a real store, with a model that says what the test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from resource_stage import SetMachine

from clawd_desktop.agent.assistant import Assistant
from clawd_desktop.agent.briefing import Briefing
from clawd_desktop.agent.command_desk import CommandDesk
from clawd_desktop.agent.conversations import Conversations
from clawd_desktop.agent.runner import Runner
from clawd_desktop.agent.system_events import SystemEvents
from clawd_desktop.agent.tool_runner import Tool, ToolRunner
from clawd_desktop.agent.wakes import Wakes
from clawd_desktop.config.schema import Config
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.events import (
    Event,
    MessageStored,
    RunAborted,
    RunFailed,
    RunFinished,
    RunModel,
    RunModelEnded,
    RunPrompted,
    RunQueued,
    RunStarted,
    RunText,
    RunTool,
)
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.ports import ModelChosen, ModelDone, ModelEvent, ModelRequest, Models, TextDelta
from clawd_desktop.operations.measuring import Measuring
from clawd_desktop.operations.resources import ResourceManager
from clawd_desktop.storage.sessions import SessionStore

RUN_EVENTS = (RunQueued, RunStarted, RunModel, RunText, RunTool, RunFinished, RunFailed, RunAborted, MessageStored)
MEASURED = (RunPrompted, RunModelEnded)
Answer = Callable[[ModelRequest], AsyncIterator[ModelEvent]]


async def echo(request: ModelRequest) -> AsyncIterator[ModelEvent]:
    """Says what the person said, in two pieces."""
    yield ModelChosen("test", "echo", 8192)
    words = request.messages[-1].text
    yield TextDelta("You said: ")
    yield TextDelta(words)
    yield ModelDone("stop", Usage(10, 5))


class ScriptedModels:
    """Answers each request by the next script; `requests` is what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.requests: list[ModelRequest] = []
        self.overrides: list[str | None] = []

    async def stream(self, request: ModelRequest, *, override: str | None = None) -> AsyncIterator[ModelEvent]:
        self.requests.append(request)
        self.overrides.append(override)
        answer = self._answers.pop(0) if self._answers else echo
        async for event in answer(request):
            yield event


Between = Callable[[Models], Models]


def as_is(models: Models) -> Models:
    return models


class Held:
    """An answer that says something and then waits until it is let go."""

    def __init__(self, says: str = "Thinking") -> None:
        self.says = says
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        yield ModelChosen("test", "held", 8192)
        yield TextDelta(self.says)
        self.began.set()
        await self.go_on.wait()
        yield ModelDone("stop", Usage(1, 1))


class Names:
    """The models that a session may choose."""

    def default(self) -> str:
        return "test/echo"

    def check(self, name: str) -> str:
        if name != "other":
            raise BadInput(f"There is no model {name}.")
        return "test/other"


class Stage:
    """Everything that takes part, and all events in order."""

    def __init__(
        self, folder: Path, models: ScriptedModels, tools: dict[str, Tool], config: Config, between: Between = as_is
    ) -> None:
        self.bus, self.clock, self.models = EventBus(), SystemClock(), models
        self.events: list[Event] = []
        for kind in RUN_EVENTS:
            self.bus.subscribe(kind, self.events.append)
        self.measured: list[Event] = []
        for kind in MEASURED:
            self.bus.subscribe(kind, self.measured.append)
        (folder / "state").mkdir(exist_ok=True)
        self.store = SessionStore(folder / "state", self.clock, self.bus, "test")
        briefing = Briefing("I am {name}. {today}", lambda: config, lambda: folder / "workspace", self.clock)
        self.reported = SystemEvents(folder / "state", self.clock)
        tool_runner = ToolRunner(tools, self.clock)
        runner = Runner(self.store, between(models), tool_runner, briefing, self.reported, self.bus, self.clock)
        self.assistant = Assistant(
            self.store,
            runner,
            lambda: config,
            lambda override: 8192,
            self.bus,
            self.clock,
            CommandDesk(self.store, Names()),
        )
        measuring = Measuring(SetMachine(), self.clock)
        self.resources = ResourceManager(lambda: config, measuring, self.clock)
        self.assistant.admit_by(self.resources)
        self.chat = Conversations(self.assistant, self.store)
        self.wakes = Wakes(self.assistant, self.reported)

    def kinds(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    async def ended(self, run_id: str) -> None:
        async with asyncio.timeout(10):
            await self.assistant.wait(run_id, 10)

    async def texts(self, key: str = "main") -> list[tuple[str, str]]:
        page = await self.chat.history(key, limit=100)
        return [(message.role, message.text) for _, message in page.messages]


@asynccontextmanager
async def stage(
    folder: Path,
    *answers: Answer,
    tools: dict[str, Tool] | None = None,
    config: Config | None = None,
    between: Between = as_is,
) -> AsyncIterator[Stage]:
    """An open stage that is closed at the end; `between` may put something between runner and models."""
    made = Stage(folder, ScriptedModels(*answers), tools or {}, config or Config(), between)
    await made.store.open()
    await made.reported.open()
    try:
        yield made
    finally:
        await made.assistant.close()
        await made.store.close()
