"""Chat completions: requests as providers want them, recorded streams as our events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import orjson
import pytest

from clawd_desktop.core.errors import ModelFault, ModelFaultKind
from clawd_desktop.core.messages import Image, Message, Text, Thinking, ToolCall, ToolSpec, Usage, user_message
from clawd_desktop.core.ports import ModelDone, ModelEvent, ModelRequest, TextDelta, ThinkingDelta, ToolCallReady
from clawd_desktop.models.openai_chat import ChatDecoder, build
from clawd_desktop.models.protocol import Endpoint
from clawd_desktop.models.sse import SseParser

MakeEndpoint = Callable[..., Endpoint]
HEAD = '"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-5.2"'


def chunk(delta: str, finish: str = "null", more: str = "") -> bytes:
    choice = f'{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}'
    return f'data: {{{HEAD},"choices":[{choice}]{more}}}\n\n'.encode()


USAGE = (
    f'data: {{{HEAD},"choices":[],"usage":{{"prompt_tokens":120,"completion_tokens":9,"total_tokens":129,'
    '"prompt_tokens_details":{"cached_tokens":100}}}\n\n'
).encode()
DONE = b"data: [DONE]\n\n"
TEXT_STREAM = (
    chunk('{"role":"assistant","content":"","refusal":null}')
    + chunk('{"content":"Vier — "}')
    + chunk('{"content":"四 🦞"}')
    + chunk("{}", '"stop"')
    + USAGE
    + DONE
)
TOOL_STREAM = (
    chunk('{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_a","type":"function",'
          '"function":{"name":"read","arguments":""}}]}')
    + chunk('{"tool_calls":[{"index":0,"function":{"arguments":"{\\"pa"}}]}')
    + chunk('{"tool_calls":[{"index":0,"function":{"arguments":"th\\":\\"a.txt\\"}"}}]}')
    + chunk('{"tool_calls":[{"index":1,"id":"call_b","type":"function","function":{"name":"now","arguments":""}}]}')
    + chunk("{}", '"tool_calls"')
    + USAGE
    + DONE
)  # fmt: skip
DEEPSEEK_STREAM = (
    b": keep-alive\n\n"
    + chunk('{"role":"assistant","content":null,"reasoning_content":"2+2"}')
    + chunk('{"content":null,"reasoning_content":" is 4"}')
    + chunk('{"content":"4","reasoning_content":null}')
    + chunk('{"content":"","reasoning_content":null}', '"stop"',
            ',"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_cache_hit_tokens":4}')
    + DONE
)  # fmt: skip
MISTRAL_STREAM = (
    chunk('{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}')
    + chunk('{"content":[{"type":"text","text":"4"}]}')
    + chunk('{"content":"","tool_calls":[{"id":"D681PevKs","function":{"name":"read","arguments":{"path":"b"}}}]}',
            '"tool_calls"', ',"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}')
    + DONE
)  # fmt: skip


def decode(stream: bytes, endpoint: Endpoint, request: ModelRequest, size: int = 10**9) -> list[ModelEvent]:
    parser, decoder = SseParser(), ChatDecoder(request, endpoint)
    pieces = (stream[at : at + size] for at in range(0, len(stream), size))
    events = [made for piece in pieces for event in parser.feed(piece) for made in decoder.feed(event)]
    events += [made for event in parser.finish() for made in decoder.feed(event)]
    done = decoder.finish()
    return [*events, *([done] if done else [])]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64, 10**9])
def test_text(size: int, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    events = decode(TEXT_STREAM, endpoint(), question, size)
    assert events[:-1] == [TextDelta("Vier — "), TextDelta("四 🦞")]
    assert events[-1] == ModelDone("stop", Usage(20, 9, 100, 0, pytest.approx(48e-6)))


@pytest.mark.parametrize("size", [1, 7, 10**9])
def test_tool_calls_are_put_together(size: int, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    *calls, done = decode(TOOL_STREAM, endpoint(), question, size)
    assert calls == [
        ToolCallReady(ToolCall("call_a", "read", {"path": "a.txt"})),
        ToolCallReady(ToolCall("call_b", "now", {})),
    ]
    assert isinstance(done, ModelDone)
    assert done.stop_reason == "toolUse"


def test_reasoning_of_deepseek(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    events = decode(DEEPSEEK_STREAM, endpoint("deepseek"), question)
    assert events[:3] == [ThinkingDelta("2+2"), ThinkingDelta(" is 4"), TextDelta("4")]
    assert events[3] == ModelDone("stop", Usage(6, 5, 4, 0, pytest.approx(16.4e-6)))


def test_parts_and_object_arguments_of_mistral(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    events = decode(MISTRAL_STREAM, endpoint("mistral"), question)
    call = ToolCallReady(ToolCall("D681PevKs", "read", {"path": "b"}))
    assert events[:3] == [ThinkingDelta("hm"), TextDelta("4"), call]


def test_reasoning_of_openrouter(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    stream = b": OPENROUTER PROCESSING\n\n" + chunk('{"content":"","reasoning":"so"}') + chunk("{}", '"stop"')
    assert decode(stream, endpoint("openrouter"), question)[0] == ThinkingDelta("so")


def test_tokens_are_counted_when_the_server_does_not(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    done = decode(chunk('{"content":"a long answer"}') + DONE, endpoint(), question)[-1]
    assert isinstance(done, ModelDone)
    assert done.usage.input > 5
    assert done.usage.output == 4


def test_calls_without_id_or_index_get_ids_of_their_own(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    call = '{"tool_calls":[{"function":{"name":"now","arguments":"{}"}}]}'
    first, done = decode(chunk(call, '"stop"') + DONE, endpoint("ollama"), question)
    again = decode(chunk(call, '"stop"') + DONE, endpoint("ollama"), question)[0]
    assert isinstance(first, ToolCallReady)
    assert first.call.id.startswith("call_")
    assert first != again
    assert isinstance(done, ModelDone)
    assert done.stop_reason == "toolUse"


def test_an_answer_that_hit_its_limit_drops_cut_off_calls(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    call = '{"tool_calls":[{"index":0,"id":"c","function":{"name":"now","arguments":"{\\"a"}}]}'
    assert [type(e) for e in decode(chunk(call) + chunk("{}", '"length"'), endpoint(), question)] == [ModelDone]


def test_a_stream_that_was_cut_has_no_end(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    assert decode(chunk('{"content":"Hal"}'), endpoint(), question) == [TextDelta("Hal")]


@pytest.mark.parametrize(
    ("stream", "kind"),
    [
        (b'data: {"choices":\n\n', ModelFaultKind.BAD_ANSWER),
        (b"data: <html>\n\n", ModelFaultKind.BAD_ANSWER),
        (chunk("{}", '"content_filter"'), ModelFaultKind.FILTERED),
        (chunk('{"tool_calls":[{"index":0,"id":"c","function":{"name":"now","arguments":"{\\"a"}}]}', '"tool_calls"'),
         ModelFaultKind.BAD_ANSWER),
        (chunk('{"tool_calls":[' + ",".join(f'{{"index":{n}}}' for n in range(65)) + "]}"), ModelFaultKind.BAD_ANSWER),
        (b'data: {"error":{"code":429,"message":"Rate limit exceeded"}}\n\n', ModelFaultKind.RATE_LIMITED),
        (b'data: {"error":"out of memory"}\n\n', ModelFaultKind.OVERLOADED),
    ],
)  # fmt: skip
def test_streams_that_end_as_faults(
    stream: bytes, kind: ModelFaultKind, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    with pytest.raises(ModelFault) as caught:
        decode(stream, endpoint(), question)
    assert caught.value.kind is kind


@pytest.mark.parametrize(
    "data", [b"{}", b'{"choices":[]}', b'{"choices":[null]}', b'{"choices":[{"delta":7}],"usage":[]}']
)
def test_strange_but_harmless_chunks_say_nothing(data: bytes, endpoint: MakeEndpoint, question: ModelRequest) -> None:
    assert decode(b"data: " + data + b"\n\n", endpoint(), question) == []


def test_a_request_for_text(endpoint: MakeEndpoint, question: ModelRequest, canary: str) -> None:
    outgoing = build(question, endpoint())
    assert outgoing.url == "https://api.openai.com/v1/chat/completions"
    assert outgoing.headers == {"Authorization": f"Bearer {canary}"}
    assert outgoing.body == {
        "model": "some-model",
        "messages": [{"role": "system", "content": "You are Clawd."}, {"role": "user", "content": "What is 2+2?"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_configured_headers_win_and_no_key_means_no_header(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    keyless = replace(endpoint("ollama"), key="", headers={"X-Mine": "1"})
    assert build(question, keyless).headers == {"X-Mine": "1"}


def test_pictures_tools_and_results(endpoint: MakeEndpoint) -> None:
    picture = Image("QUJD", "image/png")
    request = ModelRequest(
        "",
        (
            user_message("look", now_ms=1, images=(picture,)),
            Message("assistant", (Text("ok"), ToolCall("c1", "shot", {"n": 1})), 2),
            Message("toolResult", (Text("done"), picture), 3, tool_call_id="c1", tool_name="shot"),
        ),
        (ToolSpec("shot", "Takes a picture"),),
        max_tokens=50,
    )
    body = orjson.loads(orjson.dumps(build(request, endpoint()).body))
    look, asked, told, shown = body["messages"]
    url = {"url": "data:image/png;base64,QUJD"}
    assert look["content"] == [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": url}]
    assert asked["tool_calls"][0]["function"] == {"name": "shot", "arguments": '{"n":1}'}
    assert told == {"role": "tool", "tool_call_id": "c1", "content": "done"}
    assert shown == {"role": "user", "content": [{"type": "image_url", "image_url": url}]}
    assert body["tools"][0]["function"]["parameters"] == {"type": "object", "properties": {}}
    assert body["max_completion_tokens"] == 50


def test_deepseek_gets_its_reasoning_back_with_a_tool_call(endpoint: MakeEndpoint) -> None:
    parts = (Thinking("need a file"), ToolCall("c1", "read", {}))
    asked = Message("assistant", parts, 2, provider="deepseek", model="some-model")
    body = build(ModelRequest("", (user_message("x", now_ms=1), asked)), endpoint("deepseek")).body
    assert body["messages"][1]["reasoning_content"] == "need a file"


@pytest.mark.parametrize(
    ("provider", "level", "expected"),
    [
        ("openai", "xhigh", {"reasoning_effort": "high"}),
        ("openai", "off", {}),
        ("openrouter", "low", {"reasoning": {"effort": "low"}}),
        ("qwen", "off", {"enable_thinking": False}),
        ("qwen", "medium", {"enable_thinking": True}),
        ("groq", "high", {}),
    ],
)
def test_levels_of_thinking(
    provider: str, level: str, expected: dict, endpoint: MakeEndpoint, question: ModelRequest
) -> None:
    body = build(replace(question, thinking=level), endpoint(provider, reasoning=True)).body
    assert {key: body[key] for key in ("reasoning_effort", "reasoning", "enable_thinking") if key in body} == expected


def test_mistral_is_not_asked_to_count(endpoint: MakeEndpoint, question: ModelRequest) -> None:
    assert "stream_options" not in build(question, endpoint("mistral")).body
