"""The list follows the calendar, also with hundreds of backups."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from ui.staging import NOW, Stage, texts

from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.ui.backup.backups_list import MORE, SHOWN, BackupsList
from clawd_desktop.ui.backup.days import day_of
from clawd_desktop.ui.backup.history import History
from clawd_desktop.ui.backup.places import PlacesCard

pytestmark = pytest.mark.qt
DAY_MS = 86_400_000
GOOD = BackupRecord("good", NOW, "schedule", ok=True, path="/b/a", verified_ms=NOW, areas=("config",))


@pytest.fixture
def listed(stage: Stage) -> BackupsList:
    return BackupsList(stage.services.theme, lambda *_: None, lambda *_: None, lambda *_: None)


@pytest.fixture
def history(stage: Stage, listed: BackupsList) -> History:
    return History(stage.services.theme, listed, PlacesCard(lambda _folder: None))


def many(number: int) -> list[BackupRecord]:
    return [replace(GOOD, id=str(one), at_ms=NOW - one * DAY_MS) for one in range(number)]


def checks(listed: BackupsList) -> int:
    return sum(button.text() == "Check" for button in listed._buttons)


def test_a_day_filters_the_list_and_all_days_come_back(history: History, listed: BackupsList) -> None:
    failed = replace(GOOD, id="f", at_ms=NOW - DAY_MS, ok=False, path="", text="The disk is full.")
    history.show_records([GOOD, failed, *many(4)[2:]], NOW)
    assert checks(listed) == 3
    history.month._press(day_of(NOW - DAY_MS))
    assert checks(listed) == 0
    assert "Planned · failed: The disk is full." in texts(history)
    assert not history._chosen.isHidden()
    history.all.click()
    assert checks(listed) == 3
    assert history._chosen.isHidden()


def test_a_day_without_any_says_so(history: History, listed: BackupsList) -> None:
    history.show_records([GOOD, replace(GOOD, id="old", at_ms=NOW - 2 * DAY_MS)], NOW)
    day = day_of(NOW - DAY_MS)
    history.month._press(day)
    assert any(text.endswith("nothing was made.") for text in texts(history))
    assert listed.isHidden()


def test_many_are_shown_piece_by_piece(history: History, listed: BackupsList) -> None:
    history.show_records(many(160), NOW)
    assert checks(listed) == SHOWN
    assert listed.all.text() == f"Show {MORE} more of {160 - SHOWN}"
    listed.all.click()
    assert checks(listed) == SHOWN + MORE
    for _ in range(3):
        listed.all.click()
    assert checks(listed) == 160
    assert listed.all.isHidden()
    first = datetime.fromtimestamp(NOW / 1000).date() - timedelta(days=159)
    assert history.month._earliest == first.replace(day=1)
