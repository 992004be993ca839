"""The Resources page looks closely while it is seen, and costs nothing while it is not."""

from __future__ import annotations

import asyncio
import gc
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from ui.staging import NOW, Stage, settled, texts

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.events import MetricsSampled
from clawd_desktop.ui.resources.page import ResourcesPage

pytestmark = pytest.mark.qt
VALUES = {
    "system.cpuUsage": 0.42, "process.cpu": 0.1, "system.memoryUsage": 0.6, "process.memory": 150.0 * 2**20,
    "process.ownMemory": 120.0 * 2**20, "loop.lag": 0.002, "loop.lagP95": 0.004, "system.diskFree": 50.0 * 2**30,
    "process.threads": 12.0, "process.openFiles": 40.0, "gateway.requestsPerSecond": 3.0, "gateway.latency": 0.003,
}  # fmt: skip


def measure(stage: Stage, count: int = 60) -> None:
    """Some minutes of measurements, the newest now."""
    history = stage.services.operations.history
    for number in range(count):
        at = NOW - (count - 1 - number) * 2_000
        history.add(at, {key: value * (1 + 0.1 * math.sin(number / 5)) for key, value in VALUES.items()})


@asynccontextmanager
async def opened(stage: Stage, *, state: str = "normal") -> AsyncIterator[ResourcesPage]:
    page = ResourcesPage(stage.services)
    page.resize(1_000, 700)
    page.show()
    try:
        # The library is loaded by the first of these tests, which takes long on a busy computer.
        async with asyncio.timeout(40):
            while page.states.state() != state or page._reading is None or not page._reading.done():
                await asyncio.sleep(0.01)
        yield page
    finally:
        page.hide()
        await settled(lambda: page._reading is None or page._reading.done())
        page.deleteLater()
        await stage.services.operations.history.close()


def watchers(stage: Stage) -> bool:
    return stage.services.operations.metrics.sampler._watchers > 0


def button(page: ResourcesPage, text: str) -> QPushButton:
    return next(one for one in page.findChildren(QPushButton) if one.text() == text)


async def test_it_shows_a_skeleton_and_then_all_graphs_with_their_values(stage: Stage) -> None:
    measure(stage)
    async with opened(stage) as page:
        assert len(page._panes.graphs) == 12
        said = texts(page)
        assert {"Loop lag", "CPU", "Network", "Cost", "Places for work", "Caches", "Child processes"} <= set(said)
        plot = page._panes.graphs[1].plot
        assert plot is not None
        assert len(plot.whole[0].times) == 60
        assert plot.accessibleDescription().startswith("Now: This computer")


async def test_while_it_is_seen_everything_is_measured_closely_and_not_when_it_is_hidden(stage: Stage) -> None:
    measure(stage)
    assert not watchers(stage)
    async with opened(stage) as page:
        assert watchers(stage)
        page.hide()
        assert not watchers(stage)
        reading = page._reading
        stage.bus.publish(MetricsSampled(NOW))
        await settled(lambda: not page._bridge._waiting)
        assert page._reading is reading
        page.show()
        assert watchers(stage)


async def test_a_page_that_is_deleted_while_it_is_seen_lets_go(stage: Stage) -> None:
    measure(stage)
    async with opened(stage) as page:
        page.hide()
        page.show()
        assert watchers(stage)
    assert not watchers(stage)


async def test_it_follows_what_is_measured(stage: Stage) -> None:
    measure(stage)
    async with opened(stage) as page:
        stage.clock.advance(4)
        stage.services.operations.history.add(NOW + 4_000, VALUES | {"system.cpuUsage": 0.99})
        stage.bus.publish(MetricsSampled(NOW + 4_000))
        await settled(lambda: "99 %" in texts(page._panes.graphs[1]))
        await settled(lambda: page._panes.graphs[1].span.until_ms == NOW + 4_000)


async def test_before_anything_was_measured_it_says_so_and_shows_the_first_values_by_itself(stage: Stage) -> None:
    async with opened(stage, state="empty or error") as page:
        assert "Nothing measured yet. The first values come within a few seconds." in texts(page.states)
        measure(stage, 1)
        stage.bus.publish(MetricsSampled(NOW))
        await settled(lambda: page.states.state() == "normal")


async def test_a_failure_is_told_and_can_be_tried_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    measure(stage)

    async def refuse(*_arguments: object) -> None:
        raise StorageFault("The disk is gone.", hint="Connect it again.")

    history = stage.services.operations.history
    with monkeypatch.context() as broken:
        broken.setattr(type(history), "series", refuse)
        broken.setattr(type(history), "values", lambda *_arguments: ())
        async with opened(stage, state="empty or error") as page:
            assert {"The disk is gone.", "Connect it again."} <= set(texts(page.states))
            broken.undo()
            button(page, "Try again").click()
            await settled(lambda: page.states.state() == "normal")


async def test_a_range_is_chosen_and_shown_by_all(stage: Stage) -> None:
    measure(stage)
    async with opened(stage) as page:
        button(page, "24 h").click()
        await settled(lambda: page._panes.graphs[0].span.width_ms == 86_400_000)
        assert {graph.span.width_ms for graph in page._panes.graphs} == {86_400_000}
        assert button(page, "24 h").isChecked()


async def test_zooming_leaves_now_and_there_is_a_way_back(stage: Stage) -> None:
    measure(stage)
    async with opened(stage) as page:
        plot = page._panes.graphs[0].plot
        assert plot is not None
        QTest.keyClick(plot, Qt.Key.Key_Plus)
        narrow = page._panes.graphs[3].span
        assert narrow.width_ms == 200_000
        assert any(" to " in text for text in texts(page._head))
        stage.clock.advance(10)
        stage.bus.publish(MetricsSampled(NOW + 10_000))
        await settled(lambda: not page._rest.isActive() and page._reading is not None and page._reading.done())
        assert page._panes.graphs[3].span == narrow
        button(page, "Back to now").click()
        assert page._panes.graphs[3].span.until_ms == NOW + 10_000


async def test_nobody_pans_into_the_future(stage: Stage) -> None:
    measure(stage)
    async with opened(stage) as page:
        plot = page._panes.graphs[0].plot
        assert plot is not None
        QTest.keyClick(plot, Qt.Key.Key_PageDown)
        assert page._panes.graphs[0].span.until_ms == NOW


async def test_looking_at_it_never_holds_the_loop_for_long(stage: Stage) -> None:
    measure(stage, 1_500)
    async with opened(stage) as page:
        button(page, "1 h").click()
        page.refresh()
        gc.collect()
        gc.freeze()  # what thousands of other tests have left is no part of the page
        longest, last = 0.0, time.thread_time()
        while page._reading is not None and not page._reading.done():
            await asyncio.sleep(0)
            longest, last = max(longest, time.thread_time() - last), time.thread_time()
        # About 15 ms of processor time on an idle computer.
        assert longest < 0.15
