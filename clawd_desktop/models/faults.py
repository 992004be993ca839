"""Turns what providers and networks report into a ModelFault: what happened, and what a person can do about it."""

from __future__ import annotations

import email.utils
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC

import orjson

from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object, as_text
from clawd_desktop.models.protocol import Endpoint

K = ModelFaultKind
_BY_STATUS = {
    400: K.BAD_REQUEST,
    401: K.BAD_KEY,
    402: K.NO_CREDIT,
    403: K.BAD_KEY,
    404: K.UNKNOWN_MODEL,
    405: K.BAD_REQUEST,
    408: K.TIMEOUT,
    409: K.OVERLOADED,
    413: K.TOO_LONG,
    415: K.BAD_REQUEST,
    422: K.BAD_REQUEST,
    425: K.OVERLOADED,
    429: K.RATE_LIMITED,
    504: K.TIMEOUT,
    524: K.TIMEOUT,
}
# What providers write in error codes, types and messages; the first match wins, before the status is looked at.
_BY_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (
            r"context_length_exceeded|maximum context length|context window|prompt is too long|exceed_context_size"
            r"|input token count|too many tokens in|request_too_large|reduce the length",
            K.TOO_LONG,
        ),
        (
            r"insufficient_quota|insufficient.balance|credit balance|billing|exceeded your current quota, please check"
            r"|insufficient credits|arrearage",
            K.NO_CREDIT,
        ),
        (r"content_filter|content.policy|content exists risk|data_inspection_failed|moderation|flagged", K.FILTERED),
        (r"invalid.{0,3}api.?key|api.key.not.valid|API_KEY_INVALID|authentication_error|incorrect api key", K.BAD_KEY),
        (
            r"model_not_found|model_not_exist|unknown model|no such model|not_found_error"
            r"|model .{0,120}(not found|does not exist)",
            K.UNKNOWN_MODEL,
        ),
        (r"overloaded|server_is_busy|temporarily unavailable", K.OVERLOADED),
        (r"rate.limit|resource_exhausted|too many requests", K.RATE_LIMITED),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sentence:
    message: str
    hint: str


_SETTINGS = "Settings > Models & keys"
_SENTENCES = {
    K.NO_KEY: _Sentence("There is no key for {name}.", "Add one in {settings}{page}, or set {variable}."),
    K.BAD_KEY: _Sentence("{name} refused the key ({status}).", "Put a valid key into {settings}{page}."),
    K.NO_CREDIT: _Sentence(
        "{name} says that the account has no credit left ({status}).",
        "Add credit at {name}, or choose another model in {settings}.",
    ),
    K.RATE_LIMITED: _Sentence(
        "{name} limits how often it may be asked ({status}{wait}).",
        "Wait and try again, or add a fallback model in {settings}.",
    ),
    K.OVERLOADED: _Sentence(
        "{name} is overloaded or has a fault of its own ({status}).",
        "Try again in a minute, or add a fallback model in {settings}.",
    ),
    K.TIMEOUT: _Sentence(
        "{name} did not answer in time ({status}).", "Try again; if it stays so, choose another model in {settings}."
    ),
    K.UNREACHABLE: _Sentence(
        "{name} cannot be reached.", "Check the network, the proxy and the base URL in {settings}."
    ),
    K.FILTERED: _Sentence(
        "{name}'s content filter refused this conversation ({status}).",
        "Say it in other words, or choose another model for this conversation.",
    ),
    K.TOO_LONG: _Sentence(
        "The conversation is too long for {model} ({status}).",
        "Send /compact to shorten it, /new to start afresh, or choose a model with a larger window.",
    ),
    K.UNKNOWN_MODEL: _Sentence(
        "{name} does not know the model {model} ({status}).",
        "Check the model's name and the base URL in {settings}.",
    ),
    K.BAD_REQUEST: _Sentence(
        "{name} did not accept the request ({status}).", "Check the model and the API kind in {settings}."
    ),
    K.BAD_ANSWER: _Sentence(
        "{name} answered with something that is not a model's answer ({status}).",
        "Check the base URL in {settings}; a proxy or a sign-in page may be in between.",
    ),
    K.BROKEN_STREAM: _Sentence("{name} broke off in the middle of the answer.", "Ask again."),
}
_QUOTE = ' It said: "'
# Kinds whose sentence is helped by the provider's own words. For keys it is not: they may quote the key.
_QUOTED = {K.BAD_REQUEST, K.UNKNOWN_MODEL, K.OVERLOADED, K.RATE_LIMITED, K.NO_CREDIT, K.FILTERED, K.UNREACHABLE}


def fault(
    kind: ModelFaultKind,
    endpoint: Endpoint,
    *,
    status: int | str = "",
    said: str = "",
    retry_after: float | None = None,
) -> ModelFault:
    """The fault as a sentence that names provider and way on. `said` is the provider's own text, for where it helps."""
    sentence = _SENTENCES[kind]
    variables = endpoint.provider.key_variables
    words = {
        "name": endpoint.name,
        "model": endpoint.row.id,
        "settings": _SETTINGS,
        "status": str(status) or "no status",
        "page": f" (made at {endpoint.provider.key_page})" if endpoint.provider.key_page else "",
        "variable": variables[0] if variables else f"models.providers.{endpoint.provider.id}.apiKey",
        "wait": f", again in {_span(retry_after)}" if retry_after else "",
    }
    message = sentence.message.format_map(words)
    if said and kind in _QUOTED:
        message += f'{_QUOTE}{redacted(said, endpoint)}"'
    return ModelFault(
        message,
        kind=kind,
        hint=sentence.hint.format_map(words),
        retry_after=retry_after,
        status=status if isinstance(status, int) else 0,
    )


def unquoted(sentence: str) -> str:
    """The sentence of a fault without the provider's own words: they may repeat what was said in the conversation."""
    head, mark, rest = sentence.partition(_QUOTE)
    return f"{head}{rest.rpartition(chr(34))[2]}" if mark else sentence


def _span(seconds: float) -> str:
    """A wait as people say it: seconds up to two minutes, then minutes, then hours."""
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{round(seconds / unit)} {name}"
    return f"{math.ceil(seconds)} s"


def redacted(text: str, endpoint: Endpoint) -> str:
    """Foreign text as one short line without anything that is or looks like a key."""
    for secret in (endpoint.key, *endpoint.headers.values()):
        if len(secret) >= 6:
            text = text.replace(secret, "[key]")
    text = re.sub(r"\b(sk|gsk|xai|AIza|Bearer)[-_ ]?[A-Za-z0-9*_\-.]{8,}", "[key]", text)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= 240 else f"{text[:239]}…"


def from_response(status: int, headers: Mapping[str, str], body: bytes, endpoint: Endpoint, now_ms: int) -> ModelFault:
    """The fault of an HTTP answer that is no success. `now_ms` is the wall clock, for a Retry-After that is a date."""
    report = _report(body)
    retry_after = _retry_after(headers, now_ms)
    if retry_after is None:
        retry_after = _retry_info(report)
    if 300 <= status < 400:
        return fault(K.BAD_ANSWER, endpoint, status=f"{status}, a redirect")
    if not report and b"<html" in body[:2048].lower() and status not in (429, 500, 502, 503, 504, 529):
        return fault(K.BAD_ANSWER, endpoint, status=f"{status}, a web page")
    return from_report(report, endpoint, status=status, retry_after=retry_after)


def from_report(
    report: JsonObject, endpoint: Endpoint, *, status: int = 0, retry_after: float | None = None
) -> ModelFault:
    """The fault of an error object as providers send it in a body or in the middle of a stream."""
    said = _message(report)
    code = as_int(report.get("code"), status) or status
    clues = " ".join([said, as_text(report.get("type")), as_text(report.get("code")), as_text(report.get("status"))])
    clues += " " + " ".join(as_text(as_object(detail).get("reason")) for detail in as_list(report.get("details")))
    return fault(_kind(code, clues), endpoint, status=code or "in the answer", said=said, retry_after=retry_after)


def _kind(status: int, clues: str) -> ModelFaultKind:
    # A server's own failure stays one, whatever words its message happens to hold.
    if status < 500 or status == 529:
        for pattern, kind in _BY_WORDS:
            if pattern.search(clues):
                return kind
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return K.OVERLOADED if status >= 500 or status == 0 else K.BAD_REQUEST


def _report(body: bytes) -> JsonObject:
    """The error object in a body: OpenAI, Anthropic and Google wrap it in "error"; some servers send a list or text."""
    try:
        parsed: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    if isinstance(parsed, list):
        parsed = parsed[0] if parsed else {}
    outer = as_object(parsed)
    error = outer.get("error")
    if isinstance(error, str):
        return {"message": error}
    return as_object(error) or outer


def _message(report: JsonObject) -> str:
    raw = as_text(as_object(report.get("metadata")).get("raw"))  # OpenRouter hands on what the provider behind it said
    said = as_text(report.get("message")) or as_text(report.get("detail"))
    return f"{said} {raw}".strip()


def _retry_after(headers: Mapping[str, str], now_ms: int) -> float | None:
    exact = _seconds(headers.get("retry-after-ms", ""), 1000)
    if exact is not None:
        return exact
    value = headers.get("retry-after", "").strip()
    plain = _seconds(value, 1)
    if plain is not None or not value:
        return plain
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - now_ms / 1000)


def _retry_info(report: JsonObject) -> float | None:
    """Google names the wait in google.rpc.RetryInfo: {"retryDelay": "34s"}."""
    for detail in as_list(report.get("details")):
        delay = as_text(as_object(detail).get("retryDelay"))
        if delay.endswith("s"):
            return _seconds(delay[:-1], 1)
    return None


def _seconds(text: str, per_second: int) -> float | None:
    if not re.fullmatch(r"\s*\d{1,9}(\.\d{1,9})?\s*", text):
        return None
    return float(text) / per_second
