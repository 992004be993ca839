"""Asks for a new passphrase for backups, twice, and says how strong it is while it is typed."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.backup.locking import SHORTEST
from clawd_desktop.ui.backup.strength import strength
from clawd_desktop.ui.dialogs import ask
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.widgets.text import label, set_role


class PassphraseDialog(QDialog):
    """Can be accepted once both lines hold the same passphrase of at least 8 characters."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Passphrase for backups"))
        self.first, self.second = _line(tr("Passphrase")), _line(tr("Once more"))
        self.said = label("", "muted", wrap=True)
        self.good = QPushButton(tr("Lock with it"))
        self.good.setProperty("role", "primary")
        self.good.setDefault(True)
        buttons = QDialogButtonBox()
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole).setAutoDefault(False)
        buttons.addButton(self.good, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(2 * SPACE)
        text = tr("It opens your backups on any computer. Nobody can recover it: write it down, on the recovery sheet.")
        layout.addWidget(label(text, "body", wrap=True))
        for edit in (self.first, self.second):
            caption = QLabel(edit.accessibleName())
            caption.setBuddy(edit)
            layout.addWidget(caption)
            layout.addWidget(edit)
            edit.textChanged.connect(self._judge)
        layout.addWidget(self.said)
        layout.addSpacing(SPACE)
        layout.addWidget(buttons)
        self._judge()
        self.first.setFocus()

    def _judge(self) -> None:
        typed, again = self.first.text(), self.second.text()
        self.good.setEnabled(len(typed) >= SHORTEST and typed == again)
        role, said = strength(typed)
        if again and not typed.startswith(again):
            role, said = "warning", tr("The two passphrases differ.")
        elif 0 < len(typed) < SHORTEST:
            role, said = "warning", tr("The passphrase needs at least {n} characters.", n=SHORTEST)
        self.said.setText(said or " ")
        set_role(self.said, role)


async def ask_passphrase(parent: QWidget | None) -> str:
    """The new passphrase, "" when the person backed out."""
    dialog = PassphraseDialog(parent)
    accepted = await ask(dialog) == QDialog.DialogCode.Accepted
    return dialog.first.text() if accepted else ""


def _line(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setAccessibleName(name)
    made.setMinimumWidth(90 * SPACE)
    return made
