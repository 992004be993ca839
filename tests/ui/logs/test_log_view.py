"""The log grows while it is seen, can be filtered and copied, and stands still for whoever reads back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from ui.logs.test_log_rows import line
from ui.staging import Stage, settled, texts

from clawd_desktop.ui.logs.log_view import LogView

pytestmark = pytest.mark.qt


@pytest.fixture
def file(stage: Stage) -> Path:
    path = stage.services.operations.log.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


@pytest.fixture
def view(stage: Stage, file: Path) -> Iterator[LogView]:
    made = LogView(stage.services)
    made.resize(900, 500)
    yield made
    made.hide()
    made.deleteLater()


def write(file: Path, *lines: str) -> None:
    with file.open("a") as opened:
        opened.writelines(f"{one}\n" for one in lines)


async def test_new_lines_come_while_it_is_seen(view: LogView, file: Path) -> None:
    write(file, line("first"))
    view.show()
    await settled(lambda: view.model.rowCount() == 1)
    write(file, line("second"), line("hidden", logging.DEBUG))
    view.refresh()
    await settled(lambda: view.model.rowCount() == 2)
    assert "2 lines" in texts(view)
    assert view.states.state() == "normal"


async def test_an_empty_log_says_so(view: LogView, file: Path) -> None:
    view.show()
    await settled(lambda: "Nothing was written yet." in texts(view))


async def test_a_log_that_cannot_be_read_says_why(view: LogView, file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "x").touch()
    view.show()
    await settled(lambda: view.states.state() == "empty or error")
    assert any("cannot be read" in text for text in texts(view))


async def test_level_part_and_words_narrow_it(view: LogView, file: Path) -> None:
    write(file, line("fine"), line("bad thing", logging.ERROR), line("turn", part="agent.runner"))
    view.show()
    await settled(lambda: view.model.rowCount() == 3)
    view.level.setCurrentIndex(3)
    assert view.model.rowCount() == 1
    view.level.setCurrentIndex(1)
    assert [view.part.itemText(number) for number in range(view.part.count())] == ["All parts", "agent", "gateway"]
    view.part.setCurrentIndex(1)
    assert view.model.row(0).text == "turn"
    view.part.setCurrentIndex(0)
    view.words.setText("BAD")
    assert view.model.row(0).text == "bad thing"
    view.words.setText("nothing such")
    assert view.states.state() == "normal"


async def test_it_stands_still_while_somebody_reads_back(view: LogView, file: Path) -> None:
    write(file, *(line(str(number)) for number in range(300)))
    view.show()
    await settled(lambda: view.model.rowCount() == 300)
    bar = view.table.verticalScrollBar()
    await settled(lambda: bar.value() == bar.maximum())
    bar.setValue(10)
    assert not view.follow.isHidden()
    write(file, line("newer"))
    view.refresh()
    await settled(lambda: view.model.rowCount() == 301)
    assert bar.value() == 10
    view.follow.click()
    assert bar.value() == bar.maximum()


async def test_chosen_lines_are_copied_whole(view: LogView, file: Path) -> None:
    write(file, line("one"), line("two", trace="Traceback: deep"))
    view.show()
    await settled(lambda: view.model.rowCount() == 2)
    view.table.selectRow(1)
    view.copy()
    assert "Traceback: deep" in QGuiApplication.clipboard().text()
    view.table.clearSelection()
    view.copy()
    assert len([text for text in QGuiApplication.clipboard().text().splitlines() if "gateway.server" in text]) == 2


async def test_a_file_that_begins_anew_is_read_from_its_begin(view: LogView, file: Path) -> None:
    write(file, *(line("yesterday") for _ in range(50)))
    view.show()
    await settled(lambda: view.model.rowCount() == 50)
    file.write_text(f"{line('today')}\n")
    view.refresh()
    await settled(lambda: view.model.rowCount() == 1)
    assert view.model.row(0).text == "today"
