"""Rows keep their place; a table that has fewer rows hides the rest."""

from __future__ import annotations

import pytest
from ui.staging import Stage, texts

from clawd_desktop.ui.resources.tables import Row, Table

pytestmark = pytest.mark.qt


def test_rows_are_shown_and_changed_in_place(stage: Stage) -> None:
    table = Table("Work", ("Work", "In use"))
    table.show_rows([Row(("Turns", "1"), tip="main"), Row(("Models", "0"))])
    first = table._rows[0][1]
    assert texts(table) == ["Work", "In use", "Turns", "1", "Models", "0"]
    assert table._rows[0][0].toolTip() == "main"
    assert first.accessibleName() == "Turns, In use: 1"
    table.show_rows([Row(("Turns", "2"), "warning")])
    assert table._rows[0][1] is first
    assert (first.text(), first.property("role")) == ("2", "warning")
    assert texts(table) == ["Work", "In use", "Turns", "2"]
