"""Backups in a store: what is written, what comes back, and what goes."""

from __future__ import annotations

import errno
import io
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from store_rig import AREA, DAY_MS, Rig, age, draft, in_memory, on_disk, restored

from clawd_desktop.backup import pack_reader, packs, seen_files, store_format
from clawd_desktop.backup.manifest import Entry
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.store import Store
from clawd_desktop.backup.store_adding import Source
from clawd_desktop.core.errors import BadInput, Busy, Conflict, NotFound, Refused, Unreadable

FIRST = {"a.txt": b"one", "b/c.txt": b"two" * 1000, "b/d.txt": b"", "e.txt": b"one"}


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "disk", tmp_path / "cache")


@pytest.fixture
def sealed(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "disk", tmp_path / "cache", "correct horse")


def packs_of(rig: Rig) -> set[str]:
    return {path.name for path in (rig.root / "packs").iterdir()}


def flip(path: Path, at: int = -1, bit: int = 0) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(bytes(data))


def test_a_backup_comes_back_as_it_was(rig: Rig) -> None:
    made = rig.add(1, FIRST)
    store = rig.open()
    assert store.snapshots() == (made,)
    assert (made.files, made.size) == (4, 3006)
    assert restored(store, made) == FIRST
    assert {entry.path for entry in store.manifest(made).entries} == {*FIRST, "b"}
    assert store.verify(made).bytes == sum(path.stat().st_size for path in (rig.root / "packs").iterdir())


def test_what_is_there_already_is_not_written_again_and_each_backup_restores_alone(rig: Rig) -> None:
    first = rig.add(1, FIRST)
    before = packs_of(rig)
    second = rig.add(2, {**FIRST, "a.txt": b"changed"})
    (new,) = packs_of(rig) - before
    assert list(pack_reader.check(rig.root / "packs" / new, rig.open()._seal, new[:64]).values()) == [len(b"changed")]
    rig.open().prune({"b2"})
    assert restored(rig.open(), second) == {**FIRST, "a.txt": b"changed"}
    with pytest.raises(NotFound):
        rig.open().manifest(first)


def test_the_standard_tools_open_a_pack(rig: Rig, tmp_path: Path) -> None:
    rig.add(1, FIRST)
    (pack,) = packs_of(rig)
    out = tmp_path / "out"
    out.mkdir()
    done = subprocess.run(f"zstd -dc < '{rig.root}/packs/{pack}' | tar -x -C '{out}'", shell=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert {path.read_bytes() for path in out.iterdir()} == set(FIRST.values())


def test_unchanged_files_are_not_read(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen_files, "_DOUBT_NS", 0)
    tree = tmp_path / "tree"
    (tree / "b").mkdir(parents=True)
    for name in ("a", "b/c", "b/d"):
        (tree / name).write_bytes(name.encode() * 100)
    rig.open().add(draft(1), on_disk(tree))
    (tree / "b" / "d").write_bytes(b"other")
    opened: list[str] = []
    second = rig.open().add(draft(2), on_disk(tree, opened))
    assert opened == ["b/d"]
    assert restored(rig.open(), second) == {"a": b"a" * 100, "b/c": b"b/c" * 100, "b/d": b"other"}
    opened.clear()
    rig.now_ms += 8 * DAY_MS
    rig.open().add(draft(9), on_disk(tree, opened))
    assert opened == ["a", "b/c", "b/d"]


def test_a_file_that_was_just_written_is_read_again(rig: Rig, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a").write_bytes(b"first")
    rig.open().add(draft(1), on_disk(tree))
    opened: list[str] = []
    rig.open().add(draft(2), on_disk(tree, opened))
    assert opened == ["a"]


def test_a_wrong_memory_makes_no_wrong_backup(rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen_files, "_DOUBT_NS", 0)
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a").write_bytes(b"content")
    age(tree)
    rig.open().add(draft(1), on_disk(tree))
    (memory,) = (rig.cache / "backup").iterdir()
    good = memory.read_bytes()
    for at in range(0, len(good), 5):
        flip(memory, at)
        made = rig.open().add(draft(2 + at), on_disk(tree))
        assert restored(rig.open(), made) == {"a": b"content"}
        memory.write_bytes(good)
    # The memory of a store that lost the content: it is stored again.
    for pack in (rig.root / "packs").iterdir():
        pack.unlink()
    assert restored(rig.open(), rig.open().add(draft(1000), on_disk(tree))) == {"a": b"content"}


def test_large_files_have_packs_of_their_own(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    large = {"large": os.urandom(pack_reader.SMALL_BYTES + 5), "twin": b"", "small": b"small"}
    large["twin"] = large["large"]
    made = rig.add(1, large)
    assert len(packs_of(rig)) == 2
    store = rig.open()
    assert restored(store, made) == large
    entry = next(entry for entry in store.manifest(made).entries if entry.path == "large")
    with store.read(made, entry) as stream:
        assert stream.read(10) == large["large"][:10]
    with store.read(made, entry) as stream:
        assert stream.read() == large["large"]
    with pytest.raises(NotFound):
        store.read(made, replace(entry, path="none"))


def test_many_small_files_are_few_packs_and_a_full_pack_is_closed(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{number}": os.urandom(1000) for number in range(3000)}
    made = rig.add(1, files)
    assert len(packs_of(rig)) == 1
    monkeypatch.setattr(packs, "FULL_RAW_BYTES", 1 << 20)
    more = rig.add(2, {f"x{number}": os.urandom(1000) for number in range(3000)})
    assert len(packs_of(rig)) == 1 + 5
    assert len(restored(rig.open(), more)) == 3000
    assert restored(rig.open(), made) == files


def test_what_is_gone_or_never_still_is_left_out_with_the_reason(rig: Rig) -> None:
    class Restless(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            self.getbuffer()[0] = (self.getbuffer()[0] + 1) % 256
            return super().seek(offset, whence)

    def gone() -> io.BytesIO:
        raise NotFound("gone")

    restless = Source(Entry(AREA, "log", "file", 0o600, 0, 5), lambda: Restless(bytes(pack_reader.SMALL_BYTES + 1)))
    made = rig.open().add(
        draft(1), [Source(Entry(AREA, "gone", "file", 0o600, 0, 5), gone), restless, *in_memory({"a": b"a"})]
    )
    manifest = rig.open().manifest(made)
    assert [entry.path for entry in manifest.entries] == ["a"]
    assert [left.path for left in manifest.left_out] == ["gone", "log"]
    assert len(packs_of(rig)) == 1
    rig.open().verify()


class Failing(io.BytesIO):
    """A file whose disk fails at the end of it, in the n-th round of reading."""

    def __init__(self, data: bytes, good: int) -> None:
        super().__init__(data)
        self.good = good

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if not data or self.tell() == len(self.getbuffer()):
            self.good -= 1
            if self.good < 0:
                raise OSError(errno.EIO, "Input/output error")
        return data


@pytest.mark.parametrize(("size", "good"), [(5, 0), (pack_reader.SMALL_BYTES + 5, 0), (pack_reader.SMALL_BYTES + 5, 2)])
def test_what_cannot_be_read_is_left_out_and_the_rest_is_there(rig: Rig, size: int, good: int) -> None:
    bad = Source(Entry(AREA, "bad", "file", 0o600, 0, size), lambda: Failing(bytes(size), good))
    made = rig.open().add(draft(1), [*in_memory({"a": b"a"}), bad, *in_memory({"z": b"z"})])
    (left,) = rig.open().manifest(made).left_out
    assert (left.path, left.reason) == ("bad", "It could not be read: Input/output error.")
    assert restored(rig.open(), made) == {"a": b"a", "z": b"z"}
    rig.open().verify()


def test_streams_that_cannot_go_back_are_taken_as_they_come(rig: Rig) -> None:
    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, offset: int, whence: int = 0) -> int:
            raise io.UnsupportedOperation

    files = {"large": os.urandom(pack_reader.SMALL_BYTES + 5), "small": b"small"}
    sources = (
        Source(Entry(AREA, name, "file", 0o600, 0, len(data)), lambda data=data: Stream(data))  # type: ignore[misc]
        for name, data in files.items()
    )
    made = rig.open().add(draft(1), sources, completed=lambda manifest: replace(manifest, warnings=("seen",)))
    assert restored(rig.open(), made) == files
    assert rig.open().manifest(made).warnings == ("seen",)
    assert [path.suffix for path in (rig.cache / "backup").iterdir()] == [".json"]


def test_a_log_that_grows_while_it_is_read_is_taken_as_it_was(rig: Rig) -> None:
    class Growing(io.BytesIO):
        grown = 0

        def seek(self, offset: int, whence: int = 0) -> int:
            self.grown += 1
            end = super().seek(0, 2)
            assert end
            if self.grown == 2:
                self.write(b"more")
            return super().seek(offset, whence)

    data = os.urandom(pack_reader.SMALL_BYTES + 1)
    made = rig.open().add(draft(1), [Source(Entry(AREA, "log", "file", 0o600, 0, 5), lambda: Growing(data))])
    assert restored(rig.open(), made) == {"log": data}


def test_stopping_leaves_no_trace(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "FULL_RAW_BYTES", 1000)
    rig.add(1, FIRST)
    before = rig.files()
    new = {f"n{number}": os.urandom(700) for number in range(9)}
    for asked in range(1, 12):
        left = iter([False] * asked)
        try:
            rig.open().add(draft(2), in_memory(new), stopped=lambda left=left: next(left, True))  # type: ignore[misc]
        except Stopped:
            assert rig.files() == before
        else:
            break
    else:
        pytest.fail("it was stopped each time")


def test_progress_comes_to_its_end(rig: Rig) -> None:
    seen: list[Progress] = []
    made = rig.open().add(draft(1), in_memory(FIRST), progress=seen.append, total_bytes=3006)
    assert seen[-1] == Progress("write", 3006, 3006)
    assert [one.done_bytes for one in seen] == sorted(one.done_bytes for one in seen)
    seen.clear()
    done = rig.open().verify(made, progress=seen.append)
    assert seen[-1] == Progress("verify", done.bytes, done.bytes)


def test_a_name_that_is_taken_is_refused(rig: Rig) -> None:
    rig.add(1, FIRST)
    before = rig.files()
    with pytest.raises(Conflict):
        rig.add(1, {"z": b"z"})
    with pytest.raises(BadInput):
        rig.open().add(replace(draft(2), id="../x"), in_memory({"z": b"z"}))
    with pytest.raises(BadInput):
        rig.open().add(draft(2), in_memory({"../z": b"z"}))
    assert rig.files() == before


@pytest.mark.parametrize(("kind", "step"), [("rig", 1), ("sealed", 4)])
def test_verify_finds_each_flipped_bit(kind: str, step: int, request: pytest.FixtureRequest) -> None:
    rig: Rig = request.getfixturevalue(kind)
    rig.add(1, {"a": b"one", "b/c": b"two"})
    rig.open().verify()
    for name, data in rig.files().items():
        path = rig.root / name
        for at in range(0, len(data), step):
            flip(path, at, at // step % 8)
            with pytest.raises((Unreadable, BadInput)):  # a flip in the head of a sealed file is like another key
                rig.open().verify()
            path.write_bytes(data)
            for doubt in (rig.root / "packs").glob("*.doubt"):
                doubt.unlink()
    rig.open().verify()


def test_verify_finds_each_cut_and_each_missing_file(rig: Rig) -> None:
    made = rig.add(1, FIRST)
    for name, data in rig.files().items():
        path = rig.root / name
        for size in range(0, len(data), 7):
            path.write_bytes(data[:size])
            with pytest.raises(Unreadable):
                rig.open().verify()
        path.unlink()
        with pytest.raises((Unreadable, NotFound)):
            rig.open().verify(made)
        path.write_bytes(data)
        for doubt in (rig.root / "packs").glob("*.doubt"):
            doubt.unlink()
    rig.open().verify()


def test_what_a_damaged_pack_held_is_stored_again_by_the_next_backup(rig: Rig) -> None:
    first = rig.add(1, FIRST)
    (pack,) = packs_of(rig)
    flip(rig.root / "packs" / pack, 100)
    with pytest.raises(Unreadable, match=pack):
        rig.open().verify(first)
    with pytest.raises(Unreadable, match="damaged"):
        rig.open().verify(first, everything=False)
    second = rig.add(2, FIRST)
    assert restored(rig.open(), second) == FIRST
    rig.open().verify(second)
    assert restored(rig.open(), first) == FIRST, "the first is whole again with what the second brought"


def test_a_lost_index_is_made_again(rig: Rig) -> None:
    first = rig.add(1, FIRST)
    (lost,) = (rig.root / "index").iterdir()
    before = lost.read_bytes()
    lost.unlink()
    assert restored(rig.open(), first) == FIRST
    with pytest.raises(Unreadable, match="is gone"):
        rig.open().verify(first)
    rig.add(2, FIRST)
    assert lost.read_bytes() == before
    rig.open().verify()


def test_prune_says_before_what_goes_and_then_it_goes(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rig.add(1, {"a": os.urandom(5000), "b": b"same"})
    kept = {"a": os.urandom(500), "b": b"same"}
    second = rig.add(2, kept)
    before, size = rig.files(), sum(map(len, rig.files().values()))
    said = rig.open().prune({"b2"}, dry_run=True)
    assert rig.files() == before
    assert [one.id for one in said.snapshots] == ["b1"]
    assert len(said.repacked) == 1
    assert rig.open().prune({"b2"}) == said
    freed = size - sum(map(len, rig.files().values()))
    assert abs(freed - said.bytes) < 1500
    assert restored(rig.open(), second) == kept
    assert [one.id for one in rig.open().snapshots()] == ["b2"]
    rig.open().verify()
    assert rig.open().prune({"b2"}).packs == ()


def test_the_last_good_backup_is_never_pruned(rig: Rig) -> None:
    rig.add(1, FIRST)
    second = rig.add(2, {"x": b"x"})
    before = rig.files()
    for keep in (set[str](), {"none"}):
        with pytest.raises(Refused):
            rig.open().prune(keep)
    flip(rig.root / "snapshots" / second.name)
    with pytest.raises(Refused):
        rig.open().prune({"b2"})
    flip(rig.root / "snapshots" / second.name)
    assert rig.files() == before


def test_packs_stay_while_the_list_of_a_kept_backup_is_damaged(rig: Rig) -> None:
    rig.add(1, FIRST)
    second = rig.add(2, {"x": b"x"})
    rig.add(3, {"y": b"y"})
    flip(rig.root / "snapshots" / second.name)
    done = rig.open().prune({"b2", "b3"})
    assert second.name in done.kept_because
    assert done.packs == ()
    flip(rig.root / "snapshots" / second.name)
    assert restored(rig.open(), second) == {"x": b"x"}
    assert len(rig.open().prune({"b2", "b3"}).packs) == 1


def test_a_damaged_backup_is_told_of_and_not_hidden(rig: Rig) -> None:
    rig.add(1, FIRST)
    second = rig.add(2, FIRST)
    flip(rig.root / "snapshots" / second.name)
    good, bad = rig.open().snapshots()
    assert not good.damage
    assert second.name in bad.damage
    assert (bad.id, bad.created_ms) == ("b2", draft(2).created_ms)


def test_many_small_packs_become_one(rig: Rig) -> None:
    files: dict[str, bytes] = {}
    for number in range(33):
        files[f"f{number}"] = os.urandom(50)
        last = rig.add(number, files)
    assert len(packs_of(rig)) == 33
    rig.open().prune({last.id})
    assert len(packs_of(rig)) == 1
    assert restored(rig.open(), last) == files


def test_the_passphrase_alone_opens_it_on_another_computer(sealed: Rig, tmp_path: Path) -> None:
    made = sealed.add(1, FIRST)
    with pytest.raises(BadInput):
        Store(sealed.folder, tmp_path / "elsewhere")
    with pytest.raises(BadInput):
        store_format.unlock(sealed.open().place, Keys("wrong"))
    identity = store_format.unlock(sealed.open().place, Keys("correct horse"))
    elsewhere = Store(sealed.folder, tmp_path / "elsewhere", Keys(identities=(identity,)))
    assert restored(elsewhere, made) == FIRST
    second = elsewhere.add(draft(2), in_memory({"new": b"new"}))
    elsewhere.prune({"b2"})
    assert restored(sealed.open(), second) == {"new": b"new"}


def test_nothing_of_a_sealed_store_can_be_read_without_its_key(sealed: Rig) -> None:
    sealed.add(1, {"canary-name": b"canary-content", "other": b"x"})
    for name, data in sealed.files().items():
        assert b"canary" not in data, name
        if "format" not in name:
            assert data.startswith(b"age-encryption.org/v1\n"), name


def test_a_wrong_key_is_no_damage_and_changes_nothing(sealed: Rig, tmp_path: Path) -> None:
    sealed.add(1, FIRST)
    other = Rig(tmp_path / "other", tmp_path / "cache", "other")
    before = sealed.files()
    wrong = Store(sealed.folder, sealed.cache, Keys(identities=(other.identity,)))
    for read in (wrong.snapshots, wrong.verify):
        with pytest.raises(BadInput):
            read()
    for write in (lambda: wrong.add(draft(2), in_memory({"a": b"a"})), lambda: wrong.prune({"b1"})):
        with pytest.raises(Refused, match="another key"):
            write()
    assert sealed.files() == before


def test_two_at_once_are_refused_and_the_first_goes_on(rig: Rig) -> None:
    rig.add(1, FIRST)

    def meanwhile(progress: Progress) -> None:
        with pytest.raises(Busy, match="A backup"):
            rig.add(3, {"z": b"z"})
        with pytest.raises(Busy):
            rig.open().prune({"b1"})
        assert rig.open().prune({"b1"}, dry_run=True).snapshots == ()

    made = rig.open().add(draft(2), in_memory({"new": b"new"}), progress=meanwhile)
    assert restored(rig.open(), made) == {"new": b"new"}
    assert not (rig.root / "lock").exists()


def test_reading_goes_on_when_the_store_is_tidied_up_meanwhile(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "FULL_RAW_BYTES", 6000)
    rig.add(1, {f"f{number}": os.urandom(900) for number in range(12)})
    kept = {
        name: data
        for name, data in restored(rig.open(), rig.open().snapshots()[0]).items()
        if name in ("f0", "f5", "f9")
    }
    second = rig.add(2, kept)
    store = rig.open()
    given = store.contents(store.manifest(second).entries)
    entry, data = next(given)
    found = {entry.path: data.read()}
    assert len(rig.open().prune({"b2"}).repacked) > 1
    found |= {entry.path: data.read() for entry, data in given}
    assert found == kept
