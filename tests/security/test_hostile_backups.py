"""Backups that somebody else made: what they name and hold reaches nothing but the places of the assistant."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from backup_desk_stage import DeskStage
from backup_stage import ground_at, put
from restore_stage import Home

from clawd_desktop.backup import look, restore
from clawd_desktop.backup.archive_backup import ArchiveBackup
from clawd_desktop.backup.archive_writer import ArchiveWriter
from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.manifest import Entry, Manifest, Root
from clawd_desktop.backup.restore_shown import look_json
from clawd_desktop.core.errors import BadInput, ClawdError
from clawd_desktop.core.new_file import NewFile
from clawd_desktop.core.values import as_list


def made(path: Path, files: dict[tuple[str, str], bytes]) -> ArchiveBackup:
    """A whole and valid backup of these files."""
    entries = []
    with NewFile(path) as file, ArchiveWriter(file) as writer:
        for (area, name), data in files.items():
            entries.append(writer.add(Entry(area, name, "file", 0o600, 1_795_000_000_000_000_000, len(data)), data))
        roots = tuple(Root(area, "/home/u") for area in dict.fromkeys(area for area, _ in files))
        writer.close(
            Manifest("0" * 32, 1_795_000_000_000, "person", "1", "desk", "Linux", "out", roots, tuple(entries))
        )
        file.keep()
    return ArchiveBackup(path, None)


def brought(backup: ArchiveBackup, folder: Path, ground: Ground | None = None) -> restore.Report:
    """All of it is restored on a computer that knows nothing yet."""
    home = Home(folder, ground or ground_at(folder))
    home.state.mkdir(parents=True, exist_ok=True)
    order = replace(home.order(), choice=None, safety=lambda: folder / "none")
    return restore.restore(backup, home.site, order)


@pytest.mark.parametrize(
    ("workspace", "planted"),
    [
        ("~/.ssh", ".ssh/authorized_keys"),
        ("~", "authorized_keys"),
        ("~/.config/autostart", ".config/autostart/authorized_keys"),
        ("~/clawd/../.local/bin", ".local/bin/authorized_keys"),
        ("~/.clawdbot/clawd-desktop/undo", ".clawdbot/clawd-desktop/undo/authorized_keys"),
        ("~/.clawdbot/clawd-desktop", ".clawdbot/clawd-desktop/authorized_keys"),
        ("~/.clawdbot/credentials", ".clawdbot/credentials/authorized_keys"),
        ("~/link", "outside/authorized_keys"),
    ],
)
def test_a_configuration_from_elsewhere_does_not_choose_where_files_land(
    tmp_path: Path, workspace: str, planted: str
) -> None:
    config = json.dumps({"agents": {"defaults": {"workspace": workspace}}}).encode()
    backup = made(
        tmp_path / "clawd-backup-x.tar.zst",
        {("config", "clawdbot.json"): config, ("workspace-main", "authorized_keys"): b"ssh-ed25519 of a stranger"},
    )
    home = tmp_path / "home"
    put(home / ".outside" / "x", "")
    (home / "link").symlink_to(home / ".outside")
    report = brought(backup, home)
    assert (home / ".clawdbot" / "clawdbot.json").read_bytes() == config
    assert not (home / planted).exists()
    assert not list(home.rglob("authorized_keys"))
    assert any("workspace-main" in text for text in report.warnings)


def test_a_configuration_that_lies_in_the_home_brings_no_other_files_of_the_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ground = ground_at(home)
    paths = replace(ground.paths, config_file=home / "clawdbot.json")
    put(paths.config_file, "{}")
    put(home / ".bashrc", "mine")
    backup = made(
        tmp_path / "clawd-backup-x.tar.zst",
        {
            ("config", "clawdbot.json"): b"{}",
            ("config", ".bashrc"): b"not mine",
            ("config", ".ssh/authorized_keys"): b"not mine",
            ("config", ".config/x.json"): b"{}",
            ("config", "bin/ls"): b"not mine",
            ("config", "parts/more.json5"): b"{}",
        },
    )
    report = brought(backup, home, replace(ground, paths=paths, included=()))
    assert (home / ".bashrc").read_text() == "mine"
    assert not (home / ".ssh").exists()
    assert not (home / ".config").exists()
    assert not (home / "bin").exists()
    assert (home / "parts" / "more.json5").exists()
    assert any(".bashrc" in text for text in report.warnings)


def test_a_workspace_of_nobody_lands_nowhere(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", ground_at(tmp_path / "home"))
    home.state.mkdir(parents=True)
    only = made(tmp_path / "clawd-backup-y.tar.zst", {("workspace-stranger", "a"): b"x"})
    with pytest.raises(BadInput, match="Nothing of that"):
        brought(only, home.folder)


@pytest.mark.parametrize("cause", ["person", "schedule"])
async def test_a_name_that_is_no_text_does_not_keep_anybody_from_backups(tmp_path: Path, cause: str) -> None:
    stage = DeskStage(tmp_path / "home")
    folder = os.fsencode(stage.paths.home / "clawd")
    os.symlink(b"/etc", folder + b"/\xff-leads away")
    os.mkfifo(folder + b"/\xfe\x1b[2J pipe")
    desk = await stage.desk()
    record = await desk.create(Order(cause))  # type: ignore[arg-type]
    manifest = await desk.verify(record.id)
    assert any("?-leads away is not in the backup" in text for text in manifest.warnings)
    assert {os.fsencode(one.path)[:1] for one in manifest.left_out} >= {b"\xff", b"\xfe"}


def test_a_preview_of_names_that_are_no_text_can_be_sent(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", ground_at(tmp_path / "home"))
    home.state.mkdir(parents=True)
    backup = made(
        tmp_path / "clawd-backup-x.tar.zst",
        {("config", "clawdbot.json"): b"{}", ("config", "agents/\udcff.jsonl"): b"", ("other", "ok"): b""},
    )
    seen = look_json(look.look(backup, home.site))
    assert any("does not belong" in str(text) for text in as_list(seen["warnings"]))
    assert orjson.dumps(seen)


@pytest.mark.parametrize(
    "which", ["x" * 4096, "/dev/zero", "/proc/self/environ", "/proc/self/mem", "\0", "/", "..", "fifo"]
)
async def test_what_is_no_backup_is_refused_in_words_and_without_its_content(tmp_path: Path, which: str) -> None:
    stage = DeskStage(tmp_path / "home")
    os.mkfifo(tmp_path / "fifo")
    desk = await stage.desk()
    with pytest.raises(ClawdError) as raised:
        await desk.verify(str(tmp_path / "fifo") if which == "fifo" else which)
    assert os.environ["PATH"] not in raised.value.sentence()


@pytest.mark.parametrize("taken", ["clawdbot.json", "link", "fifo"])
async def test_an_export_overwrites_nothing(tmp_path: Path, taken: str) -> None:
    stage = DeskStage(tmp_path / "home")
    desk = await stage.desk()
    record = await desk.create(Order())
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to(tmp_path / "not there yet")
    target = stage.paths.config_file if taken == "clawdbot.json" else tmp_path / taken
    with pytest.raises(BadInput, match="already"):
        await desk.export(record.id, target)
    assert not (tmp_path / "not there yet").exists()
