"""A passphrase is taken only when it is long enough and typed twice, and its strength is said."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from ui.staging import Stage, settled

from clawd_desktop.core.tasks import spawn
from clawd_desktop.ui.backup.passphrase_dialog import PassphraseDialog, ask_passphrase

pytestmark = pytest.mark.qt
WORDS = "correct horse battery staple"


@pytest.mark.parametrize(
    ("first", "second", "enabled", "said"),
    [
        ("", "", False, " "),
        ("short", "short", False, "The passphrase needs at least 8 characters."),
        (WORDS, "", False, "Good."),
        (WORDS, "correct", False, "Good."),
        (WORDS, "wrong", False, "The two passphrases differ."),
        (WORDS, WORDS, True, "Good."),
        ("password", "password", True, "Weak: a program guesses it."),
    ],
)
def test_what_is_said_and_whether_it_is_taken(stage: Stage, first: str, second: str, enabled: bool, said: str) -> None:
    dialog = PassphraseDialog(None)
    dialog.first.setText(first)
    dialog.second.setText(second)
    assert (dialog.good.isEnabled(), dialog.said.text()) == (enabled, said)
    dialog.deleteLater()


@pytest.mark.parametrize(("accepted", "answer"), [(True, WORDS), (False, "")])
async def test_the_answer(stage: Stage, accepted: bool, answer: str) -> None:
    asking = spawn(ask_passphrase(None), name="asking")
    await settled(lambda: isinstance(QApplication.activeModalWidget(), PassphraseDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, PassphraseDialog)
    dialog.first.setText(WORDS)
    dialog.second.setText(WORDS)
    (dialog.good.click if accepted else dialog.reject)()
    assert await asking == answer
