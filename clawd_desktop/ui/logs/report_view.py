"""A report for others: choose the parts, read exactly what would leave, copy or save it. Nothing is sent."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from clawd_desktop.operations.diagnostics.report import Bundle
from clawd_desktop.operations.diagnostics.report_parts import PARTS
from clawd_desktop.ui import dialogs, words
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.flow import Flow
from clawd_desktop.ui.widgets.text import label


class ReportView(QWidget):
    """The preview is made anew whenever another part is chosen."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._operations = Operations(self)
        self._bundle: Bundle | None = None
        self.parts = {part.name: QCheckBox(part.title) for part in PARTS}
        self._told = label("", "caption", wrap=True)
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setFont(services.theme.font(mono=True))
        self.preview.setAccessibleName(tr("What the report holds"))
        self.preview.setPlaceholderText(tr("Putting it together…"))
        self._save = button(tr("Save…"), self.save, role="primary")
        self._copy = button(tr("Copy"), self.copy)
        self._lay_out()
        for box in self.parts.values():
            box.setChecked(True)
            box.toggled.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Put it together the first time."""
        super().showEvent(event)
        if self._bundle is None:
            self.refresh()

    def refresh(self) -> None:
        """Put the report together again."""
        self._operations.start(tr("Report"), self._make, report=self._failed)

    def save(self) -> None:
        """Ask where, and write it."""
        self._operations.start(tr("Save the report"), self._ask_and_save, busy=self._save)

    def copy(self) -> None:
        """Put what is shown on the clipboard."""
        QGuiApplication.clipboard().setText(self.preview.toPlainText())

    @property
    def _chosen(self) -> tuple[str, ...]:
        return tuple(name for name, box in self.parts.items() if box.isChecked())

    async def _make(self) -> None:
        chosen = self._chosen
        if not chosen:
            self._show(None)
            return
        bundle = await self._services.operations.report.preview(chosen)
        if chosen == self._chosen:
            self._show(bundle)

    def _show(self, bundle: Bundle | None) -> None:
        self._bundle = bundle
        for each in (self._save, self._copy):
            each.setEnabled(bundle is not None)
        if bundle is None:
            self.preview.setPlainText("")
            self.preview.setPlaceholderText(tr("Choose what the report is to hold."))
            self._told.setText("")
            return
        self.preview.setPlainText(
            "\n".join(f"===== {section.title} ({section.file}) =====\n{section.text}" for section in bundle.sections)
        )
        self._told.setText(
            tr("{size}. Not in it: {what}", size=words.size(bundle.size), what="; ".join(bundle.left_out))
        )

    def _failed(self, sentence: str) -> None:
        self._show(None)
        self.preview.setPlaceholderText(sentence)

    async def _ask_and_save(self) -> None:
        path = await dialogs.choose_new_file(self, tr("Save the report"), "clawd-desktop-report.zip", suffix="zip")
        if path is not None:
            await self._services.operations.report.save(self._chosen, path)

    def _lay_out(self) -> None:
        head = label(
            tr("This is all that leaves when you hand the report on, without passwords and keys. Nothing is sent."),
            "muted",
            wrap=True,
        )
        boxes = QWidget()
        flow = Flow(boxes, gap=4 * SPACE, line_gap=2 * SPACE)
        for box in self.parts.values():
            flow.addWidget(box)
        foot = QHBoxLayout()
        foot.setSpacing(2 * SPACE)
        foot.addWidget(self._told, 1)
        foot.addWidget(self._copy)
        foot.addWidget(self._save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, 4 * SPACE, PAGE_MARGIN, 4 * SPACE)
        layout.setSpacing(3 * SPACE)
        layout.addWidget(head)
        layout.addWidget(boxes)
        layout.addWidget(self.preview, 1)
        layout.addLayout(foot)
