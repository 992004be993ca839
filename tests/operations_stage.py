"""What operations offers, made by hand for tests that need the bundle but not the whole application."""

from __future__ import annotations

from pathlib import Path

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.operations.assembly import OperationsServices
from clawd_desktop.operations.audit import AuditLedger
from clawd_desktop.operations.log_files import Place
from clawd_desktop.operations.log_settings import Plan, ToFile
from clawd_desktop.operations.logs import LogDesk
from clawd_desktop.operations.redaction import Redactor


def operations(folder: Path) -> OperationsServices:
    """The bundle, with its files below `folder`; nothing of it runs."""
    log = LogDesk(folder / "logs", Redactor(), Plan((ToFile(Place(folder / "logs")),)))
    ledger = AuditLedger(folder / "audit", Redactor(), NoticeBoard(EventBus()), SystemClock())
    return OperationsServices(log=log, ledger=ledger)
