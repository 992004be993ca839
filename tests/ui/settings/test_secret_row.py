"""A secret is moved and changed without ever being shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from ui.staging import Stage, settled, texts

from clawd_desktop.ui.settings.saving import Saver
from clawd_desktop.ui.settings.secret_row import SecretRow, where

pytestmark = pytest.mark.qt
PATH = "gateway.auth.password"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "Not set"),
        (f"keyring:{PATH}", "In the keyring"),
        ("${CLAWDBOT_GATEWAY_PASSWORD}", "From the environment: CLAWDBOT_GATEWAY_PASSWORD"),
        ("hunter22hunter22", "Plain text in the file"),
    ],
)
def test_it_says_where_the_secret_lies(value: str, said: str) -> None:
    assert where(value)[0] == said


async def row(stage: Stage, plain: str = "") -> tuple[SecretRow, QWidget]:
    if plain:
        await stage.services.config.merge({"gateway": {"auth": {"password": plain}}}, None)
    window = QWidget()
    return SecretRow(stage.services, Saver(stage.services, window), PATH, "Password"), window


def press(made: SecretRow, text: str) -> None:
    next(button for button in made.findChildren(QPushButton) if button.text() == text).click()


async def test_moving_leaves_no_copy_in_the_file_or_its_history(stage: Stage) -> None:
    made, _window = await row(stage, "hunter22hunter22")
    assert "hunter22hunter22" not in texts(made)
    press(made, "Move to keyring")
    await settled(lambda: "In the keyring" in texts(made))
    assert stage.secrets.kept == {PATH: "hunter22hunter22"}
    await settled(lambda: made._move.isEnabled())
    left = [
        path
        for path in stage.services.state_folder.rglob("*")
        if path.is_file() and b"hunter22hunter22" in path.read_bytes()
    ]
    assert left == []
    assert "Move to keyring" not in texts(made)


async def test_a_new_value_goes_straight_into_the_keyring(stage: Stage) -> None:
    made, _window = await row(stage)
    press(made, "Change…")
    await settled(QApplication.activeModalWidget)
    line = QApplication.activeModalWidget().findChild(QLineEdit)  # type: ignore[union-attr]
    assert line is not None
    line.setText("a new one")
    QTest.keyClick(line, Qt.Key.Key_Return)
    await settled(lambda: "In the keyring" in texts(made))
    assert stage.secrets.kept == {PATH: "a new one"}
    assert stage.services.config.config.gateway.auth.password == f"keyring:{PATH}"


async def test_backing_out_changes_nothing(stage: Stage) -> None:
    made, _window = await row(stage)
    press(made, "Change…")
    await settled(QApplication.activeModalWidget)
    QTest.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)
    await settled(lambda: made._change.isEnabled())
    assert stage.secrets.kept == {}
