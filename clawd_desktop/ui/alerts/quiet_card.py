"""Quiet hours and muting: what holds now, and the few settings that people change."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRegularExpression
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from clawd_desktop.config.schema.monitoring import Quiet, QuietHours
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.operations.quiet import Quietness
from clawd_desktop.ui.alerts.words import DAY_NAMES, DAYS, quiet_sentence
from clawd_desktop.ui.i18n import mark, tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.flow import Flow
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.text import label, line

MUTES = ((1_800, mark("30 min")), (3_600, mark("1 h")), (28_800, mark("8 h")))
_TIME = r"([01]?\d|2[0-3]):[0-5]\d"
_USUAL = QuietHours()


class QuietCard(Card):
    """`save` takes a patch for monitoring.quiet, `mute` seconds (0: disturb again)."""

    def __init__(self, save: Callable[[JsonObject], None], mute: Callable[[int], None]) -> None:
        super().__init__()
        self._save = save
        self._mute = mute
        self._shown: Quiet | None = None
        self._muted: bool | None = None
        self.body.setSpacing(3 * SPACE)
        self._state = label("", "strong", wrap=True)
        self._mutes = QHBoxLayout()
        self._mutes.setSpacing(2 * SPACE)
        self.on = QCheckBox(tr("Quiet hours"))
        self.begin, self.end = _clock(tr("From")), _clock(tr("To"))
        self.days = {day: QCheckBox(tr(DAY_NAMES[day])) for day in DAYS}
        self.critical = QCheckBox(tr("Critical alerts break through"))
        self.follow = QCheckBox(tr("Be quiet while the system's Do Not Disturb is on"))
        self.digest = QCheckBox(tr("Tell afterwards what was held back"))
        self._more = label("", "caption", wrap=True)
        self._lay_out()
        for box in (self.on, *self.days.values(), self.critical, self.follow, self.digest):
            box.clicked.connect(self._changed)
        for edit in (self.begin, self.end):
            edit.editingFinished.connect(self._changed)

    def show_quiet(self, settings: Quiet, state: Quietness, now_ms: int) -> None:
        """Show what is set and what holds now."""
        said = quiet_sentence(state, now_ms)
        if settings.follow_system and state.follows_system is None:
            said += " " + tr("This system does not say whether its Do Not Disturb is on.")
        self._state.setText(said)
        self._offer_mutes(state.because == "muted")
        if settings != self._shown:
            self._shown = settings
            self._fill(settings)

    def patch(self) -> JsonObject:
        """What monitoring.quiet is to say."""
        excepted = [name for name in (self._shown.except_ if self._shown else ()) if name != "critical"]
        days: list[JsonValue] = [day for day, box in self.days.items() if box.isChecked()]
        first: JsonObject = {
            "from": self.begin.text(),
            "to": self.end.text(),
            "days": days,
        }
        others: list[JsonValue] = [
            hours.model_dump(mode="json", by_alias=True) for hours in (self._shown.hours[1:] if self._shown else ())
        ]
        exceptions: list[JsonValue] = [*excepted, *(["critical"] if self.critical.isChecked() else [])]
        return {
            "hours": [first, *others] if self.on.isChecked() and days else [],
            "except": exceptions,
            "followSystem": self.follow.isChecked(),
            "digest": self.digest.isChecked(),
        }

    def _fill(self, settings: Quiet) -> None:
        hours = settings.hours[0] if settings.hours else _USUAL
        self.on.setChecked(bool(settings.hours))
        self.begin.setText(hours.from_.zfill(5))
        self.end.setText(hours.to.zfill(5))
        for day, box in self.days.items():
            box.setChecked(day in hours.days)
        self.critical.setChecked("critical" in settings.except_)
        self.follow.setChecked(settings.follow_system)
        self.digest.setChecked(settings.digest)
        self._more.setVisible(len(settings.hours) > 1)
        self._more.setText(tr("and {count} more stretches in the configuration", count=len(settings.hours) - 1))
        self._enable()

    def _changed(self) -> None:
        self._enable()
        if self._shown is not None:
            self._save(self.patch())

    def _enable(self) -> None:
        for widget in (self.begin, self.end, *self.days.values()):
            widget.setEnabled(self.on.isChecked())

    def _offer_mutes(self, muted: bool) -> None:
        if muted == self._muted:
            return
        self._muted = muted
        clear(self._mutes)
        if muted:
            self._mutes.addWidget(button(tr("Disturb me again"), lambda: self._mute(0)))
            self._mutes.addStretch(1)
            return
        self._mutes.addWidget(label(tr("Mute for"), "muted"))
        for seconds, word in MUTES:
            made = button(tr(word), lambda seconds=seconds: self._mute(seconds), role="quiet")  # type: ignore[misc]
            made.setAccessibleName(tr("Mute for {time}", time=tr(word)))
            self._mutes.addWidget(made)
        self._mutes.addStretch(1)

    def _lay_out(self) -> None:
        hours = QHBoxLayout()
        hours.setSpacing(2 * SPACE)
        hours.addWidget(self.on)
        hours.addSpacing(2 * SPACE)
        hours.addWidget(self.begin)
        hours.addWidget(label(tr("to"), "muted"))
        hours.addWidget(self.end)
        hours.addStretch(1)
        days = QWidget()
        flow = Flow(days, gap=4 * SPACE, line_gap=SPACE)
        for box in self.days.values():
            flow.addWidget(box)
        self.body.addWidget(self._state)
        self.body.addLayout(self._mutes)
        self.body.addWidget(line())
        self.body.addLayout(hours)
        for widget in (days, self._more, line(), self.critical, self.follow, self.digest):
            self.body.addWidget(widget)


def _clock(name: str) -> QLineEdit:
    made = QLineEdit()
    made.setValidator(QRegularExpressionValidator(QRegularExpression(_TIME), made))
    made.setAccessibleName(name)
    made.setFixedWidth(made.fontMetrics().horizontalAdvance("00:00") + 8 * SPACE)
    return made
