"""A backup is made before a restore, and before another version of the program changes what is there."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from backup_desk_stage import DeskStage
from running_gateway import running

from clawd_desktop import __version__
from clawd_desktop.backup import archive_reader
from clawd_desktop.backup.before import NOTICE, VERSION, before, before_version
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.tasks import spawn


async def started(stage: DeskStage, version: str, **backup: object) -> tuple[list[BackupRecord], NoticeBoard]:
    """The backups of a start with that version, and what it tells."""
    notices = NoticeBoard(stage.bus)
    known = {record.id for record in await (await stage.desk(**backup)).remembered()}
    desk = await stage.desk(**backup)
    await before_version(version, desk, notices, asyncio.Event())
    return [record for record in await desk.remembered() if record.id not in known], notices


def version_of(stage: DeskStage) -> str:
    return (stage.paths.own / VERSION).read_text().strip()


async def test_it_lies_in_the_usual_folder_with_its_cause(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    path = await before("update", await stage.desk(destinations=[{"path": str(tmp_path / "away")}]), "before 2.0")
    assert path.parent == stage.usual
    manifest = archive_reader.verify(path)
    assert (manifest.cause, manifest.note) == ("update", "before 2.0")


async def test_a_passphrase_that_cannot_be_read_keeps_nobody_from_it(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    await stage.secrets.use_vault("opens the vault")
    desk = await stage.desk(sealed={"passphrase": "keyring:backup.passphrase"})
    path = await before("restore", desk, "before b")
    assert archive_reader.verify(path).cause == "restore"


async def test_once_for_each_version(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    (adopted,), _ = await started(stage, "1.0")
    assert (adopted.cause, adopted.ok) == ("migration", True)
    assert (await started(stage, "1.0"))[0] == []
    (updated,), notices = await started(stage, "2.0")
    assert (updated.cause, updated.ok, updated.verified_ms > 0) == ("update", True, True)
    assert (await started(stage, "2.0"))[0] == []
    assert (version_of(stage), notices.current()) == ("2.0", ())


async def test_where_nobody_was_before_there_is_nothing_to_keep(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    (stage.state / "agents/main/sessions/s1.jsonl").unlink()
    assert (await started(stage, "1.0"))[0] == []
    assert version_of(stage) == "1.0"


async def test_whoever_wants_none_by_themselves_gets_none(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    assert (await started(stage, "1.0", enabled=False))[0] == []
    assert version_of(stage) == "1.0"


async def test_without_one_the_start_goes_on_and_says_so(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    stage.usual.parent.mkdir(parents=True, exist_ok=True)
    stage.usual.write_text("in the way")
    (failed,), notices = await started(stage, "1.0")
    assert failed.ok is False
    (notice,) = notices.current()
    assert (notice.id, notice.announce) == (NOTICE, True)
    assert notice.text.startswith(failed.text)


async def test_who_quits_meanwhile_is_not_held_up(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    (tmp_path / "clawd" / "big.bin").write_bytes(os.urandom(64 << 20))
    desk, quits = await stage.desk(), asyncio.Event()
    start = spawn(before_version("1.0", desk, NoticeBoard(stage.bus), quits), name="start", awaited=True)
    async with asyncio.timeout(10):
        while desk.progress is None:
            await asyncio.sleep(0)
        quits.set()
        await start
    assert stage.leftovers() == []
    with pytest.raises(FileNotFoundError):
        version_of(stage)
    (made,), _ = await started(stage, "1.0")
    assert made.ok


async def test_the_application_does_it_before_it_opens_anything(tmp_path: Path) -> None:
    state = tmp_path / "state"
    async with running(state) as app, app.client() as client:
        assert (await client.call("backup.list"))["backups"] == []
        await client.call("chat.send", sessionKey="main", message="remember", idempotencyKey="1")
        await client.until("chat", state="final")
    version = state / "clawd-desktop" / VERSION
    assert version.read_text().strip() == __version__
    version.write_text("0.0.1")
    async with running(state) as app, app.client() as client:
        (made,) = (await client.call("backup.list"))["backups"]  # type: ignore[misc]
        assert (made["cause"], made["ok"]) == ("update", True)
    async with running(state) as app, app.client() as client:
        assert len((await client.call("backup.list"))["backups"]) == 1  # type: ignore[arg-type]
