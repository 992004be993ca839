"""Restores over a real socket, in the application that runs: shown, done, taken back, and its state put back whole."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
from pathlib import Path

import aiohttp
import pytest
from running_gateway import Client, Refusal, Running, free_port, running

from clawd_desktop.backup.ground import Ground, by_nobody
from clawd_desktop.backup.taking import Wish, take
from clawd_desktop.config.paths import find_paths
from clawd_desktop.core.clock import SystemClock


async def ended(app: Running) -> dict[str, object]:
    """What became of a restore, asked until the gateway answers again and nothing is under way."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(aiohttp.ClientError, TypeError, Refusal):  # it is away for a moment
                async with app.client() as client:
                    known = await client.call("backup.restores")
                    if not known["working"]:
                        return known
            await asyncio.sleep(0.1)


async def said(client: Client, text: str) -> None:
    await client.call("chat.send", sessionKey="main", message=text, idempotencyKey=text)
    await client.until("chat", state="final")


async def texts(client: Client) -> list[str]:
    history = await client.call("chat.history", sessionKey="main")
    return [str(part["text"]) for one in history["messages"] for part in one["content"] if part["type"] == "text"]  # type: ignore[attr-defined, index]


async def test_the_state_folder_is_deleted_while_it_runs_and_comes_back(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app:
        async with app.client() as client:
            await said(client, "remember the lamp")
            made = await client.call("backup.create")
        shutil.rmtree(state.rename(tmp_path / "deleted"))  # at once: the ledger is written meanwhile
        async with app.client() as client:
            await client.call("backup.restore", id=made["path"])
        known = await ended(app)
        assert known["last"]["ok"] is True, known  # type: ignore[index]
        async with app.client() as client:
            assert [text for text in await texts(client) if "lamp" in text][:1] == ["remember the lamp"]
            await said(client, "and go on")
            assert "You said: and go on" in (await texts(client))[-1]


async def test_shown_brought_back_and_taken_back(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app:
        notes = state / "workspace" / "notes.md"
        notes.parent.mkdir(exist_ok=True)
        notes.write_text("first")
        async with app.client() as client:
            made = await client.call("backup.create")
            notes.write_text("second, longer")
            shown = await client.call("backup.preview", id=made["id"])
            (workspace,) = [one for one in shown["areas"] if one["name"] == "workspace-main"]
            assert [(one["path"], one["state"]) for one in workspace["files"]] == [("notes.md", "changed")]
            await client.call("backup.restore", id=made["id"])
        known = await ended(app)
        assert notes.read_text() == "first"
        assert Path(str(known["last"]["safety"])).is_file()  # type: ignore[index]
        async with app.client() as client:
            await client.call("backup.undo", id=known["last"]["undo"])  # type: ignore[index]
        known = await ended(app)
        assert known["last"]["title"] == "The restore was taken back"  # type: ignore[index]
        assert notes.read_text() == "second, longer"


async def test_single_files_and_the_difference_without_secrets(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state, talk={"apiKey": "a-plain-secret-0123456789"}) as app, app.client() as client:
        workspace = state / "workspace"
        workspace.mkdir(exist_ok=True)
        for name in ("one.md", "two.md"):
            (workspace / name).write_text("first\n")
        made = await client.call("backup.create")
        for name in ("one.md", "two.md"):
            (workspace / name).write_text("second, longer\n")
        config = state / "clawdbot.json"
        config.write_text(config.read_text().replace("a-plain-secret-0123456789", "another-secret-987654321"))
        asked = {"id": made["id"], "area": "workspace-main", "path": "one.md"}
        lines = (await client.call("backup.difference", **asked))["lines"]
        assert {"-second, longer", "+first"} <= set(lines)  # type: ignore[call-overload]
        asked |= {"area": "config", "path": "clawdbot.json"}
        shown = str(await client.call("backup.difference", **asked))
        assert "secret-" not in shown
        files = [{"area": "workspace-main", "path": "one.md"}]
        await client.call("backup.restore", id=made["id"], files=files)
        known = await ended(app)
        assert known["last"]["ok"] is True, known  # type: ignore[index]
        assert [(workspace / name).read_text() for name in ("one.md", "two.md")] == ["first\n", "second, longer\n"]
        assert "another-secret" in config.read_text()


async def test_what_is_asked_wrongly_changes_nothing(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app, app.client() as client:
        made = await client.call("backup.create", areas=["config"])
        for method in ("backup.preview", "backup.restore"):
            for which in ("nothing", "~nobodyatall/x", "a\0b", "/dev/zero", "../../../etc/passwd", "/"):
                with pytest.raises(Refusal):
                    await client.call(method, id=which)
        for params in (
            {},
            {"id": ""},
            {"id": 7},
            {"id": "x", "areas": "config"},
            {"id": "x", "files": [{"area": "a"}]},
        ):
            with pytest.raises(Refusal):
                await client.call("backup.restore", **params)
        for area, path in (
            ("config", "none"),
            ("nowhere", "clawdbot.json"),
            ("config", "../clawdbot.json"),
            ("config", "/etc/passwd"),
        ):
            with pytest.raises(Refusal, match="has no file"):
                await client.call("backup.difference", id=made["id"], area=area, path=path)
        with pytest.raises(Refusal, match="There is no restore ../x"):
            await client.call("backup.undo", id="../x")
        for choice in (
            {"areas": ["nowhere"]}, {"files": [{"area": "config", "path": "none"}]},
            {"files": [{"area": "config", "path": "../../etc/passwd"}]},
        ):  # fmt: skip
            client.events.clear()
            await client.call("backup.restore", id=made["id"], **choice)
            told = await client.until("backup.restored")
            assert (told["ok"], told["undo"]) == (False, "")
            known = await client.call("backup.restores")
            assert (known["last"]["ok"], known["undoable"]) == (False, [])  # type: ignore[index]
        assert (await client.call("backup.stopRestore"))["stopped"] is False


async def test_who_may_do_what(tmp_path: Path) -> None:
    calls = {
        "backup.preview": {"id": "x"}, "backup.difference": {"id": "x", "area": "a", "path": "p"},
        "backup.restore": {"id": "x"}, "backup.undo": {"id": "x"}, "backup.stopRestore": {},
    }  # fmt: skip
    async with running(tmp_path) as app:
        async with app.client(scopes=["operator.read"]) as reader:
            for method, params in calls.items():
                with pytest.raises(Refusal, match=r"missing scope: operator\.admin"):
                    await reader.call(method, **params)
            assert await reader.call("backup.restores") == {"working": False, "undoable": []}
        async with app.client(scopes=["operator.pairing"]) as other:
            with pytest.raises(Refusal, match=r"missing scope: operator\.read"):
                await other.call("backup.restores")


async def test_stopped_in_time(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app, app.client() as client:
        (state / "skills").mkdir()
        (state / "skills" / "large.bin").write_bytes(os.urandom(48 << 20))
        made = await client.call("backup.create", areas=["skills"])
        (state / "skills" / "large.bin").write_bytes(b"small")
        client.events.clear()
        await client.call("backup.restore", id=made["id"])
        await client.until("backup.progress")
        assert (await client.call("backup.restores"))["working"] is True
        assert (await client.call("backup.stopRestore"))["stopped"] is True
        async with asyncio.timeout(30):
            while (known := await client.call("backup.restores"))["working"]:
                await asyncio.sleep(0.02)
        assert known == {"working": False, "undoable": []}
        assert (state / "skills" / "large.bin").read_bytes() == b"small"
        assert len((await client.call("backup.list"))["backups"]) == 1  # type: ignore[arg-type]


def elsewhere(folder: Path, config: str) -> str:
    """A backup of another state folder with that configuration; its path."""
    paths = find_paths({}, folder, folder / "state")
    paths.state.mkdir(parents=True)
    paths.config_file.write_text(config)
    (folder / "backups").mkdir()
    ground = Ground(paths, {}, (), (), by_nobody, SystemClock())
    return str(take(ground, Wish(folder / "backups", areas=("config",))).path)


@pytest.mark.parametrize("broken", ["value", "port"])
async def test_what_does_not_work_is_taken_back_by_itself(tmp_path: Path, broken: str) -> None:
    state = tmp_path / "state"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with running(state, gateway={"port": free_port()}) as app:
            good = (state / "clawdbot.json").read_text()
            other = good.replace(f'"port": {app.port}', f'"port": {taken.getsockname()[1]}')
            assert other != good
            broken_text = good.replace(f'"port": {app.port}', '"port": "no number"')
            backup = await asyncio.to_thread(elsewhere, tmp_path / "other", broken_text if broken == "value" else other)
            async with app.client() as client:
                await client.call("backup.restore", id=backup)
                assert (await client.until("shutdown")) == {"reason": "gateway restarting", "restartExpectedMs": 3000}
            known = await ended(app)
            last = known["last"]
            assert last["title"] == "The restore did not work", known  # type: ignore[index]
            assert last["takenBack"]  # type: ignore[index]
            assert (state / "clawdbot.json").read_text() == good
            async with app.client() as client:
                notices = (await client.call("status"))["desktop"]["notices"]  # type: ignore[index]
                assert [one["title"] for one in notices if one["id"] == "backup.restored"] == [last["title"]]  # type: ignore[index]


async def test_it_stands_in_the_ledger_that_was_rolled_back(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        async with app.client() as client:
            made = await client.call("backup.create")
            await client.call("backup.verify", id=made["id"])
            assert "backup.verified" in [act for act, _, _ in await ledger(client)]
            await client.call("backup.restore", id=made["id"])
        last = (await ended(app))["last"]
        async with app.client() as client:
            rows = await ledger(client)
            assert "backup.verified" not in [act for act, _, _ in rows], "it ends where the backup was made"
            assert ("backup.restored", Path(str(made["path"])).name, True) in rows
            assert (await client.call("status"))["desktop"]["secretsState"] == "", "the keyring was not needed"  # type: ignore[index]
            await client.call("backup.undo", id=last["undo"])  # type: ignore[index]
        await ended(app)
        async with app.client() as client:
            rows = await ledger(client)
            assert {act for act, _, _ in rows} >= {"backup.verified", "backup.undone"}
            assert not any(act == "audit.lost" for act, _, _ in rows)


async def ledger(client: Client) -> list[tuple[str, str, bool]]:
    return [(row["act"], row["subject"], row["ok"]) for row in (await client.call("audit.list"))["entries"]]  # type: ignore[attr-defined, index]
