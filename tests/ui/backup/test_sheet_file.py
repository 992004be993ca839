"""The sheet as a file: one page of paper, with all that stands on it, readable by its owner only."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from ui.staging import Stage, save_as

from clawd_desktop.backup.recovery_sheet import Sheet
from clawd_desktop.backup.sealing import new_identity
from clawd_desktop.core.tasks import spawn
from clawd_desktop.ui.backup.sheet_file import as_file, save_sheet

pytestmark = pytest.mark.qt
PAIR = new_identity()
SHEET = Sheet(
    "clawd-backup-desk-20261126T063000Z-ab12.tar.zst.age", "desk", "26 November 2026, 06:30 UTC",
    ("/home/ada/Documents/Clawd backups", "/media/ada/stick/backups"), "keys",
    tuple(f"Area number {number}" for number in range(12)), (PAIR.recipient,), PAIR.secret,
)  # fmt: skip


def test_a_pdf_has_one_page(stage: Stage) -> None:
    made = as_file(SHEET, ".pdf")
    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type /Page\n") + made.count(b"/Type /Page ") == 1


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_a_pdf_says_what_the_text_says(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    file.write_bytes(as_file(SHEET, ".pdf"))
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True)
    assert PAIR.secret in done.stdout
    assert "age --decrypt --identity key.txt" in done.stdout


def test_other_forms(stage: Stage) -> None:
    assert as_file(SHEET, ".HTML").startswith(b"<!DOCTYPE html>")
    assert as_file(SHEET, ".txt").startswith(b"Recovery sheet")


async def test_it_is_saved_for_its_owner_only(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "sheet.pdf"
    saving = spawn(save_sheet(None, SHEET), name="asking")
    await save_as(file)
    assert await saving == file
    assert file.stat().st_mode & 0o777 == 0o600
