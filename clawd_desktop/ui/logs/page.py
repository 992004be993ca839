"""The page Logs & diagnostics: the log, the self-test, turns with their steps, services, a profile, and the report."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.logs.log_view import LogView
from clawd_desktop.ui.logs.profile_view import ProfileView
from clawd_desktop.ui.logs.report_view import ReportView
from clawd_desktop.ui.logs.self_test import SelfTest
from clawd_desktop.ui.logs.services_view import ServicesView
from clawd_desktop.ui.logs.turns import TurnsView
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.segments import Segments


class LogsPage(QWidget):
    """Six views of which one is seen; each is built when it is first chosen."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self.segments = Segments(
            (
                ("log", tr("Log"), lambda: LogView(services)),
                ("test", tr("Self-test"), lambda: SelfTest(services)),
                ("turns", tr("Turns"), lambda: TurnsView(services)),
                ("services", tr("Services"), lambda: ServicesView(services)),
                ("profile", tr("Profile"), lambda: ProfileView(services)),
                ("report", tr("Report"), lambda: ReportView(services)),
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.segments)
        self.segments.choose("log")

    def choose(self, view: str) -> None:
        """Show one of the views: log, test, turns, services, profile or report."""
        self.segments.choose(view)

    def refresh(self) -> None:
        """Look again at what is seen."""
        view = self.segments.view(self.segments.current)
        look = getattr(view, "refresh", None)
        if callable(look):
            look()
