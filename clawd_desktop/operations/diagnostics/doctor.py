"""Examines the installation: all checks side by side, each within its limit, whatever one of them does."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Sequence
from functools import cached_property
from typing import TypeVar

from clawd_desktop.core.errors import BadInput, ClawdError, NotFound
from clawd_desktop.core.events import Repaired
from clawd_desktop.core.findings import Finding, Level, Mended
from clawd_desktop.core.tasks import spawn, stop
from clawd_desktop.operations.diagnostics.aside import aside
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.facts import Facts, gather
from clawd_desktop.operations.diagnostics.ground import Ground

T = TypeVar("T")
AT_ONCE = 8
REPAIR_S = 60.0
FACTS_S = 10.0


class Doctor:
    """Examines and mends. One examination goes on at a time: whoever asks meanwhile is given its result."""

    def __init__(self, ground: Ground, checks: Sequence[Check] | None = None) -> None:
        self._ground = ground
        self._given = checks
        self._turn = asyncio.Lock()
        self._going: dict[bool, asyncio.Task[tuple[Finding, ...]]] = {}
        self._gathering: asyncio.Task[Facts | Exception] | None = None

    async def examine(self, deep: bool = False) -> tuple[Finding, ...]:
        """What every check found, worst first; checks that found nothing say so. Never raises.

        `deep` adds what costs time, money or a connection.
        """
        going = self._going.get(deep)
        if going is None or going.done():
            going = self._going[deep] = spawn(self._examined(deep), name="examination")
        # Who goes away takes it from nobody else.
        return await asyncio.shield(going)

    async def _examined(self, deep: bool) -> tuple[Finding, ...]:
        async with self._turn:
            places = asyncio.Semaphore(AT_ONCE)
            rows = [check for check in self._checks if deep or not check.deep]
            found = await asyncio.gather(*(self._within(places, check) for check in rows))
        order = {check.category: number for number, check in reversed(list(enumerate(self._checks)))}
        flat = [finding for each in found for finding in each]
        return tuple(sorted(flat, key=lambda finding: (-finding.level, order.get(finding.category, len(order)))))

    async def mend(self, finding_id: str, dry_run: bool = False) -> Mended:
        """Repair what was found under this id, or say what that would do.

        A copy of what is changed is made before. Raises NotFound for what is not found now, BadInput when it cannot be
        repaired by itself, ClawdError when the repair failed.
        """
        check = self._check_of(finding_id)
        if check is None:
            raise NotFound(f"There is no check {finding_id[:80]!r}.", hint="clawd-desktop doctor --json names them.")
        async with self._turn:
            found = {finding.id: finding for finding in await self._found(check)}
            finding = found.get(finding_id)
            if finding is None or finding.level is Level.OK:
                raise NotFound(f"{finding_id} is not found any more; there is nothing to repair.")
            if check.repair is None or not finding.repair:
                raise BadInput(f"{finding.title}: this cannot be repaired by itself.", hint=finding.recommendation)
            return await self._told(check, finding_id, dry_run)

    async def facts(self) -> Facts:
        """How computer, process, network and storage are now. Raises TimeoutError when they cannot be had in 10 s."""
        if self._gathering is None or self._gathering.done():
            self._gathering = spawn(self._gathered(), name="facts")
        result = await asyncio.shield(self._gathering)
        if isinstance(result, Exception):
            raise result
        return result

    async def _gathered(self) -> Facts | Exception:
        try:
            return await aside(lambda: gather(self._ground), FACTS_S, name="facts")
        except TimeoutError as late:
            return late

    @cached_property
    def _checks(self) -> tuple[Check, ...]:
        if self._given is not None:
            return tuple(self._given)
        # 0.3 s: not on the start path.
        from clawd_desktop.operations.diagnostics.table import CHECKS

        return CHECKS

    def _check_of(self, finding_id: str) -> Check | None:
        fitting = [check for check in self._checks if check.made(finding_id)]
        return max(fitting, key=lambda check: len(check.id), default=None)

    async def _told(self, check: Check, finding_id: str, dry_run: bool) -> Mended:
        """The repair, which is an event whether it helped or not."""
        bus = self._ground.bus
        try:
            mended = await self._mended(check, finding_id, dry_run)
        except ClawdError as error:
            if bus is not None and not dry_run:
                bus.publish(Repaired(f"doctor:{finding_id}", "repair", False, error.sentence()))
            raise
        if bus is not None and mended.done:
            bus.publish(Repaired(f"doctor:{finding_id}", "repair", True, mended.text))
        return mended

    async def _mended(self, check: Check, finding_id: str, dry_run: bool) -> Mended:
        repair = check.repair
        assert repair is not None
        try:
            if inspect.iscoroutinefunction(repair):
                async with asyncio.timeout(REPAIR_S):
                    return await _awaited(repair(self._ground, finding_id, dry_run))
            result = await aside(
                lambda: _plain(repair(self._ground, finding_id, dry_run)), REPAIR_S, name=f"repair {finding_id}"
            )
        except TimeoutError as late:
            raise ClawdError(f"The repair of {finding_id} did not end within {REPAIR_S:.0f} s.") from late
        if isinstance(result, Exception):
            raise result
        return result

    async def _within(self, places: asyncio.Semaphore, check: Check) -> Found:
        async with places:
            return await self._found(check) or (check.well(),)

    async def _found(self, check: Check) -> Found:
        """What a check finds; one that fails or hangs is a finding of its own."""
        try:
            if inspect.iscoroutinefunction(check.detect):
                result = await self._asked(check)
            else:
                result = await aside(lambda: _plain(check.detect(self._ground)), check.limit_s, name=check.id)
        except TimeoutError:
            return (check.unchecked(f"It took longer than {check.limit_s:g} s."),)
        if isinstance(result, ClawdError):
            return (check.unchecked(result.sentence()),)
        if isinstance(result, BaseException):
            return (check.unchecked(self._ground.redactor.clean(f"{type(result).__name__}: {result}")),)
        return result

    async def _asked(self, check: Check) -> Found | BaseException:
        task = spawn(_awaited(check.detect(self._ground)), name=f"check {check.id}")
        try:
            done, _ = await asyncio.wait({task}, timeout=check.limit_s)
        finally:
            await stop(task)
        if not done:
            raise TimeoutError
        return task.exception() or task.result()


async def _awaited(result: T | Awaitable[T]) -> T:
    return await result if inspect.isawaitable(result) else result


def _plain(result: T | Awaitable[T]) -> T:
    assert not inspect.isawaitable(result), "a row that is no async function gave something to await"
    return result
