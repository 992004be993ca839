"""What a Clawdbot 2026.1.24 gateway was seen to answer fits our types, and nothing else does."""

from __future__ import annotations

import pytest
from result_shapes import misfit

from clawd_desktop.gateway.results.system import Health, HeartbeatEvent, LogLines, PresenceList, Status

BEAT = {"enabled": True, "every": "30m", "everyMs": 1_800_000, "prompt": "p", "target": "last", "ackMaxChars": 300}
COUNT = {"path": "/s", "count": 1, "recent": [{"key": "agent:main:main", "updatedAt": 1, "age": 2}]}
HEALTH = {
    "ok": True, "ts": 1, "durationMs": 2, "channels": {}, "channelOrder": [], "channelLabels": {},
    "heartbeatSeconds": 1800, "defaultAgentId": "main", "sessions": COUNT,
    "agents": [{"agentId": "main", "isDefault": True, "heartbeat": BEAT, "sessions": COUNT}],
}  # fmt: skip


def test_health() -> None:
    assert misfit(Health, HEALTH) == ""
    assert "heartbeatSeconds" in misfit(Health, HEALTH | {"heartbeatSeconds": "1800"})
    assert "surprise" in misfit(Health, HEALTH | {"surprise": 1})
    assert "agents.0.heartbeat.extra" in misfit(
        Health,
        HEALTH | {"agents": [HEALTH["agents"][0] | {"heartbeat": BEAT | {"extra": 1}}]},  # type: ignore[index]
    )


@pytest.mark.parametrize("missing", ["desktop", "heartbeat"])
def test_a_status_has_all_its_parts(missing: str) -> None:
    assert missing in misfit(Status, {"channelSummary": [], "queuedSystemEvents": []})


def test_presence_is_a_bare_list() -> None:
    own = {"host": "h", "mode": "gateway", "reason": "self", "text": "t", "ts": 1, "lastInputSeconds": 5}
    assert misfit(PresenceList, [own]) == ""
    assert "ts" in misfit(PresenceList, [{"host": "h"}])


def test_a_heartbeat_that_has_not_run_is_null() -> None:
    assert misfit(HeartbeatEvent | None, None) == ""
    assert misfit(HeartbeatEvent | None, {"ts": 1, "status": "ok-empty"}) == ""
    assert misfit(HeartbeatEvent | None, {"ts": 1, "status": "fine"})


def test_a_log() -> None:
    seen = {"file": "f", "cursor": 1, "size": 2, "lines": ["x"], "truncated": False, "reset": False}
    assert misfit(LogLines, seen) == ""
