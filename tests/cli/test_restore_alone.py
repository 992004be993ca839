"""The answers of a restore in this process: the same as the gateway's, for the same questions."""

from __future__ import annotations

from pathlib import Path

import pytest
from result_shapes import misfit

from clawd_desktop.cli.arguments import Arguments
from clawd_desktop.cli.backup_alone import alone
from clawd_desktop.cli.restore_alone import here
from clawd_desktop.core.errors import AlreadyRunning, BadInput, NotFound
from clawd_desktop.core.safeio import FolderLock
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.results.restores import RestoreOutcome, RestorePreview, RestoresKnown


@pytest.fixture
def arguments(tmp_path: Path, home: Path) -> Arguments:
    state = tmp_path / "state"
    state.mkdir()
    (state / "clawdbot.json").write_text("{}")
    (state / "notes.txt").write_text("first")
    return Arguments(command="restore", data_dir=state)


async def saved(arguments: Arguments) -> str:
    async with alone(arguments, lambda _: None) as desk:
        return str((await desk.ask("backup.create", {}))["path"])


async def test_it_answers_as_the_gateway_does(arguments: Arguments) -> None:
    path, told = await saved(arguments), list[JsonObject]()
    assert arguments.data_dir is not None
    notes = arguments.data_dir / "notes.txt"
    notes.write_text("second, longer")
    async with here(arguments, told.append) as where:
        shown = await where.ask("backup.preview", {"id": path})
        assert misfit(RestorePreview, shown) == ""
        assert told
        done = await where.done("backup.restore", {"id": path, "areas": ["other"], "files": []})
        assert misfit(RestoreOutcome, done) == ""
        assert (done["ok"], done["what"], notes.read_text()) == (True, Path(path).name, "first")
        known = await where.ask("backup.restores", {})
        assert misfit(RestoresKnown, known) == ""
        undone = await where.done("backup.undo", {"id": str(done["undo"])})
        assert misfit(RestoreOutcome, undone) == ""
        assert (undone["title"], notes.read_text()) == ("The restore was taken back", "second, longer")
        with pytest.raises(NotFound):
            await where.done("backup.undo", {"id": "nothing"})
        with pytest.raises(BadInput, match="holds no nowhere"):
            await where.done("backup.restore", {"id": path, "areas": ["nowhere"]})
        with pytest.raises(NotFound):
            await where.ask("backup.preview", {"id": "nothing"})


async def test_not_beside_an_application_that_runs(arguments: Arguments) -> None:
    assert arguments.data_dir is not None
    lock = FolderLock(arguments.data_dir)
    lock.acquire()
    try:
        with pytest.raises(AlreadyRunning) as refused:
            async with here(arguments, lambda _: None):
                pass
        assert refused.value.hint == "End it first: clawd-desktop quit"
    finally:
        lock.release()
