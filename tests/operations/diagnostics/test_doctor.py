"""The doctor: side by side, within limits, whatever a check does; and repairs that are found first."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.errors import BadInput, ClawdError, NotFound, Unavailable
from clawd_desktop.core.events import Repaired
from clawd_desktop.core.findings import Finding, Level, Mended
from clawd_desktop.core.tasks import spawn
from clawd_desktop.operations.diagnostics.check import Check, Found
from clawd_desktop.operations.diagnostics.doctor import Doctor
from clawd_desktop.operations.diagnostics.ground import Ground


def row(name: str, level: Level, repair: str = "") -> Finding:
    return Finding(f"{name}.x", "g", level, name, repair=repair)


def finds(name: str, *levels: Level, deep: bool = False) -> Check:
    return Check(name, "g", name, lambda ground: tuple(row(name, level) for level in levels), deep=deep)


async def test_the_worst_stands_first_and_what_is_well_is_said(ground: Ground) -> None:
    checks = [finds("a"), finds("b", Level.INFO), finds("c", Level.WARNING), finds("d", Level.ERROR)]
    found = await Doctor(ground, checks).examine()
    assert [(one.title, one.level.name) for one in found] == [
        ("d", "ERROR"), ("c", "WARNING"), ("b", "INFO"), ("a", "OK"),
    ]  # fmt: skip


async def test_deep_checks_are_made_only_when_asked_for(ground: Ground) -> None:
    doctor = Doctor(ground, [finds("a"), finds("deep", Level.ERROR, deep=True)])
    assert [one.title for one in await doctor.examine()] == ["a"]
    assert [one.title for one in await doctor.examine(deep=True)] == ["deep", "a"]


async def test_checks_that_raise_or_hang_are_findings_and_stop_no_other(ground: Ground) -> None:
    release = threading.Event()
    cancelled: list[str] = []

    def raises(ground: Ground) -> Found:
        raise ZeroDivisionError("a bug with secret-of-the-house")

    def refuses(ground: Ground) -> Found:
        raise Unavailable("The disk is gone.", hint="Mount it.")

    def hangs(ground: Ground) -> Found:
        release.wait()
        return ()

    async def waits(ground: Ground) -> Found:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append("waits")
            raise
        return ()

    async def fails(ground: Ground) -> Found:
        raise KeyError("lost")

    rows = [("raises", raises), ("refuses", refuses), ("hangs", hangs), ("waits", waits), ("fails", fails)]
    checks = [Check(name, "g", name, detect, limit_s=0.2) for name, detect in rows]  # type: ignore[arg-type]
    ground.redactor.learn("secret-of-the-house")
    began = time.monotonic()
    found = {one.id: one for one in await Doctor(ground, [*checks, finds("good", Level.INFO)]).examine()}
    assert time.monotonic() - began < 5
    release.set()
    assert set(found) == {f"{name}.unchecked" for name, _ in rows} | {"good.x"}
    assert found["raises.unchecked"].description == "ZeroDivisionError: a bug with [hidden]"
    assert found["refuses.unchecked"].description == "The disk is gone. Mount it."
    assert found["hangs.unchecked"].description == "It took longer than 0.2 s."
    assert found["waits.unchecked"].description == "It took longer than 0.2 s."
    assert "lost" in found["fails.unchecked"].description
    assert cancelled == ["waits"]


async def test_checks_go_on_side_by_side(ground: Ground) -> None:
    gate = threading.Barrier(4, timeout=5)

    def meet(ground: Ground) -> Found:
        gate.wait()
        return ()

    found = await Doctor(ground, [Check(f"c{n}", "g", "t", meet) for n in range(4)]).examine()
    assert {one.level for one in found} == {Level.OK}


async def test_repairs(ground: Ground) -> None:
    broken = ["yes"]

    def detect(ground: Ground) -> Found:
        return (row("a", Level.ERROR, "Mend it"),) if broken else ()

    def repair(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
        if not dry_run:
            broken.clear()
        return Mended(finding_id, not dry_run, "mended")

    doctor = Doctor(ground, [Check("a", "g", "a", detect, repair), finds("b", Level.ERROR)])
    assert not (await doctor.mend("a.x", dry_run=True)).done
    assert broken
    assert (await doctor.mend("a.x")).done
    with pytest.raises(NotFound, match="not found any more"):
        await doctor.mend("a.x")
    with pytest.raises(BadInput, match="cannot be repaired by itself"):
        await doctor.mend("b.x")
    with pytest.raises(NotFound, match="no check"):
        await doctor.mend("c.x")


async def test_a_repair_that_fails_says_why(ground: Ground) -> None:
    def repair(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
        raise Unavailable("The disk is full.")

    async def later(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
        raise Unavailable("The bus is gone.")

    def detect(name: str) -> Found:
        return (row(name, Level.ERROR, "Mend it"),)

    checks = [
        Check("a", "g", "a", lambda ground: detect("a"), repair),
        Check("b", "g", "b", lambda ground: detect("b"), later),
    ]
    doctor = Doctor(ground, checks)
    with pytest.raises(ClawdError, match="disk is full"):
        await doctor.mend("a.x")
    with pytest.raises(ClawdError, match="bus is gone"):
        await doctor.mend("b.x")


async def test_repairs_are_told_on_the_bus(ground: Ground) -> None:
    heard: list[Repaired] = []
    bus = EventBus()
    bus.subscribe(Repaired, heard.append)

    def repair(ground: Ground, finding_id: str, dry_run: bool) -> Mended:
        if finding_id == "b.x":
            raise Unavailable("The disk is full.")
        return Mended(finding_id, not dry_run, "mended")

    checks = [
        Check(name, "g", name, lambda ground, name=name: (row(name, Level.ERROR, "Mend"),), repair) for name in "ab"
    ]  # type: ignore[misc]
    doctor = Doctor(replace(ground, bus=bus), checks)
    await doctor.mend("a.x", dry_run=True)
    assert heard == []
    await doctor.mend("a.x")
    with pytest.raises(Unavailable):
        await doctor.mend("b.x")
    assert [(one.subject, one.ok) for one in heard] == [("doctor:a.x", True), ("doctor:b.x", False)]


async def test_the_longest_name_that_fits_decides(ground: Ground) -> None:
    checks = [finds("a", Level.ERROR), finds("a.b", Level.ERROR)]
    with pytest.raises(BadInput, match=r"a\.b: this cannot"):
        await Doctor(ground, checks).mend("a.b.x")


async def test_all_real_checks_give_an_answer_in_time(ground: Ground) -> None:
    doctor = Doctor(ground)
    found = await doctor.examine()
    assert [one for one in found if one.id.endswith(".unchecked")] == []
    assert {one.category for one in found} >= {"system", "process", "network", "storage", "databases"}
    facts = await doctor.facts()
    assert facts.system.total_memory > 0


async def test_many_who_ask_at_once_are_given_one_examination(ground: Ground) -> None:
    made: list[int] = []

    def counts(ground: Ground) -> Found:
        made.append(1)
        return ()

    doctor = Doctor(ground, [Check("a", "g", "a", counts)])
    asked = [spawn(doctor.examine(), name="asks") for _ in range(50)]
    await asyncio.sleep(0)
    asked[0].cancel()
    results = await asyncio.gather(*asked[1:])
    assert len(made) == 1
    assert {one.title for found in results for one in found} == {"a"}
    await doctor.examine()
    assert len(made) == 2
