"""A whole report: what is in it is what was shown, it is bounded, private, and never overwrites."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import threading
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from clawd_desktop.core.errors import BadInput
from clawd_desktop.operations.diagnostics import report as module
from clawd_desktop.operations.diagnostics.doctor import Doctor
from clawd_desktop.operations.diagnostics.ground import Ground
from clawd_desktop.operations.diagnostics.report import ReportMaker, chosen, shortened
from clawd_desktop.operations.diagnostics.report_parts import LEFT_OUT, PARTS, Part, Sources


def maker(ground: Ground) -> ReportMaker:
    return ReportMaker(Sources(ground, Doctor(ground, []), lambda: {"cpu": 0.5}, lambda: []))


async def test_what_is_saved_is_what_was_shown(ground: Ground) -> None:
    ground.paths.logs.mkdir()
    (ground.paths.logs / "clawd-desktop-2026-01-01.log").write_text('{"0": "started"}\n')
    made = maker(ground)
    shown = (await made.preview()).shown()
    path, _ = await made.save()
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        texts = {part["name"]: archive.read(part["file"]).decode() for part in manifest["parts"]}
        for part in manifest["parts"]:
            assert hashlib.sha256(archive.read(part["file"])).hexdigest() == part["sha256"]
            assert part["bytes"] == len(archive.read(part["file"]))
    stable = {"config", "log", "packages", "metrics", "alerts", "findings"}
    for part in shown["parts"]:  # type: ignore[union-attr]
        if part["name"] in stable:  # type: ignore[index, call-overload]
            assert part["text"] == texts[part["name"]]  # type: ignore[index, call-overload]
    assert manifest["notIncluded"] == list(LEFT_OUT)
    assert texts["log"] == '{"0": "started"}'
    assert json.loads(texts["metrics"]) == {"cpu": 0.5}
    assert "aiohttp" in texts["packages"]


async def test_parts_can_be_chosen(ground: Ground) -> None:
    bundle = await maker(ground).preview(["packages", "facts"])
    assert [section.name for section in bundle.sections] == ["facts", "packages"]
    with pytest.raises(BadInput, match="There is no part 'nothing'"):
        await maker(ground).preview(["nothing"])


async def test_a_long_log_keeps_its_end(ground: Ground) -> None:
    ground.paths.logs.mkdir()
    lines = "".join(f"line {number}\n" for number in range(400_000))
    (ground.paths.logs / "clawd-desktop-2026-01-01.log").write_text(lines)
    (section,) = (await maker(ground).preview(["log"])).sections
    assert section.text.endswith("line 399999")
    assert section.size <= 1024 * 1024


async def test_the_whole_is_bounded(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 1_000)
    bundle = await maker(ground).preview()
    assert bundle.size <= 1_000
    assert [section.name for section in bundle.sections if section.cut]


async def test_what_cannot_be_cleaned_in_time_does_not_leave(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLEAN_S", 0.05)

    release = threading.Event()
    monkeypatch.setattr(module, "cleaned", lambda *_: release.wait(30))
    (section,) = (await maker(ground).preview(["packages"])).sections
    release.set()
    # A part that hangs is late at once the next time, which no other test is to meet.
    for thread in threading.enumerate():
        if thread.name.endswith("report packages"):
            await asyncio.to_thread(thread.join, 30)
    assert (section.text, section.cut) == ("", True)
    assert section.dropped > 10


async def test_a_part_that_fails_says_so(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(sources: Sources) -> str:
        raise OSError(5, "Input/output error")

    row = Part("facts", "x", "x.txt", broken)
    monkeypatch.setattr(module, "PARTS", (row,))
    (section,) = (await maker(ground).preview(["facts"])).sections
    assert "could not be made" in section.text


async def test_no_file_is_overwritten(ground: Ground, tmp_path: Path) -> None:
    target = tmp_path / "r.zip"
    target.write_text("mine")
    with pytest.raises(BadInput, match="is there already"):
        await maker(ground).save((), target)
    assert target.read_text() == "mine"


@pytest.mark.parametrize(
    ("limit", "tail", "kept"),
    [(100, True, "a\nb\nc\n"), (4, True, "c\n"), (4, False, "a\nb"), (0, True, ""), (-5, False, "")],
)
def test_lines_are_kept_whole(limit: int, tail: bool, kept: str) -> None:
    assert shortened("a\nb\nc\n", limit, tail=tail) == kept


def test_the_order_is_always_the_same() -> None:
    assert [part.name for part in chosen(["packages", "findings"])] == ["findings", "packages"]
    assert chosen(()) == PARTS


async def test_without_a_status_it_says_that_nothing_runs(ground: Ground) -> None:
    (section,) = (await maker(replace(ground, status=None)).preview(["status"])).sections
    assert section.text == "Clawd Desktop does not run."
