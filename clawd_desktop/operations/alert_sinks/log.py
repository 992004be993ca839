"""Writes alerts into the log."""

from __future__ import annotations

import logging

from clawd_desktop.operations.alert_sinks.port import Told

_log = logging.getLogger("clawd.alerts")


class LogSink:
    """One warning line per message. Fulfils Sink."""

    async def send(self, told: Told) -> None:
        """Write it."""
        _log.warning("%s: %s", told.kind, told.line())
