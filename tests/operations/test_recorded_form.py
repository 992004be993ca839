"""A recording comes back as it was, without any secret: not even one that came in two pieces."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from clawd_desktop.agent.replay import replay
from clawd_desktop.core.messages import (
    Image,
    Message,
    Text,
    Thinking,
    ToolCall,
    ToolSpec,
    Usage,
    tool_result,
    user_message,
)
from clawd_desktop.core.ports import (
    ModelChosen,
    ModelDone,
    ModelRequest,
    TextDelta,
    ThinkingDelta,
    ToolCallReady,
)
from clawd_desktop.core.recorded import RecordedCall, RecordedEnd, RecordedFault, RecordedRun
from clawd_desktop.operations.recorded_form import decode, encode
from clawd_desktop.operations.redaction import MASK, Redactor

SECRET = "hunter2-canary-0123"
CALL = ToolCall("c1", "clock", {"zone": "UTC", "deep": [{"key": SECRET}]})
ASKED = user_message(
    f"My secret is {SECRET}.", now_ms=1, images=(Image(base64.b64encode(b"PICTURE" * 99).decode(), "image/png"),)
)
THOUGHT = "It is " + SECRET
WISH = Message(
    "assistant",
    (Thinking(THOUGHT, "sig"), Text(f"I got {SECRET}!"), CALL),
    5,
    "p",
    "m",
    usage=Usage(5, 2, 1, 1, 0.5),
    stop_reason="toolUse",
)
RESULT = tool_result(CALL, f"{SECRET} was used", now_ms=6, is_error=True)
SAID = Message("assistant", (Text("Done."),), 7, "p", "m", usage=Usage(9, 4), stop_reason="stop")
TOOLS = (ToolSpec("clock", "Tells the time.", {"type": "object"}),)
FIRST = RecordedCall(
    ModelRequest("be kind", (ASKED,), TOOLS, 100, "low", "k"),
    (
        (0.1, ModelChosen("p", "m", 8192, f"the key {SECRET} is bad")),
        (0.2, ThinkingDelta("It is " + SECRET[:5])),
        (0.3, ThinkingDelta(SECRET[5:], "sig")),
        (0.4, TextDelta(f"I got {SECRET[:7]}")),
        (0.5, TextDelta(f"{SECRET[7:]}!")),
        (0.6, ToolCallReady(CALL)),
        (0.7, ModelDone("toolUse", Usage(5, 2, 1, 1, 0.5))),
    ),
)
SECOND = RecordedCall(
    ModelRequest("be kind", (ASKED, WISH, RESULT), TOOLS, None, "low", "k"),
    (
        (0.1, ModelChosen("p", "m", 8192)),
        (0.2, TextDelta("Do")),
        (0.25, TextDelta("ne.")),
        (0.3, ModelDone("stop", Usage(9, 4))),
    ),
)
WHOLE = RecordedRun("r", "k", (FIRST, SECOND), (WISH, RESULT, SAID), RecordedEnd("reply"))


def test_without_secrets_it_comes_back_exactly() -> None:
    plain = replace(
        WHOLE, calls=tuple(replace(call, request=replace(call.request, messages=())) for call in WHOLE.calls)
    )
    assert decode(encode(plain, str)) == plain


def test_no_secret_is_in_it_and_it_still_replays() -> None:
    redactor = Redactor()
    redactor.learn(SECRET)
    data = encode(WHOLE, redactor.clean)
    assert SECRET.encode() not in data
    assert SECRET[:7].encode() not in data
    again = decode(data)
    assert replay(again).difference == ""
    assert again.stored[0].text == f"I got {MASK}!"
    assert again.calls[0].answer[-2:] == (
        (0.6, ToolCallReady(ToolCall("c1", "clock", {"zone": "UTC", "deep": [{"key": MASK}]}))),
        FIRST.answer[-1],
    )
    assert [at for at, _ in again.calls[1].answer] == [0.1, 0.2, 0.25, 0.3]


def test_a_picture_is_only_its_digest_and_a_message_stands_there_once() -> None:
    data = encode(WHOLE, str)
    assert b"UElDVFVSR" not in data
    assert data.count(b"My secret is") == 1
    (picture,) = (part for part in decode(data).calls[0].request.messages[0].content if isinstance(part, Image))
    assert picture.data.startswith("sha256:")


def test_a_fault_is_kept() -> None:
    fault = RecordedFault("model", f"No {SECRET}", "Try again.")
    broken = replace(WHOLE, calls=(replace(SECOND, fault=fault),), end=RecordedEnd("fail", "model", "No"))
    assert decode(encode(broken, lambda text: text.replace(SECRET, "x"))).calls[0].fault == replace(
        fault, message="No x"
    )


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b'{"version":1}',
        b'{"version":1,"end":{"kind":"reply"},"messages":[{"role":"king"}]}',
        b'{"version":1,"end":{"kind":"reply"},"calls":[{"request":{"system":4}}]}',
        b'{"version":1,"end":{"kind":"reply"},"texts":[""],"tools":[[]],"calls":[{"request":{},"answer":[[0,"jump"]]}]}',
        b'{"version":1,"end":{"kind":"reply"},"texts":[""],"tools":[[]],"calls":[{"request":{},"answer":[[0,"done","x",{}]]}]}',
    ],
)  # fmt: skip
def test_what_is_no_recording_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(data)
