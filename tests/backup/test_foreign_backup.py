"""A foreign archive is restored in place like one of ours, with the real table of areas and the real restore."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from foreign_archives import by_the_script, fill, openclaw_archive

from clawd_desktop.backup import foreign
from clawd_desktop.backup.foreign import Caution
from clawd_desktop.backup.foreign_backup import ForeignBackup, home_of
from clawd_desktop.backup.ground import Ground, workspaces_of
from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.progress import Stopped
from clawd_desktop.backup.restore import Order, restore
from clawd_desktop.backup.secrets_out import KEYRING
from clawd_desktop.backup.staging import Site
from clawd_desktop.backup.standstill import Owner
from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.schema import Config
from clawd_desktop.core.errors import NotFound, Unreadable

OLD: dict[str, str | bytes] = {
    "clawdbot.json": "{ /* mine */ gateway: { port: 18790 } }", "agents/main/sessions/s.jsonl": '{"type":"session"}\n',
    "agents/main/sessions/sessions.json": "{}", "credentials/telegram-pairing.json": "{}", "cron/jobs.json": "[]",
    "credentials/whatsapp/default/creds.json": '{"noiseKey":1}', "logs/gateway.log": "noise", "mine/notes.txt": "mine",
}  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    fill(tmp_path / "old/.clawdbot", OLD)
    fill(tmp_path / "old/clawd", {"SOUL.md": "soul", "skills/x/SKILL.md": "x", "again.md": "-> SOUL.md"})
    return by_the_script(tmp_path / "old", tmp_path / "backups")


def ground_of(home: Path) -> Ground:
    paths = find_paths({}, home)
    return Ground(paths, workspaces_of(Config(), paths))


def bring(backup: ForeignBackup, ground: Ground, areas: frozenset[str]) -> None:
    order = Order(Choice(areas), Owner(ground.paths.state), lambda: ground.paths.state)
    restore(backup, Site(ground, {}), order)


def test_the_courses_archive_comes_back_in_place(archive: Path, tmp_path: Path) -> None:
    home = tmp_path / "new"
    fill(home / ".clawdbot", {"clawdbot.json": "{}", "agents/main/sessions/newer.jsonl": "x", "logs/now.log": "kept"})
    fill(home / "clawd", {"SOUL.md": "changed", "later.md": "x"})
    ground = ground_of(home)
    backup = ForeignBackup(archive, home_of(ground))
    manifest = backup.verify()
    assert {"config", "sessions", "secrets", "approvals", "automation", "other", "workspace-main"} <= {*manifest.areas}
    bring(backup, ground, frozenset(manifest.areas))
    state = home / ".clawdbot"
    for name, text in OLD.items():
        assert (state / name).exists() == (name != "logs/gateway.log"), name
        if name != "logs/gateway.log":
            assert (state / name).read_text() == text
    assert (state / "logs/now.log").read_text() == "kept"
    assert (home / "clawd/SOUL.md").read_text() == "soul"
    assert os.readlink(home / "clawd/again.md") == "SOUL.md"
    assert not (home / "clawd/later.md").exists()


def test_it_comes_to_a_computer_that_has_nothing(archive: Path, tmp_path: Path) -> None:
    ground = ground_of(tmp_path / "new")
    backup = ForeignBackup(archive, home_of(ground))
    bring(backup, ground, frozenset({"config", "sessions"}))
    assert ground.paths.config_file.read_text() == OLD["clawdbot.json"]
    assert (ground.paths.state / "agents/main/sessions/s.jsonl").exists()
    assert not (ground.paths.state / "mine").exists()


def test_openclaws_archive_comes_back_under_the_names_of_here(tmp_path: Path) -> None:
    fill(tmp_path / "state", {
        "openclaw.json": "{gateway: {port: 18791}}", "agents/main/sessions/s.jsonl": "x\n", "workspace/SOUL.md": "soul",
    })  # fmt: skip
    packed = openclaw_archive(
        tmp_path / "x.tar.gz", {"/home/u/.openclaw": ("state", tmp_path / "state")}, ["/home/u/.openclaw/workspace"]
    )
    home = tmp_path / "new"
    fill(home / ".clawdbot", {"clawdbot.json": "{}"})
    ground = ground_of(home)
    backup = ForeignBackup(packed, home_of(ground))
    bring(backup, ground, frozenset(backup.verify().areas))
    assert find_paths({}, home).config_file.read_text() == "{gateway: {port: 18791}}"
    assert (home / "clawd/SOUL.md").read_text() == "soul"
    assert (home / ".clawdbot/agents/main/sessions/s.jsonl").read_text() == "x\n"


def test_nothing_of_a_stranger_gets_into_the_keyring(tmp_path: Path) -> None:
    fill(tmp_path / "old/.clawdbot", {"clawdbot.json": "{}", KEYRING: '{"version":1,"items":{"gateway":"theirs"}}'})
    backup = ForeignBackup(by_the_script(tmp_path / "old", tmp_path / "backups"), home_of(ground_of(tmp_path / "new")))
    manifest = backup.verify()
    assert KEYRING not in {entry.path for entry in manifest.entries}
    assert [left.reason for left in manifest.left_out if left.path == KEYRING] == [
        "It claims to be what a keyring holds, which no state folder has."
    ]


def test_one_file_is_read_without_writing(archive: Path, tmp_path: Path) -> None:
    backup = ForeignBackup(archive, home_of(ground_of(tmp_path / "new")))
    entry = next(one for one in backup.verify().entries if one.path == "SOUL.md")
    assert backup.read(entry) == b"soul"
    assert backup.name == archive.name
    import dataclasses

    with pytest.raises(NotFound):
        backup.read(dataclasses.replace(entry, path="nowhere"))


def test_what_fails_or_is_stopped_leaves_nothing(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = ForeignBackup(archive, home_of(ground_of(tmp_path / "new")), Caution())
    backup.verify()
    calls = iter(range(100))
    with pytest.raises(Stopped):
        backup.extract(lambda entry: True, tmp_path / "out/staged", halt=lambda: next(calls) > 8)
    assert list((tmp_path / "out").iterdir()) == []
    whole = archive.read_bytes()
    archive.write_bytes(whole[:-20])
    with pytest.raises(Unreadable):
        backup.extract(lambda entry: True, tmp_path / "out/staged")
    assert list((tmp_path / "out").iterdir()) == []
    archive.write_bytes(whole)
    backup.extract(lambda entry: entry.area == "config", tmp_path / "out/staged")
    assert (tmp_path / "out/staged/config/clawdbot.json").read_text() == OLD["clawdbot.json"]
    monkeypatch.setattr(foreign, "MOST_MEMBERS", 1)
    fresh = ForeignBackup(archive, home_of(ground_of(tmp_path / "new")))
    with pytest.raises(Unreadable):
        fresh.extract(lambda entry: True, tmp_path / "never/staged")
    assert not (tmp_path / "never").exists()
