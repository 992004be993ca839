"""Alerts from the measurement to the person and back: told, acknowledged, snoozed, escalated, over, kept."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alert_stage import started, until

from clawd_desktop.core.errors import BadInput, NotFound
from clawd_desktop.core.events import AlertChanged, AlertRaised
from clawd_desktop.operations.alert_book import AlertNews

CPU, DISK = "system.cpuUsage", "system.diskFree"
GIB = 2.0**30


async def test_from_busy_to_right_again(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        events: list[object] = []
        stage.bus.subscribe(AlertRaised, events.append)
        stage.bus.subscribe(AlertChanged, events.append)
        stage.measure(CPU, 0.9, seconds=45)
        assert stage.desk.open() == ()
        stage.measure(CPU, 0.9, seconds=30)
        (alert,) = stage.desk.open()
        assert (alert.rule, alert.severity.word, alert.value) == ("cpu.warning", "warning", 0.9)
        assert alert.text.startswith("CPU is 90 %, above 80 % for 60 s.")
        notice = stage.notice(f"alert.{alert.id}")
        assert notice is not None
        assert [action.id for action in notice.actions] == [
            f"alert.acknowledge:{alert.id}", "alert.snooze:cpu.warning:3600", "page:alerts",
        ]  # fmt: skip
        stage.measure(CPU, 0.95)
        stage.measure(CPU, 0.75)
        assert stage.desk.open(), "it is over at 72 %, not before"
        stage.measure(CPU, 0.5)
        assert stage.desk.open() == ()
        (past,) = stage.desk.past(10)
        assert past.worst == 0.95
        assert past.ended_ms == stage.now
        assert stage.alerts_on_screen() == ["Over: The processor is busy"]
        stage.manual.advance(301)
        stage.desk.check()
        assert stage.alerts_on_screen() == []
        assert [type(event).__name__ for event in events] == ["AlertRaised", "AlertChanged"]


async def test_acknowledged_is_not_told_and_not_escalated(tmp_path: Path) -> None:
    async with started(tmp_path, escalation={"after": "10m", "sinks": ["chat"]}) as stage:
        stage.measure(DISK, GIB)
        (alert,) = stage.desk.open()
        acknowledged = stage.desk.acknowledge(alert.id, "owner")
        assert (acknowledged.acknowledged_by, stage.desk.open()) == ("owner", (acknowledged,))
        assert stage.notice(f"alert.{alert.id}") is None
        stage.manual.advance(1_000)
        stage.measure(DISK, GIB)
        await asyncio.sleep(0)
        assert stage.chat.said == []
        assert stage.desk.acknowledge(alert.id, "other").acknowledged_by == "owner"


async def test_nobody_acknowledges_and_the_second_sink_is_told_once(tmp_path: Path) -> None:
    async with started(tmp_path, escalation={"after": "10m", "sinks": ["chat"]}) as stage:
        stage.measure(DISK, GIB)
        stage.measure(DISK, GIB, seconds=599)
        assert stage.chat.said == []
        stage.measure(DISK, GIB, seconds=60)
        await until(lambda: stage.chat.said)
        assert len(stage.chat.said) == 1
        assert "Nobody acknowledged it for" in stage.chat.said[0]


async def test_a_snoozed_rule_says_nothing_and_speaks_again_afterwards(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        stage.measure(DISK, GIB)
        until_ms = stage.desk.snooze("disk.low", 7_200)
        assert stage.desk.snoozed() == {"disk.low": until_ms}
        assert stage.alerts_on_screen() == []
        stage.measure(DISK, 3 * GIB)
        stage.measure(DISK, GIB)
        assert stage.alerts_on_screen() == []
        stage.manual.advance(7_201)
        stage.measure(DISK, GIB)
        assert stage.desk.snoozed() == {}
        assert len(stage.alerts_on_screen()) == 1


async def test_a_restart_forgets_nothing_and_asks_nobody_twice(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        stage.measure(DISK, GIB)
        stage.measure(CPU, 0.9, seconds=90)
        stage.desk.acknowledge(stage.desk.open()[0].id, "owner")
        stage.desk.snooze("loop.lag", 3_600)
        before = stage.desk.open()
    async with started(tmp_path) as stage:
        assert stage.desk.open() == before
        assert "loop.lag" in stage.desk.snoozed()
        (notice,) = [one for one in stage.notices.current() if one.id.startswith("alert.")]
        assert notice.announce is False
        stage.measure(DISK, 3 * GIB)
        stage.measure(CPU, 0.1)
        assert stage.desk.open() == ()
        assert {alert.id for alert in stage.desk.past(5)} == {alert.id for alert in before}


async def test_a_file_that_cannot_be_understood_is_left_alone_and_said(tmp_path: Path) -> None:
    (tmp_path / "alerts.json").write_text("{broken")
    async with started(tmp_path) as stage:
        notice = stage.notice("alerts.store")
        assert notice is not None
        assert "alerts.json" in notice.text
        stage.measure(DISK, GIB)
        assert len(stage.desk.open()) == 1
    assert (tmp_path / "alerts.json").read_text() == "{broken"


async def test_code_that_subscribes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []

    def broken(news: AlertNews) -> None:
        raise ZeroDivisionError("a bug")

    async def late(news: AlertNews) -> None:
        heard.append(f"async {news.state}")

    async def late_and_broken(news: AlertNews) -> None:
        raise ZeroDivisionError("a late bug")

    async with started(tmp_path) as stage:
        for callback in (broken, late_and_broken, late, lambda news: heard.append(f"{news.state} {news.alert.rule}")):
            stage.desk.subscribe(callback)
        leave = stage.desk.subscribe(lambda news: heard.append("left"))
        leave()
        stage.measure(DISK, GIB)
        await until(lambda: len(heard) == 2)
        assert heard == ["raised disk.low", "async raised"]
    assert "a bug" in caplog.text
    assert "a late bug" in caplog.text


async def test_why_it_fired(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        stage.measure(CPU, 0.2, seconds=120)
        stage.measure(CPU, 0.9, seconds=120)
        stage.measure(CPU, 0.2, seconds=60)
        (past,) = stage.desk.past(1)
        why = await stage.desk.why(past.id)
        assert why.sentence == "CPU above 80 % for 60 s"
        assert why.begin_ms == past.since_ms < past.raised_ms < past.ended_ms == why.end_ms
        assert why.series.times_ms[0] < why.begin_ms
        assert max(why.series.mean) == 0.9
        with pytest.raises(NotFound):
            await stage.desk.why("nope")


async def test_a_test_reaches_the_sinks_and_leaves_nothing_open(tmp_path: Path) -> None:
    rules = {"disk.low": {"sinks": ["chat", "notification", "away"]}}
    sinks = {"away": {"type": "channel", "channel": "telegram"}}
    async with started(tmp_path, rules=rules, sinks=sinks) as stage:
        tested = await stage.desk.test("disk.low")
        assert [(one.sink, one.ok) for one in tested.outcomes] == [
            ("notification", True), ("chat", True), ("away", False),
        ]  # fmt: skip
        assert "There is no channel telegram" in tested.outcomes[2].text
        assert stage.chat.said[0].startswith("Test: The disk is nearly full")
        assert stage.desk.open() == stage.desk.past(1) == ()
        notice = stage.notice("alert.test-disk.low")
        assert notice is not None
        assert notice.announce is True
        with pytest.raises(NotFound):
            await stage.desk.test("nope")


async def test_of_two_rules_on_one_series_the_more_important_one_is_told(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        stage.measure(CPU, 0.99, seconds=90)
        assert {alert.rule for alert in stage.desk.open()} == {"cpu.warning", "cpu.critical"}
        assert stage.alerts_on_screen() == ["The processor is overloaded"]
        stage.measure(CPU, 0.82)
        assert [alert.rule for alert in stage.desk.open()] == ["cpu.warning"]
        assert set(stage.alerts_on_screen()) == {"Over: The processor is overloaded", "The processor is busy"}


async def test_new_settings_end_what_is_switched_off_and_say_what_is_wrong(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        stage.measure(DISK, GIB)
        stage.use(rules={"disk.low": {"enabled": False}, "cpu.warning": {"value": "9 bananas"}})
        assert stage.desk.open() == ()
        assert stage.desk.past(1)[0].ended_because == "rule"
        assert stage.alerts_on_screen() == []
        notice = stage.notice("alerts.rules")
        assert notice is not None
        assert 'monitoring.rules.cpu.warning.value: "9 bananas"' in notice.text
        stage.use()
        assert stage.notice("alerts.rules") is None


async def test_an_alert_about_what_is_gone_for_a_day_is_over(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        stage.measure("channel.up{telegram}", 0, seconds=240)
        assert len(stage.desk.open()) == 1
        stage.history.miss("channel.up{telegram}")
        stage.manual.advance(86_000)
        stage.desk.check()
        assert len(stage.desk.open()) == 1
        stage.manual.advance(86_401)
        stage.desk.check()
        assert stage.desk.open() == ()
        assert stage.desk.past(1)[0].ended_because == "gone"


@pytest.mark.parametrize("seconds", [-1, 31 * 86_400])
async def test_a_snooze_has_bounds(tmp_path: Path, seconds: int) -> None:
    async with started(tmp_path) as stage:
        with pytest.raises(BadInput):
            stage.desk.snooze("disk.low", seconds)
        with pytest.raises(NotFound):
            stage.desk.snooze("nope", 60)
