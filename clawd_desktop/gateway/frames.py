"""Reads request frames and writes response and event frames; pure, and the hottest code of the gateway.

Source: Clawdbot protocol 3, frame schemas and observed refusals. Absent keys are left out, never null: the TypeScript
client silently drops a frame with `error: null` or `seq: null`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.gateway.methods.complaints import missing, unexpected, wrong
from clawd_desktop.gateway.methods.table import Encoded, Result

MAX_DEPTH = 128
_KEYS = frozenset({"type", "id", "method", "params"})
_RESULT_START = b'{"type":"res","id":'
_RESULT_MIDDLE = b',"ok":true,"payload":'
_ERROR_MIDDLE = b',"ok":false,"error":'


@dataclass(frozen=True, slots=True)
class Request:
    """A well-formed request frame; `params` are still unknown data."""

    id: str
    method: str
    params: JsonValue


class BadFrame(Exception):
    """What came is no request frame; `frame_id` is what the refusal is addressed to, `unparsable` if it is no JSON."""

    def __init__(self, complaint: str, *, frame_id: str = "invalid", unparsable: bool = False) -> None:
        super().__init__(f"invalid request frame: {complaint}")
        self.frame_id = frame_id
        self.unparsable = unparsable


def parse(data: bytes) -> Request:
    """The request in one text frame. Raises BadFrame for everything that a client could get wrong."""
    try:
        frame: JsonValue = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadFrame(f"not valid JSON ({error.msg})", unparsable=True) from None
    if type(frame) is not dict:
        raise BadFrame("must be object")
    # Every key brings one colon. Only with more of them can a key come twice or objects be nested.
    if data.count(b":") != len(frame) or data.count(b"[") >= MAX_DEPTH:
        _look_closer(data, frame)
    name = frame.get("method")
    frame_id = frame.get("id")
    if (
        type(frame_id) is str
        and type(name) is str
        and frame_id
        and name
        and frame.get("type") == "req"
        and (len(frame) == 3 or (len(frame) == 4 and "params" in frame))
    ):
        return Request(frame_id, name, frame.get("params"))
    raise _fault(frame)


def result(request_id: str, payload: Result) -> bytes:
    """A response frame with a result. Raises TypeError when the payload is not JSON."""
    body = payload.data if type(payload) is Encoded else orjson.dumps(payload)
    return b"".join((_RESULT_START, orjson.dumps(request_id), _RESULT_MIDDLE, body, b"}"))


def error(request_id: str, fault: JsonObject, payload: JsonValue = None) -> bytes:
    """A response frame with an error object; `payload` comes with it where one is given."""
    parts = [_RESULT_START, orjson.dumps(request_id), _ERROR_MIDDLE, orjson.dumps(fault)]
    if payload is not None:
        parts += [b',"payload":', orjson.dumps(payload)]
    return b"".join((*parts, b"}"))


def event(
    name: str,
    payload: JsonValue | Encoded = None,
    *,
    seq: int | None = None,
    state_version: Mapping[str, int] | None = None,
) -> bytes:
    """An event frame. Raises TypeError when the payload is not JSON."""
    parts = [b'{"type":"event","event":', orjson.dumps(name)]
    if payload is not None:
        parts += [b',"payload":', payload.data if type(payload) is Encoded else orjson.dumps(payload)]
    if seq is not None:
        parts.append(b',"seq":%d' % seq)
    if state_version is not None:
        parts += [b',"stateVersion":', orjson.dumps(dict(state_version))]
    return b"".join((*parts, b"}"))


def _fault(frame: JsonObject) -> BadFrame:
    """Everything that is wrong with the keys of the frame."""
    found = [missing(key) for key in ("type", "id", "method") if key not in frame]
    found += [unexpected(key) for key in frame if key not in _KEYS]
    if "type" in frame and frame["type"] != "req":
        found.append(wrong("type", "must be equal to constant"))
    for key in ("id", "method"):
        value = frame.get(key)
        if key in frame and not isinstance(value, str):
            found.append(wrong(key, "must be string"))
        elif value == "":
            found.append(wrong(key, "must NOT have fewer than 1 characters"))
    given = frame.get("id")
    return BadFrame("; ".join(found), frame_id=given if isinstance(given, str) and given else "invalid")


def _look_closer(data: bytes, frame: JsonObject) -> None:
    """Refuse keys that come twice (which of the two counts?) and nesting that would exhaust the stack of readers."""
    given = frame.get("id")
    frame_id = given if isinstance(given, str) and given else "invalid"
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH and _too_deep(frame):
        raise BadFrame(f"nested deeper than {MAX_DEPTH} levels", frame_id=frame_id)
    try:
        _once.decode(data.decode())
    except _Twice as error:
        raise BadFrame(f"the key '{error}' comes twice", frame_id=frame_id) from None
    except ValueError:
        raise BadFrame("a number is too long", frame_id=frame_id) from None


def _too_deep(frame: JsonObject) -> bool:
    level: list[JsonValue] = [frame]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for value in level
            for child in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


class _Twice(ValueError):
    """A key comes twice; its text is the key."""


def _unique(pairs: list[tuple[str, JsonValue]]) -> None:
    if len(pairs) > 1 and len(dict(pairs)) != len(pairs):
        seen: set[str] = set()
        raise _Twice(next(key for key, _ in pairs if key in seen or seen.add(key))[:80])  # type: ignore[func-returns-value]


_once = json.JSONDecoder(object_pairs_hook=_unique)
