"""The local door, against a real instance: an application is asked to end without password, port or keyring."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clawd_desktop.cli.door import ask_to_quit
from clawd_desktop.core.errors import ClawdError, Unavailable
from clawd_desktop.core.values import JsonObject
from clawd_desktop.system.single_instance import Instance


async def test_nobody_there(tmp_path: Path) -> None:
    assert await ask_to_quit(tmp_path / "state", tmp_path / "run") is None


async def test_the_application_is_asked_and_named(tmp_path: Path) -> None:
    asked: list[JsonObject] = []

    async def door(request: JsonObject) -> JsonObject:
        asked.append(request)
        return {"ok": True}

    instance = Instance(tmp_path / "state", tmp_path / "run", door)
    assert await instance.acquire()
    assert await ask_to_quit(tmp_path / "state", tmp_path / "run") == os.getpid()
    assert asked[0]["do"] == "quit"
    await instance.release()
    assert await ask_to_quit(tmp_path / "state", tmp_path / "run") is None


async def test_an_application_that_refuses_says_why(tmp_path: Path) -> None:
    async def door(request: JsonObject) -> JsonObject:
        raise ClawdError("A backup is being written.", hint="Wait for it.")

    instance = Instance(tmp_path / "state", tmp_path / "run", door)
    await instance.acquire()
    with pytest.raises(Unavailable) as refused:
        await ask_to_quit(tmp_path / "state", tmp_path / "run")
    assert refused.value.sentence() == "A backup is being written. Wait for it."
    await instance.release()


async def test_an_application_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr("clawd_desktop.cli.door.ANSWER_S", 0.05)
    release = asyncio.Event()

    async def door(request: JsonObject) -> JsonObject:
        await release.wait()
        return {"ok": True}

    instance = Instance(tmp_path / "state", tmp_path / "run", door)
    await instance.acquire()
    with pytest.raises(Unavailable, match="does not answer") as refused:
        await ask_to_quit(tmp_path / "state", tmp_path / "run")
    assert refused.value.hint == f"End it: kill {os.getpid()}"
    release.set()
    await instance.release()
