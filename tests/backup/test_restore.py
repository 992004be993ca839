"""A backup comes back in place: all of it or parts, with a running application or none; and goes back by itself."""

from __future__ import annotations

import errno
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from backup_stage import ground_at, put, rows_of
from restore_stage import KEYRING, Home, fails, home_at, spoil
from swap_stage import breaking, seen

from clawd_desktop.backup import restore, swap, undo
from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.archive_writer import ArchiveWriter
from clawd_desktop.backup.manifest import Entry, Root
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.staging import Site
from clawd_desktop.backup.standstill import Application, Owner, alone
from clawd_desktop.config.json5 import parse
from clawd_desktop.core.errors import AlreadyRunning, BadInput, Busy, ClawdError, Refused, StorageFault, Unavailable
from clawd_desktop.core.new_file import NewFile
from clawd_desktop.core.safeio import FolderLock

ALL = (
    "config", "approvals", "sessions", "memory", "automation", "channels", "skills", "settings", "measurements",
    "agents", "workspace-main", "other",
)  # fmt: skip


@pytest.fixture
def house(tmp_path: Path) -> Home:
    return home_at(tmp_path / "house")


def state_of(house: Home, *names: str) -> dict[str, bytes]:
    return {name: (house.state / name).read_bytes() for name in names}


def test_everything_comes_back_and_undo_brings_the_spoiled(house: Home) -> None:
    backup = house.backup()
    before = house.seen()
    spoil(house)
    spoiled = house.seen()
    report = restore.restore(backup, house.site, house.order(ALL))
    after = house.seen()
    rebuilt = {path for path in before if path.endswith((".sqlite", ".seal", ".sqlite-wal", ".sqlite-shm"))}
    secret_files = {path for path in before if b"canary" in before[path][2]}
    different = {path for path in before | after if before.get(path) != after.get(path)}
    assert different <= rebuilt | secret_files
    for path in ("clawdbot.json", "agents/main/agent/models.json", "cron/jobs.json", "parts/more.json5"):
        assert parse(after[f".clawdbot/{path}"][2]) == parse(before[f".clawdbot/{path}"][2])
    assert rows_of(house.state / "memory" / "main.sqlite") == 100
    assert not (house.state / "memory" / "main.sqlite-wal").exists()
    assert not (house.state / "memory" / "main.sqlite.seal").exists()
    assert house.safeties == [report.safety]
    assert report.taken_back == ""
    lost = {one.path for area in report.areas for one in area.files if one.state == "would be lost"}
    assert {"agents/main/sessions/s2.jsonl", "later.md"} <= lost
    assert any("WhatsApp" in text or "Conversations" in text for text in report.warnings)
    restore.take_back(house.site, report.id, Owner(house.state))
    assert house.seen() == spoiled


def test_secrets_stay_where_the_backup_left_them_out(house: Home) -> None:
    backup = house.backup()
    before = house.seen()
    report = restore.restore(backup, house.site, house.order(ALL))
    config = house.ground.paths.config_file
    assert parse(config.read_bytes()) == parse(before[".clawdbot/clawdbot.json"][2])
    assert "left-out" not in config.read_text()
    assert "gateway.auth.password" in report.filled
    assert report.unknown == ()
    after = house.seen()
    whole = ("credentials/oauth.json", ".env", "identity/device.json", "agents/main/agent/auth-profiles.json")
    for path in (*(f".clawdbot/{one}" for one in whole), "clawd/.env"):
        assert b"canary" in after[path][2]
        assert after[path] == before[path]


def test_secrets_that_nobody_knows_are_named(house: Home, tmp_path: Path) -> None:
    backup = house.backup()
    fresh = Home(tmp_path / "fresh", ground_at(tmp_path / "fresh"))
    (fresh.folder / "backups").mkdir(parents=True)
    fresh.state.mkdir()
    order = replace(fresh.order(ALL), safety=lambda: Path("none"))
    report = restore.restore(backup, fresh.site, order)
    assert "gateway.auth.password" in report.unknown
    assert report.filled == ()
    assert (fresh.folder / "clawd" / "MEMORY.md").read_text() == "# Memory\n"
    assert (fresh.state / "agents/main/sessions/s1.jsonl").read_bytes() == (
        house.state / "agents/main/sessions/s1.jsonl"
    ).read_bytes()


def test_a_sealed_backup_brings_the_keyring_and_all_secrets_to_a_fresh_computer(house: Home, tmp_path: Path) -> None:
    backup = house.backup(sealed=True)
    fresh = Home(tmp_path / "fresh", ground_at(tmp_path / "fresh"))
    fresh.state.mkdir(parents=True)
    order = replace(fresh.order((*ALL, "secrets")), safety=lambda: Path("none"))
    report = restore.restore(backup, fresh.site, order)
    assert report.secrets == KEYRING
    assert "the token" not in repr(report)
    assert (fresh.state / "credentials/oauth.json").read_bytes() == (
        house.state / "credentials/oauth.json"
    ).read_bytes()
    for path in fresh.folder.rglob("*"):
        assert path.is_dir() or b"the token of the gateway" not in path.read_bytes(), path


def test_on_a_fresh_computer_the_workspace_lands_where_the_restored_configuration_says(
    house: Home, tmp_path: Path
) -> None:
    text = house.ground.paths.config_file.read_text()
    house.ground.paths.config_file.write_text(
        text.replace("{\n", '{\n  "agents": {"defaults": {"workspace": "~/work"}},\n', 1)
    )
    backup = house.backup()
    fresh = Home(tmp_path / "fresh", ground_at(tmp_path / "fresh"))
    fresh.state.mkdir(parents=True)
    restore.restore(backup, fresh.site, replace(fresh.order(ALL), safety=lambda: Path("none")))
    assert (fresh.folder / "work" / "MEMORY.md").exists()
    assert not (fresh.folder / "clawd").exists()


def test_a_state_folder_that_was_deleted_comes_back(house: Home) -> None:
    backup = house.backup()
    before = house.seen()
    shutil.rmtree(house.state)
    shutil.rmtree(house.folder / "clawd")
    report = restore.restore(backup, house.site, house.order(ALL))
    after = house.seen()
    assert report.safety is None
    assert after[".clawdbot/agents/main/sessions/s1.jsonl"] == before[".clawdbot/agents/main/sessions/s1.jsonl"]
    assert after["clawd/MEMORY.md"] == before["clawd/MEMORY.md"]
    assert rows_of(house.state / "memory" / "main.sqlite") == 100


def test_thousands_of_files(house: Home) -> None:
    """Time grows with the number of files, not with its square."""
    for number in range(2000):
        put(house.folder / "clawd" / f"d{number % 40}" / f"f{number}", f"{number}")
    backup = house.backup("workspace-main")
    for number in range(0, 2000, 2):
        put(house.folder / "clawd" / f"d{number % 40}" / f"f{number}", "spoiled")
    started = time.process_time()
    restore.restore(backup, house.site, replace(house.order(["workspace-main"]), safety=lambda: Path("none")))
    assert time.process_time() - started < 15
    assert (house.folder / "clawd" / "d6" / "f1966").read_text() == "1966"


def test_one_area_is_new_and_the_rest_as_it_was(house: Home) -> None:
    backup = house.backup()
    before = house.seen()
    spoil(house)
    spoiled = house.seen()
    restore.restore(backup, house.site, house.order(["sessions"]))
    after = house.seen()
    inside = ".clawdbot/agents/main/sessions/"
    assert {path: what for path, what in after.items() if path.startswith(inside)} == {
        path: what for path, what in before.items() if path.startswith(inside)
    }
    assert {path: what for path, what in after.items() if not path.startswith(inside)} == {
        path: what for path, what in spoiled.items() if not path.startswith(inside)
    }


def test_single_files(house: Home) -> None:
    backup = house.backup()
    before = house.seen()
    spoil(house)
    spoiled = house.seen()
    chosen = [
        ("sessions", "agents/main/sessions/s1.jsonl"),
        ("workspace-main", "today.md"),
        ("memory", "memory/main.sqlite"),
    ]
    report = restore.restore(backup, house.site, house.order(paths=chosen))
    after = house.seen()
    different = {path for path in spoiled | after if spoiled.get(path) != after.get(path)}
    database = {f".clawdbot/memory/main.sqlite{end}" for end in ("", "-wal", ".seal")}
    assert different == {".clawdbot/agents/main/sessions/s1.jsonl", "clawd/today.md"} | database
    assert after["clawd/today.md"] == before["clawd/today.md"]
    assert after[".clawdbot/agents/main/sessions/s1.jsonl"] == before[".clawdbot/agents/main/sessions/s1.jsonl"]
    restore.take_back(house.site, report.id, Owner(house.state))
    assert house.seen() == spoiled


@pytest.mark.parametrize(
    ("areas", "paths"), [(["nothing"], []), ([], []), ([], [("sessions", "none")]), ([], [("nothing", "x")])]
)
def test_a_choice_of_nothing(house: Home, areas: list[str], paths: list[tuple[str, str]]) -> None:
    backup = house.backup()
    before = house.seen()
    with pytest.raises(BadInput):
        restore.restore(backup, house.site, house.order(areas, paths))
    assert house.seen() == before
    assert leftovers(house) == set()


def leftovers(house: Home) -> set[str]:
    return {path.name for path in house.site.undo.iterdir()} - {"clawd-desktop.lock"}


class Program:
    """An application with a lock of its own, which writes as long as it runs."""

    def __init__(self, house: Home, trouble: str = "") -> None:
        self.house, self.trouble = house, trouble
        self.lock = FolderLock(house.state)
        self.said: list[str] = []
        self.lock.acquire()

    def stop(self) -> None:
        self.said.append("stop")
        (self.house.state / "agents/main/sessions/last.jsonl").write_text("written while it stopped\n")
        self.lock.release()

    def start(self) -> None:
        self.said.append("start")
        swap.recover(self.house.site.undo)
        self.lock.acquire()

    def healthy(self) -> str:
        self.said.append("look")
        (self.house.state / "agents/main/sessions/new.jsonl").write_text("written by what was restored\n")
        return self.trouble

    def application(self) -> Application:
        return Application(self.stop, self.start, self.healthy)


def test_with_a_running_application(house: Home) -> None:
    backup = house.backup()
    spoil(house)
    program = Program(house)
    with pytest.raises(AlreadyRunning):
        restore.restore(backup, house.site, house.order(ALL))
    report = restore.restore(backup, house.site, house.order(ALL, application=program.application()))
    assert program.said == ["stop", "start", "look"]
    assert report.taken_back == ""
    assert not (house.state / "agents/main/sessions/last.jsonl").exists()
    kept = [path for path in house.site.undo.rglob("last.jsonl")]
    assert len(kept) == 1
    program.lock.release()


def test_what_does_not_work_is_taken_back(house: Home) -> None:
    backup = house.backup()
    spoil(house)
    spoiled = house.seen()
    program = Program(house, "It does not listen.")
    report = restore.restore(backup, house.site, house.order(ALL, application=program.application()))
    assert program.said == ["stop", "start", "look", "stop", "start"]
    assert report.taken_back == "It does not listen."
    program.lock.release()
    after = house.seen()
    last = ".clawdbot/agents/main/sessions/last.jsonl"
    assert after.pop(last)
    assert after == spoiled
    assert [path.read_text() for path in house.site.undo.rglob("new.jsonl")] == ["written by what was restored\n"]
    assert [one.id for one in undo.undoable(house.site.undo, house.ground.clock.wall_ms())] == [report.id]


def test_an_application_that_does_not_start_again(house: Home) -> None:
    backup = house.backup()
    spoil(house)
    spoiled = house.seen()
    starts = []

    def start() -> None:
        starts.append(1)
        if len(starts) == 1:
            raise Unavailable("It does not start.", hint="Look at its log.")

    report = restore.restore(
        backup, house.site, house.order(ALL, application=Application(lambda: None, start, fails("")))
    )
    assert report.taken_back == "It does not start. Look at its log."
    assert len(starts) == 2
    assert house.seen() == spoiled


def test_what_does_not_work_and_cannot_be_taken_back_is_said_to_stand(house: Home) -> None:
    backup = house.backup(sealed=True)
    spoil(house)
    said: list[str] = []

    def stop() -> None:
        said.append("stop")
        if said.count("stop") == 2:
            raise Unavailable("It does not stop.")

    application = Application(stop, lambda: said.append("start"), fails("It does not listen."))
    report = restore.restore(backup, house.site, house.order((*ALL, "secrets"), application=application))
    assert said == ["stop", "start", "stop", "start"]
    assert (report.taken_back, report.stuck) == ("", "It does not listen. It does not stop.")
    assert report.secrets == KEYRING, "what stands needs them"
    assert not (house.state / "agents/main/sessions/last.jsonl").exists()
    assert [one.id for one in undo.undoable(house.site.undo, house.ground.clock.wall_ms())] == [report.id]


def test_an_application_that_does_not_stop(house: Home) -> None:
    backup = house.backup()

    def stop() -> None:
        raise Unavailable("It does not stop.")

    before = house.seen()
    with pytest.raises(Unavailable, match="does not stop"):
        restore.restore(backup, house.site, house.order(ALL, application=Application(stop, lambda: None, fails(""))))
    assert house.seen() == before
    assert leftovers(house) == set()


def test_a_safety_backup_that_fails_stops_all(house: Home) -> None:
    backup = house.backup()
    before = house.seen()

    def safety() -> Path:
        raise StorageFault("There is no room for a safety backup.")

    with pytest.raises(StorageFault, match="safety backup"):
        restore.restore(backup, house.site, replace(house.order(ALL), safety=safety))
    assert house.seen() == before
    assert leftovers(house) == set()


def test_two_at_once(house: Home) -> None:
    backup = house.backup()
    with alone(house.site.undo), pytest.raises(Busy):
        restore.restore(backup, house.site, house.order(ALL))
    with alone(house.site.undo), pytest.raises(Busy):
        restore.take_back(house.site, "x", Owner(house.state))


@pytest.mark.parametrize("stage", ["verify", "extract"])
def test_it_can_be_stopped_without_a_trace(house: Home, stage: str) -> None:
    backup = house.backup()
    spoil(house)
    before = house.seen()
    reached: list[Progress] = []

    def watch(progress: Progress) -> None:
        reached.extend([progress] if progress.stage == stage else [])

    order = replace(house.order(ALL), watch=watch, halt=lambda: bool(reached))
    with pytest.raises(Stopped):
        restore.restore(backup, house.site, order)
    assert house.seen() == before
    assert leftovers(house) == set()


def test_a_link_in_the_way(house: Home, tmp_path: Path) -> None:
    """Only sessions are chosen, and their folder lies behind a link of somebody: it is not followed, nor removed."""
    backup = house.backup()
    os.rename(house.state / "agents", tmp_path / "elsewhere")
    (house.state / "agents").symlink_to(tmp_path / "elsewhere")
    outside, before = seen(tmp_path / "elsewhere"), house.seen()
    with pytest.raises(Refused, match="in the way"):
        restore.restore(backup, house.site, house.order(["sessions"]))
    assert house.seen() == before
    assert seen(tmp_path / "elsewhere") == outside
    assert leftovers(house) == set()


def test_a_disk_that_is_too_small(house: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    backup = house.backup()
    before = house.seen()
    real = shutil.disk_usage
    monkeypatch.setattr(shutil, "disk_usage", lambda path: real(path)._replace(free=40_000))
    with pytest.raises(StorageFault, match="40,000 bytes free"):
        restore.restore(backup, house.site, house.order(ALL))
    assert house.seen() == before
    assert leftovers(house) == set()


def test_what_belongs_elsewhere_is_left_in_the_backup(house: Home) -> None:
    """A list that was tampered with: a file of the configuration under the name of the sessions."""
    path = house.folder / "backups" / "crafted.tar.zst"
    files = ["clawdbot.json", "clawd-desktop/undo/x", "clawd-desktop.lock", "agents/main/sessions/s1.jsonl"]
    with NewFile(path) as file, ArchiveWriter(file) as writer:
        entries = [writer.add(Entry("sessions", one, "file", 0o600, 0), b"crafted") for one in files]
        writer.close(replace(house.taken("skills").manifest, roots=(Root("sessions", "/"),), entries=tuple(entries)))
        file.keep()
    config = house.ground.paths.config_file.read_bytes()
    report = restore.restore(ArchiveBackup(path), house.site, house.order(["sessions"]))
    assert house.ground.paths.config_file.read_bytes() == config
    assert (house.state / "agents/main/sessions/s1.jsonl").read_bytes() == b"crafted"
    assert len([text for text in report.warnings if "does not belong" in text]) == 3


@pytest.mark.parametrize("error", [0, errno.ENOSPC, errno.EIO])
def test_whatever_call_breaks_the_old_or_the_new_is_there(tmp_path: Path, error: int) -> None:
    """Each call of a whole restore, from the first journal to the last; killed, or with an error of the disk."""
    top = home_at(tmp_path / "house")
    backup = top.backup()
    spoil(top)
    outcomes = set()
    pattern = tmp_path / "pattern"
    shutil.copytree(tmp_path / "house", pattern, symlinks=True)
    step = 1 if os.environ.get("RESTORE_EACH_CALL") else 5
    at, expected = 1, None
    while True:
        shutil.rmtree(tmp_path / "house")
        shutil.copytree(pattern, tmp_path / "house", symlinks=True)
        house = Home(tmp_path / "house", ground_at(tmp_path / "house"))
        old = house.seen()
        order = replace(house.order(["sessions", "workspace-main", "skills"]), safety=lambda: Path("none"))
        with breaking(at, error) as broken:
            try:
                restore.restore(backup, house.site, order)
            except ClawdError:
                assert error
        swap.recover(house.site.undo)
        now = house.seen()
        outcomes.add(now == old)
        if not broken.broke:
            assert now != old
            break
        if now != old:
            expected = expected or now
            assert now == expected, at
        at += step
    assert outcomes == {True, False}


def test_an_interrupted_one_is_settled_by_the_next(house: Home) -> None:
    backup = house.backup()
    spoil(house)
    spoiled = house.seen()
    order = replace(house.order(["sessions"]), safety=lambda: Path("none"))
    at = 1
    while house.seen() == spoiled:
        with breaking(at):
            restore.restore(backup, house.site, order)
        at += 1
    report = restore.restore(backup, house.site, order)
    assert report.taken_back == ""
    assert (house.state / "agents/main/sessions/s1.jsonl").read_text().startswith('{"type":"session"')
    assert len(leftovers(house)) <= 2


def test_the_id_sorts_by_time() -> None:
    early, late = restore.new_id(1_795_000_000_000), restore.new_id(1_795_000_001_000)
    assert early < late
    assert early.startswith("20261118T")


def test_a_site_names_its_undo_folder(house: Home) -> None:
    assert Site(house.ground, {}).undo == house.state / "clawd-desktop" / "undo"
