"""Where the time goes: measures the event loop's thread for some seconds and shows in which functions it was."""

from __future__ import annotations

import asyncio
import json
import math
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QProgressBar
from shiboken6 import isValid

from clawd_desktop.core import safeio
from clawd_desktop.core.tasks import spawn
from clawd_desktop.operations.profile_form import speedscope, text
from clawd_desktop.operations.sampling import Samples
from clawd_desktop.ui import dialogs, words
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.text import label

LENGTHS_S = (5, 10, 30)
_TICK_MS = 200
_STEPS = 1_000
_LINES = 18


class CpuCard(Card):
    """One measurement at a time; it goes on while the window is hidden, and its button stops it."""

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._operations = Operations(self)
        self._task: asyncio.Task[Samples] | None = None
        self._began = self._length_s = 0.0
        self._samples: Samples | None = None
        self.length = QComboBox()
        self.length.setAccessibleName(tr("How long to measure"))
        for seconds in LENGTHS_S:
            self.length.addItem(words.duration(seconds), seconds)
        self.start = button(tr("Measure"), self.measure, role="primary")
        self.save_button = button(tr("Save for speedscope…"), self.save)
        self.save_button.setEnabled(False)
        self.progress = QProgressBar()
        self.progress.setRange(0, _STEPS)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("How much of the time has passed"))
        self._told = label("", "muted", wrap=True)
        self.tree = QPlainTextEdit()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._advance)
        self._lay_out()

    def measure(self) -> None:
        """Begin to measure, or stop what is being measured."""
        if self._task is not None:
            self._task.cancel()
            return
        seconds = float(self.length.currentData())
        task = spawn(self._services.operations.profiler.cpu(seconds), name="ui: cpu profile", awaited=True)
        self._task, self._length_s, self._began = task, seconds, self._services.clock.monotonic()
        self._show_running(True)
        self._operations.start(tr("Where the time goes"), partial(self._follow, task), report=self._told.setText)

    def save(self) -> None:
        """Ask where, and write what was measured for the viewer speedscope."""
        if self._samples is not None:
            self._operations.start(tr("Save"), partial(self._saved, self._samples), busy=self.save_button)

    async def _follow(self, task: asyncio.Task[Samples]) -> None:
        await asyncio.wait({task})
        if isValid(self):
            self._task = None
            self._show_running(False)
        if task.cancelled():
            self._say(tr("Stopped; nothing was measured."))
        else:
            await self._show(task.result())

    def _say(self, sentence: str) -> None:
        if isValid(self):
            self._told.setText(sentence)

    async def _show(self, samples: Samples) -> None:
        shown = await asyncio.to_thread(text, samples)
        if isValid(self):
            self._samples = samples
            self.save_button.setEnabled(True)
            self._told.setText("")
            self.tree.setPlainText(shown)

    async def _saved(self, samples: Samples) -> None:
        name = f"clawd-desktop-{samples.seconds:.0f}s.speedscope.json"
        path = await dialogs.choose_new_file(self, tr("Save for speedscope"), name, suffix="json")
        if path is not None:
            await asyncio.to_thread(_write, samples, path)

    def _show_running(self, running: bool) -> None:
        self.start.setText(tr("Stop") if running else tr("Measure"))
        self.length.setEnabled(not running)
        self.progress.setVisible(running)
        if running:
            self._advance()
            self._tick.start()
        else:
            self._tick.stop()

    def _advance(self) -> None:
        passed = self._services.clock.monotonic() - self._began
        left = max(0.0, self._length_s - passed)
        self.progress.setValue(round(_STEPS * min(1.0, passed / self._length_s)))
        self._told.setText(tr("{time} left", time=words.duration(math.ceil(left))))

    def _lay_out(self) -> None:
        keep = self.progress.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.progress.setSizePolicy(keep)
        self.progress.hide()
        self.tree.setReadOnly(True)
        self.tree.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.tree.setFont(self._services.theme.font(mono=True))
        self.tree.setFixedHeight(self.tree.fontMetrics().lineSpacing() * _LINES)
        self.tree.setAccessibleName(tr("Functions by their time"))
        self.tree.setPlaceholderText(tr("What was measured is shown here, the costliest first."))
        row = QHBoxLayout()
        row.setSpacing(2 * SPACE)
        for each in (self.length, self.start):
            row.addWidget(each)
        row.addWidget(self._told, 1)
        row.addWidget(self.save_button)
        self.body.addWidget(label(tr("Where the time goes"), "heading"))
        sentence = tr("Watches the thread that does the work. What you want to know about should happen meanwhile.")
        self.body.addWidget(label(sentence, "muted", wrap=True))
        self.body.addLayout(row)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.tree)


def _write(samples: Samples, path: Path) -> None:
    form = speedscope(samples, f"clawd-desktop, {samples.seconds:.0f} s")
    safeio.write_file(path, json.dumps(form).encode())
