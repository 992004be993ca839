"""Traces survive a restart and a power cut; a broken file costs one trace and is kept for whoever wants to look."""

from __future__ import annotations

import stat
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from operations.test_recorded_form import SECRET
from operations.test_recorded_form import WHOLE as RECORDED
from operations.test_trace_tree import WHOLE

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import NotFound, StorageFault, Unreadable
from clawd_desktop.operations import trace_files
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations.trace_files import TraceFiles, TraceRow, surplus
from clawd_desktop.operations.trace_tree import Mark, Trace, sums


def named(number: int, *marks: Mark) -> Trace:
    return replace(WHOLE, run_id=f"r{number}", started_ms=number, marks=marks or WHOLE.marks)


def files(folder: Path) -> TraceFiles:
    redactor = Redactor()
    redactor.learn(SECRET)
    return TraceFiles(folder / "traces", redactor.clean, ManualClock())


def test_what_is_saved_is_there_after_a_restart(tmp_path: Path) -> None:
    row = files(tmp_path).save(named(1), RECORDED)
    again = files(tmp_path)
    assert again.load() == [row]
    assert row.sums == sums(WHOLE)
    assert again.read(row) == named(1)
    assert again.read_recording(row).end == RECORDED.end
    folder = tmp_path / "traces"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_no_secret_is_in_either_file(tmp_path: Path) -> None:
    failed = named(1, Mark(0.0, "failed", {"error": f"The key {SECRET} is bad."}))
    files(tmp_path).save(failed, RECORDED)
    for path in (tmp_path / "traces").iterdir():
        data = path.read_bytes()
        assert SECRET.encode() not in (zlib.decompress(data) if path.suffix == ".z" else data)


def test_any_run_id_is_a_good_name(tmp_path: Path) -> None:
    kept = files(tmp_path)
    for name in ("../../x", "a/b", "", "\0", "ü" * 400, "\ud800"):
        row = kept.save(replace(WHOLE, run_id=name or "-"), None)
        assert row.run_id == (name or "-")
    assert {path.parent for path in tmp_path.rglob("*.json")} == {tmp_path / "traces"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version":9}', b"\xff\xfe", b"\0" * 64])
def test_a_broken_trace_is_set_aside(tmp_path: Path, content: bytes) -> None:
    kept = files(tmp_path)
    good, bad = kept.save(named(1), None), kept.save(named(2), RECORDED)
    path = tmp_path / "traces" / f"{bad.stem}.trace.json"
    path.write_bytes(content)
    with pytest.raises(Unreadable, match="set aside"):
        kept.read(bad)
    path.write_bytes(content)
    assert files(tmp_path).load() == [good]
    aside = [each for each in (tmp_path / "traces").iterdir() if ".broken-" in each.name]
    assert [each.read_bytes() for each in aside] == [content, content]
    assert not list((tmp_path / "traces").glob("*.z"))


def test_a_broken_recording_costs_only_itself(tmp_path: Path) -> None:
    kept = files(tmp_path)
    row = kept.save(named(1), RECORDED)
    path = tmp_path / "traces" / f"{row.stem}.turn.json.z"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Unreadable):
        kept.read_recording(row)
    assert kept.read(row) == named(1)
    with pytest.raises(NotFound):
        kept.read_recording(row)
    assert files(tmp_path).load()[0].recording == 0


def test_a_recording_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace_files, "LARGEST_RECORDING", 100)
    kept = files(tmp_path)
    assert kept.save(named(1), RECORDED).recording == 0
    row = replace(kept.save(named(2), None), recording=9)
    (tmp_path / "traces" / f"{row.stem}.turn.json.z").write_bytes(zlib.compress(b" " * 5000))
    with pytest.raises(Unreadable):
        kept.read_recording(row)


class PowerCut(safeio.Calls):
    """The disk stops taking anything after some calls."""

    def __init__(self, after: int) -> None:
        self.left = after

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise OSError(5, "the power is gone")

    def write(self, descriptor: int, data: bytes) -> int:
        self._count()
        return super().write(descriptor, data)

    def replace(self, source: Path, target: Path) -> None:
        self._count()
        super().replace(source, target)

    def unlink(self, path: Path) -> None:
        self._count()
        super().unlink(path)


@pytest.mark.parametrize("after", range(5))
def test_a_power_cut_while_storing_leaves_a_whole_trace_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    first = files(tmp_path).save(named(1), RECORDED)
    with monkeypatch.context() as patched:
        patched.setattr(safeio, "calls", PowerCut(after))
        saved = None
        try:
            saved = files(tmp_path).save(named(2), RECORDED)
        except StorageFault:
            assert after < 4
    again = files(tmp_path)
    found = again.load()
    assert found == [first, *([saved] if saved else [])]
    for row in found:
        assert again.read(row).marks == WHOLE.marks
        assert again.read_recording(row).end == RECORDED.end
    kept = {name for row in found for name in (f"{row.stem}.trace.json", f"{row.stem}.turn.json.z")}
    assert {path.name for path in (tmp_path / "traces").iterdir()} == kept


def test_a_run_id_that_comes_again_replaces_the_old_one(tmp_path: Path) -> None:
    kept = files(tmp_path)
    kept.save(replace(named(1), run_id="same"), None)
    later = kept.save(replace(named(2), run_id="same"), None)
    assert files(tmp_path).load() == [later]
    assert len(list((tmp_path / "traces").iterdir())) == 1


def row(number: int, size: int, recording: int) -> TraceRow:
    return TraceRow(f"r{number}", "k", "", number, sums(WHOLE), f"r{number}", size, recording)


def test_what_is_too_much_goes_oldest_first_and_recordings_before_traces() -> None:
    rows = [row(number, 10, 100) for number in range(5)]
    assert surplus(rows, 5, 550) == ([], [])
    gone, bare = surplus(rows, 3, 10_000)
    assert ({row.run_id for row in gone}, bare) == ({"r0", "r1"}, [])
    gone, bare = surplus(rows, 5, 300)
    assert (gone, [row.run_id for row in bare]) == ([], ["r0", "r1", "r2"])
    gone, bare = surplus(rows, 5, 25)
    assert [row.run_id for row in gone] == ["r0", "r1", "r2"]
    assert [row.run_id for row in bare] == ["r3", "r4"]
    assert surplus(rows, 0, 1)[0] == rows[::-1]


def test_what_refuses_does_not_hide_the_others(tmp_path: Path) -> None:
    row = files(tmp_path).save(named(1), RECORDED)
    for name in (".first.new", "folder.turn.json.z"):
        (tmp_path / "traces" / name).mkdir()
    assert files(tmp_path).load() == [row]
