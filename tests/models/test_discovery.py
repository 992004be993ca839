"""Servers of the person's own are found on this computer, and nothing else is mistaken for one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.models import discovery
from clawd_desktop.models.discovery import PLACES, Found, Place, find_local_servers, local_servers, understood
from clawd_desktop.storage.cache import MultiLevelCache
from clawd_desktop.storage.cache_rows import CacheLimits

OLLAMA, LMSTUDIO = PLACES
TAGS = b'{"models":[{"name":"qwen3:8b","model":"qwen3:8b","size":5225388164},{"name":"llama3.2:latest"}]}'
MODELS = b'{"data":[{"id":"openai/gpt-oss-20b","object":"model"}],"object":"list"}'
JSON = {"Content-Type": "application/json"}


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take longer over an answer than a person shall wait for one."""
    monkeypatch.setattr(discovery, "_TIMEOUT", 20.0)


def moved(place: Place, url: str) -> Place:
    return replace(place, origin=url)


@pytest.mark.parametrize(
    ("place", "body", "models"),
    [(OLLAMA, TAGS, ("qwen3:8b", "llama3.2:latest")), (LMSTUDIO, MODELS, ("openai/gpt-oss-20b",)),
     (OLLAMA, b'{"models":[]}', ())],
)  # fmt: skip
async def test_a_server_is_found(place: Place, body: bytes, models: tuple[str, ...], serve, reply) -> None:
    async with serve(reply((body,), headers=JSON)) as server:
        found = await find_local_servers((moved(place, server.url),))
        assert found == [Found(place.kind, f"{server.url}/v1", models)]
        assert server.paths == [place.path]


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 404},
        {"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}},
        {"pieces": (b"<html>",)},
        {"pieces": (b'{"data":[]}',)},
        {"pieces": (b'{"models":"many"}',)},
        {"pieces": (TAGS,), "then": "cut"},
        {"pieces": (b" " * 65536,) * 40},
    ],
)
async def test_other_programs_are_passed_over(answer, serve, reply) -> None:
    async with serve(reply(**answer)) as server:
        assert await find_local_servers((moved(OLLAMA, server.url),)) == []
        assert len(server.paths) == 1


async def test_one_that_says_nothing_is_not_waited_for(serve, reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "_TIMEOUT", 0.05)
    async with serve(reply(then="mute")) as server, asyncio.timeout(10):
        assert await find_local_servers((moved(OLLAMA, server.url),)) == []


async def test_nothing_listens() -> None:
    assert await find_local_servers((moved(OLLAMA, "http://127.0.0.1:1"),)) == []


def test_names_are_checked() -> None:
    body = b'{"models":[{"name":"ok"},{"name":""},{"name":7},5,{"name":"a\\u0007b"},{"name":"' + b"x" * 201 + b'"}]}'
    assert understood(OLLAMA, body) == Found("ollama", "http://127.0.0.1:11434/v1", ("ok",))


def test_only_this_computer_is_asked() -> None:
    assert all(place.origin.startswith("http://127.0.0.1:") for place in PLACES)


async def test_many_who_look_at_once_and_soon_after_ask_the_servers_once(tmp_path: Path, serve, reply) -> None:
    cache = MultiLevelCache(tmp_path / "cache", ManualClock(), CacheLimits())
    async with serve(reply((TAGS,), headers=JSON)) as server:
        look = local_servers(cache, lambda: find_local_servers((moved(OLLAMA, server.url),)))
        found = await asyncio.gather(*(look() for _ in range(10)))
        assert found == [[Found("ollama", f"{server.url}/v1", ("qwen3:8b", "llama3.2:latest"))]] * 10
        assert await look() == found[0]
        assert len(server.paths) == 1


async def test_that_there_is_none_is_looked_up_again(tmp_path: Path) -> None:
    clock = ManualClock()
    cache = MultiLevelCache(tmp_path / "cache", clock, CacheLimits())
    answers = [[], [Found("lmstudio", "http://x/v1", ())], []]

    async def find() -> list[Found]:
        return answers.pop(0)

    look = local_servers(cache, find)
    assert await look() == []
    assert await look() == [Found("lmstudio", "http://x/v1", ())], "it was started meanwhile"
    assert len(answers) == 1
    clock.advance(16)
    assert await look() == []
