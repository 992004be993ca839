"""The card over the real settings and the real desk: setting, changing and taking off a lock."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from ui.staging import Stage, save_as, settled, texts

from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.locking import NAME
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.ui.backup.key_dialog import KeyDialog
from clawd_desktop.ui.backup.lock import LockCard
from clawd_desktop.ui.backup.passphrase_dialog import PassphraseDialog

pytestmark = pytest.mark.qt
WORDS = "correct horse battery staple"


@pytest.fixture
def card(stage: Stage) -> Iterator[LockCard]:
    made = LockCard(stage.services)
    made.show()
    yield made
    made.hide()
    made.deleteLater()


async def modal() -> QWidget:
    await settled(lambda: QApplication.activeModalWidget() is not None, "a dialog")
    found = QApplication.activeModalWidget()
    assert found is not None
    return found


def press(widget: QWidget, text: str) -> None:
    next(one for one in widget.findChildren(QPushButton) if one.text() == text).click()


async def lock_with_words(card: LockCard) -> None:
    card.passphrase.click()
    dialog = await modal()
    assert isinstance(dialog, PassphraseDialog)
    dialog.first.setText(WORDS)
    dialog.second.setText(WORDS)
    dialog.good.click()
    await settled(lambda: card.sentence.text() == "Locked with a passphrase")
    await settled(card.passphrase.isEnabled)


async def test_a_passphrase_locks_what_is_made_then_and_is_in_the_keyring_alone(
    card: LockCard, stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert card.sentence.text() == "Not locked"
    assert card.off.isHidden()
    await lock_with_words(card)
    assert stage.secrets.kept == {NAME: WORDS}
    assert WORDS not in caplog.text
    assert WORDS not in stage.services.config.snapshot().raw  # type: ignore[operator]
    made = await stage.services.backups.create(Order(areas=("config",)))
    assert made.sealed
    card.passwords.click()
    await settled(lambda: stage.services.backups.wanted.sealed().passwords)
    card.off.click()
    press(await modal(), "Turn off")
    await settled(lambda: card.sentence.text() == "Not locked")
    assert card.passwords.isHidden()
    assert not stage.services.backups.wanted.sealed().passwords
    await settled(card.off.isEnabled)


async def test_of_a_new_key_only_the_public_part_stays(
    card: LockCard, stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    card.key.click()
    dialog = await modal()
    assert isinstance(dialog, KeyDialog)
    secret = dialog.key.text()
    dialog.save.click()
    sheet = tmp_path / "sheet.txt"
    await save_as(sheet)
    assert secret in sheet.read_text()
    assert sheet.stat().st_mode & 0o777 == 0o600
    await settled(dialog.save.isEnabled)
    dialog.kept.setChecked(True)
    dialog.good.click()
    await settled(lambda: card.sentence.text() == "Locked with a key")
    await settled(card.key.isEnabled)
    assert not stage.secrets.kept
    assert secret not in caplog.text
    held = [path for path in stage.services.state_folder.rglob("*") if path.is_file()]
    assert not [path for path in held if secret.encode() in path.read_bytes()]
    desk = stage.services.backups
    made = await desk.create(Order(areas=("config",)))
    assert (await desk.show(made.id, Keys(identities=(secret,)))).areas == ("config",)


async def test_who_backs_out_changes_nothing(card: LockCard, stage: Stage) -> None:
    for asked in (card.passphrase, card.key):
        asked.click()
        press(await modal(), "Cancel")
        await settled(asked.isEnabled)
    await lock_with_words(card)
    card.off.click()
    press(await modal(), "Cancel")
    await settled(card.off.isEnabled)
    assert card.sentence.text() == "Locked with a passphrase"


async def test_the_sheet_says_where_it_is(card: LockCard, tmp_path: Path) -> None:
    card.sheet.click()
    file = tmp_path / "sheet.pdf"
    await save_as(file)
    await settled(lambda: any(text.startswith(f"The sheet is in {file}") for text in texts(card)))
    await settled(card.sheet.isEnabled)


async def test_what_cannot_be_saved_is_told_and_nothing_is_locked(card: LockCard, stage: Stage) -> None:
    (stage.services.state_folder / "clawdbot.json").write_text("{ no json")
    card.passphrase.click()
    dialog = await modal()
    assert isinstance(dialog, PassphraseDialog)
    dialog.first.setText(WORDS)
    dialog.second.setText(WORDS)
    dialog.good.click()
    await settled(lambda: QApplication.activeModalWidget() not in (None, dialog), "the reason")
    press(await modal(), "Close")
    await settled(card.passphrase.isEnabled)
    assert card.sentence.text() == "Not locked"
    assert not stage.secrets.kept
