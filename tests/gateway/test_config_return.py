"""A configuration that cannot be used, or with which the gateway cannot listen, costs nothing: what worked goes on."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running_gateway import Client, Json, Running, free_port, running

from clawd_desktop.core import safeio


async def notice(client: Client, name: str = "config") -> Json | None:
    status: Any = await client.call("status")
    return next((each for each in status["desktop"]["notices"] if each["id"] == name), None)


async def until_told(client: Client, name: str = "config", *, gone: bool = False) -> Any:
    async with asyncio.timeout(20):
        while ((found := await notice(client, name)) is None) is not gone:
            await asyncio.sleep(0.02)
    return found


async def answers(app: Running, client: Client, run: str) -> None:
    await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey=run)
    assert (await client.call("agent.wait", runId=run, timeoutMs=10_000))["status"] == "ok"


def edit(app: Running, change: Callable[[dict[str, Any]], None]) -> None:
    file = app.state / "clawdbot.json"
    config = json.loads(file.read_text())
    change(config)
    safeio.write_file(file, json.dumps(config, indent=2).encode())


BROKEN: dict[str, bytes | None] = {
    "half-written": None,
    "emptied": b"",
    "binary": b"\x7fELF\x00\xff" * 100,
    "mistyped": b'{"gateway": {"maxConnections": "many"}}',
    "no JSON": b"{ gateway: ",
}


def spoil(file: Path, how: str) -> bytes:
    good = file.read_bytes()
    data = BROKEN[how]
    file.write_bytes(good[: len(good) // 2] if data is None else data)
    return file.read_bytes()


@pytest.mark.parametrize("how", BROKEN)
async def test_a_file_that_is_broken_while_it_runs_and_the_way_back(tmp_path: Path, how: str) -> None:
    async with running(tmp_path) as app, app.client() as client:
        file = tmp_path / "clawdbot.json"
        good = file.read_bytes()
        bad = spoil(file, how)
        told = await until_told(client)
        assert str(file) in told["text"]
        assert "What was read before stays in force." in told["text"]
        assert told["actions"][0] == {"id": "config.go_back", "label": "Go back to the last good one"}
        await answers(app, client, "k1")
        assert file.read_bytes() == bad, "the file is not touched before somebody says so"
        await client.call("desktop.action", id="config.go_back")
        assert file.read_bytes() == good
        assert bad in [path.read_bytes() for path in tmp_path.glob("clawdbot.json.clobbered.*")]
        await until_told(client, gone=True)
        await answers(app, client, "k2")


@pytest.mark.parametrize("how", BROKEN)
async def test_a_file_that_is_broken_at_the_start_and_the_way_back(tmp_path: Path, how: str) -> None:
    async with running(tmp_path):
        pass
    file = tmp_path / "clawdbot.json"
    good, bad = file.read_bytes(), spoil(file, how)
    async with running(tmp_path) as app, app.client() as client:
        told = await until_told(client)
        assert "is in force" in told["text"]
        status: Any = await client.call("status")
        assert (status["desktop"]["safeMode"], status["desktop"]["model"]) == (True, "test/echo")
        assert file.read_bytes() == bad
        await client.call("desktop.action", id="config.go_back")
        await until_told(client, gone=True)
        assert file.read_bytes() == good
        status = await client.call("status")
        assert status["desktop"]["safeMode"] is False


async def test_what_cannot_even_be_read_is_moved_aside_and_kept(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        file = tmp_path / "clawdbot.json"
        good = file.read_bytes()
        file.unlink()
        file.mkdir()
        (file / "inside").write_text("mine")
        await until_told(client)
        await client.call("desktop.action", id="config.go_back")
        assert file.read_bytes() == good
        (aside,) = tmp_path.glob("clawdbot.json.unreadable-*")
        assert (aside / "inside").read_text() == "mine"
        await answers(app, client, "k")


async def test_a_file_that_is_gone_is_written_again(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        file = tmp_path / "clawdbot.json"
        good = file.read_bytes()
        file.unlink()
        await until_told(client)
        await client.call("desktop.action", id="config.go_back")
        assert file.read_bytes() == good


async def test_a_missing_include_is_named_and_costs_nothing_while_it_runs(tmp_path: Path) -> None:
    (tmp_path / "more.json5").write_text("{ logging: { level: 'debug' } }")
    async with running(tmp_path) as app, app.client() as client:
        edit(app, lambda config: config.update({"$include": "./more.json5"}))
        await asyncio.sleep(1.5)
        (tmp_path / "more.json5").unlink()
        told = await until_told(client)
        assert "more.json5" in told["text"]
        assert [action["id"] for action in told["actions"]] == ["settings:advanced", "page:backup"], (
            "the text itself is as it was"
        )
        await answers(app, client, "k")


CANNOT_LISTEN: dict[str, dict[str, Any]] = {
    "an address that is not ours": {"bind": "custom", "customBindHost": "203.0.113.7"},
    "no address at all": {"bind": "custom", "customBindHost": ""},
    "open without encryption": {"bind": "lan"},
    "a certificate that is not there": {
        "tls": {"enabled": True, "autoGenerate": False, "certPath": "/nowhere/c.pem", "keyPath": "/nowhere/k.pem"}
    },
}


@pytest.mark.parametrize("what", CANNOT_LISTEN)
async def test_a_change_with_which_it_cannot_listen(tmp_path: Path, what: str) -> None:
    async with running(tmp_path) as app:
        async with app.client() as client:
            edit(app, lambda config: config.update(gateway=CANNOT_LISTEN[what]))
            await client.until("shutdown")
        told = await back_again(app)
        assert "The gateway cannot listen with what" in told["text"]
        assert "What it listened with before is in force." in told["text"]
        async with app.client() as client:
            assert await notice(client, "gateway.port") is None
            await answers(app, client, "k")
            before = (tmp_path / "clawdbot.json").read_bytes()
            assert b"gateway" in before
            await client.call("desktop.action", id="config.go_back")
            assert b'"gateway"' not in (tmp_path / "clawdbot.json").read_bytes()
            await until_told(client, gone=True)


async def back_again(app: Running) -> Any:
    """The notice, as soon as the gateway answers again."""
    async with asyncio.timeout(20):
        while True:
            try:
                async with app.client() as client:
                    return await until_told(client)
            except (OSError, TypeError):  # TypeError: it is closing just now
                await asyncio.sleep(0.05)


async def test_a_port_that_another_program_has(tmp_path: Path) -> None:
    port = free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        async with running(tmp_path, gateway={"port": port}) as app:
            async with app.client() as client:
                edit(app, lambda config: config["gateway"].update(port=taken))
                await client.until("shutdown")
            told = await back_again(app)
            assert f"Port {taken}" in told["text"]
        # The next start meets the same, and remembers what worked.
        os.environ.pop("CLAWDBOT_GATEWAY_PORT", None)
        async with running(tmp_path, gateway={"port": port}) as app, app.client() as client:
            assert f"Port {taken}" in (await until_told(client))["text"]
            edit(app, lambda config: config["gateway"].update(port=port))
            await until_told(client, gone=True)


async def test_with_self_repair_switched_off_it_waits_for_its_owner(tmp_path: Path) -> None:
    off = {"repair": {"enabled": False}}
    async with running(tmp_path, monitoring=off) as app:
        async with app.client() as client:
            edit(app, lambda config: config.update(gateway={"bind": "lan"}))
            await client.until("shutdown")
        await asyncio.sleep(1)
        with pytest.raises(OSError, match="onnect"):
            async with app.client():
                pass
