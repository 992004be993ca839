"""The self-test: looks at the whole installation, says what is wrong, and repairs what it can after asking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.ui import dialogs
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.logs.findings_list import FindingsList
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.page import column, scrolled
from clawd_desktop.ui.widgets.states import States
from clawd_desktop.ui.widgets.text import label


class SelfTest(QWidget):
    """Runs all checks when it is first shown and when asked to."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._operations = Operations(self)
        self._sentence = label("", "heading", wrap=True)
        self._again = button(tr("Check again"), self.refresh)
        self._deep = QCheckBox(tr("Thorough"))
        self._deep.setToolTip(tr("Reads databases whole and asks your model provider; takes longer."))
        self.list = FindingsList(services.theme, self._mend)
        self.states = States(services.theme, self._build())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self._asked = False
        self.states.loading()

    def refresh(self) -> None:
        """Run the checks."""
        self._sentence.setText(tr("Looking…"))
        self._operations.start(tr("Self-test"), self._examine, busy=self._again, report=self._failed)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Run the checks the first time."""
        super().showEvent(event)
        if not self._asked:
            self._asked = True
            self.refresh()

    async def _examine(self) -> None:
        self.show_findings(await self._services.operations.doctor.examine(self._deep.isChecked()))

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show what was found."""
        self._sentence.setText(summary(findings))
        self.list.show_findings(findings)
        self.states.normal()

    def _failed(self, sentence: str) -> None:
        self.states.error(tr("The self-test did not come to an end."), sentence, self.refresh)

    def _mend(self, finding: Finding, asked: QPushButton) -> None:
        self._operations.start(tr("Repair"), partial(self._ask_and_mend, finding), busy=asked)

    async def _ask_and_mend(self, finding: Finding) -> None:
        doctor = self._services.operations.doctor
        plan = await doctor.mend(finding.id, True)
        if await dialogs.confirm(self, finding.title, plan.text, yes=tr("Repair")):
            await doctor.mend(finding.id, False)
            await self._examine()

    def _build(self) -> QWidget:
        content, page = column()
        head = QHBoxLayout()
        head.setSpacing(3 * SPACE)
        head.addWidget(self._sentence, 1)
        head.addWidget(self._deep)
        head.addWidget(self._again)
        page.addLayout(head)
        page.addWidget(self.list)
        page.addStretch(1)
        return scrolled(content, tr("Self-test"))


def summary(findings: Sequence[Finding]) -> str:
    """All findings in one sentence."""
    counts = Counter(finding.level for finding in findings)
    errors, warnings = counts[Level.ERROR], counts[Level.WARNING]
    if not errors and not warnings:
        return tr("Everything is in order.")
    if not errors:
        return tr("{count} to look at, nothing broken.", count=warnings)
    return tr("{errors} broken, {warnings} more to look at.", errors=errors, warnings=warnings)
