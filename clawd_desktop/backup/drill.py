"""Tries one backup out: restores it aside, compares it, starts a gateway on the copy and reads in it what is known.

Nothing of the copy stays, and nothing of it reaches anybody.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

import orjson

from clawd_desktop.backup import drill_talks
from clawd_desktop.backup.areas import CONFIG, SESSIONS
from clawd_desktop.backup.drill_config import trial_config
from clawd_desktop.backup.drill_copy import Copy, compare, copied, scratch
from clawd_desktop.backup.drill_process import trial
from clawd_desktop.backup.drill_report import DrillReport, Step, StepName
from clawd_desktop.backup.drill_talks import Talk
from clawd_desktop.backup.drill_visit import Visit
from clawd_desktop.backup.manifest import Entry, Manifest
from clawd_desktop.backup.opened import look_at_sealed
from clawd_desktop.backup.progress import Halt, Progress, Stopped, Watch
from clawd_desktop.backup.staging import Backup
from clawd_desktop.config.paths import CONFIG_NAMES, NEW_CONFIG, Paths
from clawd_desktop.config.pipeline import load, nothing
from clawd_desktop.config.schema import Config
from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, Unavailable, Unreadable
from clawd_desktop.core.values import JsonObject, as_object, as_text
from clawd_desktop.storage.session_entry import SessionEntry

LIMIT_S = 1800.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subject:
    """The backup that is tried: `trouble` says why it cannot be opened without a person, "" when it can.

    `size` is what is remembered of the file, in bytes.
    """

    id: str
    path: Path
    created_ms: int
    size: int
    backup: Backup
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where it is tried: this computer's own places (none of which is touched but for a new folder), and variables."""

    paths: Paths
    environ: Mapping[str, str]
    clock: Clock
    limit_s: float = LIMIT_S


@dataclass(frozen=True, slots=True)
class Tried:
    """How it went; `manifest` is what the backup holds, when it was read whole. `damaged` says that it is not whole."""

    report: DrillReport
    manifest: Manifest | None = None
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What the files of the copy say of its conversations."""

    entries: tuple[SessionEntry, ...]
    talks: tuple[Talk, ...]


class _Over(Exception):  # noqa: N818
    """A step failed; those after it make no sense."""


class _Read:
    """The backup, which was read whole: the restore of a drill need not ask it for its list again."""

    def __init__(self, backup: Backup, manifest: Manifest) -> None:
        self._backup = backup
        self._manifest = manifest

    @property
    def name(self) -> str:
        """As of the backup."""
        return self._backup.name

    def verify(self, watch: Watch, halt: Halt) -> Manifest:
        """As of the backup."""
        return self._backup.verify(watch, halt)

    def listed(self, watch: Watch, halt: Halt) -> Manifest:
        """What was found."""
        return self._manifest

    def extract(self, wanted: Callable[[Entry], bool], folder: Path, watch: Watch, halt: Halt) -> None:
        """As of the backup."""
        self._backup.extract(wanted, folder, watch, halt)

    def read(self, entry: Entry, halt: Halt) -> bytes:
        """As of the backup."""
        return self._backup.read(entry, halt)


class Drill:
    """One try of one backup; for a worker thread."""

    def __init__(self, subject: Subject, bench: Bench, watch: Watch, halt: Halt) -> None:
        self._subject = subject
        self._bench = bench
        self._watch = watch
        self._stopped = halt
        self._steps: list[Step] = []
        self._began = time.monotonic()
        self._tried = True
        self._damaged = False
        self._manifest: Manifest | None = None

    def run(self) -> Tried:
        """Do it. Raises Stopped alone; whatever else happens is in the report."""
        with contextlib.suppress(_Over):
            self._manifest = manifest = self._do("read", self._read)
            self._go_through(manifest)
        ok = all(step.ok for step in self._steps)
        subject, now = self._subject, self._bench.clock.wall_ms()
        made_ms = self._manifest.created_ms if self._manifest else subject.created_ms
        known = self._manifest.id if self._manifest else subject.id
        report = DrillReport(
            now, known, str(subject.path), made_ms, ok, tuple(self._steps), self._since(self._began), self._tried
        )
        return Tried(report, self._manifest, self._damaged)

    def _go_through(self, manifest: Manifest) -> None:
        try:
            with scratch(self._bench.paths, manifest.size, len(manifest.entries)) as folder:
                copy = self._do("restore", lambda: self._restore(manifest, folder))
                self._do("compare", lambda: self._compare(copy, manifest))
                config = self._do("configuration", lambda: self._configuration(copy, manifest))
                self._use(copy, config, folder, manifest)
        except ClawdError as error:
            if isinstance(error, Stopped):
                raise
            self._fail("restore", error, self._began)

    def _use(self, copy: Copy, config: Config, folder: Path, manifest: Manifest) -> None:
        began = time.monotonic()
        known: _Known | None = None
        try:
            if SESSIONS in manifest.areas:
                entries = drill_talks.entries_in(copy.state, config.session.main_key or "main")
                known = _Known(entries, drill_talks.talks_in(copy.state, entries))
        except ClawdError as error:
            self._fail("conversations", error, began)
        _put_config(copy, trial_config(config, copy.ground.workspaces, copy.spare))
        asyncio.run(self._visit(copy, folder, known))

    async def _visit(self, copy: Copy, folder: Path, known: _Known | None) -> None:
        began = time.monotonic()
        name: StepName = "start"
        try:
            with trial(folder, copy.state, self._bench.environ) as running:
                async with Visit(running, self._goes_on) as visit:
                    _check_home(await visit.connect(), copy.state)
                    began = self._passed(name, "A gateway started on the copy and let its owner in.", began)
                    name = "sessions"
                    if known is None:
                        self._passed(name, "The backup was made without conversations.", began)
                        return
                    began = self._passed(name, await _list(visit, known.entries), began)
                    name = "conversations"
                    self._passed(name, await _read_talks(visit, known.talks), began)
        except ClawdError as error:
            self._fail(name, error, began)

    def _read(self) -> tuple[str, Manifest]:
        subject = self._subject
        if subject.trouble:
            look_at_sealed(subject.path, subject.size)
            raise BadInput(
                f"{subject.path} is locked: {subject.trouble} What can be seen without opening it is as it should be.",
                hint="Try it out by hand with its passphrase: clawd-desktop backup drill --passphrase-file FILE",
            )
        manifest = subject.backup.verify(self._watch, self._halted)
        files = sum(entry.kind == "file" for entry in manifest.entries)
        return f"All of it was read: {files:,} files with {manifest.size:,} bytes.", manifest

    def _restore(self, manifest: Manifest, folder: Path) -> tuple[str, Copy]:
        backup = _Read(self._subject.backup, manifest)
        name = self._bench.paths.config_file.name
        copy = copied(backup, manifest, folder, name, (self._watch, self._halted))
        return " ".join(("It was restored into a folder of its own.", *copy.warnings[:3])), copy

    def _compare(self, copy: Copy, manifest: Manifest) -> tuple[str, None]:
        count = compare(copy, manifest, self._watch, self._halted)
        text = f"{count:,} files are as the backup lists them, by their SHA-256."
        if copy.completed:
            text += f" {len(copy.completed):,} from which secrets were left out were checked before these were put in."
        return text, None

    def _configuration(self, copy: Copy, manifest: Manifest) -> tuple[str, Config]:
        file = copy.ground.paths.config_file
        if CONFIG not in manifest.areas or not file.is_file():
            return "The backup was made without a configuration.", nothing({}).config
        text = safeio.read_file(file).decode("utf-8", "replace")
        found = load(text, file, self._bench.environ, safeio.read_file)
        if found.issues:
            first = found.issues[0]
            raise Unreadable(f"The configuration in it is not valid: {first.path}: {first.message}", path=file.name)
        return "The configuration in it is valid.", found.config

    def _do(self, name: StepName, work: Callable[[], tuple[str, T]]) -> T:
        began = time.monotonic()
        try:
            text, result = work()
        except ClawdError as error:
            self._fail(name, error, began)
        self._passed(name, text, began)
        return result

    def _passed(self, name: StepName, text: str, began: float) -> float:
        self._steps.append(Step(name, True, text, self._since(began)))
        return time.monotonic()

    def _fail(self, name: StepName, error: ClawdError, began: float) -> NoReturn:
        text = error.sentence()
        if isinstance(error, Stopped):
            if not self._late:
                raise error
            text = f"It took longer than {self._bench.limit_s / 60:g} minutes and was given up."
        # Of a disk that is full or away, nothing is learned about the backup.
        early = name in ("read", "restore")
        self._tried = not (early and isinstance(error, Unavailable | NotFound | Stopped))
        self._damaged = name == "read" and isinstance(error, Unreadable)
        self._steps.append(Step(name, False, text, self._since(began)))
        raise _Over from error

    @property
    def _late(self) -> bool:
        return time.monotonic() - self._began > self._bench.limit_s

    def _goes_on(self) -> bool:
        """`_halted`, and a sign that something is done."""
        self._watch(Progress("start"))
        return self._halted()

    def _halted(self) -> bool:
        return self._stopped() or self._late

    @staticmethod
    def _since(began: float) -> float:
        return round(time.monotonic() - began, 3)


def _put_config(copy: Copy, config: JsonObject) -> None:
    """In the place of the restored one, so that nothing of what that asks for is done."""
    for name in {*CONFIG_NAMES, copy.ground.paths.config_file.name}:
        safeio.remove(copy.state / name)
    safeio.make_folder(copy.spare)
    safeio.write_file(copy.state / NEW_CONFIG, orjson.dumps(config))


def _check_home(hello: JsonObject, state: Path) -> None:
    found = as_text(as_object(hello.get("snapshot")).get("stateDir"))
    if os.path.realpath(found) != os.path.realpath(state):
        raise Unavailable("Another gateway than that of the copy answers on its port.")


async def _list(visit: Visit, entries: tuple[SessionEntry, ...]) -> str:
    listed = await visit.ask("sessions.list", {"includeGlobal": True, "includeUnknown": True})
    if lost := drill_talks.missing(entries, listed):
        raise Unreadable(f"The gateway does not list {', '.join(lost[:3])}.", path="")
    return f"It lists {len(entries):,} conversations."


async def _read_talks(visit: Visit, talks: tuple[Talk, ...]) -> str:
    for talk in talks:
        answer = await visit.ask("chat.history", {"sessionKey": talk.key, "limit": len(talk.messages)})
        if why := drill_talks.difference(talk, answer):
            raise Unreadable(why, path=talk.name)
    if not talks:
        return "There is no conversation with anything in it."
    count = sum(len(talk.messages) for talk in talks)
    return f"{count:,} messages of {len(talks)} conversations are as in the backup, read through the socket."
