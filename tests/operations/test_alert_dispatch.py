"""Who is told: by rule and severity, together when many begin, later when it is quiet, never one because of another."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from alert_messages import DISK, told
from alert_stage import AlertStage, started, until

from clawd_desktop.operations.alert_dispatch import MOST_ALONE, Parcel, joined, together
from clawd_desktop.operations.alert_lane import MOST_TOLD
from clawd_desktop.operations.alert_rules import Importance
from clawd_desktop.operations.alert_sinks.port import Kind, Told

CHAT = {"type": "channel", "channel": "chat"}


async def tell(stage: AlertStage, *messages: Told, sinks: tuple[str, ...] | None = None) -> None:
    stage.dispatcher.tell([Parcel(one, sinks) for one in messages])
    for _ in range(5):
        await asyncio.sleep(0)


async def test_by_severity_or_by_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sinks = {"me": CHAT | {"minSeverity": "critical"}}
    async with started(tmp_path, sinks=sinks) as stage:
        await tell(stage, told(title="small"))
        await tell(stage, told(id="b", title="large", severity=Importance.CRITICAL))
        await tell(stage, told(id="c", title="named"), sinks=("me", "log", "me"))
        await tell(stage, told(id="d", title="nobody"), sinks=())
        await tell(stage, told(id="e", title="mistyped"), sinks=("my",))
        assert [text.split("\n")[0] for text in stage.chat.said] == ["large", "named"]
        assert stage.alerts_on_screen() == ["large", "small", "mistyped"]
        assert [record.getMessage().split("] ")[1].split(":")[0] for record in caplog.records] == [
            "small", "large", "named", "mistyped",
        ]  # fmt: skip


async def test_many_at_once_are_one(tmp_path: Path) -> None:
    async with started(tmp_path) as stage:
        await tell(stage, *(told(id=str(number), title=f"T{number}") for number in range(1_000)), sinks=("chat",))
        (text,) = stage.chat.said
        assert text == "1000 alerts began\nT0; T1; T2; T3; T4, and 995 more."


def test_few_stay_apart_and_kinds_are_not_mixed() -> None:
    few = [told(id=str(number)) for number in range(MOST_ALONE)]
    assert together(few) == few
    mixed = together([*few, told(kind=Kind.RECOVERED), told(id="x")])
    assert [(one.kind, one.title) for one in mixed] == [
        (Kind.RAISED, "4 alerts began"), (Kind.RECOVERED, "The disk is nearly full"),
    ]  # fmt: skip
    worst = joined([told(id="a"), told(id="b", title="worst", severity=Importance.CRITICAL)])
    assert (worst.severity, worst.text) == (Importance.CRITICAL, "worst; The disk is nearly full.")


async def test_one_that_fails_or_hangs_neither_stops_nor_delays_the_others(tmp_path: Path) -> None:
    sinks = {
        "broken": {"type": "channel", "channel": "telegram"},
        "missing": {"type": "command", "command": ["/no/such/program"]},
        "empty": {"type": "webhook"},
        "hangs": {"type": "command", "command": ["sleep", "60"], "timeout": "50s"},
        "me": CHAT,
    }
    async with started(tmp_path, sinks=sinks) as stage:
        assert stage.notice("sink.empty") is not None
        stage.dispatcher.tell([Parcel(DISK, None)])
        async with asyncio.timeout(5):
            await until(lambda: stage.chat.said)
            await until(lambda: stage.notice("sink.broken"))
            await until(lambda: stage.notice("sink.missing"))
        assert stage.notice("sink.hangs") is None
        stage.use(sinks={"me": CHAT, "empty": {"type": "webhook", "url": "http://127.0.0.1:1/x"}})
        assert [one.id for one in stage.notices.current() if one.id.startswith("sink.")] == []


async def test_names_that_are_not_there_are_said(tmp_path: Path) -> None:
    settings = {"rules": {"disk.low": {"sinks": ["phon", "chat"]}}, "escalation": {"sinks": ["boss"]}}
    async with started(tmp_path, **settings) as stage:
        notice = stage.notice("alerts.rules")
        assert notice is not None
        assert notice.title == "2 mistakes in the alert rules"
        assert "monitoring.rules.disk.low.sinks: there is no sink 'phon' that is on" in notice.text
        assert "monitoring.escalation.sinks: there is no sink 'boss'" in notice.text


async def test_quiet_holds_back_what_disturbs_and_tells_it_afterwards(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with started(tmp_path, sinks={"me": CHAT}, quiet={"except": ["cpu.critical"]}) as stage:
        await stage.quiet.mute(3_600)
        await tell(stage, told(id="a", title="A"), told(id="b", title="B"))
        await tell(stage, told(id="c", title="C", rule="cpu.critical"))
        assert [text.split("\n")[0] for text in stage.chat.said] == ["C"]
        assert set(stage.alerts_on_screen()) == {"A", "B", "C"}, "the badge shows all"
        assert len([record for record in caplog.records if "raised" in record.getMessage()]) == 3
        stage.dispatcher.tick()
        await asyncio.sleep(0)
        assert len(stage.chat.said) == 1
        stage.manual.advance(3_601)
        stage.quiet.on_end(stage.dispatcher.tick)
        stage.quiet.tick()
        await until(lambda: len(stage.chat.said) == 2)
        assert stage.chat.said[1] == "2 messages that were held back\nStill so: B; A."


async def test_critical_breaks_through_only_when_that_is_wanted(tmp_path: Path) -> None:
    large = told(severity=Importance.CRITICAL)
    async with started(tmp_path, sinks={"me": CHAT}) as stage:
        await stage.quiet.mute(60)
        await tell(stage, large)
        assert stage.chat.said == []
        stage.use(sinks={"me": CHAT}, quiet={"except": ["critical"], "digest": False})
        stage.manual.advance(31)
        await stage.quiet.mute(60)
        await tell(stage, large)
        assert len(stage.chat.said) == 1


async def test_without_a_digest_what_was_held_back_is_not_told(tmp_path: Path) -> None:
    async with started(tmp_path, sinks={"me": CHAT}, quiet={"digest": False}) as stage:
        await stage.quiet.mute(60)
        await tell(stage, DISK)
        stage.manual.advance(61)
        stage.dispatcher.tick()
        await asyncio.sleep(0)
        assert stage.chat.said == []


async def test_ten_thousand_flaps_are_a_few_messages(tmp_path: Path) -> None:
    """One rule: its begin and its end once per cooldown. Many rules: at most MOST_TOLD in ten minutes per sink."""
    raised: list[str] = []
    async with started(tmp_path, sinks={"me": CHAT}) as stage:
        stage.desk.subscribe(lambda news: raised.append(news.state) if news.tell else None)
        for number in range(10_000):
            stage.manual.advance(0.36)
            stage.history.add("system.diskFree", stage.now, 2.0**30 if number % 2 == 0 else 2.0**33)
            stage.desk.check()
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        # One hour with a cooldown of one hour: it began, it was over, nothing more.
        assert [text.split("\n")[0] for text in stage.chat.said] == [
            "The disk is nearly full", "Over: The disk is nearly full",
        ]  # fmt: skip
        (alert,) = stage.desk.past(10)
        assert alert.flaps == 4_999
        assert len(stage.desk.open()) == 0


async def test_a_hundred_rules_that_flap_are_bounded_too(tmp_path: Path) -> None:
    rule = {"metric": "channel.up", "comparison": "below", "value": 1, "for": "0s", "cooldown": "0s"}
    async with started(tmp_path, sinks={"me": CHAT}, rules={"channel.down": rule}) as stage:
        for step in range(100):
            stage.manual.advance(5)
            for number in range(100):
                stage.history.add(f"channel.up{{c{number}}}", stage.now, float((step + number) % 2))
            stage.desk.check()
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(stage.chat.said) <= MOST_TOLD
        assert len(stage.alerts_on_screen()) <= MOST_TOLD + 1
