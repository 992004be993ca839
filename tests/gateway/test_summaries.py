"""Health and status in the shapes that Clawdbot's clients read (seen on Clawdbot 2026.1.24), and nothing made up."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from clawd_desktop.config.schema import Config
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.messages import Usage, user_message
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.summaries import Summaries
from clawd_desktop.models.catalog import Catalog
from clawd_desktop.models.keys import KeyFinder
from clawd_desktop.operations.status import Sources, StatusCollector
from clawd_desktop.storage.sessions import SessionStore

MODELS = {
    "agents": {"defaults": {"model": {"primary": "mine/small"}}},
    "models": {
        "providers": {
            "mine": {
                "baseUrl": "http://127.0.0.1:9/v1",
                "models": [
                    {"id": "small", "name": "Small", "contextWindow": 1000},
                    {"id": "large", "name": "Large", "contextWindow": 4000},
                ],
            }
        }
    },
}


class NoSecrets:
    async def get(self, name: str) -> str | None:
        return None

    async def set(self, name: str, value: str) -> None: ...

    async def delete(self, name: str) -> None: ...


class Scene:
    """Summaries over a real store, and what they are made from."""

    def __init__(self, state: Path, raw: JsonObject) -> None:
        self.raw, self.bus, self.clock = raw, EventBus(), ManualClock()
        self.store = SessionStore(state, self.clock, self.bus, "test")
        self.notices = NoticeBoard(self.bus)
        self.catalog = Catalog(self.config, KeyFinder(NoSecrets(), {}, state, self.clock), {})
        sources = Sources(
            sessions=lambda: len(self.store.entries()),
            runs=lambda: 1,
            queued=lambda: 2,
            paused_until_ms=lambda: None,
            model=self.catalog.primary,
            fallbacks=self.catalog.fallbacks,
            tokens_today=lambda: Usage(5, 6, 0, 0, 0.5),
            secrets=lambda: ("ok", "Secret Service"),
            safe_mode=lambda: False,
            resident_bytes=lambda: 1234,
            loop_lag_s=lambda: 0.01,
            requests_per_second=lambda: 0.5,
        )
        self.status = StatusCollector(sources, self.notices, self.bus, self.clock, config_path="/c", state_folder="/s")
        self._made: tuple[JsonObject, Config] | None = None
        self.reported: list[str] = []
        reported = self.reported
        self.made = Summaries(self.config, self.store, self.catalog, self.status, lambda: reported, self.clock)

    def config(self) -> Config:
        if self._made is None or self._made[0] is not self.raw:
            self._made = (self.raw, Config.model_validate(self.raw))
        return self._made[1]


@asynccontextmanager
async def scene(state: Path, raw: JsonObject | None = None) -> AsyncIterator[Scene]:
    made = Scene(state, raw or MODELS)
    await made.store.open()
    try:
        yield made
    finally:
        await made.store.close()


def shape(value: object) -> object:
    """The keys of an object, all the way down; of a list its first item."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return [shape(item) for item in value[:1]] if isinstance(value, list) else None


async def test_health_without_any_conversation(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        store = str(tmp_path / "agents" / "main" / "sessions" / "sessions.json")
        sessions = {"path": store, "count": 0, "recent": []}
        heartbeat = {
            "enabled": False, "every": "0m", "everyMs": None, "prompt": "", "target": "none", "ackMaxChars": 300,
        }  # fmt: skip
        assert on.made.health() == {
            "ok": True,
            "ts": on.clock.wall_ms(),
            "durationMs": 0,
            "channels": {},
            "channelOrder": [],
            "channelLabels": {},
            "heartbeatSeconds": 0,
            "defaultAgentId": "main",
            "agents": [{"agentId": "main", "isDefault": True, "heartbeat": heartbeat, "sessions": sessions}],
            "sessions": sessions,
        }


async def test_health_names_the_five_that_were_used_last(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        for number in range(7):
            on.clock.advance(1)
            await on.store.append(f"chat-{number}", user_message("hi", now_ms=on.clock.wall_ms()))
        on.clock.advance(2)
        told = on.made.health()["sessions"]
        assert isinstance(told, dict)
        assert told["count"] == 7
        assert told["recent"] == [
            {"key": f"agent:main:chat-{number}", "updatedAt": on.clock.wall_ms() - age, "age": age}
            for number, age in zip(range(6, 1, -1), range(2000, 7000, 1000), strict=True)
        ]


async def test_a_clock_that_was_set_back_makes_nothing_younger_than_now(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        await on.store.append("main", user_message("hi", now_ms=on.clock.wall_ms()))
        on.clock.jump_wall(-86_400)
        recent = on.made.health()["sessions"]["recent"]  # type: ignore[index,call-overload]
        assert recent[0]["age"] == 0  # type: ignore[index,call-overload]


async def test_status_shows_what_the_assistant_will_be_told(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.reported.append("backup done")
        assert on.made.status()["queuedSystemEvents"] == ["backup done"]


async def test_status_without_any_conversation(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        told = on.made.status()
        assert shape({key: value for key, value in told.items() if key != "desktop"}) == {
            "heartbeat": {
                "defaultAgentId": None,
                "agents": [{"agentId": None, "enabled": None, "every": None, "everyMs": None}],
            },
            "channelSummary": [],
            "queuedSystemEvents": [],
            "sessions": {
                "paths": [None],
                "count": None,
                "defaults": {"model": None, "contextTokens": None},
                "recent": [],
                "byAgent": [{"agentId": None, "path": None, "count": None, "recent": []}],
            },
        }
        assert told["sessions"]["defaults"] == {"model": "small", "contextTokens": 1000}  # type: ignore[index,call-overload]


async def test_a_row_of_status(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        tokens = {"inputTokens": 300, "outputTokens": 50, "totalTokens": 250}
        entry = await on.store.update("main", {"thinkingLevel": "high", "systemSent": True, **tokens})
        on.clock.advance(3)
        sessions = on.made.status()["sessions"]
        assert sessions["recent"] == [  # type: ignore[index,call-overload]
            {
                "agentId": "main",
                "key": "agent:main:main",
                "kind": "direct",
                "sessionId": entry.session_id,
                "updatedAt": entry.updated_at,
                "age": 3000,
                "thinkingLevel": "high",
                "systemSent": True,
                **tokens,
                "remainingTokens": 750,
                "percentUsed": 25,
                "model": "small",
                "contextTokens": 1000,
                "flags": ["think:high", f"id:{entry.session_id}"],
            }
        ]
        assert sessions["byAgent"][0]["recent"] == sessions["recent"]  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("entry", "model", "window", "percent"),
    [
        ({"providerOverride": "mine", "modelOverride": "large"}, "large", 4000, 50),
        ({"providerOverride": "gone", "modelOverride": "x/y"}, "x/y", 200_000, 1),
        ({"contextTokens": 2000}, "small", 2000, 100),
        ({"totalTokens": 9_999}, "small", 1000, 100),
    ],
)
async def test_what_is_left_is_measured_on_the_model_of_the_conversation(
    tmp_path: Path, entry: JsonObject, model: str, window: int, percent: int
) -> None:
    async with scene(tmp_path) as on:
        await on.store.update("main", {"totalTokens": 2000, **entry})
        (row,) = on.made.status()["sessions"]["recent"]  # type: ignore[index,call-overload]
        assert (row["model"], row["contextTokens"], row["percentUsed"]) == (model, window, percent)
        assert row["remainingTokens"] == max(0, window - row["totalTokens"])


async def test_at_most_ten_rows_are_shown(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        for number in range(12):
            await on.store.ensure(f"chat-{number}")
        sessions = on.made.status()["sessions"]
        assert (sessions["count"], len(sessions["recent"])) == (12, 10)  # type: ignore[index,call-overload,arg-type]


@pytest.mark.parametrize(
    ("agents", "ids"),
    [
        ([], ("main",)),
        ([{"id": "home"}, {"id": "work"}], ("home", "work")),
        ([{"id": "home"}, {"id": "work", "default": True}], ("work", "home")),
    ],
)
async def test_agents_the_default_one_first(tmp_path: Path, agents: list[JsonObject], ids: tuple[str, ...]) -> None:
    async with scene(tmp_path, {"agents": {"list": agents}}) as on:
        assert on.made.agent_ids() == ids
        told = on.made.health()["agents"]
        assert [(row["agentId"], row["isDefault"]) for row in told] == [  # type: ignore[index,call-overload,union-attr]
            (name, name == ids[0]) for name in ids
        ]
        by_agent = on.made.status()["sessions"]["byAgent"]  # type: ignore[index,call-overload]
        assert [Path(str(row["path"])).parts[-3] for row in by_agent] == list(ids)  # type: ignore[index,call-overload]


async def test_who_the_assistant_is(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        assert (on.made.identity(), on.made.main_key()) == (("Assistant", "A"), "main")
        on.raw = {"ui": {"assistant": {"name": "molty"}}, "session": {"mainKey": "home"}}
        assert (on.made.identity(), on.made.main_key()) == (("molty", "M"), "home"), "in force at once"
        on.raw = {"ui": {"assistant": {"name": "molty", "avatar": "🦞"}}}
        assert on.made.identity() == ("molty", "🦞")


async def test_another_first_choice_is_told_within_a_second(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        assert on.made.default_model().ref == "mine/small"
        on.raw = MODELS | {"agents": {"defaults": {"model": {"primary": "mine/large"}}}}
        on.clock.advance(1.1)
        assert on.made.default_model().ref == "mine/large"


async def test_the_desktops_own_facts_are_json_in_camel_case(tmp_path: Path) -> None:
    async with scene(tmp_path) as on:
        on.notices.set(Notice("config", Severity.ERROR, "Broken", "Line 3.", (NoticeAction("settings", "Look"),), 7))
        desktop = on.made.status()["desktop"]
        assert isinstance(desktop, dict)
        assert desktop["tokensToday"] == {"input": 5, "output": 6, "cacheRead": 0, "cacheWrite": 0, "cost": 0.5}
        assert desktop["notices"] == [
            {
                "id": "config", "severity": "error", "title": "Broken", "text": "Line 3.",
                "actions": [{"id": "settings", "label": "Look"}], "sinceMs": 7,
            }
        ]  # fmt: skip
        assert {"phase", "pausedUntilMs", "secretsBackend", "safeMode", "residentBytes", "loopLagS"} <= set(desktop)
        assert json.loads(json.dumps(desktop)) == desktop
