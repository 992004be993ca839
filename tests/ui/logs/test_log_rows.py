"""Lines of the log file become rows; filters and the bound hold."""

from __future__ import annotations

import logging

import pytest
from PySide6.QtCore import Qt
from ui.staging import Stage

from clawd_desktop.operations.log_line import Entry, json_line
from clawd_desktop.ui.logs.log_rows import MOST, Filter, LogModel, LogRow, parsed

pytestmark = pytest.mark.qt


def line(text: str, level: int = logging.INFO, part: str = "gateway.server", trace: str = "") -> str:
    return json_line(Entry(1_760_000_000.5, level, part, text, trace))


def test_what_the_log_writes_is_read_back() -> None:
    row = parsed(line("the port is taken", logging.ERROR, trace="Traceback\n  deep"))
    assert (row.level, row.part, row.first_line) == ("ERROR", "gateway.server", "the port is taken")
    assert row.text.endswith("deep")
    assert row.time.endswith(".500")
    assert row.as_text().startswith(row.time)


@pytest.mark.parametrize("strange", ["no JSON at all", "[1, 2]", '{"0": 5}', '{"_meta": {"logLevelName": "LOUD"}}', ""])
def test_a_line_that_is_not_ours_is_shown_as_it_is(strange: str) -> None:
    assert parsed(strange).text == strange


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (Filter("DEBUG"), ["d", "Info", "warn", "boom"]), (Filter("INFO"), ["Info", "warn", "boom"]),
        (Filter("ERROR"), ["boom"]), (Filter("DEBUG", "agent"), ["warn"]), (Filter("DEBUG", "age"), []),
        (Filter("DEBUG", words="INFO"), ["Info"]), (Filter("DEBUG", words="agent"), ["warn"]),
    ],
)  # fmt: skip
def test_the_filter_lets_through_what_it_says(wanted: Filter, shown: list[str]) -> None:
    rows = [LogRow("", "DEBUG", "ui", "d"), LogRow("", "INFO", "ui", "Info"), LogRow("", "WARN", "agent.run", "warn"),
            LogRow("", "FATAL", "ui", "boom")]  # fmt: skip
    assert [row.text for row in rows if wanted.lets(row)] == shown


def test_the_model_keeps_the_newest_and_follows_its_filter(stage: Stage) -> None:
    model = LogModel(stage.services.theme)
    model.add([line("old", logging.WARNING), line("quiet", logging.DEBUG)])
    assert model.rowCount() == 1
    model.use(Filter("DEBUG"))
    assert [model.data(model.index(row, 3), Qt.ItemDataRole.DisplayRole) for row in range(2)] == ["old", "quiet"]
    model.add(line(str(number)) for number in range(MOST))
    assert model.rowCount() == MOST
    assert model.row(0).text == "0"
    assert model.parts() == ["gateway"]
    model.clear()
    assert model.rowCount() == 0


def test_cells_have_names_colours_and_words_for_screen_readers(stage: Stage) -> None:
    model = LogModel(stage.services.theme)
    model.add([line("careful", logging.WARNING)])
    cell = model.index(0, 3)
    assert (
        model.data(cell, Qt.ItemDataRole.ForegroundRole).name().upper() == stage.services.theme.tokens.warning.upper()
    )  # type: ignore[attr-defined]
    assert "careful" in str(model.data(cell, Qt.ItemDataRole.AccessibleTextRole))
    assert model.headerData(3, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole) == "Message"
    assert model.headerData(0, Qt.Orientation.Vertical, Qt.ItemDataRole.DisplayRole) is None
    assert model.data(cell, Qt.ItemDataRole.DecorationRole) is None


def test_a_log_kept_as_text_has_its_columns_too() -> None:
    row = parsed("2026-11-26T04:15:19.270Z WARN  gateway.http: refused GET /metrics")
    assert (row.level, row.part, row.text) == ("WARN", "gateway.http", "refused GET /metrics")
    assert row.time.endswith(":15:19.270")
