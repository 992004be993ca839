"""A backup of a real state folder in a store: whole, and the next one opens only what changed."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from backup_desk_stage import DeskStage

from clawd_desktop.backup import databases, secrets_out, seen_files, store_format
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.intake import Intake
from clawd_desktop.backup.progress import Halt, Progress, Stopped, never
from clawd_desktop.backup.store import Store
from clawd_desktop.backup.store_taking import take_into
from clawd_desktop.backup.taking import Taken, Wish
from clawd_desktop.core.errors import BadInput, Refused, StorageFault


@pytest.fixture
def stage(tmp_path: Path) -> DeskStage:
    stage = DeskStage(tmp_path)
    stage.usual.mkdir(parents=True)
    return stage


async def ground_of(stage: DeskStage) -> Ground:
    return (await stage.desk()).ground()


def store_of(stage: DeskStage) -> Store:
    place = store_format.layout(stage.usual)
    if not place.format_file.exists():
        store_format.create(place)
    return Store(place, stage.paths.cache, now_ms=stage.clock.wall_ms)


async def test_all_of_it_is_in_the_store(stage: DeskStage) -> None:
    ground, store = await ground_of(stage), store_of(stage)
    (stage.state / "agents/main/sessions/s2.jsonl").write_text('{"type":"session"}\n{"half')
    told: list[Progress] = []
    taken = take_into(store, ground, Wish(stage.usual, "schedule", note="n"), told.append)
    assert told[-1].done_bytes == told[-1].total_bytes > 0
    manifest = taken.manifest
    (snapshot,) = store.snapshots()
    assert store.manifest(snapshot) == manifest
    assert (manifest.cause, manifest.note, manifest.secrets) == ("schedule", "n", "out")
    assert set(manifest.areas) == {entry.area for entry in manifest.entries}
    assert taken.path == store.place.snapshots / snapshot.name
    assert taken.size > taken.path.stat().st_size
    assert store.verify(snapshot).snapshots == 1
    sizes = {entry.path: entry.size for entry in manifest.of("sessions")}
    assert sizes["agents/main/sessions/s2.jsonl"] == len('{"type":"session"}\n'), "half a line is no line"


async def test_what_is_unchanged_is_not_opened(stage: DeskStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen_files, "_DOUBT_NS", 0)
    work = stage.paths.home / "clawd"
    for number in range(20):
        (work / f"{number}.txt").write_text(f"text {number}")
    with sqlite3.connect(work / "own.bin") as database:
        database.execute("CREATE TABLE t (x)")
    database.close()
    ground, store = await ground_of(stage), store_of(stage)
    first = take_into(store, ground, Wish(stage.usual))
    opened: list[str] = []
    real = Intake.of

    def of(intake: Intake, found: object) -> object:
        pieces = real(intake, found)  # type: ignore[arg-type]

        def watched() -> object:
            for piece in pieces:
                opened.append(piece.entry.path)
                yield piece

        return watched()

    monkeypatch.setattr(Intake, "of", of)
    (work / "7.txt").write_text("other 7")
    (work / "8.txt").unlink()
    with sqlite3.connect(work / "own.bin") as database:
        database.execute("INSERT INTO t VALUES (1)")
    database.close()
    time.sleep(0.06)  # the file system's clock has ticks
    second = take_into(store_of(stage), ground, Wish(stage.usual))
    texts = {path for path in opened if path.endswith((".txt", ".bin"))}
    assert texts == {"7.txt", "own.bin"}
    assert second.size < first.size
    before = {entry.path: entry for entry in first.manifest.of("workspace-main")}
    after = {entry.path: entry for entry in second.manifest.of("workspace-main")}
    assert set(before) - set(after) == {"8.txt"}
    assert {path for path in after if path.endswith(".txt") and before[path] != after[path]} == {"7.txt"}
    assert store_of(stage).verify().snapshots == 2


async def test_json_is_looked_through_again_when_there_may_be_other_secrets(
    stage: DeskStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen_files, "_DOUBT_NS", 0)
    canary = "canary-0123456789"
    kept = stage.state / "settings" / "kept.json"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps({"a": f"somebody noted {canary} here"}))
    secret = stage.state / "settings" / "secret.json"
    secret.write_text('{"apiKey": "another-0123456789"}')
    ground = await ground_of(stage)
    looked: list[bytes] = []
    made: list[Taken] = []
    real = secrets_out.cleaned

    def cleaned(data: bytes, values: Iterable[str] = ()) -> secrets_out.Cleaned:
        looked.append(data)
        return real(data, values)

    monkeypatch.setattr(secrets_out, "cleaned", cleaned)

    def took() -> set[str]:
        looked.clear()
        time.sleep(0.06)  # the file system's clock has ticks
        made.append(take_into(store_of(stage), ground, Wish(stage.usual)))
        return {path.name for path in (kept, secret) if path.read_bytes() in looked}

    assert took() == {"kept.json", "secret.json"}
    assert took() == {"secret.json"}, "what holds none is as it was"
    config = ground.paths.config_file
    config.write_text(json.dumps({"gateway": {"auth": {"token": canary}}}))
    assert took() == {"kept.json", "secret.json"}
    snapshot = next(one for one in store_of(stage).snapshots() if one.name == made[-1].path.name)
    (entry,) = (one for one in made[-1].manifest.entries if one.path.endswith("kept.json"))
    with store_of(stage).read(snapshot, entry) as file:
        assert canary.encode() not in file.read()
    assert took() == {"kept.json", "secret.json"}, "what a secret was taken out of is read each time"


async def test_what_cannot_be_read_is_said_once(stage: DeskStage) -> None:
    os.mkfifo(stage.paths.home / "clawd" / "pipe")
    ground, store = await ground_of(stage), store_of(stage)
    gone = stage.paths.home / "clawd" / "gone.txt"
    gone.write_text("x")

    def removed(progress: Progress) -> None:
        gone.unlink(missing_ok=True)

    manifest = take_into(store, ground, Wish(stage.usual), removed).manifest
    reasons = {left.path: left.reason for left in manifest.left_out}
    assert "removed" in reasons["gone.txt"]
    assert "pipe" in reasons["pipe"]
    assert len([left for left in manifest.left_out if left.path == "gone.txt"]) == 1


async def test_who_stops_it_leaves_nothing(stage: DeskStage) -> None:
    ground, store = await ground_of(stage), store_of(stage)
    take_into(store, ground, Wish(stage.usual))
    before = sorted(path for path in stage.usual.rglob("*") if path.is_file())
    (stage.paths.home / "clawd" / "new.bin").write_bytes(os.urandom(1000))
    halted: list[int] = []

    def halt() -> bool:
        halted.append(1)
        return len(halted) > 12

    with pytest.raises(Stopped):
        take_into(store_of(stage), ground, Wish(stage.usual), stopped=halt)
    assert sorted(path for path in stage.usual.rglob("*") if path.is_file()) == before


async def test_wishes_that_cannot_be_met(stage: DeskStage, tmp_path: Path) -> None:
    ground, store = await ground_of(stage), store_of(stage)
    with pytest.raises(BadInput, match="sealed"):
        take_into(store, ground, Wish(stage.usual, keyring={"a": "b"}))
    with pytest.raises(Refused, match="backed up itself"):
        take_into(store, ground, Wish(stage.paths.home / "clawd"))
    with pytest.raises(StorageFault, match="not there"):
        take_into(store, ground, Wish(tmp_path / "none"))
    assert store.snapshots() == ()


async def test_a_database_at_rest_is_copied_once(stage: DeskStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it changes, or somebody has it open: what is in its log does not show in its own file."""
    monkeypatch.setattr(seen_files, "_DOUBT_NS", 0)
    copied: list[str] = []
    real = databases.copy_database

    def copy_database(source: Path, target: Path, stopped: Halt = never) -> str:
        copied.append(source.name)
        return real(source, target, stopped)

    monkeypatch.setattr(databases, "copy_database", copy_database)
    ground, file = await ground_of(stage), stage.state / "memory" / "rest.sqlite"
    file.parent.mkdir(exist_ok=True)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE t (x)")

    def took() -> tuple[int, str]:
        """How often it was copied for another backup, and the checksum that stands in that."""
        stage.clock.advance(60)
        copied.clear()
        taken = take_into(store_of(stage), ground, Wish(stage.usual))
        (entry,) = (entry for entry in taken.manifest.entries if entry.path.endswith("rest.sqlite"))
        return copied.count("rest.sqlite"), entry.sha256

    first, again = took(), took()
    assert (first[0], again[0]) == (1, 0)
    assert first[1] == again[1]
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO t VALUES (1)")
    changed = took()
    assert changed[0] == 1
    assert changed[1] != again[1]
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        with connection:
            connection.execute("INSERT INTO t VALUES (2)")
        assert (took()[0], took()[0]) == (1, 1), "somebody has it open"
