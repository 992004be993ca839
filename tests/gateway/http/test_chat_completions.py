"""OpenAI's own client gets answers of agents, at once and streamed, with what they really cost."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from http_clients import OPENAI_ON, PIXEL, curl, openai_client
from running_gateway import PASSWORD, Running, running

from clawd_desktop.core.tasks import spawn
from clawd_desktop.gateway.hello import DEFAULT_LIMITS

HELLO: list[Any] = [{"role": "user", "content": "Hello"}]


async def stored(app: Running, key: str) -> list[dict[str, Any]]:
    async with app.client() as client:
        history = await client.call("chat.history", sessionKey=key)
    return history["messages"]  # type: ignore[return-value]


async def test_an_answer_at_once_with_true_usage(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        answer = await client.chat.completions.create(model="clawdbot:main", messages=HELLO, user="Ann")
        assert answer.id.startswith("chatcmpl_")
        assert (answer.object, answer.model) == ("chat.completion", "clawdbot:main")
        assert answer.choices[0].message.content == "You said: Hello"
        assert answer.choices[0].finish_reason == "stop"
        assert answer.usage is not None
        used = answer.usage
        assert (used.prompt_tokens, used.completion_tokens, used.total_tokens) == (10, 5, 15)
        kept = await stored(app, "agent:main:openai-user:ann")
        assert [message["role"] for message in kept] == ["user", "assistant"]


async def test_a_stream_begins_with_the_role_and_ends_with_reason_and_usage(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        stream = await client.chat.completions.create(
            model="clawdbot", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
        chunks = [chunk async for chunk in stream]
        assert chunks[0].choices[0].delta.role == "assistant"
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert text == "You said: Hello"
        reasons = [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices]
        assert reasons == [None] * (len(reasons) - 1) + ["stop"]
        last = chunks[-1]
        assert last.choices == []
        assert last.usage is not None
        assert last.usage.total_tokens == 15
        assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
        raw = await curl(app, "/v1/chat/completions", body={"messages": HELLO, "stream": True})
        assert raw.headers["content-type"].startswith("text/event-stream")
        assert raw.text.endswith("data: [DONE]\n\n")
        assert '"usage"' not in raw.text


async def test_a_stream_is_told_while_it_is_written(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        app.provider.gate.clear()
        stream = await client.chat.completions.create(model="clawdbot", messages=HELLO, stream=True)
        first = [(await anext(stream)).choices[0].delta.content for _ in range(2)]
        assert first == ["", "You said: "]
        app.provider.gate.set()
        assert [chunk.choices[0].delta.content async for chunk in stream] == ["Hello", None]


async def test_what_was_said_before_is_given_to_the_model(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        messages: list[Any] = [
            {"role": "system", "content": "Speak like a sailor."},
            {"role": "user", "content": "My name is Ann."},
            {"role": "assistant", "content": "Ahoy Ann."},
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "What is my name?"}]},
        ]
        await client.chat.completions.create(model="clawdbot", messages=messages)
        asked: list[Any] = app.provider.requests[-1]["messages"]  # type: ignore[assignment]
        assert "Speak like a sailor.\n\nBe brief." in asked[0]["content"]
        assert len(asked) == 2
        assert "User: My name is Ann.\nAssistant: Ahoy Ann." in str(asked[1]["content"])
        assert str(asked[1]["content"]).endswith("User: What is my name?")


async def test_pictures_reach_the_model(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        url = f"data:image/png;base64,{PIXEL}"
        content: list[Any] = [{"type": "text", "text": "Look"}, {"type": "image_url", "image_url": {"url": url}}]
        await client.chat.completions.create(model="clawdbot", messages=[{"role": "user", "content": content}])
        asked: list[Any] = app.provider.requests[-1]["messages"]  # type: ignore[assignment]
        assert PIXEL in str(asked[-1]["content"])


async def test_the_agent_the_session_and_the_model_are_chosen(tmp_path: Path) -> None:
    agents = {"list": [{"id": "main", "default": True}, {"id": "work"}]}
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        async with app.client() as owner:
            shot = await owner.call("config.get")
            await owner.call("config.patch", raw=json.dumps({"agents": agents}), baseHash=shot["hash"])
        for number, (model, headers, key) in enumerate(
            [
                ("openclaw:work", {"x-clawdbot-session-key": "agent:work:one"}, "agent:work:one"),
                ("agent:work", {"x-openclaw-session-key": "agent:work:two"}, "agent:work:two"),
                ("moltbot/work", {}, "agent:work:openai-user:u2"),
                ("clawdbot", {"x-moltbot-agent-id": "work"}, "agent:work:openai-user:u3"),
                ("test/echo", {"x-openclaw-agent": "work"}, "agent:work:openai-user:u4"),
            ]
        ):
            answer = await client.chat.completions.create(
                model=model, messages=HELLO, user=f"u{number}", extra_headers=headers
            )
            assert answer.model == model
            assert len(await stored(app, key)) == 2
        with pytest.raises(Exception, match="no agent") as caught:
            await client.chat.completions.create(model="clawdbot:nobody", messages=HELLO)
        assert (caught.value.status_code, caught.value.code) == (404, "model_not_found")  # type: ignore[attr-defined]
        with pytest.raises(Exception, match="gpt-4o") as caught:
            await client.chat.completions.create(model="gpt-4o", messages=HELLO)
        assert caught.value.status_code == 404  # type: ignore[attr-defined]


async def test_each_request_without_a_user_has_a_session_of_its_own(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        for _ in range(2):
            await client.chat.completions.create(model="clawdbot", messages=HELLO)
        async with app.client() as owner:
            listed: list[Any] = (await owner.call("sessions.list"))["sessions"]  # type: ignore[assignment]
        assert len([row for row in listed if row["key"].startswith("agent:main:openai:")]) == 2


async def test_a_command_is_ordinary_text(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        for text in ("stop", "/new", "/model other"):
            answer = await client.chat.completions.create(
                model="clawdbot", messages=[{"role": "user", "content": text}], user="ann"
            )
            assert answer.choices[0].message.content == f"You said: {text}"


async def test_an_answer_that_was_cut_says_so(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        app.provider.finish = "length"
        answer = await client.chat.completions.create(model="clawdbot", messages=HELLO, max_tokens=7)
        assert answer.choices[0].finish_reason == "length"
        asked = app.provider.requests[-1]
        assert 7 in (asked.get("max_tokens"), asked.get("max_completion_tokens"))


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"messages": []}, 400, "Missing user message in `messages`."),
        ({}, 400, "Missing user message in `messages`."),
        ("[]", 400, "Missing user message in `messages`."),
        ("{", 400, "SyntaxError: "),
        ({"messages": HELLO, "tools": [{"type": "function", "function": {"name": "x"}}]}, 400, "Tools of the client"),
        ({"messages": HELLO, "n": 2}, 400, "n must be 1"),
        ({"messages": HELLO, "response_format": {"type": "json_object"}}, 400, "response_format"),
        ({"messages": HELLO, "stream": "yes"}, 400, "stream must be"),
        ({"messages": HELLO, "max_tokens": -1}, 400, "max_tokens must be"),
        ({"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]}, 400, "input_audio"),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x/a.png"}}]}
                ]
            },
            400,
            "nothing is fetched",
        ),
    ],
)
async def test_what_cannot_be_done_is_refused(tmp_path: Path, body: object, status: int, words: str) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app:
        answer = await curl(app, "/v1/chat/completions", body=body)
        assert (answer.status, answer.json["error"]["type"]) == (status, "invalid_request_error")
        assert words in answer.json["error"]["message"]
        assert not app.provider.requests


@pytest.mark.parametrize(
    ("provider", "status", "kind"),
    [
        (401, 500, "server_error"),
        (400, 500, "server_error"),
        (429, 429, "rate_limit_error"),
        (503, 503, "server_error"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_a_model_that_fails_is_told_with_a_status(
    tmp_path: Path, provider: int, status: int, kind: str, stream: bool
) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app:
        app.provider.status = provider
        app.provider.body = '{"error": {"message": "no"}}'
        answer = await curl(app, "/v1/chat/completions", body={"messages": HELLO, "stream": stream})
        assert (answer.status, answer.json["error"]["type"]) == (status, kind)
        assert ("retry-after" in answer.headers) == (status in (429, 503))
        assert (answer.headers.get("x-should-retry") == "false") == (status == 500)


async def test_a_failure_after_the_first_words_is_told_in_the_stream(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        app.provider.gate.clear()
        stream = await client.chat.completions.create(
            model="clawdbot", messages=HELLO, stream=True, extra_headers={"x-clawdbot-session-key": "a"}
        )
        await anext(stream)
        async with app.client() as owner:
            await owner.call("chat.abort", sessionKey="a")
        with pytest.raises(Exception, match="stopped"):
            _ = [chunk async for chunk in stream]


async def test_off_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        for path in ("/v1/chat/completions", "/v1/responses"):
            assert (await curl(app, path, body={"messages": HELLO})).status == 404
            assert (await curl(app, path, body={}, token=None)).status == 401
        assert (await curl(app, "/v1/models")).status == 404


async def test_it_is_switched_on_without_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as owner:
        shot = await owner.call("config.get")
        await owner.call("config.patch", raw=json.dumps({"gateway": OPENAI_ON}), baseHash=shot["hash"])
        assert (await curl(app, "/v1/chat/completions", body={"messages": HELLO})).status == 200
        assert (await owner.call("health"))["ok"]  # the same socket still stands


async def test_a_client_that_goes_away_stops_the_run(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, app.client() as owner:
        for stream in (True, False):
            app.provider.gate.clear()
            app.provider.asked.clear()
            asked = {"messages": HELLO, "stream": stream}
            task = spawn(curl(app, "/v1/chat/completions", "--max-time", "1", body=asked), name="curl")
            await app.provider.asked.wait()
            await task
            await owner.until("chat", state="aborted")
            owner.events.clear()
            app.provider.gate.set()


async def test_no_more_than_so_many_at_once(tmp_path: Path) -> None:
    most = DEFAULT_LIMITS.http_runs
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        app.provider.gate.clear()
        first = [
            spawn(client.chat.completions.create(model="clawdbot", messages=HELLO), name="client") for _ in range(most)
        ]
        refused = await until_busy(app)
        assert (refused.status, refused.json["error"]["type"]) == (429, "rate_limit_error")
        assert int(refused.headers["retry-after"]) >= 1
        app.provider.gate.set()
        assert {answer.choices[0].message.content for answer in await asyncio.gather(*first)} == {"You said: Hello"}
        assert (await curl(app, "/v1/chat/completions", body={"messages": HELLO})).status == 200


async def until_busy(app: Running) -> Any:
    async with app.client() as owner:

        async def going() -> int:
            status: Any = await owner.call("status")
            return int(status["desktop"]["runs"])

        async with asyncio.timeout(20):
            while await going() < DEFAULT_LIMITS.http_runs:
                await asyncio.sleep(0.01)
    return await curl(app, "/v1/chat/completions", body={"messages": HELLO})


async def test_a_paused_assistant_says_when_to_come_back(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app:
        async with app.client() as owner:
            await owner.call("desktop.action", id=f"assistant.pause:{int((time.time() + 3600) * 1000)}")
        answer = await curl(app, "/v1/chat/completions", body={"messages": HELLO})
        assert (answer.status, answer.json["error"]["code"]) == (503, "paused")
        assert 0 < int(answer.headers["retry-after"]) <= 3600


async def test_a_client_that_never_reads_is_cut_off(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app:
        # More than the system's own buffers of both ends hold.
        app.provider.padding = "x" * (5 * DEFAULT_LIMITS.buffered)
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", app.port))
        _, writer = await asyncio.open_connection(sock=deaf, limit=1024)
        body = json.dumps({"stream": True, "messages": HELLO, "user": "deaf"})
        writer.write(
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{app.port}\r\nAuthorization: Bearer {PASSWORD}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        await app.provider.asked.wait()
        ask = {"tool": "session_status", "args": {"sessionKey": "agent:main:openai-user:deaf"}}
        async with asyncio.timeout(20):
            while "being written: 0" not in (await curl(app, "/tools/invoke", body=ask)).text:
                await asyncio.sleep(0.01)
        said = (await stored(app, "agent:main:openai-user:deaf"))[-1]
        assert (said["role"], said["stopReason"]) == ("assistant", "aborted")
        assert len(said["content"][0]["text"]) < 5 * DEFAULT_LIMITS.buffered
        writer.transport.abort()
