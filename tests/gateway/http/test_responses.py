"""OpenAI's own client gets responses of agents, at once and as events in their order."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from http_clients import OPENAI_ON, PIXEL, curl, openai_client
from running_gateway import running

ORDER = [
    "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
    "response.output_text.delta", "response.output_text.delta", "response.output_text.done",
    "response.content_part.done", "response.output_item.done", "response.completed",
]  # fmt: skip


async def test_a_response_at_once(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        answer = await client.responses.create(model="clawdbot:main", input="Hello", user="Ann")
        assert answer.id.startswith("resp_")
        assert (answer.object, answer.status, answer.model) == ("response", "completed", "clawdbot:main")
        assert answer.output_text == "You said: Hello"
        assert answer.usage is not None
        assert (answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.total_tokens) == (10, 5, 15)
        assert answer.error is None
        async with app.client() as owner:
            history: Any = await owner.call("chat.history", sessionKey="agent:main:openresponses-user:ann")
        assert len(history["messages"]) == 2


async def test_events_come_in_their_order(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        app.provider.gate.clear()
        stream = await client.responses.create(model="clawdbot", input="Hello", stream=True)
        events: list[Any] = []
        async for event in stream:
            events.append(event)
            if len(events) == 5:  # the first words came before the last ones were there
                app.provider.gate.set()
        assert [event.type for event in events] == ORDER
        assert [event.sequence_number for event in events] == list(range(len(ORDER)))
        assert events[0].response.status == "in_progress"
        done = events[-1].response
        assert (done.output_text, done.usage.total_tokens, done.status) == ("You said: Hello", 15, "completed")
        raw = await curl(app, "/v1/responses", body={"input": "Hello", "stream": True})
        assert raw.text.startswith("event: response.created\ndata: {")
        assert raw.text.endswith("data: [DONE]\n\n")


async def test_items_instructions_pictures_and_files_reach_the_model(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        note = base64.b64encode(b"a </file> b").decode()
        items: list[Any] = [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "My name is Ann."},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi Ann."}]},
            {"type": "reasoning", "summary": [], "id": "r"},
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "Who am I?"},
                    {"type": "input_image", "detail": "auto", "image_url": f"data:image/png;base64,{PIXEL}"},
                    {"type": "input_image", "source": {"type": "base64", "media_type": "image/png", "data": PIXEL}},
                    {"type": "input_file", "filename": 'n"o.txt', "file_data": f"data:text/plain;base64,{note}"},
                ],
            },
        ]
        await client.responses.create(model="clawdbot", input=items, instructions="Speak like a sailor.")
        asked: Any = app.provider.requests[-1]["messages"]
        assert "Speak like a sailor.\n\nBe brief." in asked[0]["content"]
        said = str(asked[1]["content"])
        assert "User: My name is Ann." in said
        assert "Assistant: Hi Ann." in said
        assert said.count(PIXEL) == 2
        assert '<file name="no.txt">\\na < /file> b\\n</file>' in said


async def test_a_client_goes_on_from_the_newest_answer_only(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        first = await client.responses.create(model="clawdbot", input="One")
        second = await client.responses.create(model="clawdbot", input="Two", previous_response_id=first.id)
        assert second.previous_response_id == first.id
        asked: Any = app.provider.requests[-1]["messages"]
        assert [str(message["content"]) for message in asked[1:]] == ["One", "You said: One", "Two"]
        for unknown in (first.id, "resp_none"):
            with pytest.raises(Exception, match="not the newest") as caught:
                await client.responses.create(model="clawdbot", input="Three", previous_response_id=unknown)
            assert caught.value.status_code == 400  # type: ignore[attr-defined]
            assert caught.value.code == "previous_response_not_found"  # type: ignore[attr-defined]


async def test_an_answer_that_was_cut_is_incomplete(tmp_path: Path) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app, openai_client(app) as client:
        app.provider.finish = "length"
        answer = await client.responses.create(model="clawdbot", input="Hello", max_output_tokens=20)
        assert (answer.status, answer.incomplete_details.reason) == ("incomplete", "max_output_tokens")  # type: ignore[union-attr]
        stream = await client.responses.create(model="clawdbot", input="Hello", stream=True)
        assert [event.type async for event in stream][-1] == "response.incomplete"


@pytest.mark.parametrize("stream", [False, True])
async def test_a_model_that_fails(tmp_path: Path, stream: bool) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app:
        app.provider.status, app.provider.body = 401, '{"error": {"message": "bad key"}}'
        answer = await curl(app, "/v1/responses", body={"input": "Hello", "stream": stream})
        if not stream:
            assert (answer.status, answer.json["error"]["type"]) == (500, "server_error")
            return
        events = [json.loads(line[6:]) for line in answer.text.split("\n") if line.startswith("data: {")]
        assert [event["type"] for event in events] == [*ORDER[:4], "response.failed"]
        assert events[-1]["response"]["error"]["code"] == "model.bad_key"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "Missing user message in `input`."),
        ({"input": "  "}, "Missing user message in `input`."),
        ({"input": "x", "tools": [{"type": "web_search"}]}, "Tools of the client"),
        ({"input": "x", "background": True}, "background"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, "item_reference"),
        ({"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]}, "nothing is fetched"),
        (
            {
                "input": [
                    {"role": "user", "content": [{"type": "input_file", "source": {"type": "url", "url": "http://x"}}]}
                ]
            },
            "nothing is fetched",
        ),
        (
            {
                "input": [
                    {
                        "role": "user",
                        "content": [{"type": "input_file", "file_data": "data:application/pdf;base64,AAAA"}],
                    }
                ]
            },
            "application/pdf",
        ),
        (
            {
                "input": [
                    {
                        "role": "user",
                        "content": [{"type": "input_image", "image_url": "data:image/svg+xml;base64,AAAA"}],
                    }
                ]
            },
            "image/svg+xml",
        ),
    ],
)
async def test_what_cannot_be_done_is_refused(tmp_path: Path, body: object, words: str) -> None:
    async with running(tmp_path, gateway=OPENAI_ON) as app:
        answer = await curl(app, "/v1/responses", body=body)
        assert (answer.status, answer.json["error"]["type"]) == (400, "invalid_request_error")
        assert words in answer.json["error"]["message"]
        assert not app.provider.requests


async def test_limits_of_the_configuration_hold(tmp_path: Path) -> None:
    responses = {
        "enabled": True,
        "maxBodyBytes": 2000,
        "files": {"maxBytes": 10, "allowedMimes": ["text/csv"]},
        "images": {"maxBytes": 10},
    }
    async with running(tmp_path, gateway={"http": {"endpoints": {"responses": responses}}}) as app:
        assert (await curl(app, "/v1/responses", body={"input": "x" * 3000})).status == 413

        async def refused(part: dict[str, str]) -> str:
            body = {"input": [{"role": "user", "content": [part]}]}
            return str((await curl(app, "/v1/responses", body=body)).json["error"]["message"])

        assert "at most 10" in await refused({"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}"})
        assert "text/plain" in await refused({"type": "input_file", "file_data": "data:text/plain;base64,AAAA"})
        long = base64.b64encode(b"x" * 11).decode()
        assert "at most 10" in await refused({"type": "input_file", "file_data": f"data:text/csv;base64,{long}"})
