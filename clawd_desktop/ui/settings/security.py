"""Settings, Security: what the check of the configuration found, each with the change that mends it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.ui import dialogs
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.logs.findings_list import FindingsList
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.settings.context import Context
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.page import column, scrolled
from clawd_desktop.ui.widgets.states import States
from clawd_desktop.ui.widgets.text import label


class SecurityPage(QWidget):
    """Looks when it is opened and after each repair; a repair shows the difference first."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._services = context.services
        self._saver = context.saver
        self._operations = Operations(self)
        self.sentence = label("", "heading", wrap=True)
        self._again = button(tr("Check again"), self.refresh)
        self.list = FindingsList(context.services.theme, self._mend)
        self.states = States(context.services.theme, self._build())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.states)
        self.states.loading()
        self.refresh()

    def refresh(self) -> None:
        """Look at the configuration in force."""
        self._operations.start(tr("Security check"), self._look, busy=self._again, report=self._failed)

    async def _look(self) -> None:
        findings = await self._services.operations.security.look()
        self.sentence.setText(summary(findings))
        self.list.show_findings(findings)
        self.list.setVisible(bool(findings))
        self.states.normal()

    def _failed(self, sentence: str) -> None:
        self.states.error(tr("The configuration could not be checked."), sentence, self.refresh)

    def _mend(self, finding: Finding, asked: QPushButton) -> None:
        self._operations.start(tr("Repair"), partial(self._ask_and_mend, finding), busy=asked)

    async def _ask_and_mend(self, finding: Finding) -> None:
        doctor = self._services.operations.doctor
        plan = await doctor.mend(finding.id, True)
        if await dialogs.confirm(self, finding.repair, plan.text, yes=tr("Repair")):
            done = await doctor.mend(finding.id, False)
            self._saver.read()
            self._saver.saved.emit(done.text)
            await self._look()

    def _build(self) -> QWidget:
        content, page = column()
        head = QHBoxLayout()
        head.setSpacing(3 * SPACE)
        head.addWidget(self.sentence, 1)
        head.addWidget(self._again)
        page.addLayout(head)
        page.addWidget(self.list)
        page.addStretch(1)
        return scrolled(content, tr("Security check"))


def summary(findings: Sequence[Finding]) -> str:
    """What was found in one sentence."""
    errors = sum(one.level is Level.ERROR for one in findings)
    warnings = sum(one.level is Level.WARNING for one in findings)
    if errors:
        return tr("Security check: {errors} errors, {warnings} warnings", errors=errors, warnings=warnings)
    if warnings:
        return tr("Security check: {count} warnings", count=warnings)
    return tr("Security check: nothing to worry about")
