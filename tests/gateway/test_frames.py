"""Frames: what is a request, what is refused and in which words, and how answers are written."""

from __future__ import annotations

import json

import pytest

from clawd_desktop.gateway import frames
from clawd_desktop.gateway.frames import BadFrame, Request, parse
from clawd_desktop.gateway.methods.table import Encoded

REQUEST = '{"type":"req","id":"1","method":"x","params":%s}'


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ('{"type":"req","id":"1","method":"health"}', Request("1", "health", None)),
        ('{"type":"req","id":"a:b","method":"health","params":{}}', Request("a:b", "health", {})),
        ('{ "params" : {"a":{"b":[1,{"c":2}]}} , "method":"x","id":"é:","type":"req"}',
         Request("é:", "x", {"a": {"b": [1, {"c": 2}]}})),
        (REQUEST % '{"a":":::\\":"}', Request("1", "x", {"a": ':::":'})),
        (REQUEST % "[1]", Request("1", "x", [1])),
        (REQUEST % "null", Request("1", "x", None)),
        (REQUEST % ("[" * 126 + "]" * 126), Request("1", "x", json.loads("[" * 126 + "]" * 126))),
    ],
)  # fmt: skip
def test_requests(text: str, request_: Request) -> None:
    assert parse(text.encode()) == request_


@pytest.mark.parametrize(
    ("text", "frame_id", "complaint"),
    [
        ('{"type":"event","event":"x"}', "invalid",
         "must have required property 'id'; must have required property 'method'; "
         "at root: unexpected property 'event'; at /type: must be equal to constant"),
        ('{"type":"req","id":"7","method":"x","foo":1}', "7", "at root: unexpected property 'foo'"),
        ('{"type":"req","id":"7","method":"x","__proto__":{}}', "7", "at root: unexpected property '__proto__'"),
        ('{"type":"req","id":7,"method":"x"}', "invalid", "at /id: must be string"),
        ('{"type":"req","id":"","method":"x"}', "invalid", "at /id: must NOT have fewer than 1 characters"),
        ('{"type":"req","id":"7","method":null}', "7", "at /method: must be string"),
        ('{"type":"req","id":"7","method":"x","method":"y"}', "7", "the key 'method' comes twice"),
        ('{"type":"req","id":"7","method":"x","params":{"a":[{"b":1,"b":2}]}}', "7", "the key 'b' comes twice"),
        (REQUEST % ("[" * 128 + "]" * 128), "1", "nested deeper than 128 levels"),
        (REQUEST % ('{"a":' * 200 + "1" + "}" * 200), "1", "nested deeper than 128 levels"),
        ("[]", "invalid", "must be object"),
        ('"x"', "invalid", "must be object"),
        ("null", "invalid", "must be object"),
    ],
)  # fmt: skip
def test_what_is_no_request(text: str, frame_id: str, complaint: str) -> None:
    with pytest.raises(BadFrame) as caught:
        parse(text.encode())
    assert str(caught.value) == f"invalid request frame: {complaint}"
    assert (caught.value.frame_id, caught.value.unparsable) == (frame_id, False)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\xef\xbb\xbf{}",
        b"{} {}",
        (REQUEST % "NaN").encode(),
        (REQUEST % "Infinity").encode(),
        (REQUEST % "1e999").encode(),
        (REQUEST % ("9" * 1_000_000)).encode(),
        (REQUEST % '"\\ud800"').encode(),
        (REQUEST % ("[" * 100_000)).encode(),
        (REQUEST % ("[" * 100_000 + "]" * 100_000)).encode(),
        b'{"type":"req","id":"1","method":"\xff"}',
        b'{"type":"req","id":"1","method":"\xed\xa0\x80"}',
    ],
)
def test_what_is_no_json(data: bytes) -> None:
    with pytest.raises(BadFrame, match="not valid JSON") as caught:
        parse(data)
    assert caught.value.unparsable


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (frames.result('a"b', {"x": None}), {"type": "res", "id": 'a"b', "ok": True, "payload": {"x": None}}),
        (frames.result("1", None), {"type": "res", "id": "1", "ok": True, "payload": None}),
        (frames.result("1", Encoded(b"[1]")), {"type": "res", "id": "1", "ok": True, "payload": [1]}),
        (frames.error("1", {"code": "X"}), {"type": "res", "id": "1", "ok": False, "error": {"code": "X"}}),
        (
            frames.error("1", {"code": "X"}, {"runId": "r"}),
            {"type": "res", "id": "1", "ok": False, "error": {"code": "X"}, "payload": {"runId": "r"}},
        ),
        (frames.event("tick", {"ts": 1}), {"type": "event", "event": "tick", "payload": {"ts": 1}}),
        (frames.event("x"), {"type": "event", "event": "x"}),
        (
            frames.event("health", Encoded(b"{}"), seq=0, state_version={"presence": 1, "health": 2}),
            {
                "type": "event",
                "event": "health",
                "payload": {},
                "seq": 0,
                "stateVersion": {"presence": 1, "health": 2},
            },
        ),
    ],
)
def test_frames_have_no_key_without_a_value(frame: bytes, expected: object) -> None:
    assert json.loads(frame) == expected


def test_what_is_not_json_cannot_be_sent() -> None:
    with pytest.raises(TypeError):
        frames.result("1", {"a": "\ud800"})
