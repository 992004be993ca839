"""Places: given when there is room, in a fair order, and never lost, whatever happens to those who hold or wait."""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import time

import pytest
from resource_stage import GIB, MIB, PLENTY, Stage, at_most, settle

from clawd_desktop.core.errors import BadInput, Busy
from clawd_desktop.core.tasks import spawn
from clawd_desktop.operations.admission_rules import ResourceRequirements
from clawd_desktop.operations.resources import OLD_S, SETTLING_S


class Work:
    """Pieces of work that go on until they are let go."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.began: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, kind: str = "agent", holder: str = "", **more: object) -> None:
        self.gates[name] = asyncio.Event()
        self.tasks[name] = spawn(self._work(name, kind, holder or name, more), name=name)

    async def _work(self, name: str, kind: str, holder: str, more: dict[str, object]) -> None:
        async with self.stage.manager.place(kind, holder, **more):  # type: ignore[arg-type]
            self.began.append(name)
            await self.gates[name].wait()

    async def let_go(self, *names: str) -> None:
        for name in names:
            self.gates[name].set()
            await self.tasks[name]
        await settle()


async def staged(**sections: object) -> tuple[Stage, Work]:
    stage = Stage(**sections)  # type: ignore[arg-type]
    await stage.measured()
    return stage, Work(stage)


async def test_what_fits_begins_and_the_rest_waits_for_a_place() -> None:
    stage, work = await staged(agents=at_most(2))
    for name in "abc":
        work.start(name)
    await settle()
    assert work.began == ["a", "b"]
    row = stage.manager.live()[0]
    assert (row.kind, row.used, row.waiting, row.ceiling, row.holders) == ("agent", 2, 1, 2, ("a", "b"))
    assert (row.memory, row.reason) == (16 * MIB, "2 run already, at most 2 may.")
    await work.let_go("b")
    assert work.began == ["a", "b", "c"]
    await work.let_go("a", "c")
    assert stage.manager.busy is False
    assert stage.manager.live()[0].reason == ""


@pytest.mark.parametrize(
    ("kind", "sections"),
    [
        ("agent", {"agents": at_most(1)}),
        ("browser", {"tools": {"browser": {"maxInstances": 1}}}),
        ("exec", {"tools": {"exec": {"maxProcesses": 1}}}),
        ("model", {"resources": {"embeddedModels": 1}}),
    ],
)
async def test_each_kind_has_its_own_ceiling(kind: str, sections: dict[str, object]) -> None:
    stage, work = await staged(**sections)
    work.start("a", kind)
    work.start("b", kind)
    others = {"agent", "browser", "exec", "model", "memory"} - {kind}
    for other in others:
        work.start(other, other)
    await settle()
    assert set(work.began) == {"a", *others}
    await work.let_go("a")
    assert work.began[-1] == "b"
    await work.let_go("b", *others)


async def test_large_jobs_share_the_memory_limit() -> None:
    _, work = await staged(agents={"memoryLimit": 1000})
    work.start("a", "memory", memory_bytes=600 * MIB)
    work.start("b", "memory", memory_bytes=600 * MIB)
    await settle()
    assert work.began == ["a"]
    await work.let_go("a")
    assert work.began == ["a", "b"]
    await work.let_go("b")


async def test_a_kind_that_does_not_exist_is_named_at_once() -> None:
    stage, _ = await staged()
    with pytest.raises(BadInput, match='There is no kind of work "disk"'):
        stage.manager.place("disk", "x")


# Real resources.


async def test_it_waits_for_free_memory_and_begins_when_there_is() -> None:
    stage, work = await staged()
    stage.machine.set(memory_available=200 * MIB)
    await stage.measured()
    work.start("a")
    await settle()
    assert work.began == []
    assert stage.manager.live()[0].cause == "memory"
    assert "200.0 MiB are free" in stage.manager.live()[0].reason
    stage.machine.set(memory_available=GIB)
    await stage.measured()
    await settle()
    assert work.began == ["a"]
    await work.let_go("a")


async def test_two_that_come_together_do_not_both_get_the_same_memory() -> None:
    stage, work = await staged()
    stage.machine.set(memory_available=700 * MIB)
    await stage.measured()
    work.start("a", "exec", memory_bytes=300 * MIB)
    work.start("b", "exec", memory_bytes=300 * MIB)
    await settle()
    assert work.began == ["a"], "700 - 300 - 300 is less than the 256 that stay free"
    # Later the measurement shows what the first has really taken: little.
    stage.clock.advance(SETTLING_S + 1)  # type: ignore[attr-defined]
    await stage.measured()
    await settle()
    assert work.began == ["a", "b"]
    await work.let_go("a", "b")


async def test_above_the_memory_limit_no_new_turn_begins() -> None:
    stage, work = await staged(agents={"memoryLimit": 512})
    stage.machine.set(memory_usage=600 * MIB)
    await stage.measured()
    work.start("a")
    await settle()
    assert stage.manager.live()[0].cause == "memoryLimit"
    stage.settings.set(agents={"memoryLimit": 1024})
    stage.manager.look_again()
    await work.let_go("a")


async def test_requirements_beyond_the_usual_are_added() -> None:
    stage, work = await staged()
    work.start("a", needs=ResourceRequirements(disk=200 * GIB))
    await settle()
    assert stage.manager.live()[0].cause == "disk"
    work.tasks["a"].cancel()
    await asyncio.wait({work.tasks["a"]})
    assert stage.manager.waiting == 0


async def test_an_old_measurement_is_made_anew_before_anybody_is_let_in() -> None:
    stage, work = await staged()
    stage.machine.set(memory_available=0)
    stage.clock.advance(60)  # type: ignore[attr-defined]
    work.start("a")
    async with asyncio.timeout(5):
        while not stage.manager.waiting:
            await asyncio.sleep(0.001)
    assert work.began == []
    work.tasks["a"].cancel()


async def test_with_plenty_of_everything_an_older_measurement_is_enough() -> None:
    stage, work = await staged()
    stage.clock.advance(OLD_S)  # type: ignore[attr-defined]
    work.start("a")
    await settle()
    assert (work.began, stage.machine.reads) == (["a"], 1)
    await work.let_go("a")
    stage.machine.set(memory_available=400 * MIB)
    await stage.measured()
    stage.clock.advance(5)  # type: ignore[attr-defined]
    async with stage.manager.place("agent", "b"):
        assert stage.machine.reads == 3, "400 MiB are enough, but not plenty: it is measured anew"
    stage.machine.set(memory_available=8 * GIB)
    await stage.measured()
    stage.clock.advance(OLD_S + 1)  # type: ignore[attr-defined]
    async with stage.manager.place("agent", "c"):
        assert stage.machine.reads == 5, "too old to say anything"


# Fairness, priority, limits of waiting.


async def test_holders_take_turns_and_the_important_go_first() -> None:
    _, work = await staged(agents=at_most(1))
    work.start("first")
    await settle()
    for name in ("a1", "a2", "a3", "b1"):
        work.start(name, holder=name[0])
    work.start("vip", holder="c", priority=5)
    await settle()
    await work.let_go("first", "vip", "a1", "b1", "a2", "a3")
    assert work.began == ["first", "vip", "a1", "b1", "a2", "a3"]


async def test_an_important_one_that_comes_while_there_is_room_need_not_wait_behind_others() -> None:
    stage, work = await staged()
    stage.machine.set(memory_available=600 * MIB)
    await stage.measured()
    work.start("large", "exec", memory_bytes=500 * MIB)
    await settle()
    work.start("small", "exec")
    await settle()
    assert work.began == [], "who came later does not take what the first waits for"
    work.start("vip", "exec", priority=1)
    await settle()
    assert work.began == ["vip"]
    work.tasks["large"].cancel()
    await settle()
    assert work.began == ["vip", "small"], "nobody waits behind one that is gone"
    await work.let_go("vip", "small")


async def test_the_wait_ends_with_the_reason() -> None:
    stage, work = await staged(agents=at_most(1), resources={"waitTimeout": "30ms"})
    work.start("a")
    await settle()
    with pytest.raises(Busy, match="no room within 30ms. 1 run already, at most 1 may"):
        async with stage.manager.place("agent", "b"):
            raise AssertionError("there was no room")
    assert (stage.used("agent"), stage.waiting("agent")) == (1, 0)
    await work.let_go("a")


async def test_so_many_wait_and_the_next_is_refused_at_once() -> None:
    stage, work = await staged(agents=at_most(1), resources={"maxWaiting": 3})
    for name in "abcd":
        work.start(name)
    await settle()
    assert stage.manager.waiting == 3
    with pytest.raises(Busy, match="3 wait for their turn already"):
        async with stage.manager.place("agent", "e"):
            raise AssertionError("too many wait")
    await work.let_go("a", "b", "c", "d")


async def test_a_thousand_wait_some_go_away_in_the_middle_and_all_others_have_their_turn() -> None:
    stage, work = await staged(agents=at_most(4), resources={"maxWaiting": 2000})
    began = time.perf_counter()
    names = [f"w{number}" for number in range(1000)]
    for name in names:
        work.start(name, holder=f"s{random.Random(name).randrange(50)}")
    await settle()
    assert stage.manager.waiting == 996
    gone = set(names[300:600])
    for name in gone:
        work.tasks[name].cancel()
    await asyncio.wait({work.tasks[name] for name in gone})
    assert stage.manager.waiting == 696
    for name in names:
        work.gates[name].set()
    await asyncio.wait({work.tasks[name] for name in names if name not in gone})
    assert set(work.began) == set(names) - gone
    assert stage.used("agent") == stage.manager.waiting == 0
    assert time.perf_counter() - began < 5


async def test_any_order_of_cancelling_and_ending_leaves_no_place_behind() -> None:
    stage, work = await staged(agents=at_most(3), resources={"maxWaiting": 2000})
    draw = random.Random(11)
    for round_number in range(30):
        names = [f"{round_number}.{number}" for number in range(12)]
        for name in names:
            work.start(name)
        for _ in range(draw.randrange(4)):
            await asyncio.sleep(0)
        for name in draw.sample(names, 12):
            if draw.random() < 0.5:
                work.tasks[name].cancel()
            else:
                work.gates[name].set()
            if draw.random() < 0.3:
                await asyncio.sleep(0)
            assert stage.used("agent") <= 3
        await asyncio.wait({work.tasks[name] for name in names})
        assert (stage.used("agent"), stage.manager.waiting) == (0, 0)


async def test_a_ceiling_that_is_lowered_ends_nobody_and_holds_the_next() -> None:
    stage, work = await staged(agents=at_most(3))
    for name in "abcd":
        work.start(name)
    await settle()
    stage.settings.set(agents=at_most(1))
    stage.manager.look_again()
    assert stage.used("agent") == 3
    await work.let_go("a", "b")
    assert work.began == ["a", "b", "c"]
    await work.let_go("c")
    assert work.began == ["a", "b", "c", "d"]
    stage.settings.set(agents=at_most(9))
    stage.manager.look_again()
    await work.let_go("d")


async def test_the_wall_clock_may_jump() -> None:
    stage, work = await staged(agents=at_most(1))
    work.start("a")
    work.start("b")
    await settle()
    for jump in (10**7, -2 * 10**7):
        stage.clock.jump_wall(jump)  # type: ignore[attr-defined]
        stage.manager.look_again()
        assert (stage.used("agent"), stage.waiting("agent")) == (1, 1)
        assert stage.manager.live()[0].waited_s == 0
    await work.let_go("a", "b")


# What is never lost.


async def test_a_failure_inside_gives_the_place_back() -> None:
    stage, _ = await staged()
    with pytest.raises(ZeroDivisionError):
        async with stage.manager.place("agent", "a"):
            raise ZeroDivisionError
    assert stage.used("agent") == 0


async def test_a_place_whose_task_ended_without_giving_it_back_is_taken_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage, work = await staged(agents=at_most(1))

    async def careless() -> None:
        place = stage.manager.place("agent", "careless")
        await place.__aenter__()
        kept.append(place)

    kept: list[object] = []
    await spawn(careless(), name="careless")
    work.start("b")
    await settle()
    assert work.began == []
    with caplog.at_level(logging.WARNING, "clawd"):
        assert stage.manager.reap() == 1
    assert "careless is gone and never gave its place (agent) back" in caplog.text
    await settle()
    assert work.began == ["b"]
    kept.clear()
    gc.collect()
    assert stage.manager.reap() == 0
    await work.let_go("b")


async def test_a_place_of_a_process_lives_as_long_as_that(caplog: pytest.LogCaptureFixture) -> None:
    stage, _ = await staged()
    process = await asyncio.create_subprocess_exec("sleep", "60")

    async def begin() -> None:
        await stage.manager.place("exec", "sleep", alive=lambda: process.returncode is None).__aenter__()

    await spawn(begin(), name="begin")
    assert (stage.manager.reap(), stage.used("exec")) == (0, 1), "its task is over, the process is not"
    process.kill()
    await process.wait()
    assert (stage.manager.reap(), stage.used("exec")) == (1, 0)


async def test_a_computer_that_cannot_be_measured_lets_in_by_places_alone(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage(agents=at_most(2), patience_s=0.05)
    stage.machine.hangs = True
    work = Work(stage)
    for name in "abc":
        work.start(name)
    async with asyncio.timeout(5):
        while len(work.began) < 2:
            await asyncio.sleep(0.005)
    assert stage.waiting("agent") == 1
    assert caplog.text.count("only places are counted") == 1
    assert stage.manager.status() is None
    stage.machine.free.set()
    await work.let_go(*work.began)
    await work.let_go("c")


async def test_live_numbers_and_series() -> None:
    stage, work = await staged(agents=at_most(1))
    work.start("a")
    work.start("b")
    await settle()
    values = stage.manager.values()
    assert values["resource.used{agent}"] == 1
    assert values["resource.waiting{agent}"] == 1
    assert values["resource.used{exec}"] == 0
    assert stage.manager.status() is not None
    assert stage.manager.status().memory_available == PLENTY.memory_available  # type: ignore[union-attr]
    stage.clock.advance(42)  # type: ignore[attr-defined]
    found = stage.manager.oldest()
    assert found is not None
    assert (found[0].name, found[1].cause.value, found[2], found[3]) == ("agent", "place", 42, 1)
    await work.let_go("a", "b")
    assert stage.manager.oldest() is None


async def test_a_place_costs_little() -> None:
    stage, _ = await staged(agents=at_most(64))
    count = 2_000
    began = time.perf_counter()
    for _ in range(count):
        async with stage.manager.place("agent", "a"):
            pass
    each = (time.perf_counter() - began) / count
    assert each < 0.001, f"{each * 1e6:.0f} µs"
