"""The table of the pages: order, titles, drawings, and how each is built when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from clawd_desktop.ui.i18n import mark
from clawd_desktop.ui.services import UiServices

Build = Callable[[UiServices], QWidget]


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page. `build` is None until the page exists; `until_then` says what works today instead."""

    id: str
    title: str
    icon: str
    build: Build | None = None
    until_then: str = ""


def _overview(services: UiServices) -> QWidget:
    from clawd_desktop.ui.overview.page import OverviewPage

    return OverviewPage(services)


def _chat(services: UiServices) -> QWidget:
    from clawd_desktop.ui.chat.page import ChatPage

    return ChatPage(services)


def _resources(services: UiServices) -> QWidget:
    from clawd_desktop.ui.resources.page import ResourcesPage

    return ResourcesPage(services)


def _alerts(services: UiServices) -> QWidget:
    from clawd_desktop.ui.alerts.page import AlertsPage

    return AlertsPage(services)


def _backup(services: UiServices) -> QWidget:
    from clawd_desktop.ui.backup.page import BackupPage

    return BackupPage(services)


def _logs(services: UiServices) -> QWidget:
    from clawd_desktop.ui.logs.page import LogsPage

    return LogsPage(services)


PAGES: tuple[PageRow, ...] = (
    PageRow("overview", mark("Overview"), "overview", _overview),
    PageRow("chat", mark("Chat"), "chat", _chat),
    PageRow("channels", mark("Channels & pairing"), "channels", until_then=mark(
        "Until then you talk to the assistant here in Chat, with clawd-desktop chat, or from any Clawdbot client on "
        "this computer.")),
    PageRow("approvals", mark("Approvals"), "approvals", until_then=mark(
        "Until then the assistant runs no commands, so there is nothing to approve.")),
    PageRow("sandbox", mark("Sandbox"), "sandbox", until_then=mark(
        "Until then the assistant runs no commands and opens no files of yours.")),
    PageRow("resources", mark("Resources"), "resources", _resources),
    PageRow("alerts", mark("Alerts & quiet hours"), "alerts", _alerts),
    PageRow("backup", mark("Backup & restore"), "backup", _backup),
    PageRow("logs", mark("Logs & diagnostics"), "logs", _logs),
)  # fmt: skip
BY_ID = {row.id: row for row in PAGES}
