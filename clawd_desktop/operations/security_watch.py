"""Says once that the configuration is unsafe: at the start and after changes, never twice about the same state."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib
import logging
from collections.abc import Sequence

from clawd_desktop import __version__
from clawd_desktop.config.paths import Paths
from clawd_desktop.config.store import ConfigStore
from clawd_desktop.core import tasks
from clawd_desktop.core.bus import EventBus, Unsubscribe
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.events import ConfigChanged
from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.ports import Secrets
from clawd_desktop.core.values import JsonObject, JsonValue, as_int, as_list, as_object
from clawd_desktop.storage.json_file import JsonFile

NOTICE = "config.security"
AFTER_START_S = 20.0
AFTER_CHANGE_S = 1.0
SHOWN = 3
LOOKED = "looked"
# What has a notice of its own, with buttons that fit it better.
ELSEWHERE = frozenset({
    "config.secrets.plain", "config.file.broken", "config.file.variables", "config.file.gone", "config.file.warnings",
})  # fmt: skip
_log = logging.getLogger("clawd.config")


class SecurityWatch:
    """Looks at the configuration in a thread; the states that were told of are kept on the disk."""

    def __init__(
        self,
        config: ConfigStore,
        paths: Paths,
        secrets: Secrets,
        notices: NoticeBoard,
        clock: Clock,
        *,
        after_s: float = AFTER_START_S,
    ) -> None:
        self._config = config
        self._paths = paths
        self._secrets = secrets
        self._notices = notices
        self._clock = clock
        self._after_s = after_s
        self._told = JsonFile(paths.own / "security-told.json", "The record of findings that were told of")
        self._task: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    def start(self, bus: EventBus) -> Unsubscribe:
        """Look a while after the start, and after each change of the configuration; returns what ends that."""
        self._task = tasks.spawn(self._at_start(), name="security check")
        return bus.subscribe(ConfigChanged, lambda _: self._again())

    async def close(self) -> None:
        """Stop looking."""
        await tasks.stop(self._task)

    def _again(self) -> None:
        if self._task is not None and self._task.done():
            self._task = tasks.spawn(self._later(AFTER_CHANGE_S), name="security check")

    async def _at_start(self) -> None:
        """Look, unless nothing changed since the last time: to look costs 7 MB that stay taken."""
        await asyncio.sleep(self._after_s)
        state = await asyncio.to_thread(looked_at, self._config, self._paths)
        try:
            same = (await self._told.read()).get(LOOKED) == state
        except ClawdError:
            same = False
        if not same:
            await self.look()

    async def _later(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.look()

    async def look(self) -> tuple[Finding, ...]:
        """All findings about the configuration now; a notice is raised when some are new or worse."""
        async with self._turn:
            found = await look_over(self._config, self._paths, self._secrets)
            serious = [one for one in found if one.level >= Level.WARNING and one.id not in ELSEWHERE]
            if not serious:
                self._notices.clear(NOTICE)
            try:
                before = await self._told.read()
                fresh = unsaid(serious, before)
                if fresh:
                    self._tell(serious, fresh)
                state = await asyncio.to_thread(looked_at, self._config, self._paths)
                await self._told.change(lambda _: {LOOKED: state, **{one.id: state_of(one) for one in serious}})
            except ClawdError as error:
                _log.warning("the security check cannot remember what it told: %s", error.sentence())
            return found

    def _tell(self, serious: Sequence[Finding], fresh: Sequence[Finding]) -> None:
        severity = Severity.WARNING if any(one.level is Level.ERROR for one in fresh) else Severity.INFO
        titles = "; ".join(one.title for one in fresh[:SHOWN])
        more = f"; and {len(fresh) - SHOWN} more" if len(fresh) > SHOWN else ""
        actions = (NoticeAction("settings:security", "Look"),)
        title = f"Security check: {counted(serious)}"
        self._notices.set(Notice(NOTICE, severity, title, f"{titles}{more}.", actions, self._clock.wall_ms()))


async def look_over(config: ConfigStore, paths: Paths, secrets: Secrets | None) -> tuple[Finding, ...]:
    """The audit of the configuration in force, made in a thread.

    Nothing where there is none yet: the first start writes one that is safe.
    """
    if not config.snapshot().exists and not config.safe_reason:
        return ()
    # 0.3 s to import, 0.4 s the first time: not on the start path, and not on the loop.
    await asyncio.to_thread(importlib.import_module, "clawd_desktop.config.audit")
    from clawd_desktop.config.audit import validate_secure_config
    from clawd_desktop.config.audit_facts import audit_facts

    facts, in_force = await audit_facts(config, paths, secrets), config.config
    return await asyncio.to_thread(validate_secure_config, in_force, facts)


def looked_at(config: ConfigStore, paths: Paths) -> str:
    """What stands for everything that is looked at: this version, the files' texts and their rights."""
    parts = [__version__, config.snapshot().hash]
    main, *included = config.files or (paths.config_file,)
    for path in (paths.state, main, *included):
        with contextlib.suppress(OSError):
            facts = path.stat()
            parts.append(f"{path} {facts.st_mode} {facts.st_uid} {facts.st_mtime_ns if path in included else 0}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def unsaid(serious: Sequence[Finding], told: JsonObject) -> list[Finding]:
    """Those that are new, matter more than when they were told of, or concern more than then."""
    return [one for one in serious if _is_news(one, as_object(told.get(one.id)))]


def _is_news(finding: Finding, told: JsonObject) -> bool:
    return finding.level > as_int(told.get("level")) or not set(_parts(finding)) <= set(as_list(told.get("parts")))


def state_of(finding: Finding) -> JsonObject:
    """What is remembered of a finding: how much it mattered, and what it concerned."""
    parts: list[JsonValue] = [*_parts(finding)]
    return {"level": int(finding.level), "parts": parts}


def _parts(finding: Finding) -> list[str]:
    return [part.strip(" .") for part in finding.description.split(",")]


def counted(findings: Sequence[Finding]) -> str:
    """How many errors and warnings there are, in words."""
    numbers = [
        (sum(one.level is level for one in findings), level.name.lower()) for level in (Level.ERROR, Level.WARNING)
    ]
    return ", ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in numbers if count)
