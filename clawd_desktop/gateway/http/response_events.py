"""The objects of OpenAI's responses: the response itself, and the events by which a stream tells of it; pure."""

from __future__ import annotations

import uuid

from clawd_desktop.agent.runs import Outcome
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.http import openai_words
from clawd_desktop.gateway.http.run_desk import answered


class ResponseEvents:
    """All that is told of one response; each event has the next number, from 0.

    `created` is in seconds since the epoch.
    """

    def __init__(self, response_id: str, model: str, previous: str, created: int) -> None:
        self._id = response_id
        self._model = model
        self._previous = previous
        self._created = created
        self._item_id = f"msg_{uuid.uuid4()}"
        self._numbers = 0

    def begin(self) -> list[JsonObject]:
        """What comes before the first word."""
        response = self._response("in_progress", [])
        return [
            self._event("response.created", {"response": response}),
            self._event("response.in_progress", {"response": response}),
            self._event("response.output_item.added", {"output_index": 0, "item": self._item("in_progress")}),
            self._of_part("response.content_part.added", {"part": _part("")}),
        ]

    def said(self, piece: str) -> JsonObject:
        """More of the text."""
        return self._of_part("response.output_text.delta", {"delta": piece, "logprobs": []})

    def end(self, text: str, outcome: Outcome) -> list[JsonObject]:
        """What comes after the last word; of a run without an answer only that it failed."""
        if not answered(outcome):
            error: JsonObject = {"code": outcome.code, "message": openai_words.sentence_of(outcome)}
            return [self._event("response.failed", {"response": self._response("failed", [], error=error)})]
        status = status_of(outcome)
        return [
            self._of_part("response.output_text.done", {"text": text, "logprobs": []}),
            self._of_part("response.content_part.done", {"part": _part(text)}),
            self._event("response.output_item.done", {"output_index": 0, "item": self._item(status, text)}),
            self._event(f"response.{status}", {"response": self.whole(text, outcome)}),
        ]

    def whole(self, text: str, outcome: Outcome) -> JsonObject:
        """The response of a run that came to an answer."""
        status = status_of(outcome)
        response = self._response(status, [self._item(status, text)])
        if status == "incomplete":
            response["incomplete_details"] = {"reason": "max_output_tokens"}
        return {**response, "usage": openai_words.responses_usage(outcome.usage)}

    def _response(self, status: str, output: list[JsonValue], *, error: JsonObject | None = None) -> JsonObject:
        # The nulls stand in OpenAI's reference; clients in strict languages look for them.
        response: JsonObject = {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "status": status,
            "error": error,
            "incomplete_details": None,
            "model": self._model,
            "output": output,
            "parallel_tool_calls": False,
            "tool_choice": "none",
            "tools": [],
        }
        return response | {"previous_response_id": self._previous} if self._previous else response

    def _item(self, status: str, text: str | None = None) -> JsonObject:
        content: list[JsonValue] = [] if text is None else [_part(text)]
        return {"type": "message", "id": self._item_id, "role": "assistant", "status": status, "content": content}

    def _of_part(self, kind: str, facts: JsonObject) -> JsonObject:
        return self._event(kind, {"item_id": self._item_id, "output_index": 0, "content_index": 0, **facts})

    def _event(self, kind: str, facts: JsonObject) -> JsonObject:
        event: JsonObject = {"type": kind, "sequence_number": self._numbers, **facts}
        self._numbers += 1
        return event


def status_of(outcome: Outcome) -> str:
    """Whether an answer is whole, or ended at a limit of its length."""
    return "incomplete" if openai_words.was_cut(outcome) else "completed"


def _part(text: str) -> JsonObject:
    return {"type": "output_text", "text": text, "annotations": []}
