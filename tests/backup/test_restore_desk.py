"""Restores of a process that goes on: each way in which one ends, and who is told of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from foreign_archives import by_the_script
from restore_desk_stage import Process, process
from swap_stage import seen

from clawd_desktop.backup import one_at_a_time
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.lifetime import Lifetime
from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.restore_desk import NOTICE, RestoreDesk
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.taking import Wish, take
from clawd_desktop.core.errors import BadInput, Busy, NotFound, StorageFault
from clawd_desktop.core.events import RestoreEnded
from clawd_desktop.core.notices import Severity
from clawd_desktop.system.secrets import SecretStore

PASSPHRASE = "correct horse battery"  # noqa: S105
TOKEN = "the token of the gateway"  # noqa: S105


@pytest.fixture(autouse=True)
def told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step of the way is told, also those that follow each other fast."""
    monkeypatch.setattr(one_at_a_time, "TOLD_EVERY_S", 0.0)


async def saved(app: Process) -> str:
    """A backup of all that is there; its id. What is there is another thing afterwards."""
    record = await app.backups.create(Order())
    app.notes.write_text("spoiled")
    return record.id


def everything(app: Process) -> dict[str, object]:
    """What lies there, but for what tells of backups and the folder of undos while it is empty."""
    apart = (
        "state/clawd-desktop/backups",
        "state/clawd-desktop/undo",
        "state/clawd-desktop.lock",
        "state/clawd-desktop",
    )
    root = app.stage.paths.home
    cache = str(app.stage.paths.cache.relative_to(root)) if app.stage.paths.cache.is_relative_to(root) else "-"
    return {
        path: what for path, what in seen(root).items()
        if path not in apart and not path.startswith((*apart[:2], cache)) and "backups" not in path
    }  # fmt: skip


async def test_all_comes_back_and_the_next_run_tells_of_it(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        await app.restores.begin(name, None, page="backup")
        assert app.restores.can_stop
        outcome = await app.over()
        assert (app.restores.can_stop, app.restores.unseen) == (False, True)
        assert outcome.report is not None
        assert (app.notes.read_text(), app.runs) == ("# Memory\n", ["", ""])
        assert outcome.report.safety is not None
        assert outcome.report.safety.is_file()
        assert app.restores.page == "backup"
        undo = outcome.report.id
        text = f"The backup was restored. {outcome.what}."
        assert app.told == [(1, RestoreEnded(True, undo, text, outcome.what))]
        (notice,) = [one for one in app.notices.current() if one.id == NOTICE]
        assert [action.id for action in notice.actions] == [f"backup.undo:{undo}"]
        assert [one.id for one in await app.restores.undoable()] == [undo]
        app.notes.write_text("since")
        app.restores.begin_undo(undo)
        outcome = await app.over()
        assert outcome.undone is not None
        assert (app.notes.read_text(), len(app.runs), app.told[-1][0]) == ("spoiled", 3, 2)
        assert app.told[-1][1].takes_back
        assert app.notes in outcome.undone.since
        (notice,) = [one for one in app.notices.current() if one.id == NOTICE]
        assert "Files written since: " in notice.text


async def test_only_what_was_chosen(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        other = app.state / "usage" / "2026-11.jsonl"
        other.write_text("spoiled")
        await app.restores.begin(name, Choice(paths=frozenset({("measurements", "usage/2026-11.jsonl")})))
        await app.over()
        assert (app.notes.read_text(), other.read_text()) == ("spoiled", '{"day":1}\n')


async def test_a_run_that_does_not_work_is_taken_back(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        app.wrong = lambda: "" if app.notes.read_text() == "spoiled" else "The port is taken."
        await app.restores.begin(name, None)
        outcome = await app.over()
        assert outcome.report is not None
        assert (app.notes.read_text(), outcome.report.taken_back) == ("spoiled", "The port is taken.")
        assert app.runs == ["", "The port is taken.", ""]
        ((number, event),) = app.told
        assert (number, event.ok, event.undo) == (2, False, "")
        (notice,) = [one for one in app.notices.current() if one.id == NOTICE]
        assert (notice.severity, notice.actions) == (Severity.WARNING, ())


async def test_a_configuration_that_is_broken_is_taken_back(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        good = app.stage.paths.config_file.read_text()
        app.stage.paths.config_file.write_text('{"gateway": {"port": "no number"}}')
        record = await app.backups.create(Order(areas=("config",)))
        app.stage.paths.config_file.write_text(good)
        await app.restores.begin(record.id, None)
        outcome = await app.over()
        assert outcome.report is not None
        assert outcome.report.taken_back
        assert app.stage.paths.config_file.read_text() == good
        assert [bool(one) for one in app.runs] == [False, True, False]


async def test_a_run_that_cannot_start_is_taken_back(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        app.fails = lambda: "" if app.notes.read_text() == "spoiled" else "The disk refuses."
        await app.restores.begin(name, None)
        outcome = await app.over()
        assert outcome.report is not None
        assert outcome.report.taken_back == "The disk refuses."
        assert app.runs == ["", "The disk refuses.", ""]


async def test_a_run_that_crashes_is_taken_back(tmp_path: Path) -> None:
    def crashes() -> str:
        if app.notes.read_text() == "spoiled":
            return ""
        raise RuntimeError("database disk image is malformed")

    async with process(tmp_path) as app:
        name = await saved(app)
        app.wrong = crashes
        await app.restores.begin(name, None)
        outcome = await app.over()
        assert outcome.report is not None
        assert outcome.report.taken_back == "RuntimeError: database disk image is malformed."
        assert app.notes.read_text() == "spoiled"
        assert app.runs == ["", ""]


async def test_one_that_does_not_end_leaves_all_as_it_is(tmp_path: Path) -> None:
    lifetime = Lifetime(ended_within_s=0.05, started_within_s=5.0)
    async with process(tmp_path, lifetime) as app:
        name = await saved(app)
        slow = app.backups.close
        held = asyncio.Event()

        async def close() -> None:
            await held.wait()
            await slow()

        app.backups.close = close  # type: ignore[method-assign]
        before = everything(app)
        await app.restores.begin(name, None)
        while app.restores.progress is None or app.restores.progress.stage != "swap":
            await asyncio.sleep(0.005)
        asyncio.get_running_loop().call_later(0.5, held.set)
        outcome = await app.over()
        assert outcome.fault is not None
        assert "did not stop within" in outcome.fault.message
        assert (everything(app), app.runs) == (before, ["", ""])
        assert app.told[0][0] == 1


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice(frozenset({"nowhere"})), "holds no nowhere"),
        (Choice(paths=frozenset({("workspace-main", "no/such/file")})), "can be restored on this computer"),
        (Choice(paths=frozenset({("workspace-main", "../../../etc/passwd")})), "can be restored on this computer"),
    ],
)
async def test_a_choice_that_cannot_be_met_changes_nothing(tmp_path: Path, choice: Choice, words: str) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        before = everything(app)
        await app.restores.begin(name, choice)
        outcome = await app.over()
        assert isinstance(outcome.fault, BadInput)
        assert words in outcome.fault.sentence()
        assert (everything(app), app.runs) == (before, [""]), "nothing ended for it"
        assert [(number, event.ok, event.what) for number, event in app.told] == [(0, False, outcome.what)]
        assert await app.restores.undoable() == ()


async def test_a_damaged_one_changes_nothing(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        path = await app.backups.path_of(name)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        await app.restores.begin(name, None)
        outcome = await app.over()
        assert outcome.fault is not None
        assert str(path) in outcome.fault.sentence()
        assert app.runs == [""]


@pytest.mark.parametrize("which", ["nothing", "", "~nobodyatall/x", "a\0b", "/dev/zero"])
async def test_what_is_no_backup_is_refused_at_once(tmp_path: Path, which: str) -> None:
    async with process(tmp_path) as app:
        await saved(app)
        with pytest.raises((NotFound, BadInput, StorageFault)):
            await app.restores.begin(which, None)
        assert not app.restores.working


@pytest.mark.parametrize("stage", ["verify", "extract", "write"])
async def test_stopped_before_anything_is_exchanged_leaves_no_trace(tmp_path: Path, stage: str) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        before, backups = everything(app), len(await app.backups.all())
        app.stages.clear()
        answers: list[bool] = []
        app.at[stage] = lambda: answers.append(app.restores.stop())
        await app.restores.begin(name, None)
        async with asyncio.timeout(30):
            while app.restores.working:
                await asyncio.sleep(0.005)
        assert answers == [True], app.stages
        assert (app.restores.outcome, app.told, app.runs) == (None, [], [""])
        assert (everything(app), len(await app.backups.all())) == (before, backups)
        assert not any((app.state / "clawd-desktop" / "undo").glob("*Z-*"))


async def test_too_late_to_stop(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        answers: list[bool] = []
        app.wrong = lambda: str(answers.append(app.restores.can_stop or app.restores.stop()) or "")
        await app.restores.begin(name, None)
        outcome = await app.over()
        assert (answers, app.notes.read_text()) == ([False], "# Memory\n")
        assert outcome.report is not None
        assert not app.restores.stop(), "nothing is being done"


async def test_two_at_once(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        began = await asyncio.gather(
            app.restores.begin(name, None), app.restores.begin(name, None), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in began) == ["Busy", "NoneType"]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await app.restores.look(name)
        with pytest.raises(Busy):
            app.restores.begin_undo("x")
        assert (await app.over()).report is not None


@pytest.mark.parametrize("stage", ["verify", "extract", "write", "swap"])
async def test_the_application_is_quit_meanwhile(tmp_path: Path, stage: str) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        app.stages.clear()
        app.at[stage] = app.quit.set
        await app.restores.begin(name, None)
        async with asyncio.timeout(30):
            while app.restores.working:
                await asyncio.sleep(0.005)
        assert stage in app.stages
        # All of it, or nothing: past the point of no return it is finished for the next start.
        assert app.notes.read_text() == ("# Memory\n" if stage == "swap" else "spoiled")
        assert len(app.runs) == 1


async def test_secrets_of_a_sealed_one_go_to_the_keyring(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        await app.stage.secrets.use_vault("opens the vault")
        app.stage.usual.mkdir()
        wish = Wish(app.stage.usual, lock=Lock(PASSPHRASE), keyring={"gateway.auth.token": TOKEN})
        path = (await asyncio.to_thread(take, app.backups.ground(), wish)).path
        app.notes.write_text("spoiled")
        with pytest.raises(BadInput):
            await app.restores.look(str(path))
        with pytest.raises(BadInput):
            await app.restores.look(str(path), Keys("wrong"))
        assert (await app.restores.look(str(path), Keys(PASSPHRASE))).manifest.secrets == "sealed"
        await app.restores.begin(str(path), None, Keys(PASSPHRASE))
        outcome = await app.over()
        assert outcome.report is not None
        assert (outcome.report.secrets, outcome.report.warnings) == ({}, outcome.report.warnings)
        assert not any("keyring" in one for one in outcome.report.warnings)
        assert await app.stage.secrets.get("gateway.auth.token") == TOKEN


async def test_a_keyring_that_is_locked_is_a_warning(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        await app.stage.secrets.use_vault("opens the vault")
        app.stage.usual.mkdir()
        wish = Wish(app.stage.usual, lock=Lock(PASSPHRASE), keyring={"gateway.auth.token": TOKEN})
        path = (await asyncio.to_thread(take, app.backups.ground(), wish)).path
        app.notes.write_text("spoiled")
        # As after a start in which nobody opened it.
        app.stage.secrets = SecretStore(app.stage.paths.own, {}, app.stage.bus, app.stage.clock, timeout=5.0)
        await app.restores.begin(str(path), None, Keys(PASSPHRASE))
        outcome = await app.over()
        assert outcome.report is not None
        assert app.notes.read_text() == "# Memory\n"
        assert any("gateway.auth.token is not in the keyring" in one for one in outcome.report.warnings)
        assert TOKEN not in repr(outcome)
        assert app.told[-1][1].ok


async def test_a_locked_one_opens_with_the_settings_and_a_lost_keyring_stops_nobody(tmp_path: Path) -> None:
    sealed = {"passphrase": "keyring:backup.passphrase"}
    async with process(tmp_path, sealed=sealed) as app:
        await app.stage.secrets.use_vault("opens the vault")
        await app.stage.secrets.set("backup.passphrase", PASSPHRASE)
        name = await saved(app)
        assert (await app.restores.look(name)).areas
        app.stage.secrets = SecretStore(app.stage.paths.own, {}, app.stage.bus, app.stage.clock, timeout=5.0)
        app.restores.begin_undo("nothing")  # a new run, with the keyring that nobody opened
        assert isinstance((await app.over()).fault, NotFound)
        assert len(app.runs) == 2
        with pytest.raises(BadInput, match="passphrase|sealed"):
            await app.restores.look(name)
        await app.restores.begin(name, None, Keys(PASSPHRASE))
        outcome = await app.over()
        assert outcome.report is not None, outcome.fault
        assert app.notes.read_text() == "# Memory\n"
        assert outcome.report.safety is not None


async def test_the_keyring_is_not_asked_without_need(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        await app.restores.look(name)
        await app.restores.begin(name, None)
        await app.over()
        assert not app.stage.secrets.asked


async def test_an_archive_of_the_course_s_script(tmp_path: Path) -> None:
    other = tmp_path / "other"
    for path, text in (
        (".clawdbot/clawdbot.json", "{}"),
        ("clawd/MEMORY.md", "of the other"),
        (".clawdbot/state/agents/x", ""),
    ):
        (other / path).parent.mkdir(parents=True, exist_ok=True)
        (other / path).write_text(text)
    archive = await asyncio.to_thread(by_the_script, other, tmp_path / "archives")
    async with process(tmp_path / "home") as app:
        shown = await app.restores.look(str(archive))
        assert "workspace-main" in [area.area for area in shown.areas]
        await app.restores.begin(str(archive), None)
        outcome = await app.over()
        assert outcome.fault is None
        assert app.notes.read_text() == "of the other"


async def test_the_difference_of_a_text(tmp_path: Path) -> None:
    async with process(tmp_path) as app:
        name = await saved(app)
        lines = await app.restores.difference(name, "workspace-main", "MEMORY.md")
        assert ("-spoiled" in lines, "+# Memory" in lines) == (True, True)
        for area, path in (("workspace-main", "none"), ("nowhere", "MEMORY.md"), ("workspace-main", "../MEMORY.md")):
            with pytest.raises(NotFound):
                await app.restores.difference(name, area, path)


async def test_nobody_is_here_yet() -> None:
    with pytest.raises(Busy, match="not started yet"):
        await RestoreDesk(Lifetime()).begin("x", None)
