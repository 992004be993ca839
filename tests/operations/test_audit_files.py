"""The ledger's files: appended to, cut, kept for more than a year, and never mended in silence."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from fault_disk import fault_disk, lay_out

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.operations.audit_chain import AuditEntry
from clawd_desktop.operations.audit_files import AuditFiles, Extent

DAY_MS = 86_400_000
BEGIN_MS = 1_760_000_000_000


def entries(count: int, at_ms: int = BEGIN_MS, subject: str = "s") -> list[AuditEntry]:
    return [AuditEntry(0, at_ms, "a", "b", subject) for _ in range(count)]


def test_what_is_added_is_read_back_the_newest_first(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path / "audit")
    files.append(entries(3))
    files.append(entries(2))
    assert [entry.seq for entry in files.newest(10, None)] == [5, 4, 3, 2, 1]
    assert [entry.seq for entry in files.newest(2, 4)] == [3, 2]
    assert files.verify() == ()
    files.close()


def test_another_start_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    for _ in range(3):
        files = AuditFiles(tmp_path)
        files.append(entries(2))
        files.close()
    assert [entry.seq for entry in files.newest(10, None)] == [6, 5, 4, 3, 2, 1]
    assert files.verify() == ()


def test_one_file_a_month_and_pieces_of_large_ones(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, Extent(piece_bytes=2_000))
    for month in range(3):
        for _ in range(20):
            files.append(entries(1, BEGIN_MS + month * 31 * DAY_MS, "x" * 200))
    names = [path.name for path in files.files()]
    assert names[0] == "audit-2025-10.jsonl"
    assert names[1] == "audit-2025-10.2.jsonl"
    assert "audit-2025-12.jsonl" in names
    assert [entry.seq for entry in files.newest(100, None)] == list(range(60, 0, -1))
    assert files.verify() == ()
    files.close()


def test_a_year_is_kept_and_not_much_more(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path)
    for month in range(30):
        files.append(entries(1, BEGIN_MS + month * 30 * DAY_MS))
    ages = [(BEGIN_MS + 29 * 30 * DAY_MS - entry.at_ms) // DAY_MS for entry in files.newest(100, None)]
    assert 365 <= ages[-1] <= 450
    assert files.verify() == (), "what was kept long enough is not missing"
    files.close()


def test_the_size_is_bounded_and_a_clock_that_jumps_removes_little(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path, Extent(piece_bytes=2_000, most_bytes=10_000))
    for _ in range(100):
        files.append(entries(1, subject="x" * 200))
    assert sum(path.stat().st_size for path in files.files()) < 12_500
    assert files.verify() == ()
    files.append(entries(1, BEGIN_MS + 20_000 * DAY_MS))
    assert len(files.files()) >= 2
    files.append(entries(1, BEGIN_MS))
    assert files.verify() == ()
    assert files.newest(1, None)[0].at_ms == BEGIN_MS, "a clock that is set back goes on in the newest file"
    files.close()


def test_a_line_that_somebody_removed_stays_missing(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path)
    files.append(entries(5))
    files.close()
    (path,) = files.files()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:3]))
    later = AuditFiles(tmp_path)
    assert later.verify() == ("Entries 4 to 5 are missing at the end.",)
    later.append(entries(2))
    assert later.verify()[0].startswith("Entries 4 to 5 are missing before Line 4")
    later.close()


def test_a_torn_last_line_is_left_as_it_is_and_named(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path)
    files.append(entries(2))
    files.close()
    (path,) = files.files()
    before = path.read_bytes() + b'{"seq": 3, "ac'
    path.write_bytes(before)
    later = AuditFiles(tmp_path)
    later.append(entries(1))
    assert path.read_bytes() == before
    assert len(later.files()) == 2
    assert later.verify() == ("Line 3 of audit-2025-10.jsonl cannot be read.",)
    later.close()


def test_a_disk_that_refuses_adds_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path)
    with fault_disk(tmp_path) as disk:
        files.append(entries(1))
        for at in range(1, 4):
            disk.fail(at, errno.ENOSPC, short=True)
            with pytest.raises(StorageFault):
                files.append(entries(1))
        disk.heal()
        files.append(entries(1))
    assert files.verify() == ()
    files.close()


def test_a_power_cut_at_any_moment_leaves_a_ledger_without_a_gap(tmp_path: Path) -> None:
    root = tmp_path / "disk"
    root.mkdir()
    with fault_disk(root) as disk:
        files = AuditFiles(root)
        for _ in range(3):
            files.append(entries(1))
            disk.acknowledge()
        files.close()
        images = list(disk.images())
    for number, (promised, image) in enumerate(images):
        place = tmp_path / str(number)
        lay_out(image, place)
        found = AuditFiles(place)
        assert len(found.newest(10, None)) >= promised
        assert not [fault for fault in found.verify() if "missing" in fault and "note" not in fault]
    assert len(images) > 5


@pytest.mark.skipif(os.name == "nt", reason="modes are of other systems")
def test_it_is_private(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path / "audit")
    files.append(entries(1))
    files.close()
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "audit").iterdir()} == {0o600}
    assert (tmp_path / "audit").stat().st_mode & 0o777 == 0o700
