"""What is remembered and what lies in the folders is one list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from store_rig import Rig

from clawd_desktop.backup import listing
from clawd_desktop.backup.manifest import Manifest, Root
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.retention import Held
from clawd_desktop.backup.taking import Taken, host_name

NAME = "clawd-backup-my-old-box-20261126T074215Z-0a1b.tar.zst"
MADE_MS = 1_795_678_935_000
HOLDS = Manifest("id1", 5, "schedule", "1", "h", "s", "out", (Root("config", "/c"),), (), warnings=("w",) * 30)


def test_the_folders_and_the_memory_are_merged(tmp_path: Path) -> None:
    here, there, elsewhere = tmp_path / "here", tmp_path / "there", tmp_path / "elsewhere"
    for folder in (here, elsewhere):
        folder.mkdir()
    known, unknown, other = here / NAME, here / NAME.replace("0a1b", "0a1c"), elsewhere / NAME
    for path in (known, unknown, other, here / "notes.txt", here / f".{NAME}.1.00000000.new"):
        path.write_bytes(b"12345")
    (here / NAME.replace("0a1b", "0a1d")).mkdir()
    first = BackupRecord("a", MADE_MS + 2, "person", ok=True, path=str(known), size=5, verified_ms=7)
    records = (
        first,
        BackupRecord("b", MADE_MS + 3, "person", ok=True, path=str(other)),
        BackupRecord("c", MADE_MS + 4, "person", ok=True, path=str(here / "gone.tar.zst")),
        BackupRecord("d", MADE_MS + 5, "person", ok=True, path=str(elsewhere / "gone.tar.zst")),
        BackupRecord("failed-1", MADE_MS + 1, "schedule", ok=False, text="The disk is full."),
    )
    lying = [one for folder in (here, there) for one in listing.lying_in(folder)]
    looked_at = listing.places_in((here, there, here))
    (once,) = listing.elsewhere(records, looked_at).items()
    assert (once[0], [one.id for one in once[1]]) == (str(elsewhere), ["b", "d"])
    found = listing.merged(records, [*lying, *listing.still_there(once[1])], looked_at)
    assert [record.id for record in found] == ["b", "a", "failed-1", unknown.name]
    assert found[1] is first
    assert (found[3].at_ms, found[3].size, found[3].verified_ms, found[3].ok) == (MADE_MS, 5, 0, True)


def test_a_store_and_remote_places_are_in_it_too(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "disk", tmp_path / "cache")
    made = rig.add(1, {"a": b"x"})
    path = rig.root / "snapshots" / made.name
    (lying,) = listing.lying_in(tmp_path / "disk")
    assert (lying.id, lying.at_ms, lying.path, lying.sealed) == ("b1", made.created_ms, str(path), False)
    assert listing.newest_in(tmp_path / "disk") == path
    assert listing.newest_in(rig.root) == path
    assert listing.newest_in(tmp_path) is None
    assert listing.in_store(lying)
    assert listing.place(lying) == str(rig.root)
    assert listing.place(lying) in listing.places_in((tmp_path / "disk",))
    assert not listing.made_here(lying)
    address = f"restic:sftp:host:/r#0123{'ab' * 30}"
    away = listing.at_remote(address, NAME.replace("my-old-box", host_name()), 9)
    assert (away.path, listing.place(away), away.at_ms) == (address, "restic:sftp:host:/r", MADE_MS)
    assert listing.made_here(away)
    assert not listing.in_store(away)
    known = replace(away, id="id1", cause="schedule")
    assert listing.merged((known,), (), frozenset()) == (known,)
    assert listing.merged((known,), (away,), frozenset({"restic:sftp:host:/r"})) == (known,)
    assert listing.merged((known,), (), frozenset({"restic:sftp:host:/r"})) == ()


def test_a_name_that_tells_no_time(tmp_path: Path) -> None:
    for name in ("clawd-backup-x.tar.zst", NAME.replace("20261126", "20261399")):
        assert listing.unknown(tmp_path / name, 1, 99).at_ms == 99
    assert listing.unknown(tmp_path / f"{NAME}.age", 1, 99).sealed
    assert listing.facts(tmp_path / "nothing") == (0, 0)


def test_what_reading_has_told(tmp_path: Path) -> None:
    record = listing.unknown(tmp_path / NAME, 9, 1)
    whole = listing.learned(record, HOLDS, 77, "")
    assert (whole.id, whole.at_ms, whole.cause, whole.areas, whole.verified_ms) == (
        "id1",
        5,
        "schedule",
        ("config",),
        77,
    )
    assert len(whole.warnings) == 20
    assert listing.learned(record, None, 77, "It is cut off.") == replace(record, text="It is cut off.")
    made = listing.record_of(Taken(tmp_path / NAME, HOLDS, 9), 77, 1.5)
    assert made == replace(whole, took_s=1.5)
    assert listing.held(made) == Held("id1", 5, 9, True, "schedule", str(tmp_path), whole=False)
    assert listing.held(replace(made, areas=("config", "sessions"))).whole
    assert listing.held(replace(made, areas=())).whole, "nobody knows"
    assert not listing.held(replace(made, areas=("config", "sessions"), partial=True)).whole
    assert listing.learned(record, replace(HOLDS, partial=True), 77, "").partial


def test_whose_it_is(tmp_path: Path) -> None:
    mine = NAME.replace("my-old-box", host_name())
    assert listing.made_here(listing.unknown(tmp_path / mine, 1, 1))
    assert not listing.made_here(listing.unknown(tmp_path / NAME.replace("my-old-box", f"{host_name()}-2"), 1, 1))
    assert not listing.made_here(listing.unknown(tmp_path / "clawd-backup-x.tar.zst", 1, 1))
