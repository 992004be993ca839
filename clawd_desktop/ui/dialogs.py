"""Questions to a person as coroutines: a dialog is opened, the answer awaited; Qt never runs a loop inside ours."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE


async def ask(dialog: QDialog) -> int:
    """Open the dialog and wait for its answer (`QDialog.DialogCode`, or the button of a QMessageBox).

    When the waiting task is cancelled the dialog closes.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def finished(result: int) -> None:
        if not answer.done():
            answer.set_result(result)

    dialog.finished.connect(finished)
    dialog.open()
    try:
        return await answer
    finally:
        dialog.close()
        dialog.deleteLater()


async def choose(parent: QWidget | None, title: str, text: str, choices: Sequence[str], *, danger: bool = False) -> int:
    """Ask for one of the choices; returns its index, -1 when the person backed out.

    The first choice is the default, unless `danger`: then Escape and Enter both back out.
    """
    box = _box(parent, title, text, QMessageBox.Icon.Warning if danger else QMessageBox.Icon.NoIcon)
    buttons = [box.addButton(label, QMessageBox.ButtonRole.ActionRole) for label in choices]
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel if danger else buttons[0])
    box.setEscapeButton(cancel)
    if not danger:
        buttons[0].setProperty("role", "primary")
    await ask(box)
    clicked = box.clickedButton()
    return buttons.index(clicked) if clicked in buttons else -1


async def confirm(parent: QWidget | None, title: str, text: str, *, yes: str, danger: bool = False) -> bool:
    """Ask whether to go on; `yes` is the verb on the button."""
    return await choose(parent, title, text, [yes], danger=danger) == 0


async def error(parent: QWidget | None, title: str, text: str, *, details: str = "") -> None:
    """Tell that something failed; details can be copied."""
    box = _box(parent, title, text, QMessageBox.Icon.NoIcon)
    box.addButton(tr("Close"), QMessageBox.ButtonRole.RejectRole)
    copy = box.addButton(tr("Copy details"), QMessageBox.ButtonRole.ActionRole)
    await ask(box)
    if box.clickedButton() is copy:
        QGuiApplication.clipboard().setText("\n".join(part for part in (title, text, details) if part))


async def ask_text(parent: QWidget | None, title: str, label: str, value: str = "") -> str | None:
    """Ask for a line of text; None when the person backed out."""
    return await _ask_line(parent, title, label, value, QLineEdit.EchoMode.Normal)


async def ask_secret(parent: QWidget | None, title: str, label: str) -> str | None:
    """Ask for a password or key, hidden while it is typed; None when the person backed out."""
    return await _ask_line(parent, title, label, "", QLineEdit.EchoMode.Password)


async def choose_file(parent: QWidget | None, title: str, *, pattern: str = "") -> Path | None:
    """Ask for a file to open; None when the person backed out."""
    dialog = QFileDialog(parent, title, "", pattern)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    accepted = await ask(dialog) == QDialog.DialogCode.Accepted
    chosen = dialog.selectedFiles()
    return Path(chosen[0]) if accepted and chosen else None


async def choose_new_file(parent: QWidget | None, title: str, name: str, *, suffix: str = "") -> Path | None:
    """Ask where to save a file, `name` being proposed; None when the person backed out. Asks before it replaces one."""
    dialog = QFileDialog(parent, title, "", f"*.{suffix}" if suffix else "")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(name)
    accepted = await ask(dialog) == QDialog.DialogCode.Accepted
    chosen = dialog.selectedFiles()
    return Path(chosen[0]) if accepted and chosen else None


def _box(parent: QWidget | None, title: str, text: str, icon: QMessageBox.Icon) -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setIcon(icon)
    box.setText(f"<b>{_escape(title)}</b>")
    box.setInformativeText(_escape(text).replace("\n", "<br>") if "<" in text else text)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return box


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


async def _ask_line(parent: QWidget | None, title: str, label: str, value: str, echo: QLineEdit.EchoMode) -> str | None:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    line = QLineEdit(value)
    line.setEchoMode(echo)
    line.setAccessibleName(label)
    line.setMinimumWidth(90 * SPACE)
    buttons = QDialogButtonBox()
    buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole).setAutoDefault(False)
    good = QPushButton(tr("OK"))
    good.setProperty("role", "primary")
    buttons.addButton(good, QDialogButtonBox.ButtonRole.AcceptRole)
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    caption = QLabel(label)
    caption.setBuddy(line)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
    layout.setSpacing(3 * SPACE)
    for widget in (caption, line, buttons):
        layout.addWidget(widget)
    good.setDefault(True)
    line.setFocus()
    accepted = await ask(dialog) == QDialog.DialogCode.Accepted
    return line.text() if accepted else None
