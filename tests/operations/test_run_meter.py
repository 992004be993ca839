"""What runs took and used, from the events that tell of them."""

from __future__ import annotations

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.events import (
    ChannelChanged,
    MessageStored,
    RunAborted,
    RunFailed,
    RunFinished,
    RunModel,
    RunModelEnded,
    RunQueued,
    RunStarted,
    RunText,
    RunTool,
    ToolPhase,
)
from clawd_desktop.core.messages import Message, Usage, user_message
from clawd_desktop.operations.metrics import BY_NAME
from clawd_desktop.operations.run_meter import MOST_LABELS, MOST_LIVE, OTHER, RunMeter, channel_of
from clawd_desktop.operations.series import split_key

KEY = "agent:main:main"
USED = Usage(100, 20, 30, 5, 0.25)


class Stage:
    """A meter and what happens around it."""

    def __init__(self) -> None:
        self.bus, self.clock = EventBus(), ManualClock()
        self.meter = RunMeter(self.bus, self.clock)

    def begin(self, run: str, wait: float = 0.0) -> None:
        self.bus.publish(RunQueued(run, KEY, 0))
        self.clock.advance(wait)
        self.bus.publish(RunStarted(run, KEY, 1, self.clock.wall_ms()))

    def finish(self, run: str, usage: Usage = USED, model: str = "m") -> None:
        self.bus.publish(RunFinished(run, KEY, 9, None, usage, "p", model, 0, 0))

    def values(self) -> dict[str, float]:
        return self.meter.values()


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_before_the_first_run_counts_are_zero_and_means_are_not_known(stage: Stage) -> None:
    found = stage.values()
    assert found["agents.turns"] == 0.0
    assert not {"agents.averageResponseTime", "agents.queueWait", "agents.firstToken"} & set(found)


def test_a_run_is_timed_by_the_clock_that_does_not_jump(stage: Stage) -> None:
    stage.begin("r", wait=4.0)
    stage.clock.advance(1.5)
    stage.bus.publish(RunText("r", KEY, 2, "H", "H"))
    stage.clock.jump_wall(-86_400)
    stage.clock.advance(3.5)
    stage.bus.publish(RunText("r", KEY, 3, "Hi", "i"))
    stage.finish("r")
    found = stage.values()
    assert found["agents.queueWait"] == 4.0
    assert found["agents.firstToken"] == 1.5
    assert found["agents.averageResponseTime"] == 5.0
    assert found["agents.turns"] == 1.0


def test_means_are_those_of_the_last_five_minutes(stage: Stage) -> None:
    for seconds in (10.0, 20.0):
        stage.begin("r")
        stage.clock.advance(seconds)
        stage.finish("r")
    assert stage.values()["agents.averageResponseTime"] == 15.0
    stage.clock.advance(400)
    assert "agents.averageResponseTime" not in stage.values()
    assert stage.values()["agents.turns"] == 2.0


def test_tokens_and_cost_are_counted_once_however_they_are_told(stage: Stage) -> None:
    stage.begin("summed up only")
    stage.finish("summed up only")
    stage.begin("one by one")
    stage.bus.publish(RunModelEnded("one by one", KEY, 2, "p", "m", Usage(60, 10, 0, 0, 0.1), 1.0, 0.2))
    stage.bus.publish(RunModelEnded("one by one", KEY, 3, "p", "m", Usage(40, 10, 30, 5, 0.15), 3.0, 0.2))
    stage.finish("one by one")
    found = stage.values()
    assert found["agents.tokenUsage.total"] == 2 * 155
    assert found["agents.tokenUsage.output"] == 2 * 20
    assert found["agents.tokenUsage.input"] == 2 * 135
    assert found["agents.cost"] == pytest.approx(0.5)
    assert found["model.tokens{p/m}"] == 310
    assert found["model.responseTime{p/m}"] == 2.0


def test_a_question_that_failed_and_a_model_that_helped_out_are_told_apart(stage: Stage) -> None:
    stage.begin("r")
    stage.bus.publish(RunModel("r", KEY, 1, "p", "big"))
    stage.bus.publish(RunModelEnded("r", KEY, 1, "p", "big", Usage(7), 0.5, None, "overloaded"))
    stage.bus.publish(RunModel("r", KEY, 1, "p", "small", "big is overloaded"))
    stage.bus.publish(RunModelEnded("r", KEY, 1, "p", "small", Usage(5, 5), 1.0, 0.1))
    stage.finish("r", Usage(5, 5), "small")
    found = stage.values()
    assert found["agents.failovers"] == 1.0
    assert (found["model.failures{p/big}"], found["model.failures{p/small}"]) == (1.0, 0.0)
    assert "model.responseTime{p/big}" not in found
    assert found["agents.tokenUsage.total"] == 17


def test_failed_and_stopped_runs(stage: Stage) -> None:
    for run in ("a", "b"):
        stage.begin(run)
        stage.bus.publish(RunFailed(run, KEY, 2, "It failed.", "model", 0, 0))
    stage.begin("c")
    stage.bus.publish(RunAborted("c", KEY, 2, "stop"))
    found = stage.values()
    assert (found["agents.failures"], found["agents.failuresPerMinute"], found["agents.turns"]) == (2.0, 2.0, 0.0)
    stage.clock.advance(70)
    assert stage.values()["agents.failuresPerMinute"] == 0.0
    assert stage.values()["agents.failures"] == 2.0


def test_a_tool_is_counted_when_it_starts(stage: Stage) -> None:
    for phase in (ToolPhase.START, ToolPhase.UPDATE, ToolPhase.RESULT):
        stage.bus.publish(RunTool("r", KEY, 1, phase, "web_fetch", "c"))
    assert stage.values()["agents.toolRuns{web_fetch}"] == 1.0


def test_channels_come_and_go(stage: Stage) -> None:
    expires = stage.clock.wall_ms() + 3_600_000
    stage.bus.publish(ChannelChanged("telegram", "", up=True, expires_ms=expires))
    stage.bus.publish(ChannelChanged("slack", "work", up=True))
    stage.bus.publish(ChannelChanged("slack", "work", up=False, detail="logged out"))
    found = stage.values()
    assert (found["channel.up{telegram}"], found["channel.up{slack/work}"]) == (1.0, 0.0)
    assert found["channel.authExpires{telegram}"] == 3_600.0
    assert "channel.authExpires{slack/work}" not in found


@pytest.mark.parametrize(
    ("key", "channel"),
    [
        ("agent:main:main", ""),
        ("agent:main:chat-1", ""),
        ("agent:main:telegram:direct:42", "telegram"),
        ("agent:main:slack:channel:c1:thread:9", "slack"),
        ("agent:main:subagent:x", ""),
        ("global", ""),
        ("agent:main:cron:daily:run", ""),
    ],
)
def test_which_channel_a_conversation_belongs_to(key: str, channel: str) -> None:
    assert channel_of(key) == channel


def test_messages_are_counted_by_channel(stage: Stage) -> None:
    told: Message = user_message("hi", now_ms=1)
    for key in ("agent:main:telegram:direct:42", "agent:main:telegram:group:7", KEY):
        stage.bus.publish(MessageStored(key, "id", told))
    found = {key: value for key, value in stage.values().items() if key.startswith("channel.messages")}
    assert found == {"channel.messages{telegram}": 2.0}


def test_labels_and_runs_are_bounded(stage: Stage) -> None:
    for number in range(500):
        stage.bus.publish(RunTool("r", KEY, 1, ToolPhase.START, f"tool{number}", "c"))
        stage.bus.publish(RunModelEnded("r", KEY, 1, "p", f"m{number}", Usage(1), 1.0))
        stage.bus.publish(ChannelChanged(f"c{number}", "", up=True))
        stage.bus.publish(MessageStored(f"agent:main:c{number}:dm:1", "i", user_message("x", now_ms=1)))
    for number in range(MOST_LIVE + 50):
        stage.bus.publish(RunQueued(f"never ends {number}", KEY, 0))
    found = stage.values()
    for name in ("agents.toolRuns", "model.tokens", "channel.up", "channel.messages"):
        keys = [key for key in found if split_key(key)[0] == name]
        assert len(keys) == MOST_LABELS + 1
        assert f"{name}{{{OTHER}}}" in keys
    assert len(stage.meter._live) == MOST_LIVE
    assert sum(value for key, value in found.items() if key.startswith("agents.toolRuns")) == 500


def test_what_is_put_into_a_conversation_is_no_turn(stage: Stage) -> None:
    stage.bus.publish(RunFinished("inject-1", KEY, 0, None, Usage(), "", "", 0, 0))
    assert stage.values()["agents.turns"] == 0.0


def test_all_of_it_is_in_the_table(stage: Stage) -> None:
    stage.begin("r")
    stage.finish("r")
    assert {split_key(key)[0] for key in stage.values()} <= set(BY_NAME)


def test_after_closing_nothing_is_counted(stage: Stage) -> None:
    stage.meter.close()
    stage.begin("r")
    stage.finish("r")
    assert stage.values()["agents.turns"] == 0.0


def test_a_name_as_long_as_a_model_likes_is_cut(stage: Stage) -> None:
    stage.bus.publish(RunTool("r", KEY, 2, ToolPhase.START, "t" * 100_000, "c", None))
    assert max(map(len, stage.values())) < 200
