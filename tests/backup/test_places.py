"""Each area lands in its place, and nothing lands in the place of another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from backup_stage import filled, ground_at, put

from clawd_desktop.backup.areas import AREAS, WORKSPACE
from clawd_desktop.backup.collect import collect
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.manifest import Entry, Manifest, Root
from clawd_desktop.backup.places import kept_apart, may_be_worked_in, newly_named, on_fresh, places_of
from clawd_desktop.backup.staging import place_of

EMPTY = Manifest("id", 0, "person", "1", "host", "Linux", "out", (), ())


def landing(ground: Ground, area: str, path: str, manifest: Manifest = EMPTY) -> str:
    places = places_of(ground, manifest)
    place = place_of(area, path, places, kept_apart(ground, places))
    return "" if place is None else (place.root / path).relative_to(ground.paths.home).as_posix()


TABLE = [
    ("config", "clawdbot.json", ".clawdbot/clawdbot.json"),
    ("config", "moltbot.json.bak.2", ".clawdbot/moltbot.json.bak.2"),
    ("config", "config-history/1.json5", ".clawdbot/config-history/1.json5"),
    ("config", "parts/more.json5", ".clawdbot/parts/more.json5"),
    ("sessions", "agents/main/sessions/a.jsonl", ".clawdbot/agents/main/sessions/a.jsonl"),
    ("agents", "agents/main/agent/models.json", ".clawdbot/agents/main/agent/models.json"),
    ("approvals", "exec-approvals.json", ".clawdbot/exec-approvals.json"),
    ("workspace-main", "a/b", "clawd/a/b"),
    ("other", "somebody/else.txt", ".clawdbot/somebody/else.txt"),
    # What does not belong there, and what nobody may write.
    ("sessions", "clawdbot.json", ""),
    ("sessions", "agents/main/agent/auth-profiles.json", ""),
    ("config", "credentials/oauth.json", ""),
    ("config", "agents/main/sessions/a.jsonl", ""),
    ("other", "clawdbot.json", ""),
    ("other", "clawd-desktop/undo/x/journal.json", ""),
    ("other", "clawd-desktop.lock", ""),
    ("other", "run/socket", ""),
    ("workspace-main", ".clawd-desktop-undo/x", ""),
    ("workspace-other", "a", ""),
    ("unheard-of", "a", ""),
]


@pytest.mark.parametrize(("area", "path", "where"), TABLE)
def test_places(tmp_path: Path, area: str, path: str, where: str) -> None:
    assert landing(ground_at(tmp_path), area, path) == where


def test_a_configuration_that_lies_elsewhere(tmp_path: Path) -> None:
    ground = ground_at(tmp_path)
    elsewhere = replace(ground.paths, config_file=tmp_path / "etc" / "my.json")
    ground = replace(ground, paths=elsewhere, included=())
    assert landing(ground, "config", "my.json") == "etc/my.json"
    assert landing(ground, "config", "config-history/1.json5") == ".clawdbot/config-history/1.json5"
    assert landing(ground, "config", "unheard-of") == ""
    assert landing(ground, "other", "clawdbot.json") == ".clawdbot/clawdbot.json"
    listed = replace(
        EMPTY, roots=(Root("config", "/x"),), entries=(Entry("config", "inc.json5", "file", 0o600, 0, 0, "a" * 64),)
    )
    assert landing(ground, "config", "inc.json5", listed) == "etc/inc.json5"


def test_a_file_that_only_the_configuration_of_the_backup_includes(tmp_path: Path) -> None:
    ground = ground_at(tmp_path)
    entries = [Entry("config", path, "file", 0o600, 0, 0, "a" * 64) for path in ("x.json5", "cron/jobs.json")]
    listed = replace(EMPTY, roots=(Root("config", "/x"),), entries=tuple(entries))
    assert landing(ground, "config", "x.json5", listed) == ".clawdbot/x.json5"
    assert landing(ground, "config", "cron/jobs.json", listed) == ""


def test_approvals_that_lie_elsewhere(tmp_path: Path) -> None:
    ground = ground_at(tmp_path)
    ground = replace(
        ground, paths=replace(ground.paths, state=tmp_path / "state", config_file=tmp_path / "state" / "c.json")
    )
    assert landing(ground, "approvals", "exec-approvals.json") == ".clawdbot/exec-approvals.json"
    assert (
        landing(ground, "approvals", "credentials/telegram-pairing.json") == "state/credentials/telegram-pairing.json"
    )


def test_a_workspace_inside_the_state_folder_is_a_place_of_its_own(tmp_path: Path) -> None:
    ground = replace(ground_at(tmp_path), workspaces={"main": tmp_path / ".clawdbot" / "workspace"})
    assert landing(ground, "workspace-main", "a") == ".clawdbot/workspace/a"
    assert landing(ground, "other", "workspace/a") == ""
    assert landing(replace(ground, workspaces={"main": tmp_path / ".clawdbot"}), "workspace-main", "a") == ""


def test_all_that_a_backup_collects_has_a_place(tmp_path: Path) -> None:
    """What is collected and where it lands are two tables that must agree."""
    ground = filled(tmp_path)
    collected = collect(ground, secrets=True)
    assert len(collected.found) > 30
    for one in collected.found:
        entry = one.entry
        if entry.kind != "folder":
            where = landing(ground, entry.area, entry.path)
            assert where, (entry.area, entry.path)
            assert (tmp_path / where) == ground.locate(entry.area, entry.path)


def test_no_path_belongs_to_two(tmp_path: Path) -> None:
    places = places_of(ground_at(tmp_path), EMPTY)
    assert {place.area for place in places} == {area.name for area in AREAS if area.name != WORKSPACE} | {
        "workspace-main"
    }
    for _, path, _ in TABLE:
        by_root = [place.root for place in places if place.owns(path)]
        assert len(by_root) == len(set(by_root)), path


def test_the_workspaces_of_a_restored_configuration(tmp_path: Path) -> None:
    ground = ground_at(tmp_path)
    agents = "{defaults: {workspace: '${WORK}'}, list: [{id: 'main'}, {id: 'two', workspace: '~/2'}]}"
    put(tmp_path / "new" / "clawdbot.json", f"{{agents: {agents}}}")
    found = on_fresh(ground, tmp_path / "new", {"WORK": "~/1"}).workspaces
    assert found == {"main": tmp_path / "1", "two": tmp_path / "2"}
    assert on_fresh(ground, tmp_path / "none", {}) == ground
    put(tmp_path / "broken" / "clawdbot.json", "{")
    assert on_fresh(ground, tmp_path / "broken", {}) == ground


@pytest.mark.parametrize(
    ("folder", "may"),
    [
        ("clawd", True), ("work/of mine", True), (".clawdbot/workspace", True), (".clawdbot/workspace-ops", True),
        (".clawdbot/agents/ops/workspace", True), (".clawdbot/my notes", True),
        ("", False), ("..", False), (".clawdbot", False), (".ssh", False), ("work/.git/hooks", False),
        ("Library/LaunchAgents", False), ("bin", False), ("backups/x", False), ("cache", False),
        (".clawdbot/agents", False), (".clawdbot/clawd-desktop/workspace", False), (".clawdbot/run", False),
        ("/", False), ("/etc", False), ("/usr/local/bin", False), ("/run/user/0", False),
        ("/run/media/me/disk/clawd", True), ("/srv/clawd", True), ("/srv/other/.ssh", False),
    ],
)  # fmt: skip
def test_folders_that_a_backup_may_name_for_an_agent(tmp_path: Path, folder: str, may: bool) -> None:
    assert may_be_worked_in(tmp_path / folder, ground_at(tmp_path)) is may


def test_where_a_restored_configuration_leads_that_the_present_one_does_not(tmp_path: Path) -> None:
    ground = ground_at(tmp_path / "home")
    places = '{path: "/b"}, {kind: "restic", repository: "rest:https://u:pw@far/r"}'
    put(tmp_path / "new" / "clawdbot.json", f'{{backup: {{destinations: [{places}]}}, '
        'agents: {defaults: {workspace: "~/.ssh"}}}')  # fmt: skip
    told = list(newly_named(ground, tmp_path / "new", {}))
    assert told[0] == "The restored configuration has backups sent to /b."
    assert "far/r" in told[1]
    assert "pw" not in told[1]
    assert told[2] == f"The restored configuration lets main work in {tmp_path / 'home' / '.ssh'}."
    put(ground.paths.config_file, (tmp_path / "new" / "clawdbot.json").read_text())
    assert [text for text in newly_named(ground, tmp_path / "new", {}) if "sent" in text] == []
    assert list(newly_named(ground, tmp_path / "nowhere", {})) == []
