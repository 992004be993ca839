"""Restoring on the page: takes a person through the steps, and asks the desk of restores for what they need."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from clawd_desktop.backup.present import Choice
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.undo import Undoable
from clawd_desktop.backup.wanted import keys_of
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound
from clawd_desktop.core.events import BackupProgressed, Event, RestoreEnded
from clawd_desktop.ui import dialogs
from clawd_desktop.ui.backup.restore_flow import WORKING, Flow, Step, can_stop, shown_stage
from clawd_desktop.ui.backup.restore_steps import Asked, RestoreSteps
from clawd_desktop.ui.backup.restore_tree import Node, grow
from clawd_desktop.ui.backup.restore_words import ending, undo_question
from clawd_desktop.ui.bridge import Bridge
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.operations import Operations
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.widgets.while_seen import WhileSeen

# Where the window is to be again after a restore.
PAGE = "backup"
_EVENTS: tuple[type[Event], ...] = (BackupProgressed, RestoreEnded)
# What is stopped ends without an event.
_BEAT_MS = 500


class RestoreView(QWidget):
    """`active` is sent when it is to be seen (True) or the page again (False); `told` is what to say there then."""

    active = Signal(bool)

    def __init__(self, services: UiServices) -> None:
        super().__init__()
        self._services = services
        self._desk = services.restores
        self._operations = Operations(self)
        self._flow = Flow()
        self._beginning = False
        self.told = ""
        self.steps = RestoreSteps(
            services.theme,
            Asked(
                stop=self._stop,
                open=lambda text: self._read(self._flow.again(keys_of(text))),
                again=lambda: self._read(self._flow.again()),
                compare=self._compare,
                restore=self._restore,
                settings=lambda: self._ask(tr("Settings"), partial(services.run_action, "settings:models")),
                undo=lambda: self._ask(tr("Undo"), self._undo_last),
                done=self._done,
                leave=lambda: self._leave(""),
            ),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.steps)
        self._beat = WhileSeen(self, self.follow, _BEAT_MS)
        self._bridge = Bridge(services.bus, _EVENTS, self._heard, self)

    @property
    def step(self) -> Step:
        """Where a person is."""
        return self._flow.step

    def begin(self, which: str, name: str) -> None:
        """Read a backup, to show what restoring it would do. `which` is as the desk takes it."""
        self._read(self._flow.read(which, name))

    def ask_to_undo(self, one: Undoable) -> None:
        """Ask whether a restore is to be taken back, and do it."""
        self._ask(tr("Undo"), partial(self._ask_and_undo, one))

    def follow(self) -> None:
        """Show what the desk does, whoever began it, and how it ended if nobody has seen that."""
        if self._beginning:
            return
        if self._desk.working:
            if self.step is not Step.RESTORING:
                self._go(self._flow.begun())
            self.steps.show_stop(can_stop(self._flow, restore=self._desk.can_stop))
        elif self._desk.unseen and self._desk.outcome is not None and self.step in (Step.AWAY, Step.RESTORING):
            self._go(self._flow.ended(self._desk.outcome))
        elif self.step is Step.RESTORING:
            self._stopped()

    def _ask(self, title: str, action: Callable[[], Awaitable[None]]) -> None:
        self._operations.start(title, action)

    def _go(self, flow: Flow) -> None:
        before, self._flow = self._flow.step, flow
        if (before is Step.AWAY) != (flow.step is Step.AWAY):
            self.active.emit(before is Step.AWAY)
        if flow.step is not Step.AWAY:
            self.steps.show_step(flow)

    def _if_at(self, flow: Flow, do: Callable[[], None]) -> None:
        """Do it unless a person has gone elsewhere meanwhile, or the window is gone."""
        if isValid(self) and self._flow is flow:
            do()

    def _leave(self, told: str) -> None:
        self.told = told
        self._go(Flow())

    def _read(self, flow: Flow) -> None:
        self._go(flow)
        self._ask(tr("Restore"), partial(self._look, flow))

    async def _look(self, flow: Flow) -> None:
        try:
            look = await self._desk.look(flow.which, flow.keys)
            roots = await asyncio.to_thread(grow, look.areas)
        except Stopped:
            self._if_at(flow, self._stopped)
            return
        except ClawdError as fault:
            locked = isinstance(fault, BadInput) and await self._is_locked(flow.which)
            after = flow.to(Step.LOCKED) if locked else flow.failed(fault)
            self._if_at(flow, lambda: self._go(after))
            return

        def show() -> None:
            seen = flow.seen(look)
            self.steps.show_trees(seen, roots, self._services.clock.wall_ms())
            self._go(seen)

        self._if_at(flow, show)

    async def _is_locked(self, which: str) -> bool:
        with contextlib.suppress(ClawdError):
            return await self._services.backups.is_locked(which)
        return False

    def _compare(self, node: Node) -> None:
        flow = self._flow.to(Step.COMPARING)
        self._go(flow)
        self._ask(tr("Show the difference"), partial(self._differ, flow, node))

    async def _differ(self, flow: Flow, node: Node) -> None:
        lines: tuple[str, ...] | None = None
        try:
            with contextlib.suppress(Stopped):
                lines = await self._desk.difference(flow.which, node.area, node.path, flow.keys)
        finally:
            self._if_at(flow, lambda: self._go(flow.to(Step.CHOOSING)))
        if lines is not None and isValid(self) and self.step is Step.CHOOSING:
            self.steps.show_difference(node.name, lines)

    def _restore(self, choice: Choice | None) -> None:
        flow = self._flow.begun()
        self._beginning = True
        self._go(flow)
        self._ask(tr("Restore"), partial(self._begin, flow, choice))

    async def _begin(self, flow: Flow, choice: Choice | None) -> None:
        try:
            await self._desk.begin(flow.which, choice, flow.keys, PAGE)
        except ClawdError:
            self._if_at(flow, lambda: self._go(flow.stopped()))
            raise
        finally:
            self._beginning = False

    async def _undo_last(self) -> None:
        wanted = ending(self._flow.outcome, "").undo if self._flow.outcome is not None else ""
        found = next((one for one in await self._desk.undoable() if one.id == wanted), None)
        if found is None:
            raise NotFound("That restore cannot be taken back any more.")
        await self._ask_and_undo(found)

    async def _ask_and_undo(self, one: Undoable) -> None:
        title = tr("Take this restore back?")
        if await dialogs.confirm(self.window(), title, undo_question(one), yes=tr("Undo"), danger=True):
            self._desk.begin_undo(one.id, PAGE)
            if isValid(self):
                self._go(self._flow.begun(undoing=True))

    def _stop(self) -> None:
        self.steps.show_stopping()
        self._desk.stop()

    def _stopped(self) -> None:
        after = self._flow.stopped()
        if after.step is Step.AWAY:
            self._leave(tr("It was stopped; nothing was changed."))
        else:
            self._go(after)

    def _done(self) -> None:
        self._desk.unseen = False
        self._leave("")

    def _heard(self, events: Sequence[Event]) -> None:
        told = [event for event in events if isinstance(event, BackupProgressed)]
        if told and self.step in WORKING:
            last = Progress(told[-1].stage, told[-1].done, told[-1].total, told[-1].file)
            safety = self.step is Step.RESTORING and self._services.backups.progress is not None
            self.steps.show_progress(shown_stage(last, safety=safety), self._services.clock.monotonic())
            self.steps.show_stop(can_stop(self._flow, restore=self._desk.can_stop))
        if len(told) < len(events):
            self.follow()
