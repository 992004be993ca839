"""What is chosen lies whole on the shelf before anything in use is touched."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from backup_stage import ground_at, put
from restore_stage import Home, home_at

from clawd_desktop.backup import swap, swap_journal
from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.progress import never, unwatched
from clawd_desktop.backup.staging import Site, Staged, discard, stage, want
from clawd_desktop.backup.swap_journal import Journal
from clawd_desktop.core.errors import BadInput

JOURNAL = Journal("one", "staging", 0, "a backup", (), ())


@pytest.fixture
def house(tmp_path: Path) -> Home:
    return home_at(tmp_path / "house")


def staged(house: Home, *areas: str, paths: frozenset[tuple[str, str]] = frozenset()) -> Staged:
    backup = house.backup()
    manifest = backup.verify()
    choice = Choice(frozenset(areas), paths)
    return stage(backup, manifest, choice, house.site, JOURNAL, (unwatched, never))


def inside(folder: Path) -> set[str]:
    return {os.path.relpath(Path(above, name), folder) for above, _, names in os.walk(folder) for name in names}


def test_areas_of_one_root_lie_together(house: Home) -> None:
    before = house.seen()
    done = staged(house, "sessions", "agents", "workspace-main")
    assert done.journal.phase == "staging"
    assert swap_journal.read(house.site.undo, "one") == done.journal
    assert [root.folder for root in done.journal.roots] == [house.state, house.folder / "clawd"]
    assert inside(done.folder(0)) == {
        "agents/main/sessions/sessions.json", "agents/main/sessions/s1.jsonl", "agents/main/agent/models.json",
    }  # fmt: skip
    assert "memory/2026-11-26.md" in inside(done.folder(1))
    assert os.readlink(done.folder(1) / "today.md") == "memory/2026-11-26.md"
    after = {path: what for path, what in house.seen().items() if path in before}
    assert after == before
    discard(house.site, done.journal)
    assert list(swap_journal.names(house.site.undo)) == []


def test_what_was_staged_and_forgotten_goes_at_the_next_start(house: Home) -> None:
    staged(house, "sessions")
    assert swap.recover(house.site.undo) == ()
    assert list(swap_journal.names(house.site.undo)) == []


def test_a_single_file_comes_alone(house: Home) -> None:
    done = staged(house, paths=frozenset({("sessions", "agents/main/sessions/s1.jsonl")}))
    assert inside(done.folder(0)) == {"agents/main/sessions/s1.jsonl"}


def test_secrets_come_from_the_present_files(house: Home) -> None:
    done = staged(house, "config", "automation")
    assert "gateway.auth.password" in done.filled
    assert any(place.startswith("cron/jobs.json: ") for place in done.filled)
    assert done.unknown == ()


def test_secrets_of_a_present_file_that_cannot_be_read_are_unknown(house: Home) -> None:
    backup = house.backup()
    put(house.ground.paths.config_file, "{ broken")
    manifest = backup.verify()
    done = stage(backup, manifest, Choice(frozenset({"config"})), house.site, JOURNAL, (unwatched, never))
    assert "gateway.auth.password" in done.unknown
    assert house.ground.paths.config_file.read_text() == "{ broken"


def listed(house: Home) -> Manifest:
    return house.taken().manifest


def test_a_choice_of_what_is_not_there(house: Home) -> None:
    with pytest.raises(BadInput, match="holds no skulls"):
        want(listed(house), Choice(frozenset({"skulls"})), house.ground)
    with pytest.raises(BadInput, match="Nothing of that"):
        want(listed(house), Choice(), house.ground)


def test_a_workspace_of_an_agent_that_is_not_here_stays_in_the_backup(house: Home) -> None:
    ground = replace(house.ground, workspaces={})
    found = want(listed(house), Choice(frozenset({"workspace-main", "skills"})), ground)
    assert found.warnings == ("workspace-main has no place on this computer; it was left in the backup.",)
    assert {entry.area for group in found.entries for entry in group} == {"skills"}


def test_folders_above_come_with_their_rights(house: Home) -> None:
    (house.state / "skills").chmod(0o750)
    done = staged(house, paths=frozenset({("skills", "skills/mine/SKILL.md")}))
    assert (done.folder(0) / "skills").stat().st_mode & 0o777 == 0o750


def test_a_site(tmp_path: Path) -> None:
    assert Site(ground_at(tmp_path), {}).undo == tmp_path / ".clawdbot" / "clawd-desktop" / "undo"


def test_a_restored_configuration_that_names_another_workspace_is_told_of(house: Home) -> None:
    file = house.ground.paths.config_file
    now = file.read_text()
    file.write_text(now.replace("{\n", '{"agents": {"defaults": {"workspace": "~/work"}},\n', 1))
    backup = house.backup()
    file.write_text(now)
    choice = Choice(frozenset({"config", "workspace-main"}))
    done = stage(backup, backup.verify(), choice, house.site, JOURNAL, (unwatched, never))
    assert f"comes to {house.folder / 'clawd'}" in done.wanted.warnings[0]
    assert str(house.folder / "work") in done.wanted.warnings[0]
    assert (done.folder(1) / "MEMORY.md").exists()
