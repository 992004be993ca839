"""Settings, Advanced: the configuration as text, with the difference shown before it is saved."""

from __future__ import annotations

import difflib

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from clawd_desktop.core.errors import BadInput
from clawd_desktop.ui.dialogs import confirm
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import BODY, PAGE_MARGIN, SPACE
from clawd_desktop.ui.settings.context import Context
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.text import label

_DIFF_HEIGHT = 150


def difference(before: str, after: str) -> str:
    """What would change, as a unified diff without its head; "" when nothing would."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


class AdvancedPage(QWidget):
    """Edits the whole file; a conflict with a change from elsewhere is told and nothing is overwritten."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._operations = Operations(self)
        snapshot = context.services.config.snapshot()
        self._base, self._hash = snapshot.raw or "", snapshot.hash
        mono = context.services.theme.font(BODY, mono=True)
        self._text = QPlainTextEdit(self._base)
        self._text.setFont(mono)
        self._text.setAccessibleName(tr("Configuration as text"))
        self._text.setTabChangesFocus(True)
        self._diff = QPlainTextEdit()
        self._diff.setFont(mono)
        self._diff.setReadOnly(True)
        self._diff.setAccessibleName(tr("What would change"))
        self._diff.setFixedHeight(_DIFF_HEIGHT)
        self._said = label("", "bad", wrap=True, selectable=True)
        self._said.hide()
        self._save = button(tr("Save"), self._start, role="primary")
        self._revert = button(tr("Discard changes"), context.refresh, role="quiet")
        self._text.textChanged.connect(self._changed)
        self._lay_out(str(snapshot.path))
        self._changed()

    def _lay_out(self, path: str) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(label(tr("Configuration as text"), "heading"))
        layout.addWidget(label(path, "caption", selectable=True))
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._revert)
        foot.addWidget(self._save)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._diff)
        layout.addWidget(self._said)
        layout.addLayout(foot)

    def _changed(self) -> None:
        found = difference(self._base, self._text.toPlainText())
        self._diff.setPlainText(found)
        self._diff.setVisible(bool(found))
        self._save.setEnabled(bool(found))
        self._revert.setEnabled(bool(found))

    def _start(self) -> None:
        self._said.hide()
        self._save.setEnabled(False)
        self._operations.start(tr("Save"), self._replace, report=self._failed)

    async def _replace(self) -> None:
        try:
            await self._write()
        finally:
            self._changed()

    async def _write(self) -> None:
        store, text = self._context.services.config, self._text.toPlainText()
        try:
            snapshot = await store.replace(text, self._hash)
        except BadInput as refused:
            question = tr("Save although much would be lost?")
            if refused.code != "needs_confirmation" or not await confirm(
                self.window(), question, refused.message, yes=tr("Save"), danger=True
            ):
                raise
            snapshot = await store.replace(text, self._hash, confirm=True)
        self._base, self._hash = snapshot.raw or "", snapshot.hash
        self._context.saver.saved.emit(tr("Saved: {name}", name=tr("Configuration as text")))

    def _failed(self, text: str) -> None:
        self._said.setText(text)
        self._said.show()
