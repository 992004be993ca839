"""What is added is in the file as it was added, whatever happens to it meanwhile, and half a file is none."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from backup.archive_rig import A_FILE, A_FOLDER, A_LINK, SMALL, BreakingDisk, expected, listing, picture, written
from backup.standard_tools import age, require

from clawd_desktop.backup.archive_reader import verify
from clawd_desktop.backup.archive_writer import ArchiveWriter
from clawd_desktop.backup.manifest import Damaged, Entry
from clawd_desktop.backup.sealing import Lock, new_identity
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import StorageFault, Unreadable
from clawd_desktop.core.new_file import NewFile

LONG = (1 << 20) + 5


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "b.tar.zst"


def test_it_says_what_it_wrote(path: Path) -> None:
    manifest = written(path)
    assert manifest == verify(path)
    assert manifest.entries[0] == A_FOLDER
    assert manifest.entries[1] == replace(A_FILE, size=5, sha256=hashlib.sha256(b"hello").hexdigest())


def test_rights_and_times_that_no_list_holds_are_made_to_fit(path: Path) -> None:
    entry = Entry("config", "x", "file", 0o4755, 1 << 63, size=77, sha256="no")
    found = written(path, [(entry, b"")]).entries[0]
    assert (found.mode, found.mtime_ns, found.size) == (0o755, 1 << 62, 0)
    assert verify(path).entries == (found,)


class Changing(io.BytesIO):
    """A file that becomes another one when its first megabyte was read."""

    def __init__(self, data: bytes, after: bytes) -> None:
        super().__init__(data)
        self._after = after

    def seek(self, place: int, whence: int = 0) -> int:
        # That is when its size is asked for.
        found = super().seek(place, whence)
        if whence == 0:
            here = self.tell()
            self.truncate(0)
            super().seek(0)
            super().write(self._after)
            super().seek(here)
        return found


@pytest.mark.parametrize(
    ("before", "after", "kept", "shrunk"),
    [
        (b"a" * LONG * 2, b"b" * LONG * 3, b"a" * (LONG - 4) + b"b" * (LONG + 4), []),
        (b"a" * LONG * 2, b"b" * (LONG + 5), b"a" * (LONG - 4) + b"b" * 9 + bytes(LONG - 5), ["config/a/b\udcff"]),
        (b"a" * LONG * 2, b"", b"a" * (LONG - 4) + bytes(LONG + 4), ["config/a/b\udcff"]),
    ],
)
def test_a_file_that_changes_while_it_is_read(
    path: Path, before: bytes, after: bytes, kept: bytes, shrunk: list[str]
) -> None:
    with NewFile(path) as file, ArchiveWriter(file) as writer:
        entry = writer.add(A_FILE, Changing(before, after))
        writer.close(listing([entry]))
        file.keep()
        assert writer.shrunk == shrunk
    assert (entry.size, entry.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())
    assert verify(path).entries == (entry,)


@pytest.mark.parametrize("size", [0, 1, LONG - 6, LONG - 5, LONG - 4, 3 * LONG])
def test_files_of_any_length_from_a_file_or_a_pipe(path: Path, tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "source").write_bytes(data)
    with NewFile(path) as file, ArchiveWriter(file) as writer, (tmp_path / "source").open("rb", buffering=0) as source:
        entries = [writer.add(A_FILE, source)]
        with subprocess.Popen(["cat", tmp_path / "source"], stdout=subprocess.PIPE, bufsize=0) as cat:
            assert cat.stdout is not None
            entries.append(writer.add(replace(A_FILE, path="piped", size=size), cat.stdout))  # type: ignore[arg-type]
        writer.close(listing(entries))
        file.keep()
    assert {(entry.size, entry.sha256) for entry in verify(path).entries} == {(size, hashlib.sha256(data).hexdigest())}


@pytest.mark.parametrize(
    "entry",
    [replace(A_FILE, path="../x"), replace(A_FILE, path=""), replace(A_FILE, path="a\\b"), replace(A_LINK, target="/")],
)
def test_what_no_backup_may_hold_is_refused_before_it_is_written(path: Path, entry: Entry) -> None:
    with NewFile(path) as file, ArchiveWriter(file) as writer:
        with pytest.raises(Damaged):
            writer.add(entry, b"" if entry.kind == "file" else None)
        writer.close(listing([writer.add(A_FILE, b"")]))
        file.keep()
    assert len(verify(path).entries) == 1


def test_a_file_needs_data(path: Path) -> None:
    with ArchiveWriter(io.BytesIO()) as writer, pytest.raises(ValueError, match="no data"):
        writer.add(A_FILE, None)


class Torn(io.RawIOBase):
    """Gives a megabyte and then fails."""

    def __init__(self, good: int) -> None:
        self._good = good

    def read(self, size: int = -1) -> bytes:
        if self._good < size:
            raise OSError(errno.EIO, "broken")
        self._good -= size
        return bytes(size)


def test_a_file_that_cannot_be_read_is_no_end_before_its_header_was_written() -> None:
    with ArchiveWriter(io.BytesIO()) as writer:
        with pytest.raises(OSError, match="broken"):
            writer.add(A_FILE, Torn(LONG - 10))  # type: ignore[arg-type]
        writer.close(listing([writer.add(A_FILE, b"x")]))


def test_nothing_is_added_to_a_torn_or_closed_one() -> None:
    with ArchiveWriter(io.BytesIO()) as writer:
        with pytest.raises(OSError, match="broken"):
            writer.add(replace(A_FILE, size=1 << 30), Torn(LONG + 300_000))  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="torn"):
            writer.add(A_FOLDER, None)
        with pytest.raises(ValueError, match="torn"):
            writer.close(listing([]))
    with ArchiveWriter(io.BytesIO()) as writer:
        writer.close(listing([]))
        with pytest.raises(ValueError, match="closed"):
            writer.add(A_FOLDER, None)


@pytest.mark.parametrize("listed", [(), (A_FOLDER, A_FOLDER), (A_LINK, A_FOLDER), (replace(A_FOLDER, mode=0), A_LINK)])
def test_a_list_that_is_not_what_was_added_is_refused(listed: Sequence[Entry]) -> None:
    with ArchiveWriter(io.BytesIO()) as writer:
        writer.add(A_FOLDER, None)
        writer.add(A_LINK, None)
        with pytest.raises(ValueError, match="twice|not what is in it"):
            writer.close(listing(listed))
        writer.close(listing((A_FOLDER, A_LINK)))


@pytest.mark.parametrize("sealed", [False, True])
def test_what_is_not_closed_is_no_backup(path: Path, sealed: bool) -> None:
    identity = new_identity()
    lock = Lock(recipients=(identity.recipient,)) if sealed else None
    with path.open("wb") as file, ArchiveWriter(file, lock) as writer:
        writer.add(A_FOLDER, None)
    with pytest.raises(Unreadable, match="archive damaged"):
        verify(path)


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_no_broken_disk_leaves_a_file_under_its_name(
    path: Path, monkeypatch: pytest.MonkeyPatch, error: int, sealed: bool
) -> None:
    lock = Lock(recipients=(new_identity().recipient,)) if sealed else None
    content = [*SMALL, (replace(A_FILE, path="big"), os.urandom(1 << 20))]
    steps = BreakingDisk()
    monkeypatch.setattr(safeio, "calls", steps)
    written(path.with_name("whole"), content, lock)
    assert steps.count > 5
    # The last call removes the hidden name, which is gone by then.
    for number in range(1, steps.count):
        monkeypatch.setattr(safeio, "calls", BreakingDisk(number, error))
        with pytest.raises(StorageFault, match=r"b\.tar\.zst"):
            written(path, content, lock)
        assert {entry.name for entry in path.parent.iterdir()} == {"whole"}


def test_standard_tools_open_it_with_an_equal_tree(path: Path, tmp_path: Path) -> None:
    require("zstd", "tar")
    content: list[tuple[Entry, bytes | None]] = [
        *SMALL,
        (Entry("config", "long", "folder", 0o500, -1_500_000_000), None),
        (Entry("config", "long/" + "ä" * 120, "file", 0o400, -1), b"x" * 1000),
        (Entry("config", "long/" + "b\udcfe" * 100, "file", 0, 1 << 62), b""),
        (Entry("config", "long/\n '$x", "link", 0o777, 7, target="ü/" * 100 + "\udcff"), None),
        (Entry("config", "/".join("deep" * 20), "file", 0o777, 10**9), os.urandom(700_000)),
    ]
    written(path, content)
    out = tmp_path / "out"
    out.mkdir()
    _untar(path, out)
    found = picture(out)
    list_of_it = found.pop("manifest.json")
    assert list_of_it[3].startswith(b'{"cause"')
    wanted = {f"areas/{name}": shown for name, shown in expected(content).items()}
    assert {name: shown for name, shown in found.items() if name in wanted} == wanted
    assert {shown[0] for name, shown in found.items() if name not in wanted} == {"folder"}


def test_standard_tools_open_a_sealed_one(path: Path, tmp_path: Path) -> None:
    require("age", "zstd", "tar")
    identity = new_identity()
    written(path, SMALL, Lock(recipients=(identity.recipient,)))
    (tmp_path / "key").write_text(identity.secret)
    opened, out = tmp_path / "opened", tmp_path / "out"
    out.mkdir()
    age("-d", "-i", tmp_path / "key", "-o", opened, path)
    _untar(opened, out)
    found = picture(out)
    assert expected(SMALL).items() <= {name.removeprefix("areas/"): shown for name, shown in found.items()}.items()


def _untar(path: Path, out: Path) -> None:
    with subprocess.Popen(["zstd", "-dc", path], stdout=subprocess.PIPE) as zstd:
        run = subprocess.run(["tar", "-xp", "-C", out], stdin=zstd.stdout, capture_output=True, check=False)
    # GNU tar tells of times far away, and that it takes names as bytes anyway.
    told = [line for line in run.stderr.splitlines() if b"hdrcharset" not in line and b"time stamp" not in line]
    assert (zstd.returncode, run.returncode, told) == (0, 0, [])
