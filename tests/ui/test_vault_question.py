"""The passphrase of the encrypted file is asked twice."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from ui.staging import settled

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.tasks import spawn
from clawd_desktop.ui.vault_question import ask_new_passphrase

pytestmark = pytest.mark.qt


async def asked(*typed: str | None) -> str | None:
    question = spawn(ask_new_passphrase(None), name="question")
    former = None
    for text in typed:
        await settled(lambda former=former: QApplication.activeModalWidget() not in (None, former))
        former = QApplication.activeModalWidget()
        line = former.findChild(QLineEdit)
        assert line is not None
        line.setText(text or "")
        QTest.keyClick(line, Qt.Key.Key_Escape if text is None else Qt.Key.Key_Return)
    return await question


async def test_the_same_twice_is_taken() -> None:
    assert await asked("correct horse", "correct horse") == "correct horse"


@pytest.mark.parametrize("typed", [(None,), ("correct horse", None)])
async def test_backing_out_changes_nothing(typed: tuple[str | None, ...]) -> None:
    assert await asked(*typed) is None


@pytest.mark.parametrize(("typed", "why"), [(("short",), "at least 8"), (("correct horse", "correct house"), "differ")])
async def test_what_cannot_be_used_is_told(typed: tuple[str, ...], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        await asked(*typed)
