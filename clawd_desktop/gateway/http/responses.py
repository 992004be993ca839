"""Answers OpenAI's responses with a run of an agent, at once or as a stream of events.

Source of shapes and order: OpenAI's API reference, responses and their streaming events; ids as Clawdbot makes them.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from aiohttp.web import Response, StreamResponse

from clawd_desktop.config.schema import Config
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.http import answers, openai_words
from clawd_desktop.gateway.http.bodies import object_of
from clawd_desktop.gateway.http.response_events import ResponseEvents
from clawd_desktop.gateway.http.responses_request import ResponsesRequest, limits_from, parse_responses
from clawd_desktop.gateway.http.routes import POST, Ask, Route
from clawd_desktop.gateway.http.run_desk import Followed, RunDesk, answered
from clawd_desktop.gateway.http.stream import ClientGone, EventStream
from clawd_desktop.gateway.http.targets import USUAL, Target, Targets, submission

REMEMBERED = 500


class ResponsePaths:
    """POST /v1/responses, while the configuration asks for it."""

    def __init__(self, config: Callable[[], Config], desk: RunDesk, targets: Targets, clock: Clock) -> None:
        self._config = config
        self._desk = desk
        self._targets = targets
        self._clock = clock
        # By session the id of its newest answer: only from that one can a client go on.
        self._newest: OrderedDict[str, str] = OrderedDict()

    def rows(self) -> tuple[Route, ...]:
        """One path, or none."""
        settings = self._config().gateway.http.endpoints.responses
        if not settings.enabled:
            return ()
        most = settings.max_body_bytes
        return (Route("/v1/responses", self._respond, methods=POST, body=most, refuse=openai_words.refuse, waits=True),)

    async def _respond(self, ask: Ask) -> StreamResponse:
        try:
            limits = limits_from(self._config().gateway.http.endpoints.responses)
            request = parse_responses(object_of(ask.body), limits)
            target = self._target(ask, request)
            self._newest.pop(target.session_key, None)
            run_id = f"resp_{uuid.uuid4()}"
            asked = submission(target, request.prompt, run_id, request.max_tokens)
            async with self._desk.follow(asked, ask) as run:
                events = ResponseEvents(run_id, request.model or USUAL, request.previous, self._clock.wall_ms() // 1000)
                answer = await (self._stream(ask, run, events) if request.stream else _at_once(run, events))
                if run.outcome is not None and answered(run.outcome):
                    self._remember(target.session_key, run_id)
                return answer
        except ClientGone:
            return answers.text(503, "Service Unavailable", close=True)
        except ClawdError as fault:
            return openai_words.of_fault(fault)

    def _target(self, ask: Ask, request: ResponsesRequest) -> Target:
        """The session that the request names, or that of the answer it goes on from."""
        target = self._targets.find(ask.request, request.model, request.user, "openresponses")
        if not request.previous:
            return target
        found = [key for key, newest in self._newest.items() if newest == request.previous]
        if not found:
            raise BadInput(
                f"The response {request.previous!r} is not the newest of a conversation that is known here.",
                hint="Send the whole conversation as input, or use the session key header.",
                code="previous_response_not_found",
            )
        return replace(target, session_key=found[0])

    def _remember(self, session_key: str, response_id: str) -> None:
        self._newest[session_key] = response_id
        while len(self._newest) > REMEMBERED:
            self._newest.popitem(last=False)

    async def _stream(self, ask: Ask, run: Followed, events: ResponseEvents) -> StreamResponse:
        stream = await EventStream.open(ask, self._desk.seconds)
        for event in events.begin():
            await _send(stream, event)
        async for piece in run.pieces():
            await _send(stream, events.said(piece))
        for event in events.end(run.text, await run.over()):
            await _send(stream, event)
        await stream.done()
        return stream.response


async def _send(stream: EventStream, event: JsonObject) -> None:
    await stream.send(event, name=str(event["type"]))


async def _at_once(run: Followed, events: ResponseEvents) -> Response:
    outcome = await run.over()
    if not answered(outcome):
        return openai_words.of_outcome(outcome)
    return answers.as_json(200, events.whole(run.text, outcome))
