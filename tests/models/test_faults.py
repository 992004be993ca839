"""Each error that a provider reports ends as a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

from clawd_desktop.core.errors import ModelFaultKind
from clawd_desktop.models.faults import fault, from_report, from_response, redacted, unquoted
from clawd_desktop.models.protocol import Endpoint

K = ModelFaultKind
NOW = 1_760_000_000_000  # Thu, 09 Oct 2025 08:53:20 GMT


def anthropic(kind: str, message: str) -> bytes:
    return orjson.dumps({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"})


def openai(message: str, code: str | None = None, kind: str = "invalid_request_error") -> bytes:
    return orjson.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}})


def google(code: int, status: str, message: str, details: list[dict] | None = None) -> bytes:
    error = {"code": code, "message": message, "status": status, "details": details or []}
    return orjson.dumps({"error": error})


CASES = [
    (401, anthropic("authentication_error", "invalid x-api-key"), K.BAD_KEY),
    (401, openai("Incorrect API key provided: sk-ab***yz.", "invalid_api_key"), K.BAD_KEY),
    (400, google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.",
                 [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]), K.BAD_KEY),
    (403, openai("Your key lacks the permission"), K.BAD_KEY),
    (402, openai("Insufficient Balance", None, "unknown_error"), K.NO_CREDIT),
    (400, anthropic("invalid_request_error", "Your credit balance is too low."), K.NO_CREDIT),
    (429, openai("You exceeded your current quota, please check your plan and billing details.", "insufficient_quota"),
     K.NO_CREDIT),
    (404, openai("The model `gpt-9` does not exist.", "model_not_found"), K.UNKNOWN_MODEL),
    (404, anthropic("not_found_error", "model: claude-9"), K.UNKNOWN_MODEL),
    (404, b'{"error":"model \\"llama9\\" not found, try pulling it first"}', K.UNKNOWN_MODEL),
    (429, openai("Rate limit reached for gpt-5.2", "rate_limit_exceeded"), K.RATE_LIMITED),
    (429, google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric"), K.RATE_LIMITED),
    (429, b"", K.RATE_LIMITED),
    (500, openai("The server had an error", None, "server_error"), K.OVERLOADED),
    (500, anthropic("api_error", "not_found_error while billing"), K.OVERLOADED),
    (502, b"<html><h1>502 Bad Gateway</h1></html>", K.OVERLOADED),
    (503, google(503, "UNAVAILABLE", "The model is overloaded."), K.OVERLOADED),
    (504, b"", K.TIMEOUT),
    (529, anthropic("overloaded_error", "Overloaded"), K.OVERLOADED),
    (400, openai("This model's maximum context length is 128000 tokens.", "context_length_exceeded"), K.TOO_LONG),
    (400, anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), K.TOO_LONG),
    (400, google(400, "INVALID_ARGUMENT", "The input token count (1100000) exceeds the maximum"), K.TOO_LONG),
    (413, b"", K.TOO_LONG),
    (400, openai("Content Exists Risk"), K.FILTERED),
    (400, openai("The response was filtered", "content_filter"), K.FILTERED),
    (403, orjson.dumps({"error": {"code": 403, "message": "Your input was flagged", "metadata": {}}}), K.FILTERED),
    (400, openai("Unknown parameter: 'x'"), K.BAD_REQUEST),
    (422, b'{"detail":"Extra inputs are not permitted"}', K.BAD_REQUEST),
    (418, b"", K.BAD_REQUEST),
    (302, b"", K.BAD_ANSWER),
    (403, b"<!doctype html><html>sign in</html>", K.BAD_ANSWER),
    (404, b"<html>nothing here</html>", K.BAD_ANSWER),
    (400, b"[]", K.BAD_REQUEST),
    (400, b'[{"error":{"code":400,"message":"API key not valid"}}]', K.BAD_KEY),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind"), CASES)
def test_answers_that_are_errors(
    status: int, body: bytes, kind: ModelFaultKind, endpoint: Callable[..., Endpoint]
) -> None:
    found = from_response(status, {}, body, endpoint("anthropic"), NOW)
    assert found.kind is kind
    assert found.hint.endswith(".")
    assert "Anthropic" in found.sentence() or "some-model" in found.sentence()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "Thu, 09 Oct 2025 08:53:50 GMT"}, 30.0),
        ({"retry-after": "Thu, 09 Oct 2025 08:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "99999999999999"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None, endpoint: Callable[..., Endpoint]) -> None:
    assert from_response(429, headers, b"", endpoint(), NOW).retry_after == seconds


def test_google_names_the_wait_in_the_body(endpoint: Callable[..., Endpoint]) -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}]
    found = from_response(429, {}, google(429, "RESOURCE_EXHAUSTED", "Quota", details), endpoint("google"), NOW)
    assert found.retry_after == 34
    assert "again in 34 s" in found.sentence()


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "1 s"), (90, "90 s"), (600, "10 min"), (86_400, "24 h")])
def test_a_wait_is_said_as_people_say_it(endpoint: Callable[..., Endpoint], seconds: float, said: str) -> None:
    assert f"(429, again in {said})" in fault(K.RATE_LIMITED, endpoint(), status=429, retry_after=seconds).message


def test_the_sentence_says_what_to_do(endpoint: Callable[..., Endpoint]) -> None:
    assert fault(K.BAD_KEY, endpoint("anthropic"), status=401).sentence() == (
        "Anthropic refused the key (401). Put a valid key into Settings > Models & keys "
        "(made at https://console.anthropic.com/settings/keys)."
    )
    assert "ANTHROPIC_API_KEY" in fault(K.NO_KEY, endpoint("anthropic")).hint


@pytest.mark.parametrize("kind", list(K))
def test_every_kind_has_a_sentence(kind: ModelFaultKind, endpoint: Callable[..., Endpoint]) -> None:
    sentence = fault(kind, endpoint("mine", url="http://h"), said="why not").sentence()
    assert "{" not in sentence
    assert len(sentence) > 30


def test_foreign_text_is_short_and_without_keys(endpoint: Callable[..., Endpoint], canary: str) -> None:
    said = f"bad key {canary}\n\x1b[31m and sk-proj-abcdefghijkl and Bearer abcdefghijk " + "x" * 500
    clean = redacted(said, endpoint())
    assert canary not in clean
    assert "abcdefghijk" not in clean
    assert "\x1b" not in clean
    assert len(clean) <= 240


def test_what_the_provider_behind_openrouter_said_is_handed_on(endpoint: Callable[..., Endpoint]) -> None:
    report = {"code": 502, "message": "Provider returned error", "metadata": {"raw": "upstream is down"}}
    found = from_report(report, endpoint("openrouter"))
    assert found.kind is K.OVERLOADED
    assert "upstream is down" in found.sentence()
    assert found.status == 502


def test_a_sentence_without_the_words_of_the_provider() -> None:
    assert unquoted('It failed. It said: "the "words" of a person" Ask again.') == "It failed. Ask again."
    assert unquoted("It failed. Ask again.") == "It failed. Ask again."
