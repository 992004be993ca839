"""HTTP answers and the headers that each carries."""

from __future__ import annotations

import json

import pytest

from clawd_desktop.gateway.http import answers


@pytest.mark.parametrize("close", [False, True])
def test_every_kind_of_answer_is_protected(close: bool) -> None:
    for answer in (answers.text(200, "x", close=close), answers.as_json(200, {}, close=close), answers.unauthorized()):
        assert set(answers.SECURITY_HEADERS.items()) <= set(answer.headers.items())
        assert answer.charset == "utf-8"


def test_bodies() -> None:
    assert answers.text(404, "Nö").body == "Nö".encode()
    refused = answers.unauthorized()
    assert json.loads(refused.body) == {"error": {"message": "Unauthorized", "type": "unauthorized"}}  # type: ignore[arg-type]
    assert (refused.status, refused.content_type) == (401, "application/json")
    assert answers.text(405, "", headers={"Allow": "GET"}).headers["Allow"] == "GET"


def test_when_another_try_makes_sense() -> None:
    assert answers.later(0) == {}
    assert answers.later(0.2) == {"Retry-After": "1"}
    assert answers.later(1.2) == {"Retry-After": "2"}
    assert answers.as_json(429, {}, headers=answers.later(5)).headers["Retry-After"] == "5"
