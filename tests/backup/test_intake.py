"""What was found is read: as it is, without secrets, as a copy of a database; and what cannot be read is named."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from backup_stage import CANARY, OTHER, database, filled, put, rows_of
from leaks import leaks_in

from clawd_desktop.backup import intake as module
from clawd_desktop.backup import secrets_out
from clawd_desktop.backup.collect import collect
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.intake import Intake
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.config.disk import fingerprint
from clawd_desktop.config.history import History
from clawd_desktop.core.errors import StorageFault


def nothing() -> None:
    """Nothing happens meanwhile."""


def taken(
    ground: Ground, *areas: str, keyring: dict[str, str] | None = None, meanwhile: Callable[[], None] = nothing
) -> tuple[dict[tuple[str, str], bytes | None], Intake]:
    collected = collect(ground, areas, secrets=keyring is not None)
    meanwhile()
    scratch = ground.paths.cache / "scratch"
    scratch.mkdir(parents=True)
    intake = Intake(ground, collected, scratch, keyring)
    found: dict[tuple[str, str], bytes | None] = {}
    for piece in intake.pieces():
        data = piece.data if isinstance(piece.data, bytes | None) else piece.data.read()
        assert (piece.entry.area, piece.entry.path) not in found
        assert piece.entry.size == (len(data) if data is not None else 0)
        found[piece.entry.area, piece.entry.path] = data
    assert not list(scratch.iterdir())
    scratch.rmdir()
    return found, intake


def test_files_are_taken_as_they_are(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    large = put(tmp_path / "clawd" / "large", os.urandom(6_000_000))
    found, intake = taken(ground)
    assert found["workspace-main", "large"] == large.read_bytes()
    assert found["workspace-main", "MEMORY.md"] == b"# Memory\n"
    assert found["workspace-main", "empty"] is None
    assert found["sessions", "agents/main/sessions/s1.jsonl"] is not None
    assert ("secrets", secrets_out.KEYRING) not in found
    assert [warning for warning in intake.warnings if "bak.1" not in warning] == []


def test_no_canary_is_in_it_without_secrets(tmp_path: Path) -> None:
    found, intake = taken(filled(tmp_path))
    for key, data in found.items():
        assert not leaks_in(f"{key}".encode() + (data or b""), [CANARY, OTHER]), key
    places = {left.path for left in intake.left_out}
    assert "clawdbot.json#gateway.auth.password" in places
    assert "exec-approvals.json#socket.token" in places
    # What cannot be understood may hold any secret.
    assert "clawdbot.json.bak.1" in places
    assert any("clawdbot.json.bak.1" in warning for warning in intake.warnings)
    models = found["agents", "agents/main/agent/models.json"]
    assert models is not None
    assert json.loads(models)["providers"]["x"]["n"] == 1


def test_with_secrets_all_is_as_it_was(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    found, intake = taken(ground, keyring={"gateway.auth.token": CANARY})
    assert found["config", "clawdbot.json"] == ground.paths.config_file.read_bytes()
    assert found["config", "clawdbot.json.bak.1"] is not None
    assert found["secrets", "credentials/oauth.json"] == json.dumps({"token": CANARY}).encode()
    data = found["secrets", secrets_out.KEYRING]
    assert data is not None
    assert secrets_out.decode_keyring(data) == {"gateway.auth.token": CANARY}
    assert not intake.left_out
    assert not intake.warnings


def test_a_cleaned_version_of_the_configuration_still_counts_as_intact(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    for path in (ground.paths.state / "config-history").glob("1*"):
        path.rename(path.with_name(f"1795000000000-{fingerprint(path.read_bytes())[:16]}.json5"))
    found, _ = taken(ground, "config")
    for (_, name), data in found.items():
        put(tmp_path / "restored" / name, data or b"") if data is not None else None
    history = History(tmp_path / "restored" / "config-history", ground.clock)
    assert len(list(history.intact())) == 1


def test_databases_are_copied(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    database(tmp_path / "clawd" / "notes", 50_000)  # by what is in it, not by its name
    found, intake = taken(ground)
    for key, count in (
        (("measurements", "clawd-desktop/metrics.sqlite"), 100),
        (("memory", "memory/main.sqlite"), 100),
        (("workspace-main", "notes"), 50_000),
    ):
        data = found[key]
        assert data is not None
        assert rows_of(put(tmp_path / "copy" / "x", data)) == count
    assert not [warning for warning in intake.warnings if "bak.1" not in warning]


def test_the_owner_of_a_database_is_asked_before_anybody_opens_it(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    asked: list[Path] = []

    def copy(source: Path, target: Path) -> bool:
        asked.append(source)
        if "metrics" not in source.name:
            return False
        database(target, 7)
        return True

    put(ground.paths.own / "metrics.sqlite", "nobody reads this")
    found, _ = taken(replace(ground, copy_database=copy))
    assert {path.name for path in asked} == {"metrics.sqlite", "main.sqlite"}
    data = found["measurements", "clawd-desktop/metrics.sqlite"]
    assert data is not None
    assert rows_of(put(tmp_path / "copy", data)) == 7


def test_a_database_that_cannot_be_copied_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*given: object) -> str:
        raise StorageFault("Could not copy it: another program uses it.", hint="Close that program.")

    def owner(source: Path, target: Path) -> bool:
        raise StorageFault("Its owner cannot.")

    ground = filled(tmp_path)
    monkeypatch.setattr(module.databases, "copy_database", busy)
    found, intake = taken(ground, "memory", "measurements")
    assert ("memory", "memory/main.sqlite") not in found
    assert len([warning for warning in intake.warnings if "another program uses it" in warning]) == 2
    _, intake = taken(replace(ground, copy_database=owner), "memory")
    assert any("Its owner cannot" in warning for warning in intake.warnings)
    assert [left.path for left in intake.left_out] == ["memory/main.sqlite"]


def test_a_damaged_database_is_taken_with_a_warning(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    path = database(ground.paths.state / "memory" / "main.sqlite.old", 5_000)
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 3 + 64] = b"\xff" * 64
    path.write_bytes(data)
    found, intake = taken(ground, "memory")
    assert ("memory", "memory/main.sqlite.old") in found
    assert any("damaged" in warning for warning in intake.warnings)


def test_what_changes_between_looking_and_reading(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    workspace = tmp_path / "clawd"
    for name in ("gone", "pipe", "link", "folder", "closed"):
        put(workspace / name, "x")
    put(tmp_path / "outside", "secret")

    def change() -> None:
        for name in ("gone", "pipe", "link", "folder"):
            (workspace / name).unlink()
        os.mkfifo(workspace / "pipe")
        (workspace / "link").symlink_to(tmp_path / "outside")
        (workspace / "folder").mkdir()

    found, intake = taken(ground, "workspace-main", meanwhile=change)
    assert {left.path for left in intake.left_out} == {"gone", "pipe", "link", "folder"}
    assert len(intake.warnings) == 3
    assert found["workspace-main", "closed"] == b"x"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ground = filled(tmp_path)
    real = os.open

    def refuse(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if str(path).endswith("MEMORY.md"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    found, intake = taken(ground, "workspace-main")
    assert ("workspace-main", "MEMORY.md") not in found
    assert intake.warnings == ["workspace-main: MEMORY.md is not in the backup. It cannot be read: Permission denied."]


def test_json_that_is_no_configuration(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    state = ground.paths.state
    put(state / "x" / "plain.json", "{ half")
    put(state / "x" / "secret.json", '{"token": "abc')
    put(state / "x" / "long.json", '{"a": "' + "x" * 9_000_000 + '"}')
    put(state / "x" / "middle.json", '{"token": "secret", "a": "' + "x" * 5_000_000 + '"}')
    found, intake = taken(ground, "other")
    assert found["other", "x/plain.json"] == b"{ half"
    middle = found["other", "x/middle.json"]
    assert middle is not None
    assert b"secret" not in middle.replace(b"x", b"")
    assert {left.path for left in intake.left_out} >= {"x/secret.json", "x/long.json", "x/middle.json#token"}


def test_progress_counts_bytes_and_it_can_be_stopped_anywhere(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    put(tmp_path / "clawd" / "large", os.urandom(9_000_000))
    collected = collect(ground)
    seen: list[Progress] = []
    stop_at = [1 << 60]
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def run() -> None:
        intake = Intake(ground, collected, scratch, None, seen.append, lambda: len(seen) >= stop_at[0])
        for piece in intake.pieces():
            if piece.data is not None and not isinstance(piece.data, bytes):
                piece.data.read()

    run()
    assert [one.done_bytes for one in seen] == sorted(one.done_bytes for one in seen)
    assert seen[-1].total_bytes == collected.size
    within = [number for number, one in enumerate(seen) if one.file == "large"]
    assert len(within) > 5
    descriptors = len(os.listdir("/proc/self/fd"))
    for number in (0, 3, within[3]):
        seen.clear()
        stop_at[0] = number
        with pytest.raises(Stopped):
            run()
    assert len(os.listdir("/proc/self/fd")) == descriptors
