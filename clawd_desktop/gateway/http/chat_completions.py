"""Answers OpenAI's chat completions with a run of an agent, at once or as a stream.

Source of shapes: OpenAI's API reference, chat completions; ids and sessions as Clawdbot 2026.1.24 makes them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from aiohttp.web import Response, StreamResponse

from clawd_desktop.agent.runs import Outcome
from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.http import answers, openai_words
from clawd_desktop.gateway.http.bodies import object_of
from clawd_desktop.gateway.http.chat_request import ChatRequest, parse_chat
from clawd_desktop.gateway.http.routes import POST, Ask, Route
from clawd_desktop.gateway.http.run_desk import Followed, RunDesk, answered
from clawd_desktop.gateway.http.stream import ClientGone, EventStream
from clawd_desktop.gateway.http.targets import USUAL, Targets, submission

# Clawdbot takes 1 MiB; a single picture may be larger.
LARGEST = 20_000_000


class ChatCompletionPaths:
    """POST /v1/chat/completions, while the configuration asks for it."""

    def __init__(self, config: Callable[[], Config], desk: RunDesk, targets: Targets, clock: Clock) -> None:
        self._config = config
        self._desk = desk
        self._targets = targets
        self._clock = clock

    def rows(self) -> tuple[Route, ...]:
        """One path, or none."""
        if not self._config().gateway.http.endpoints.chat_completions.enabled:
            return ()
        return (
            Route(
                "/v1/chat/completions",
                self._complete,
                methods=POST,
                body=LARGEST,
                refuse=openai_words.refuse,
                waits=True,
            ),
        )

    async def _complete(self, ask: Ask) -> StreamResponse:
        try:
            request = parse_chat(object_of(ask.body))
            target = self._targets.find(ask.request, request.model, request.user, "openai")
            run_id = f"chatcmpl_{uuid.uuid4()}"
            asked = submission(target, request.prompt, run_id, request.max_tokens)
            async with self._desk.follow(asked, ask) as run:
                said = _Said(run_id, request.model or USUAL, self._clock.wall_ms() // 1000)
                return await (self._stream(ask, request, run, said) if request.stream else _at_once(run, said))
        except ClientGone:
            return answers.text(503, "Service Unavailable", close=True)
        except ClawdError as fault:
            return openai_words.of_fault(fault)

    async def _stream(self, ask: Ask, request: ChatRequest, run: Followed, said: _Said) -> StreamResponse:
        # Not before something was said: until then a failure still gets a status of its own.
        await run.begun()
        if run.outcome is not None and not answered(run.outcome) and not run.text:
            return openai_words.of_outcome(run.outcome)
        stream = await EventStream.open(ask, self._desk.seconds)
        await stream.send(said.chunk({"role": "assistant", "content": ""}))
        async for piece in run.pieces():
            await stream.send(said.chunk({"content": piece}))
        outcome = await run.over()
        if answered(outcome):
            await stream.send(said.chunk({}, finish(outcome)))
            if request.include_usage:
                await stream.send(said.chunk(None, usage=openai_words.chat_usage(outcome.usage)))
        else:
            error = openai_words.error_object(outcome.code, openai_words.sentence_of(outcome))
            await stream.send({"error": error})
        await stream.done()
        return stream.response


class _Said:
    """The parts that all pieces of one answer share."""

    def __init__(self, answer_id: str, model: str, created: int) -> None:
        self._shared: JsonObject = {"id": answer_id, "created": created, "model": model}

    def chunk(
        self, delta: JsonObject | None, reason: str | None = None, *, usage: JsonObject | None = None
    ) -> JsonObject:
        """One piece of a stream; without `delta` it holds no choice, only the usage."""
        choices: list[JsonValue] = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": reason}]
        chunk: JsonObject = {**self._shared, "object": "chat.completion.chunk", "choices": choices}
        return chunk if usage is None else {**chunk, "usage": usage}

    def whole(self, text: str, outcome: Outcome) -> JsonObject:
        """The answer as one object."""
        message: JsonObject = {"role": "assistant", "content": text}
        return {
            **self._shared,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": finish(outcome)}],
            "usage": openai_words.chat_usage(outcome.usage),
        }


def finish(outcome: Outcome) -> str:
    """Why the answer ended."""
    return "length" if openai_words.was_cut(outcome) else "stop"


async def _at_once(run: Followed, said: _Said) -> Response:
    outcome = await run.over()
    if not answered(outcome):
        return openai_words.of_outcome(outcome)
    return answers.as_json(200, said.whole(run.text, outcome))
