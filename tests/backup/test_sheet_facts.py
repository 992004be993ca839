"""The sheet of a real desk says what is so, and lies where only its owner reads it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from backup_desk_stage import DeskStage

from clawd_desktop.backup import recovery_sheet
from clawd_desktop.backup.desk import BackupDesk, Order
from clawd_desktop.backup.sealing import Lock, new_identity
from clawd_desktop.backup.sheet_facts import closed_with, sheet_of, write_sheet
from clawd_desktop.config.schema.backup import Sealed
from clawd_desktop.core.errors import BadInput

WORDS = "four words of mine"
PAIR = new_identity()
OPEN, BY_WORDS, BY_KEY = Sealed(), Sealed(passphrase="keyring:x"), Sealed(recipients=(PAIR.recipient,))


@pytest.fixture
def stage(tmp_path: Path) -> DeskStage:
    return DeskStage(tmp_path)


@pytest.fixture
def desk(stage: DeskStage) -> BackupDesk:
    return asyncio.run(stage.desk())


async def test_without_a_backup_it_is_for_those_to_come(desk: BackupDesk) -> None:
    sheet = await sheet_of(desk, BY_WORDS)
    assert (sheet.made, sheet.closed_with, sheet.is_secret) == ("", "passphrase", False)
    assert sheet.file.endswith("-DATE.tar.zst.age")
    text = recovery_sheet.text(sheet)
    assert "the place of DATE" in text
    assert "_____" in text, "the passphrase is written by hand"
    assert str(desk.usual_folder) in text


@pytest.mark.parametrize(
    ("lock", "sealed", "closed"),
    [(None, OPEN, "nothing"), (Lock(WORDS), BY_WORDS, "passphrase"),
     (Lock(recipients=(PAIR.recipient,)), BY_KEY, "keys"),
     (Lock(WORDS), OPEN, "passphrase")],
)  # fmt: skip
async def test_it_is_of_the_newest_good_backup(
    desk: BackupDesk, lock: Lock | None, sealed: Sealed, closed: str
) -> None:
    made = await desk.create(Order(lock=lock))
    await desk.create(Order(areas=("config",), lock=lock))  # which is none of all
    sheet = await sheet_of(desk, sealed)
    assert (sheet.file, sheet.closed_with) == (Path(made.path).name, closed)
    assert sheet.holds[:1] == ("Configuration",)
    assert "UTC" in sheet.made
    assert sheet.recipients == sealed.recipients
    assert closed_with(Path(made.path)) == closed


async def test_where_the_lock_is_newer_than_the_backup_it_is_for_those_to_come(desk: BackupDesk) -> None:
    await desk.create(Order())
    assert (await sheet_of(desk, BY_KEY)).made == ""


async def test_a_new_key_stands_on_it_and_in_no_representation(desk: BackupDesk) -> None:
    sheet = await sheet_of(desk, OPEN, PAIR.secret)
    assert sheet.is_secret
    assert PAIR.secret in recovery_sheet.text(sheet)
    assert PAIR.secret not in repr(sheet)


def test_what_cannot_be_read_is_taken_for_what_its_name_says(tmp_path: Path) -> None:
    broken = tmp_path / "x.tar.zst.age"
    broken.write_bytes(b"age-encryption.org/v1\n-> \n")
    assert closed_with(broken) == "passphrase"
    assert closed_with(tmp_path / "absent.tar.zst") == "nothing"


async def test_files_are_their_owner_s_and_replace_none(desk: BackupDesk, tmp_path: Path) -> None:
    sheet = await sheet_of(desk, BY_WORDS)
    for name, begin in (("sheet.html", "<!DOCTYPE html>"), ("sheet.txt", "Recovery sheet")):
        write_sheet(sheet, tmp_path / name)
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
        assert (tmp_path / name).read_text().startswith(begin)
        with pytest.raises(BadInput, match="there already"):
            write_sheet(sheet, tmp_path / name)
    with pytest.raises(BadInput, match="PDF"):
        write_sheet(sheet, tmp_path / "sheet.pdf")
