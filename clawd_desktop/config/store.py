"""The one place that reads, checks, watches and saves the configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.config.changes import differing, needs_restart
from clawd_desktop.config.disk import fingerprint, stamp
from clawd_desktop.config.environment import LiveVariables
from clawd_desktop.config.history import History
from clawd_desktop.config.merge import overlay
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.pipeline import Loaded, nothing
from clawd_desktop.config.proven import Proven, to_blame
from clawd_desktop.config.reading import Reader, Reading
from clawd_desktop.config.saving import Saver, Write, losses
from clawd_desktop.config.schema.check import Issue, checked
from clawd_desktop.config.schema.root import Config
from clawd_desktop.config.watcher import PERIOD_S, watch
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import BadInput, Unreadable
from clawd_desktop.core.events import ConfigChanged
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.core.values import JsonObject, as_object

# Sections whose defaults clients expect to see even when the file does not name them.
_SHOWN = ("gateway", "agents", "session", "messages", "commands")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The configuration as config.get answers it. `hash` is the SHA-256 of the file's bytes.

    `config` has defaults and joined includes; references and variables stand in it as they are written.
    """

    path: str
    exists: bool
    raw: str | None
    parsed: JsonObject
    valid: bool
    config: JsonObject
    hash: str
    issues: list[Issue]
    warnings: list[Issue]
    legacy_issues: list[Issue]


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why the file on disk is not what is in force ("" when it is)."""

    reason: str = ""
    safe_mode: bool = False


class ConfigStore:
    """The configuration in force, and everything that may change it."""

    def __init__(self, paths: Paths, environ: Mapping[str, str], clock: Clock, bus: EventBus) -> None:
        self._file = paths.config_file
        self._bus = bus
        self._environ = environ
        self._history = History(paths.state / "config-history", clock)
        self._reader = Reader(self._file, environ, self._history)
        self._proven = Proven(self._reader)
        self._saver = Saver(self._file, self._history, paths.state / "logs" / "config-audit.jsonl", clock)
        self._lock = asyncio.Lock()
        self._reading = Reading((), (self._file,))
        self._in_force: Reading | None = None
        self._trouble = _Trouble()
        self._snapshot: Snapshot | None = None
        self._task: asyncio.Task[None] | None = None
        self._variables = LiveVariables(lambda: self._loaded().environ)

    @property
    def config(self) -> Config:
        """The configuration in force; read it anew for each use. Raises RuntimeError before `load`."""
        return self._loaded().config

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment with the variables that the configuration sets now; values may be references to secrets."""
        return self._variables

    @property
    def safe_mode(self) -> bool:
        """True when the file could not be used at start: the last good version is in force, without channels."""
        return self._trouble.safe_mode

    @property
    def safe_reason(self) -> str:
        """Why the file on disk is not in force, "" when it is. Set without safe mode when an edit broke the file."""
        return self._trouble.reason

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that belong to what was read last, the main one first."""
        return self._reading.files

    @property
    def history(self) -> History:
        """Earlier versions; its methods do disk work."""
        return self._history

    async def load(self) -> None:
        """Read the file and put it in force, or the last good version where it cannot be used. Never raises for it."""
        async with self._lock:
            reading = await asyncio.to_thread(self._reader.read)
            if self._in_force is not None or reading.valid:
                self._take(reading)
                return
            good, when = await asyncio.to_thread(self._reader.last_good, reading)
            shown = f"The version of {when} is in force." if when else "What could be understood of it is in force."
            self._reading = reading
            self._snapshot = None
            self._in_force = good
            self._trouble = _Trouble(f"{reading.reason} {shown} Channels stay off.", safe_mode=True)

    def snapshot(self) -> Snapshot:
        """The configuration as clients see it; the same object until something changes, so do not write into it."""
        if self._snapshot is None:
            self._snapshot = self._described()
        return self._snapshot

    def _described(self) -> Snapshot:
        reading = self._reading
        shown = reading.loaded or self._loaded()
        plain = checked(shown.source).config.with_defaults(_SHOWN)
        return Snapshot(
            path=str(self._file),
            exists=reading.exists,
            raw=reading.raw,
            parsed=reading.loaded.parsed if reading.loaded else {},
            valid=reading.valid,
            config=as_object(overlay(plain, shown.source)),
            hash=fingerprint(reading.data),
            issues=list(reading.issues),
            warnings=[*(reading.loaded.warnings if reading.loaded else ()), *reading.warnings],
            legacy_issues=list(reading.loaded.legacy if reading.loaded else ()),
        )

    async def replace(self, raw: str, base_hash: str | None, *, confirm: bool = False) -> Snapshot:
        """Save a whole new text, comments and all.

        `base_hash` is the hash that the caller read, None for what this store read last. Raises Conflict when the file
        changed underneath, InvalidConfig, BadInput with code "needs_confirmation" when much would be lost and
        `confirm` is not given, Unreadable when what stands there is no readable file, StorageFault.
        """
        async with self._lock:
            before = await asyncio.to_thread(self._reader.read)
            expected = fingerprint(self._reading.data) if base_hash is None else base_hash
            return await self._save(raw, before, expected, "replace", confirm=confirm)

    async def merge(self, patch: JsonObject, base_hash: str | None) -> Snapshot:
        """Save an RFC 7396 change; comments, order and formatting of everything else stay. Raises as `replace`."""
        from clawd_desktop.config.json5_edit import edit

        async with self._lock:
            before = await asyncio.to_thread(self._reader.read)
            if before.exists and before.loaded is None:
                raise Unreadable(f"The configuration cannot be changed: {before.reason}", path=str(self._file))
            expected = fingerprint(self._reading.data) if base_hash is None else base_hash
            # A file that is gone while its content is in force is written again as it was, with the change.
            base = before.raw or (self._in_force.raw if self._in_force else None) or "{}"
            text = await asyncio.to_thread(edit, base, patch)
            return await self._save(text, before, expected, "merge", confirm=True)

    async def forget_plain_text(self, values: set[str]) -> tuple[Path, ...]:
        """Take these secrets out of every kept copy, and out of comments in the file itself.

        Returns the files in which one still stands as a value (the file itself, included files): move it there first.
        Raises StorageFault.
        """
        async with self._lock:
            left = await asyncio.to_thread(self._saver.scrub, values, self._reading.files)
            self._take(await asyncio.to_thread(self._reader.read))
            return left

    @property
    def can_go_back(self) -> bool:
        """Whether the file is not what is in force, and what is in force could be written in its place."""
        good = self._in_force.raw if self._in_force is not None else None
        return bool(self._trouble.reason) and good is not None and good != self._reading.raw

    async def go_back(self) -> Snapshot:
        """Write what is in force in the place of the file that is not; that one is kept beside it.

        Raises BadInput when there is nothing to go back to, StorageFault.
        """
        async with self._lock:
            good = self._in_force.raw if self._in_force is not None else None
            if good is None or not self.can_go_back:
                raise BadInput("There is no earlier version to go back to.", hint="Correct the file by hand.")
            await asyncio.to_thread(self._saver.bring_back, good.encode())
            self._take(await asyncio.to_thread(self._reader.read))
            return self.snapshot()

    async def prove(self) -> None:
        """The gateway listens with what is in force. Raises StorageFault when that could not be written down."""
        async with self._lock:
            if self._in_force is not None:
                await asyncio.to_thread(self._proven.note, self._in_force)

    async def fall_back(self, fault: str) -> bool:
        """Put what the gateway last listened with in force, if what changed since can be why it does not (`fault`).

        The file stays as it is. False when that is no way out.
        """
        async with self._lock:
            proven, before, trouble = await asyncio.to_thread(self._proven.find), self._in_force, self._trouble
            good = proven.loaded if proven is not None else None
            if good is None or before is None or not to_blame(good.config.raw, self.config.raw):
                return False
            self._in_force = proven
            self._snapshot = None
            reason = f"The gateway cannot listen with what {self._file} says: {fault}"
            self._trouble = _Trouble(f"{reason} What it listened with before is in force.", trouble.safe_mode)
            self._tell(before, trouble)
            return True

    def schema(self) -> tuple[JsonObject, JsonObject]:
        """JSON schema and uiHints of all sections (about 0.2 s of work: call it in a thread)."""
        from clawd_desktop.config.schema.describe import schema

        return schema()

    @property
    def watching(self) -> bool:
        """Whether edits on disk are picked up."""
        return self._task is not None and not self._task.done()

    def start(self, period_s: float = PERIOD_S) -> None:
        """Begin to pick up edits on disk; looks at the files every `period_s` seconds."""
        look = watch(lambda: stamp(self._reading.files), lambda: self._reading.stamp, self._rest_s, self.load, period_s)
        self._task = spawn(look, name="config watch")

    async def stop(self) -> None:
        """Stop picking up edits."""
        await stop(self._task)
        self._task = None

    def _loaded(self) -> Loaded:
        if self._in_force is None:
            raise RuntimeError("the configuration was not loaded yet")
        return self._in_force.loaded or nothing(self._environ)

    def _rest_s(self) -> float:
        reload = self.config.gateway.reload
        return -1.0 if reload.mode == "off" else reload.debounce_ms / 1000

    async def _save(self, raw: str, before: Reading, expected: str, action: str, *, confirm: bool) -> Snapshot:
        try:
            data = raw.encode()
        except UnicodeEncodeError as error:
            raise BadInput("The text holds half of a character.", hint="Correct it and save again.") from error
        loaded = await asyncio.to_thread(self._reader.checked, raw)
        parsed_before = before.loaded.parsed if before.loaded else {}
        lost = losses(parsed_before, loaded.parsed)
        if lost and not confirm and fingerprint(before.data) == expected:
            raise BadInput(lost, hint="Confirm it if that is meant.", code="needs_confirmation")
        write = Write(data, loaded.parsed, parsed_before, before.valid, expected, action)
        await asyncio.to_thread(self._saver.write, write)
        self._take(await asyncio.to_thread(self._reader.read))
        return self.snapshot()

    def _take(self, reading: Reading) -> None:
        """Put what was read in force, or say why not and keep what is in force."""
        before, trouble = self._in_force, self._trouble
        self._reading = reading
        self._snapshot = None
        gone = before is not None and before.exists and not reading.exists and not reading.issues
        if reading.valid and not gone:
            self._in_force = reading
            self._trouble = _Trouble()
        else:
            reason = f"{self._file} is gone." if gone else reading.reason
            self._trouble = _Trouble(f"{reason} What was read before stays in force.", trouble.safe_mode)
        self._tell(before, trouble)

    def _tell(self, before: Reading | None, trouble: _Trouble) -> None:
        if before is None:
            return
        old = before.loaded.config.raw if before.loaded else {}
        paths = differing(old, self.config.raw)
        if trouble.safe_mode and not self.safe_mode and "channels" not in paths:
            paths = (*paths, "channels")
        if paths or trouble != self._trouble:
            self._bus.publish(ConfigChanged(paths, tuple(path for path in paths if needs_restart(path))))
