"""What tests of Settings pages stand on."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtWidgets import QWidget
from ui.staging import Stage

from clawd_desktop.ui.settings.context import Context


@dataclass
class SettingsStage:
    """A context for pages, and what they asked for."""

    stage: Stage
    context: Context
    window: QWidget
    restyled: list[tuple[str | None, str | None]] = field(default_factory=list)
    refreshed: list[int] = field(default_factory=list)
