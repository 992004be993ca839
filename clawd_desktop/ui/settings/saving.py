"""Saves one setting at a time, says so, and can take the last change back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.settings.fields import patch_at, value_at

if TYPE_CHECKING:
    from clawd_desktop.config.store import Snapshot


class Saver(QObject):
    """Writes through the ConfigStore. `saved(text)` and `failed(text)` are sent with a sentence for the person."""

    saved = Signal(str)
    failed = Signal(str)

    def __init__(self, services: UiServices, window: QWidget) -> None:
        super().__init__(window)
        self._services = services
        self._operations = Operations(window)
        self._undo: JsonObject | None = None
        self._read: Snapshot | None = None

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return self._undo is not None

    def value(self, path: str) -> JsonValue:
        """What is in force at the path, defaults included."""
        return value_at(self._snapshot().config, path)

    def written(self, path: str) -> JsonValue:
        """What the file itself holds at the path; None when it says nothing."""
        return value_at(self._snapshot().parsed, path)

    def read(self) -> None:
        """Look at the configuration again: what follows is what is in force now."""
        self._read = None

    def set(self, path: str, value: JsonValue, label: str) -> None:
        """Save one value (None: back to the default)."""
        before = self.written(path)
        if value != before:
            self.merge(patch_at(path, value), tr("Saved: {name}", name=label), undo=patch_at(path, before))

    def merge(self, patch: JsonObject, sentence: str, *, undo: JsonObject | None = None) -> None:
        """Save a whole patch and say the sentence."""
        self._operations.start(sentence, partial(self.merge_now, patch, sentence, undo), report=self.failed.emit)

    def undo(self) -> None:
        """Take the last change back."""
        patch, self._undo = self._undo, None
        if patch is not None:
            self.merge(patch, tr("Taken back."))

    def _snapshot(self) -> Snapshot:
        if self._read is None:
            self._read = self._services.config.snapshot()
        return self._read

    async def merge_now(self, patch: JsonObject, sentence: str, undo: JsonObject | None = None) -> None:
        """The same for a caller that waits. Raises ClawdError when it was not saved."""
        # The hash of what the person saw: a change from elsewhere since then is a conflict and is told.
        try:
            self._read = await self._services.config.merge(patch, self._snapshot().hash)
        except ClawdError:
            self.read()
            raise
        self._undo = undo
        self.saved.emit(sentence)
