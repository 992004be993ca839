"""The whole application from its start to its end: one per folder, patient, complete, and gone when it says so."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from desktop_session import secret_service
from running_gateway import PASSWORD, Refusal, config_text, free_port, running

from clawd_desktop import app
from clawd_desktop.app import main
from clawd_desktop.cli.arguments import APP, SERVE, Arguments
from clawd_desktop.cli.exits import Exit
from clawd_desktop.core import tasks
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.live_config import LiveConfig

ROOT = Path(__file__).parents[1]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and permissions of POSIX")


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAWDBOT_GATEWAY_PASSWORD", PASSWORD)
    monkeypatch.setenv("TEST_KEY", "x")


def arguments(state: Path, command: str = SERVE) -> Arguments:
    return Arguments(command=command, data_dir=state, port=free_port())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def only_this_task() -> bool:
    return asyncio.all_tasks() == {asyncio.current_task()}


async def test_it_ends_well_and_leaves_nothing_running(tmp_path: Path, environ: None) -> None:
    quit_event = asyncio.Event()
    task = tasks.spawn(main(arguments(tmp_path), None, quit_event), name="application")
    await until((tmp_path / "clawdbot.json").exists)
    quit_event.set()
    assert await task == 0
    assert only_this_task()


@pytest.mark.parametrize("brand", ["MOLTBOT", "CLAWDBOT", "OPENCLAW"])
async def test_the_port_of_the_command_line_wins_over_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, brand: str
) -> None:
    monkeypatch.setenv(f"{brand}_GATEWAY_PORT", str(free_port()))
    async with running(tmp_path) as application, application.client() as client:
        assert (await client.call("health"))["ok"] is True


async def test_a_second_one_on_the_same_folder_is_told_who_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(tmp_path) as first, first.client() as client:
        assert await main(arguments(tmp_path), None) == Exit.IN_USE
        assert f"Clawd Desktop (pid {os.getpid()}) already runs with {tmp_path}." in capsys.readouterr().err
        assert await main(arguments(tmp_path, APP), None) == Exit.FAILED
        assert "runs without windows" in capsys.readouterr().err
        assert (await client.call("health"))["ok"] is True, "the first one does not notice"


@posix
async def test_a_folder_that_cannot_be_used_is_told_once_and_waited_for(
    tmp_path: Path, environ: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "STATE_RETRY_S", 0.01)
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    state = tmp_path / "state"
    state.write_text("a file stands where the folder should be")
    quit_event = asyncio.Event()
    task = tasks.spawn(main(arguments(state), None, quit_event), name="application")
    await until(lambda: "Waiting for it" in told.getvalue())
    assert not task.done()
    state.unlink()
    await until((state / "clawdbot.json").exists)
    quit_event.set()
    assert await task == 0
    said = told.getvalue()
    assert said.count("Waiting for it; Ctrl+C ends.") == 1
    assert "a file stands in its place" in said


@posix
async def test_waiting_for_a_folder_can_be_ended(
    tmp_path: Path, environ: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    state = tmp_path / "state"
    state.write_text("a file stands where the folder should be")
    quit_event = asyncio.Event()
    task = tasks.spawn(main(arguments(state), None, quit_event), name="application")
    await until(lambda: "Waiting for it" in told.getvalue())
    quit_event.set()
    async with asyncio.timeout(5):
        assert await task == 0
    assert only_this_task()


@posix
async def test_sessions_that_cannot_be_read_are_waited_for_too(
    tmp_path: Path, environ: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "STATE_RETRY_S", 0.01)
    told = io.StringIO()
    monkeypatch.setattr(sys, "stderr", told)
    sessions = tmp_path / "agents" / "main" / "sessions"
    sessions.parent.mkdir(parents=True)
    sessions.symlink_to(sessions)
    quit_event = asyncio.Event()
    task = tasks.spawn(main(arguments(tmp_path), None, quit_event), name="application")
    await until(lambda: "Waiting for it" in told.getvalue())
    assert not task.done()
    sessions.unlink()
    await until((tmp_path / "clawdbot.json").exists)
    quit_event.set()
    assert await task == 0
    assert only_this_task()


@posix
async def test_what_waiting_does_not_help_ends_with_its_sentence(
    tmp_path: Path, environ: None, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    run.symlink_to(tmp_path)
    code = await main(arguments(tmp_path), None)
    assert code == Exit.REFUSED
    assert str(run) in capsys.readouterr().err
    assert only_this_task()


async def test_what_was_not_yet_written_is_written_at_the_end(tmp_path: Path) -> None:
    async with running(tmp_path) as made, made.client() as client:
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await client.until("chat", runId="k1", state="final")
    index = json.loads((tmp_path / "agents" / "main" / "sessions" / "sessions.json").read_bytes())
    assert index["agent:main:main"]["totalTokens"] == 10
    (ledger,) = (tmp_path / "usage").glob("*.jsonl")
    assert json.loads(ledger.read_text())["session"] == "agent:main:main"


async def test_an_answer_that_is_being_written_at_the_end_is_kept(tmp_path: Path) -> None:
    async with running(tmp_path) as made, made.client() as client:
        made.provider.gate.clear()
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await client.until("chat", runId="k1", state="delta")
        await client.call("desktop.quit")
        assert (await client.until("shutdown"))["reason"] == "gateway stopping"
    async with running(tmp_path) as made, made.client() as client:
        told = (await client.call("chat.history", sessionKey="main"))["messages"]
        assert [(one["role"], one["content"][0]["text"]) for one in told] == [  # type: ignore[union-attr,index]
            ("user", "hello"),
            ("assistant", "You said: "),
        ]


async def test_everything_is_closed_in_the_reverse_order_of_its_start(
    tmp_path: Path, environ: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []

    def note(kind: type, method: str, name: str) -> None:
        original = getattr(kind, method)

        async def noted(self: object) -> None:
            closed.append(name)
            await original(self)

        monkeypatch.setattr(kind, method, noted)

    for kind, method, name in (
        (app.SessionStore, "close", "sessions"),
        (app.ModelPool, "close", "models"),
        (app.Assistant, "close", "assistant"),
        (Devices, "close", "devices"),
        (app.GatewayHost, "close", "gateway"),
        (LiveConfig, "close", "live"),
        (app.ConfigStore, "stop", "config"),
        (app.Instance, "release", "folder"),
    ):
        note(kind, method, name)
    quit_event = asyncio.Event()
    task = tasks.spawn(main(arguments(tmp_path), None, quit_event), name="application")
    await until((tmp_path / "clawdbot.json").exists)
    quit_event.set()
    await task
    assert closed == ["config", "live", "gateway", "devices", "assistant", "models", "sessions", "folder"]


async def test_an_action_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as made, made.client() as client:
        with pytest.raises(Refusal, match="There is no action 'settings'"):
            await client.call("desktop.action", id="settings:gateway")


async def test_secrets_in_plain_text_are_told_and_moved_by_the_owners_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with secret_service() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        secret = "plain-text-canary-0123456789"
        async with running(tmp_path, channels={"telegram": {"botToken": secret}}) as made, made.client() as client:
            told = (await client.call("status"))["desktop"]["notices"]  # type: ignore[index,call-overload]
            (notice,) = [one for one in told if one["id"] == "secrets.plain_text"]
            assert notice["actions"] == [{"id": "secrets.move", "label": "Move to the keyring"}]
            await client.call("desktop.action", id="secrets.move")
            told = (await client.call("status"))["desktop"]["notices"]  # type: ignore[index,call-overload]
            assert [one for one in told if one["id"] == "secrets.plain_text"] == []
        holding = [path for path in tmp_path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
        assert holding == []
        assert '"botToken": "keyring:channels.telegram.botToken"' in (tmp_path / "clawdbot.json").read_text()


async def test_a_key_that_is_put_into_the_configuration_counts_for_the_next_question(tmp_path: Path) -> None:
    async with running(tmp_path, env={"vars": {"OTHER": "1"}}) as made, made.client() as client:
        assert made.provider.status == 200
        base = (await client.call("config.get"))["hash"]
        change = {"models": {"providers": {"test": {"apiKey": None}}}, "env": {"vars": {"OPENAI_API_KEY": "late-key"}}}
        await client.call("config.patch", raw=change, baseHash=base)
        names = {"agents": {"defaults": {"model": {"primary": "openai/gpt-5.2"}}}}
        base = (await client.call("config.get"))["hash"]
        url = json.loads((tmp_path / "clawdbot.json").read_text())["models"]["providers"]["test"]["baseUrl"]
        names["models"] = {"providers": {"openai": {"baseUrl": url, "api": "openai-completions", "models": []}}}
        await client.call("config.patch", raw=names, baseHash=base)
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="k1")
        await client.until("chat", runId="k1", state="final")


# As a process of its own.


async def process(state: Path, port: int, **environ: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "clawd_desktop", "serve", "--data-dir", str(state), "--port", str(port),
        cwd=ROOT, env=os.environ | environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def said(program: asyncio.subprocess.Process, words: str) -> None:
    """Return when the program has said so on standard error."""
    assert program.stderr is not None
    async with asyncio.timeout(20):
        while words not in (await program.stderr.readline()).decode():
            pass


@posix
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_within_a_second_with_code_0(tmp_path: Path, environ: None, how: signal.Signals) -> None:
    program = await process(tmp_path, free_port())
    await said(program, "the gateway listens on")
    began = time.monotonic()
    program.send_signal(how)
    _, err = await program.communicate()
    assert program.returncode == 0, err
    assert time.monotonic() - began < 3, "a second, with room for a busy machine"
    assert b"Traceback" not in err


@posix
async def test_a_keyring_that_hangs_does_not_hold_up_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with secret_service() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        bus.pause_keyring()
        (tmp_path / "clawdbot.json").write_text(config_text(9, logging={"level": "debug"}))
        program = await process(tmp_path, free_port(), TEST_KEY="x")
        await until((tmp_path / "clawd-desktop.lock").exists)
        await asyncio.sleep(0.5)  # nothing outside shows when it begins to wait for the keyring
        began = time.monotonic()
        program.terminate()
        _, err = await program.communicate()
        bus.resume_keyring()
    assert program.returncode == 0, err
    assert time.monotonic() - began < 3


@posix
async def test_the_gateway_comes_up_when_the_keyring_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with secret_service() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        bus.stop_keyring()
        program = await process(tmp_path, free_port())
        await said(program, "error")
        bus.start_keyring()
        await said(program, "the gateway listens on")
        program.terminate()
        await program.communicate()
    assert program.returncode == 0
    assert "keyring:gateway.auth.password" in (tmp_path / "clawdbot.json").read_text()
