"""Backups over a real socket: made, listed, read back, shown, pruned, stopped, and written down."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import apsw
import pytest
from backup_desk_stage import damage
from running_gateway import Client, Refusal, Running, running

from clawd_desktop.backup import archive_reader
from clawd_desktop.backup.member_names import Disk


async def _acts(client: Client, act: str) -> list[object]:
    return [row["subject"] for row in (await client.call("audit.list"))["entries"] if row["act"] == act]  # type: ignore[index, attr-defined]


async def test_made_listed_read_back_and_shown(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert (await client.call("backup.list"))["backups"] == []
        made = await client.call("backup.create", note="one")
        assert Path(str(made["path"])).is_file()
        ended = await client.until("backup.ended", ok=True)
        assert ended["path"] == made["path"]
        listed = await client.call("backup.list")
        assert listed["backups"] == [made]
        assert listed["newestGoodMs"] == made["atMs"]
        verified = await client.call("backup.verify", id=made["id"])
        shown = await client.call("backup.show", id=str(made["id"])[:8])
        assert verified == shown
        assert [area["name"] for area in shown["areas"]] == made["areas"]  # type: ignore[index, attr-defined]
        assert (shown["note"], shown["secrets"]) == ("one", "out")
        assert await _acts(client, "backup.created") == [made["id"]]
        assert await _acts(client, "backup.verified") == [made["id"]]


async def test_the_databases_that_are_open_come_along_whole(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        await client.call("metrics.history", key="system.cpuUsage", sinceMs=1)  # opens it
        database = app.state / "clawd-desktop" / "metrics.sqlite"
        assert database.with_name("metrics.sqlite-wal").exists(), "it is in use"
        made = await client.call("backup.create", areas=["measurements"])
        assert made["warnings"] == []
    out = tmp_path.with_name(f"{tmp_path.name}-out")
    await asyncio.to_thread(archive_reader.extract, Path(str(made["path"])), None, lambda entry: True, out, Disk())
    (copy,) = out.glob("measurements/clawd-desktop/metrics.sqlite*")
    connection = apsw.Connection(str(copy))
    assert connection.execute("PRAGMA integrity_check").get == "ok"
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE type='table'").get > 0
    connection.close()


async def test_damage_is_refused_with_its_place(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        made = await client.call("backup.create", areas=["config"])
        damage(Path(str(made["path"])))
        with pytest.raises(Refusal, match="clawd-backup"):
            await client.call("backup.verify", id=made["id"])
        (row,) = (await client.call("backup.list"))["backups"]  # type: ignore[misc]
        assert "verifiedMs" not in row
        assert row["text"]


async def test_a_passphrase_and_a_folder(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        folder = str(tmp_path.with_name(f"{tmp_path.name}-stick"))
        made = await client.call("backup.create", areas=["config"], folder=folder, passphrase="four words of mine")
        assert Path(str(made["path"])).parent == Path(folder)
        assert made["sealed"] is True
        with pytest.raises(Refusal, match="passphrase"):
            await client.call("backup.verify", id=made["id"])
        with pytest.raises(Refusal, match="passphrase"):
            await client.call("backup.verify", id=made["id"], passphrase="other words")
        assert (await client.call("backup.verify", id=made["id"], passphrase="four words of mine"))["id"] == made["id"]
        with pytest.raises(Refusal, match="must be absolute"):
            await client.call("backup.create", folder="here")
        told = str((await client.call("audit.list"))["entries"])
        assert "words" not in told


async def test_pruned_by_the_settings(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        made = await client.call("backup.create", areas=["config"])
        shown = await client.call("backup.prune", dryRun=True)
        assert (shown["removed"], shown["bytes"]) == (0, 0)
        assert [row["kept"] for row in shown["backups"]] == [True]  # type: ignore[index, attr-defined]
        path = Path(str(made["path"]))
        for number in range(2):  # as if they were months old
            old = path.with_name(path.name.replace(_stamp(path), f"20250{number + 1}01T000000Z"))
            shutil.copy(path, old)
        before = len([*path.parent.iterdir()])
        shown = await client.call("backup.prune", dryRun=True)
        going = {row["id"] for row in shown["backups"] if not row["kept"]}  # type: ignore[index, attr-defined]
        assert len([*path.parent.iterdir()]) == before
        pruned = await client.call("backup.prune")
        assert pruned["removed"] == len(going)
        assert len([*path.parent.iterdir()]) == before - len(going)
        assert set(await _acts(client, "backup.pruned")) == going


def _stamp(path: Path) -> str:
    return next(part for part in path.name.split("-") if part.endswith("Z"))


async def test_one_at_a_time_and_stopped(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client, app.client() as other:
        folder = tmp_path.with_name(f"{tmp_path.name}-stick")
        _grow(app)
        making = await client.send("backup.create", folder=str(folder))
        async with asyncio.timeout(30):
            progress = await other.until("backup.progress")
        assert progress["stage"] in ("write", "verify")
        with pytest.raises(Refusal, match="already"):
            await other.call("backup.create")
        assert await other.call("backup.stop") == {"stopped": True}
        answer = await client.final(making)
        assert answer["ok"] is False
        assert [*folder.iterdir()] == []
        assert await other.call("backup.stop") == {"stopped": False}
        assert len(await _acts(client, "backup.stopped")) == 1


def _grow(app: Running) -> None:
    folder = app.state / "skills" / "big"
    folder.mkdir(parents=True)
    for number in range(8):
        (folder / f"{number}.bin").write_bytes(os.urandom(8 << 20))


async def test_the_application_knows_how_old_the_newest_is(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        report = await client.call("doctor.run")
        before = {row["id"] for row in report["findings"]}  # type: ignore[index, attr-defined]
        assert [name for name in before if name.startswith("traces.backups")] != []
        await client.call("backup.create", areas=["config"])  # which is none of all
        assert "newestGoodMs" not in await client.call("backup.list")
        await client.call("backup.create")
        report = await client.call("doctor.run")
        rows = {row["id"]: row["severity"] for row in report["findings"]}  # type: ignore[index, attr-defined]
        assert {name: rows[name] for name in rows if str(name).startswith("traces.backups")} == {
            "traces.backups.untried": "info"
        }


async def test_one_portable_file_of_it(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        made = await client.call("backup.create", areas=["config"])
        target = tmp_path.with_name(f"{tmp_path.name}-portable.tar.zst.age")
        exported = await client.call("backup.export", id=made["id"], file=str(target), lock="four words of mine")
        assert (exported["path"], exported["id"], exported["sealed"]) == (str(target), made["id"], True)
        assert exported["size"] == target.stat().st_size
        shown = await client.call("backup.show", id=str(target), passphrase="four words of mine")
        assert shown["id"] == made["id"]
        with pytest.raises(Refusal, match="must be absolute"):
            await client.call("backup.export", id=made["id"], file="x")
        with pytest.raises(Refusal, match="already"):
            await client.call("backup.export", id=made["id"], file=str(target))
        assert await _acts(client, "backup.exported") == [made["id"]]
        (place,) = (await client.call("backup.list", remote=True))["places"]  # type: ignore[misc]
        assert (place["kind"], "text" in place) == ("store", False)
