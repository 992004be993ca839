"""Rows and cards of settings."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit
from ui.staging import texts

from clawd_desktop.ui.settings.rows import setting_row, titled_card

pytestmark = pytest.mark.qt


def test_a_name_belongs_to_its_editor() -> None:
    line = QLineEdit()
    row = setting_row("Port", "TCP port.", line)
    assert [label.buddy() for label in row.findChildren(QLabel) if label.text() == "Port"] == [line]
    assert texts(row) == ["Port", "TCP port."]


def test_a_card_has_a_heading_and_its_rows() -> None:
    card = titled_card("Address", [setting_row("Port", "", QLineEdit()), setting_row("Host", "", QLineEdit())])
    assert texts(card) == ["Address", "Port", "Host"]
