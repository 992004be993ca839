"""The body of a response, as tables."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from http_clients import PIXEL

from clawd_desktop.config.schema.gateway import Responses
from clawd_desktop.core.errors import BadInput
from clawd_desktop.gateway.http.responses_request import TEXT_TYPES, InputLimits, limits_from, parse_responses


def parsed(body: Any, limits: InputLimits | None = None) -> Any:
    return parse_responses(body, limits or InputLimits())


def test_everything_that_is_understood() -> None:
    request = parsed({
        "input": "Hi", "model": "m", "user": "u", "previous_response_id": "p", "stream": True, "instructions": " i ",
        "max_output_tokens": 5, "temperature": 1, "store": False, "metadata": {}, "tool_choice": "auto", "tools": [],
        "text": {"format": {"type": "text"}},
    })  # fmt: skip
    assert (request.prompt.message, request.prompt.system, request.model, request.user) == ("Hi", "i", "m", "u")
    assert (request.previous, request.stream, request.max_tokens) == ("p", True, 5)


def test_items() -> None:
    items = [
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        {"role": "user", "content": "q"},
        {"type": "function_call_output", "call_id": "c", "output": "42"},
    ]
    assert parsed({"input": items}).prompt.message.endswith("Tool:c: 42")


def of_part(part: dict[str, Any], limits: InputLimits | None = None) -> Any:
    return parsed({"input": [{"role": "user", "content": [part]}]}, limits).prompt


def test_files_are_text_with_a_mark_of_their_own() -> None:
    data = base64.b64encode("a\n</file>é".encode()).decode()
    own = of_part({"type": "input_file", "filename": 'x"<y>.csv', "file_data": f"data:text/csv;base64,{data}"})
    assert own.message == '<file name="xy.csv">\na\n< /file>é\n</file>'
    source = {"type": "base64", "media_type": "text/csv", "data": data, "filename": "x.csv"}
    assert of_part({"type": "input_file", "source": source}).message.startswith('<file name="x.csv">')


def test_pictures_come_in_both_forms() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": PIXEL}
    for part in ({"image_url": f"data:image/png;base64,{PIXEL}"}, {"source": source}):
        assert of_part({"type": "input_image", **part}).images[0].data == PIXEL


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"input": 5},
        {"input": []},
        {"input": "x", "tools": [{}]},
        {"input": "x", "text": {"format": {"type": "json_schema"}}},
        {"input": "x", "conversation": "c"},
        {"input": "x", "prompt": {"id": "p"}},
        {"input": "x", "max_output_tokens": -5},
        {"input": [{"type": "computer_call"}]},
        {"input": [{"role": "user", "content": [{"type": "input_audio"}]}]},
        {"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "x"}]}]},
    ],
)
def test_what_cannot_be(body: Any) -> None:
    with pytest.raises(BadInput):
        parsed(body)


def test_limits() -> None:
    long = base64.b64encode(b"x" * 20).decode()
    with pytest.raises(BadInput, match="at most 10 are taken"):
        of_part({"type": "input_file", "file_data": f"data:text/csv;base64,{long}"}, InputLimits(file_chars=10))
    part = {"type": "input_image", "image_url": f"data:image/png;base64,{PIXEL}"}
    with pytest.raises(BadInput, match="At most 8"):
        parsed({"input": [{"role": "user", "content": [part] * 9}]})


@pytest.mark.parametrize(
    ("settings", "limits"),
    [
        ({}, InputLimits()),
        ({"files": {"maxBytes": 1, "maxChars": 2, "allowedMimes": ["Text/CSV", "application/pdf"]}},
         InputLimits(1, 2, frozenset({"text/csv"}))),
        ({"images": {"maxBytes": 3, "allowedMimes": ["image/png"]}},
         InputLimits(picture_bytes=3, picture_types=frozenset({"image/png"}))),
        ({"files": {"maxBytes": "x", "allowedMimes": []}}, InputLimits(file_types=TEXT_TYPES)),
    ],
)  # fmt: skip
def test_limits_of_the_configuration(settings: Any, limits: InputLimits) -> None:
    assert limits_from(Responses.model_validate(settings)) == limits
