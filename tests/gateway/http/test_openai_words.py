"""Faults and tokens in OpenAI's words, as tables."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from clawd_desktop.agent.runs import Outcome, RunState
from clawd_desktop.core.errors import BadInput, ClawdError, ModelFaultKind, NotFound, Refused, StorageFault, Unavailable
from clawd_desktop.core.messages import Message, Usage
from clawd_desktop.gateway.admission import Denial
from clawd_desktop.gateway.http import openai_words
from clawd_desktop.gateway.http.run_desk import Busy


def read(response: Any) -> tuple[int, Any]:
    return response.status, orjson.loads(response.body)


@pytest.mark.parametrize(
    ("fault", "status", "kind", "retry"),
    [
        (BadInput("x"), 400, "invalid_request_error", None),
        (BadInput("x", code="unsupported"), 400, "invalid_request_error", None),
        (NotFound("x"), 404, "invalid_request_error", None),
        (NotFound("x", code="model_not_found"), 404, "invalid_request_error", None),
        (Refused("x"), 403, "permission_error", None),
        (Unavailable("x"), 503, "server_error", "10"),
        (StorageFault("x"), 503, "server_error", "10"),
        (Busy("x", wait=1.2), 429, "rate_limit_error", "2"),
        (Busy("x", wait=90, code="paused"), 503, "server_error", "90"),
        (ClawdError("x"), 500, "server_error", None),
        (ClawdError("x", code="nobody.knows"), 500, "server_error", None),
    ],
)
def test_faults(fault: ClawdError, status: int, kind: str, retry: str | None) -> None:
    answer = openai_words.of_fault(fault)
    assert read(answer) == (status, {"error": {"message": "x", "type": kind, "code": fault.code}})
    assert answer.headers.get("Retry-After") == retry
    assert (answer.headers.get("x-should-retry") == "false") == (retry is None)


@pytest.mark.parametrize("kind", list(ModelFaultKind))
def test_each_fault_of_a_model_has_a_status(kind: ModelFaultKind) -> None:
    told = openai_words.kind_of(f"model.{kind}")
    assert told.status in (400, 404, 429, 500, 503)
    assert told.again == (told.status in (429, 503))


@pytest.mark.parametrize(
    ("code", "sentence", "status", "words"),
    [
        ("timeout", "", 504, "took longer"),
        ("shutdown", "", 503, "stopping"),
        ("rpc", "", 500, "was stopped"),
        ("model.empty", "It said nothing.", 500, "It said nothing."),
        ("model.rate_limited", "Later.", 429, "Later."),
    ],
)
def test_runs_without_an_answer(code: str, sentence: str, status: int, words: str) -> None:
    outcome = Outcome(RunState.ERROR, 1, 2, sentence=sentence, code=code)
    got, body = read(openai_words.of_outcome(outcome))
    assert got == status
    assert words in body["error"]["message"]


def test_denials() -> None:
    assert read(openai_words.refuse(Denial(401, "Unauthorized", "why")))[1]["error"]["type"] == "unauthorized"
    large = read(openai_words.refuse(Denial(413, "Payload Too Large", "why")))
    assert large == (413, {"error": {"message": "payload too large", "type": "invalid_request_error"}})
    locked = openai_words.refuse(Denial(429, "Too Many Requests", "why", 3.5))
    assert (locked.headers["Retry-After"], read(locked)[1]["error"]["type"]) == ("4", "rate_limit_error")
    assert read(locked)[1]["error"]["message"] == "Too Many Requests: try again in 4 s"
    assert read(openai_words.refuse(Denial(503, "Service Unavailable", "x", 1)))[1]["error"]["type"] == "server_error"


def test_tokens_from_a_cache_were_read_too() -> None:
    usage = Usage(input=10, output=5, cache_read=100, cache_write=20)
    chat = openai_words.chat_usage(usage)
    assert (chat["prompt_tokens"], chat["completion_tokens"], chat["total_tokens"]) == (130, 5, 135)
    assert chat["prompt_tokens_details"] == {"cached_tokens": 100}
    responses = openai_words.responses_usage(usage)
    assert (responses["input_tokens"], responses["output_tokens"], responses["total_tokens"]) == (130, 5, 135)


def test_what_was_cut() -> None:
    cut = Message("assistant", (), 1, stop_reason="length")
    assert openai_words.was_cut(Outcome(RunState.OK, 1, 2, cut))
    assert not openai_words.was_cut(Outcome(RunState.OK, 1, 2))
