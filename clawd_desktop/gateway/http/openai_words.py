"""How OpenAI's clients are told of faults and of tokens: error objects with the status that each client expects.

Source of shapes: OpenAI's API reference, errors and usage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp.web import Response

from clawd_desktop.agent.runs import Outcome
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.admission import Denial
from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.routes import told
from clawd_desktop.gateway.http.run_desk import Busy

RETRY_S = 10.0
INVALID = "invalid_request_error"
SERVER = "server_error"
# OpenAI's own clients repeat failed requests by themselves unless they are told not to.
NO_RETRY = {"x-should-retry": "false"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a client is told of a kind of fault; with `again` the same request may succeed a little later."""

    status: int
    type: str
    again: bool = False


BROKEN = Kind(500, SERVER)
# By code of the fault; the longest start that fits counts.
KINDS: Mapping[str, Kind] = {
    "bad_input": Kind(400, INVALID),
    "conflict": Kind(409, INVALID),
    "unsupported": Kind(400, INVALID),
    "not_found": Kind(404, INVALID),
    "model_not_found": Kind(404, INVALID),
    "previous_response_not_found": Kind(400, INVALID),
    "refused": Kind(403, "permission_error"),
    "busy": Kind(429, "rate_limit_error", again=True),
    "paused": Kind(503, SERVER, again=True),
    "unavailable": Kind(503, SERVER, again=True),
    "storage": Kind(503, SERVER, again=True),
    "model": BROKEN,
    "model.rate_limited": Kind(429, "rate_limit_error", again=True),
    "model.overloaded": Kind(503, SERVER, again=True),
    "model.timeout": Kind(503, SERVER, again=True),
    "model.unreachable": Kind(503, SERVER, again=True),
    "model.broken_stream": Kind(503, SERVER, again=True),
    "model.unknown_model": Kind(404, INVALID),
    "model.too_long": Kind(400, INVALID),
    "model.filtered": Kind(400, INVALID),
    "timeout": Kind(504, SERVER),
    "shutdown": Kind(503, SERVER, again=True),
}
_REFUSED = {429: "rate_limit_error", 503: SERVER}
_STOPPED = {
    "timeout": "The answer took longer than a turn may and was stopped.",
    "shutdown": "The gateway is stopping.",
}


def kind_of(code: str) -> Kind:
    """What to tell of a fault with that code."""
    return KINDS.get(code) or KINDS.get(code.partition(".")[0]) or BROKEN


def error_object(code: str, message: str) -> JsonObject:
    """The object that stands for a fault in an answer and in a stream."""
    return {"message": message, "type": kind_of(code).type, "code": code}


def of_fault(fault: ClawdError) -> Response:
    """The answer to a request that could not be carried out."""
    return _answer(fault.code, fault.sentence(), fault.wait if isinstance(fault, Busy) else 0.0)


def of_outcome(outcome: Outcome) -> Response:
    """The answer to a request whose run came to no answer."""
    return _answer(outcome.code, sentence_of(outcome))


def sentence_of(outcome: Outcome) -> str:
    """Why a run came to no answer."""
    return outcome.sentence or _STOPPED.get(outcome.code, "The answer was stopped.")


def refuse(denial: Denial) -> Response:
    """The answer to a request that was refused before it was looked at."""
    if denial.status == 401:
        return answers.unauthorized()
    message = "payload too large" if denial.status == 413 else told(denial)
    kind = _REFUSED.get(denial.status, INVALID)
    error: JsonObject = {"error": {"message": message, "type": kind}}
    return answers.as_json(denial.status, error, close=True, headers=answers.later(denial.wait))


def chat_usage(usage: Usage) -> JsonObject:
    """The tokens of a run, as chat completions name them. What came from a cache counts as read."""
    read = usage.input + usage.cache_read + usage.cache_write
    return {
        "prompt_tokens": read,
        "completion_tokens": usage.output,
        "total_tokens": read + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read},
    }


def responses_usage(usage: Usage) -> JsonObject:
    """The same, as responses name them."""
    read = usage.input + usage.cache_read + usage.cache_write
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": usage.cache_read},
        "output_tokens": usage.output,
        "total_tokens": read + usage.output,
    }


def was_cut(outcome: Outcome) -> bool:
    """Whether the answer ended at a limit of its length."""
    return outcome.message is not None and outcome.message.stop_reason == "length"


def _answer(code: str, message: str, wait: float = 0.0) -> Response:
    kind = kind_of(code)
    headers = answers.later(wait or RETRY_S) if kind.again else NO_RETRY
    return answers.as_json(kind.status, {"error": error_object(code, message)}, headers=headers)
