"""Without an application the command answers as the gateway does, and keeps others from the folder meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from backup_desk_stage import DeskStage
from drill_stage import DrillStage
from result_shapes import misfit

from clawd_desktop.backup.desk import BackupDesk
from clawd_desktop.backup.drill_desk import DrillDesk
from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.backup_alone import Alone, alone
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import AlreadyRunning, BadInput
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.core.values import JsonObject, as_text
from clawd_desktop.gateway.results.backups import BackupAttempt, BackupContent, BackupDrill, BackupList, BackupsPruned

WORDS = "four words of mine"


def alone_with(stage: DeskStage, desk: BackupDesk) -> Alone:
    drills = DrillDesk(desk, NoticeBoard(stage.bus), dict(os.environ))
    return Alone(desk, stage.state, stage.secrets, drills)


async def test_a_drill_without_an_application(tmp_path: Path) -> None:
    stage = DrillStage(tmp_path)
    here = alone_with(stage, await stage.desk())
    made = await here.ask("backup.create", {})
    found = await here.ask("backup.drill", {})
    assert (misfit(BackupDrill, found), found["ok"]) == ("", True), found
    found = await here.ask("backup.drill", {"id": made["id"]})
    assert found["ok"] is True
    listed = await alone_with(stage, await stage.desk()).ask("backup.list", {})
    assert misfit(BackupList, listed) == ""
    assert listed["lastDrill"]["backup"] == made["id"]  # type: ignore[index, call-overload]


async def test_the_answers_have_the_forms_of_the_gateway(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    here = alone_with(stage, await stage.desk())
    made = await here.ask("backup.create", {"areas": ["config"], "note": "x", "passphrase": WORDS})
    assert misfit(BackupAttempt, made) == ""
    assert made["sealed"] is True
    assert misfit(BackupList, await here.ask("backup.list", {})) == ""
    for method in ("backup.verify", "backup.show"):
        found = await here.ask(method, {"id": made["id"], "passphrase": WORDS})
        assert misfit(BackupContent, found) == ""
        assert found["note"] == "x"
        with pytest.raises(BadInput):
            await here.ask(method, {"id": made["id"], "passphrase": "others"})
    assert misfit(BackupsPruned, await here.ask("backup.prune", {"dryRun": True})) == ""


async def test_the_folder_is_owned_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = DeskStage(tmp_path)
    desk = await stage.desk()
    here, owned = alone_with(stage, desk), []
    made = await here.ask("backup.create", {"areas": ["config"]})

    def taken(self: safeio.FolderLock) -> None:
        owned.append(True)
        raise AlreadyRunning("Another process uses it.", pid=1)

    monkeypatch.setattr(safeio.FolderLock, "acquire", taken)
    for method in ("backup.create", "backup.prune"):
        with pytest.raises(AlreadyRunning):
            await here.ask(method, {})
    assert len(owned) == 2
    assert (await here.ask("backup.verify", {"id": made["id"]}))["id"] == made["id"]


async def test_in_this_process(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    stage.paths.config_file.write_text("{}")
    told: list[JsonObject] = []
    async with alone(Arguments(data_dir=stage.state), told.append) as here:
        made = await here.ask("backup.create", {"areas": ["sessions"], "folder": str(tmp_path / "stick")})
    assert Path(as_text(made["path"])).parent == tmp_path / "stick"
    assert told
    assert set(told[0]) == {"stage", "done", "total", "file"}
