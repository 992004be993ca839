"""A new key is shown once, can be put on a sheet, and locks only once somebody says that it is kept."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from ui.staging import Stage

from clawd_desktop.backup.sealing import new_identity
from clawd_desktop.ui.backup.key_dialog import KeyDialog

pytestmark = pytest.mark.qt


def test_it_locks_only_when_the_key_is_kept(stage: Stage) -> None:
    asked: list[QPushButton] = []
    secret = new_identity().secret
    dialog = KeyDialog(None, stage.services.theme, secret, asked.append)
    assert dialog.key.text() == secret
    assert not dialog.good.isEnabled()
    dialog.save.click()
    assert asked == [dialog.save]
    dialog.kept.setChecked(True)
    assert dialog.good.isEnabled()
    dialog.deleteLater()
