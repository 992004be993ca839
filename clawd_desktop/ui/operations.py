"""Runs what a button asks for: the button is busy meanwhile, and a failure becomes a sentence, never silence."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from clawd_desktop.core.acting import OWNER_HERE, acting_as
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.tasks import spawn
from clawd_desktop.ui import dialogs
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.loop import is_over

_log = logging.getLogger("clawd.ui")
Report = Callable[[str], None]


class Operations(QObject):
    """Starts the actions of one window; those still going when it is deleted go on and report to nobody."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def start(
        self,
        title: str,
        action: Callable[[], Awaitable[None]],
        *,
        busy: QWidget | None = None,
        report: Report | None = None,
    ) -> None:
        """Run the action in the background.

        `busy` cannot be used until it ends. A failure is told through `report`, or in a dialog named `title`. When the
        application ends just now, nothing is begun any more.
        """
        if is_over():
            return
        if busy is not None:
            busy.setEnabled(False)
        with acting_as(OWNER_HERE):
            spawn(self._run(title, action, busy, report), name=f"ui: {title}")

    async def _run(
        self, title: str, action: Callable[[], Awaitable[None]], busy: QWidget | None, report: Report | None
    ) -> None:
        try:
            await action()
        except ClawdError as failure:
            await self._tell(title, failure.sentence(), failure.code, report)
        except Exception as failure:
            _log.exception("%s failed", title)
            text = tr("An error that was not expected: {error}", error=failure or type(failure).__name__)
            await self._tell(title, text, traceback.format_exc(), report)
        finally:
            if busy is not None and isValid(busy):
                busy.setEnabled(True)

    async def _tell(self, title: str, text: str, details: str, report: Report | None) -> None:
        if not isValid(self):
            return
        if report is not None:
            report(text)
            return
        await dialogs.error(self._window if self._window.isVisible() else None, title, text, details=details)
