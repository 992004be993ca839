"""The report is what is so now."""

from __future__ import annotations

import dataclasses
import os

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import ConnectionsChanged, GatewayChanged, GatewayPhase
from clawd_desktop.core.messages import Usage
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.operations.status import Sources, StatusCollector

SOURCES = Sources(
    sessions=lambda: 3,
    runs=lambda: 1,
    queued=lambda: 2,
    paused_until_ms=lambda: None,
    model=lambda: "local/smol",
    fallbacks=lambda: ("a/b",),
    tokens_today=lambda: Usage(5, 6),
    secrets=lambda: ("ok", "Secret Service"),
    safe_mode=lambda: False,
    resident_bytes=lambda: 1234,
    loop_lag_s=lambda: 0.01,
    requests_per_second=lambda: 0.5,
)


def collector(bus: EventBus, clock: ManualClock, notices: NoticeBoard | None = None) -> StatusCollector:
    return StatusCollector(SOURCES, notices or NoticeBoard(bus), bus, clock, config_path="/c", state_folder="/s")


def test_facts_come_from_their_sources_anew_each_time() -> None:
    bus, clock = EventBus(), ManualClock()
    made = collector(bus, clock)
    assert (made.report().phase, made.report().uptime_s, made.report().pid) == ("starting", 0.0, os.getpid())
    clock.advance(90)
    clock.jump_wall(-86_400)
    bus.publish(GatewayChanged(GatewayPhase.RUNNING, ("http://127.0.0.1:1",)))
    bus.publish(ConnectionsChanged(4))
    report = made.report()
    assert (report.phase, report.addresses, report.connections) == ("running", ("http://127.0.0.1:1",), 4)
    assert report.uptime_s == pytest.approx(90.0), "the uptime does not follow a clock that is set back"
    assert (report.sessions, report.runs, report.queued, report.model) == (3, 1, 2, "local/smol")


def test_notices_are_in_the_report_most_severe_first() -> None:
    bus = EventBus()
    notices = NoticeBoard(bus)
    notices.set(Notice("a", Severity.INFO, "A", "a"))
    notices.set(Notice("b", Severity.ERROR, "B", "b", (NoticeAction("x", "Do x"),), 7))
    report = collector(bus, ManualClock(), notices).report()
    assert [notice["id"] for notice in report.notices] == ["b", "a"]
    first = report.notices[0]
    assert (first["id"], first["severity"], first["title"]) == ("b", "error", "B")
    assert (first["text"], first["sinceMs"]) == ("b", 7)
    assert first["actions"] == [{"id": "x", "label": "Do x"}]


def test_a_closed_collector_hears_nothing() -> None:
    bus = EventBus()
    made = collector(bus, ManualClock())
    made.close()
    bus.publish(ConnectionsChanged(4))
    assert made.report().connections == 0


def test_every_fact_is_measured_or_told() -> None:
    report = collector(EventBus(), ManualClock()).report()
    assert all(
        getattr(report, field.name) is not None or field.name == "paused_until_ms"
        for field in dataclasses.fields(report)
    )
