"""What closing means is asked where there is no tray."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox
from ui.staging import settled

from clawd_desktop.core.tasks import spawn
from clawd_desktop.ui.close_question import ask_on_close

pytestmark = pytest.mark.qt


@pytest.mark.parametrize(
    ("button", "answer"), [("Keep running in the background", "background"), ("Quit", "quit"), ("Cancel", "")]
)
async def test_each_button_has_its_answer(button: str, answer: str) -> None:
    question = spawn(ask_on_close(None), name="question")
    await settled(QApplication.activeModalWidget)
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    next(found for found in box.buttons() if found.text() == button).click()
    assert await question == answer
