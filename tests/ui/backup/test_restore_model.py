"""The model says of each row what it is, how much of it changes, and whether it is chosen."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from ui.backup.test_restore_tree import AREAS, change
from ui.staging import Stage

from clawd_desktop.backup.preview import AreaPreview
from clawd_desktop.ui.backup.restore_model import RestoreModel
from clawd_desktop.ui.backup.restore_tree import Mark, grow

pytestmark = pytest.mark.qt
CHECK = Qt.ItemDataRole.CheckStateRole


@pytest.fixture
def model(stage: Stage) -> RestoreModel:
    return RestoreModel(stage.services.theme, grow(AREAS))


def row(model: RestoreModel, index: QModelIndex) -> list[str]:
    return [str(model.data(index.siblingAtColumn(at))) for at in range(model.columnCount())]


def test_it_is_a_sound_model(model: RestoreModel) -> None:
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_whole(True)
    model.show_whole(False)
    assert tester.model() is model


def test_an_area_says_how_many_and_how_large(model: RestoreModel) -> None:
    titles = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(5)]
    assert titles == ["Part", "Changed", "Only in backup", "Would be lost", "Same"]
    assert row(model, model.index(0, 0)) == ["Conversations", "1 · 2 B", "1 · 4 B", "1 · 7 B", "1 · 5 B"]
    assert row(model, model.index(1, 0)) == ["Configuration", "", "", "", "1 · 3 B"]


def test_a_file_has_its_size_below_its_state(model: RestoreModel) -> None:
    agents = model.index(0, 0, model.index(0, 0))
    notes = model.index(1, 0, agents)
    assert row(model, notes) == ["notes.txt", "", "4 B", "", ""]
    assert model.data(notes, Qt.ItemDataRole.AccessibleTextRole) == "notes.txt, Only in backup: 4 B"


def test_what_stays_the_same_is_seen_only_when_wanted(model: RestoreModel) -> None:
    assert model.rowCount(model.index(1, 0)) == 0
    model.show_whole(True)
    assert model.rowCount(model.index(1, 0)) == 1


def test_choosing_a_row_chooses_what_is_in_it_and_tells(model: RestoreModel) -> None:
    heard: list[int] = []
    model.chosen.connect(lambda: heard.append(1))
    agents = model.index(0, 0, model.index(0, 0))
    assert model.setData(model.index(1, 0, agents), Qt.CheckState.Unchecked.value, CHECK)
    assert heard == [1]
    assert model.data(agents, CHECK) == Qt.CheckState.PartiallyChecked
    assert model.data(model.index(0, 0), CHECK) == Qt.CheckState.PartiallyChecked
    model.setData(model.index(0, 0), Qt.CheckState.Checked.value, CHECK)
    assert model.roots[0].mark is Mark.ON
    assert not model.setData(agents, "x", Qt.ItemDataRole.EditRole)


def test_twenty_thousand_files_are_shown_quickly(stage: Stage) -> None:
    files = tuple(change(f"folder{number % 200}/file{number}.md") for number in range(20_000))
    roots = grow([AreaPreview("workspace-main", files, ())])
    began = time.process_time()
    model = RestoreModel(stage.services.theme, roots)
    area = model.index(0, 0)
    for number in range(model.rowCount(area)):
        row(model, model.index(number, 0, area))
    assert time.process_time() - began < 1
