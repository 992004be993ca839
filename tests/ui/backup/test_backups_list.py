"""The table of backups: when, why, how large, what is in it, whether it was checked, and what failed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from ui.staging import NOW, Stage, texts

from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.ui.backup.backups_list import SHOWN, BackupsList

pytestmark = pytest.mark.qt
DAY_MS = 86_400_000
GOOD = BackupRecord(
    "good", NOW, "schedule", ok=True, path="/b/a", size=5 << 20, areas=("config", "sessions"), sealed=True,
    verified_ms=NOW + 60_000,
)  # fmt: skip
FAILED = BackupRecord("failed-1", NOW, "update", ok=False, text="The disk is full.")


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def table(stage: Stage, asked: list[str]) -> BackupsList:
    return BackupsList(
        stage.services.theme,
        lambda record, button: asked.append(record.id),
        lambda record, button: asked.append(f"try {record.id}"),
        lambda record: asked.append(f"restore {record.id}"),
    )


def checks(table: BackupsList) -> list[QPushButton]:
    return [button for button in table.findChildren(QPushButton) if button.text() == "Check"]


def test_a_good_backup(table: BackupsList, asked: list[str]) -> None:
    table.show_records([GOOD], NOW)
    said = texts(table)
    assert {"5 MiB", "When made", "Planned · Configuration, Conversations · locked"} <= set(said)
    assert "Show all 1" not in said
    checks(table)[0].click()
    assert asked == ["good"]
    assert checks(table)[0].accessibleName().startswith("Check the backup of ")


def test_a_good_backup_can_be_restored_and_a_failed_one_cannot(table: BackupsList, asked: list[str]) -> None:
    table.show_records([FAILED, GOOD], NOW)
    (restore,) = (button for button in table.findChildren(QPushButton) if button.text() == "Restore…")
    restore.click()
    assert asked == ["restore good"]
    assert restore.accessibleName().startswith("Restore the backup of ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verified_ms": 0}, "Not yet"),
        ({"verified_ms": 0, "text": "Byte 7 is wrong."}, "Damaged"),
        ({"verified_ms": 0, "text": "Byte 7 is wrong."}, "Planned · Byte 7 is wrong."),
        ({"areas": (), "sealed": False}, "Planned · not looked into yet"),
        ({"sealed": False, "warnings": ("a.txt could not be read.", "b")},
         "Planned · Configuration, Conversations · a.txt could not be read. · and 1 more"),
    ],
)  # fmt: skip
def test_what_is_to_be_known_is_said(table: BackupsList, change: dict[str, object], said: str) -> None:
    table.show_records([replace(GOOD, **change)], NOW)  # type: ignore[arg-type]
    assert said in texts(table)


def test_a_later_check_has_its_own_time(table: BackupsList) -> None:
    table.show_records([replace(GOOD, at_ms=NOW - 9 * DAY_MS, verified_ms=NOW)], NOW + 2 * DAY_MS)
    assert len([text for text in texts(table) if text.startswith("202")]) == 2


def test_a_failed_attempt_has_its_reason_and_nothing_to_check(table: BackupsList) -> None:
    table.show_records([FAILED], NOW)
    assert "Before an update · failed: The disk is full." in texts(table)
    assert not checks(table)


def test_many_are_folded_until_somebody_wants_all(table: BackupsList) -> None:
    many = [replace(GOOD, id=str(number), at_ms=NOW - number * DAY_MS) for number in range(SHOWN + 3)]
    table.show_records(many, NOW)
    assert len(checks(table)) == SHOWN
    assert table.all.text() == f"Show all {SHOWN + 3}"
    table.all.click()
    table.show_records(many, NOW)
    assert len([button for button in checks(table) if button in table._buttons]) == SHOWN + 3
    assert len(table._buttons) == 3 * (SHOWN + 3)
    assert table.all.isHidden()


def test_while_something_goes_on_nothing_can_be_checked_also_what_comes_later(table: BackupsList) -> None:
    table.show_records([GOOD], NOW)
    table.set_free(False)
    table.show_records([replace(GOOD, id="new"), GOOD], NOW)
    assert not any(button.isEnabled() for button in table._buttons)
    table.set_free(True)
    assert all(button.isEnabled() for button in table._buttons)


def test_it_is_built_again_only_when_something_differs(table: BackupsList) -> None:
    table.show_records([GOOD], NOW)
    former = table._buttons[0]
    table.show_records([GOOD], NOW + 1)
    assert table._buttons[0] is former
    table.show_records([GOOD], NOW + DAY_MS)
    assert table._buttons[0] is not former


def test_one_can_be_tried_out(table: BackupsList, asked: list[str]) -> None:
    table.show_records([GOOD], NOW)
    (made,) = [button for button in table.findChildren(QPushButton) if button.text() == "Try it out"]
    made.click()
    assert asked == ["try good"]
    assert made.accessibleName().startswith("Try out the backup of ")


def test_the_keyboard_goes_through_the_rows_where_they_are_seen(stage: Stage, table: BackupsList) -> None:
    whole = QWidget()
    column = QVBoxLayout(whole)
    above, below = QPushButton("above"), QPushButton("below")
    for part in (above, table, below):
        column.addWidget(part)
    for number in range(2):  # built again, too
        table.show_records([replace(GOOD, id=str(number))], NOW)
    found, at = [], above.nextInFocusChain()
    while at is not below:
        found += [at.text()] if isinstance(at, QPushButton) and at in table._buttons else []
        at = at.nextInFocusChain()
    assert found == ["Check", "Try it out", "Restore…"]
