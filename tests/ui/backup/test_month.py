"""The calendar by mouse, keyboard and for screen readers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from ui.staging import Stage

from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.ui.backup.day_button import DayButton
from clawd_desktop.ui.backup.days import days_of
from clawd_desktop.ui.backup.month import MonthView

pytestmark = pytest.mark.qt
TODAY = date(2026, 11, 26)


def at(when: date) -> int:
    return int(datetime(when.year, when.month, when.day, 12).timestamp() * 1000)


def made(when: date) -> BackupRecord:
    return BackupRecord(str(when), at(when), "schedule", ok=True, path="/b/a", verified_ms=at(when))


@pytest.fixture
def chosen() -> list[date | None]:
    return []


@pytest.fixture
def month(stage: Stage, chosen: list[date | None], monkeypatch: pytest.MonkeyPatch) -> MonthView:
    view = MonthView(stage.services.theme)
    view.chosen.connect(chosen.append)
    view.show_days(days_of([made(TODAY), made(date(2026, 9, 10))], at(TODAY)))
    view.show()
    return view


def button(month: MonthView, when: date) -> DayButton:
    return next(one for one in month.buttons if one.when == when)


def test_it_shows_this_month_and_turns_back_to_the_first_backup(month: MonthView) -> None:
    assert month.title.text() == "November 2026"
    assert not month.after.isEnabled()
    month.before.click()
    month.before.click()
    assert month.title.text() == "September 2026"
    assert not month.before.isEnabled()
    month.after.click()
    assert month.title.text() == "October 2026"


def test_a_click_chooses_a_day_and_another_takes_that_back(month: MonthView, chosen: list[date | None]) -> None:
    one = button(month, TODAY)
    one.click()
    assert one.isChecked()
    one.click()
    assert not one.isChecked()
    assert chosen == [TODAY, None]


def test_what_has_not_come_yet_cannot_be_chosen(month: MonthView, chosen: list[date | None]) -> None:
    button(month, TODAY + timedelta(days=1)).click()
    assert chosen == []


@pytest.mark.parametrize(
    ("keys", "reached"),
    [
        ([Qt.Key.Key_Left], date(2026, 11, 25)),
        ([Qt.Key.Key_Up, Qt.Key.Key_Right], date(2026, 11, 20)),
        ([Qt.Key.Key_Down], TODAY),
        ([Qt.Key.Key_PageUp], date(2026, 10, 26)),
        ([Qt.Key.Key_PageUp] * 9, date(2026, 9, 26)),
        ([Qt.Key.Key_PageUp, Qt.Key.Key_PageDown], TODAY),
    ],
)  # fmt: skip
def test_keys_go_from_day_to_day(month: MonthView, keys: list[Qt.Key], reached: date) -> None:
    button(month, TODAY).setFocus()
    for key in keys:
        QTest.keyClick(next(one for one in month.buttons if one.focusPolicy() & Qt.FocusPolicy.TabFocus), key)
    (one,) = [one for one in month.buttons if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert one.when == reached


def test_home_and_end_go_to_the_ends_of_the_week(month: MonthView) -> None:
    start = button(month, date(2026, 11, 18))
    start.click()
    QTest.keyClick(start, Qt.Key.Key_Home)
    first = QLocale.system().firstDayOfWeek().value - 1
    reached = next(one for one in month.buttons if one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    assert reached.when.weekday() == first
    QTest.keyClick(reached, Qt.Key.Key_End)
    reached = next(one for one in month.buttons if one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    assert reached.when.weekday() == (first + 6) % 7


def test_space_chooses_and_escape_takes_it_back(month: MonthView, chosen: list[date | None]) -> None:
    one = button(month, TODAY)
    QTest.keyClick(one, Qt.Key.Key_Space)
    QTest.keyClick(one, Qt.Key.Key_Escape)
    assert chosen == [TODAY, None]


def test_a_screen_reader_hears_the_day_what_it_has_and_whether_it_is_chosen(month: MonthView) -> None:
    one = button(month, TODAY)
    one.click()
    interface = QAccessible.queryAccessibleInterface(one)
    assert interface.text(QAccessible.Text.Name) == "Thursday, 26 November 2026: today, good: 1"
    assert interface.state().checked  # type: ignore[attr-defined]


def test_the_month_stays_while_backups_come(month: MonthView) -> None:
    month.before.click()
    month.show_days(days_of([made(TODAY), made(date(2026, 9, 10)), made(date(2026, 9, 11))], at(TODAY)))
    assert month.title.text() == "October 2026"
    month.show_days(days_of([made(TODAY)], at(TODAY + timedelta(days=1))))
    assert month.title.text() == "November 2026"
