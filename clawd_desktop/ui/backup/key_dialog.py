"""Shows a new secret key, once: it is not kept, and only whoever wrote it down opens the backups."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from clawd_desktop.ui.dialogs import ask
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.text import label


class KeyDialog(QDialog):
    """`save` puts the key on a recovery sheet; it can be accepted once the person says that the key is kept."""

    def __init__(self, parent: QWidget | None, theme: Theme, secret: str, save: Callable[[QPushButton], None]) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("New key for backups"))
        self.key = QLineEdit(secret)
        self.key.setReadOnly(True)
        self.key.setFont(theme.font(mono=True))
        self.key.setCursorPosition(0)
        self.key.setAccessibleName(tr("Secret key"))
        self.key.setMinimumWidth(160 * SPACE)
        self.save = button(tr("Save recovery sheet…"), lambda: None)
        self.save.clicked.connect(lambda _=False: save(self.save))
        copy = button(tr("Copy"), lambda: QGuiApplication.clipboard().setText(secret), role="quiet")
        self.kept = QCheckBox(tr("I have kept it where neither this computer nor the backups are"))
        self.good = QPushButton(tr("Lock with it"))
        self.good.setProperty("role", "primary")
        self.good.setEnabled(False)
        self.kept.toggled.connect(self.good.setEnabled)
        buttons = QDialogButtonBox()
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole).setAutoDefault(False)
        buttons.addButton(self.good, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        text = tr(
            "This secret key opens the backups that are made from now on. It is shown this once and not kept here: "
            "whoever loses it loses them."
        )
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        row.addWidget(self.save)
        row.addWidget(copy)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(label(text, "body", wrap=True))
        layout.addWidget(self.key)
        layout.addLayout(row)
        layout.addWidget(self.kept)
        layout.addWidget(buttons)


async def show_key(parent: QWidget | None, theme: Theme, secret: str, save: Callable[[QPushButton], None]) -> bool:
    """Whether the person kept the key and wants to lock with it."""
    return await ask(KeyDialog(parent, theme, secret, save)) == QDialog.DialogCode.Accepted
