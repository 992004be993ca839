"""Two releases of openclaw-node, one for each protocol, chat through our gateway."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running_gateway import Json, running

if TYPE_CHECKING:
    from interop.clients import ForeignClients

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]
MAIN = "agent:main:main"
SPOKEN = [["text", "You said: "], ["text", "hi"]]


@pytest.mark.parametrize(
    ("release", "protocol", "chunks"),
    [
        ("0.1", 3, [*SPOKEN, ["done", ""]]),
        ("0.14", 4, [["agent_start", ""], *SPOKEN, ["agent_end", ""], ["done", ""]]),
    ],
)
async def test_it_connects_twice_and_streams_an_answer(
    foreign: ForeignClients, tmp_path: Path, release: str, protocol: int, chunks: list[list[str]]
) -> None:
    async with running(tmp_path / "state") as app:
        seen = (await foreign.script(app.port, "openclaw_node.mjs", release, "hi", "hi")).json()
    first, second = seen["answers"]
    assert seen["faults"] == []
    assert [answer["hello"]["protocol"] for answer in (first, second)] == [protocol, protocol]
    assert first["health"]["ok"] is True
    assert (first["chunks"], second["chunks"]) == (chunks, chunks)
    assert first["sessions"]["sessions"][0]["key"] == "agent:main:main"
    assert [message["role"] for message in second["history"]["messages"]] == ["user", "assistant"] * 2


async def test_what_protocol_4_adds_works(foreign: ForeignClients, tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "credentials").mkdir(parents=True)
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    request = {"id": "123", "code": "ABCD2345", "createdAt": now, "lastSeenAt": now}
    stored = {"version": 1, "requests": [request]}
    (state / "credentials" / "telegram-pairing.json").write_text(json.dumps(stored), encoding="utf-8")
    async with running(state) as app:
        seen: Json = (await foreign.script(app.port, "openclaw_node_sessions.mjs")).json()  # type: ignore[assignment]
    assert seen["has"] == [True, True, True, True, False]
    assert seen["before"] == {"key": MAIN, "exists": False, "status": "idle", "activeRunId": None}
    assert (seen["after"]["exists"], seen["after"]["status"]) == (True, "idle")  # type: ignore[index]
    heard: list[Json] = seen["heard"]  # type: ignore[assignment]
    assert {each["payload"]["sessionKey"] for each in heard} == {MAIN}  # type: ignore[index]
    texts = [each["payload"]["data"].get("delta") for each in heard if each["event"] == "agent"]  # type: ignore[index]
    assert [text for text in texts if text] == ["You said: ", "hi"], "each delta once"
    written = [each["payload"]["message"]["role"] for each in heard if each["event"] == "session.message"]  # type: ignore[index]
    assert written == ["user", "assistant"]
    assert seen["afterwards"] == 0
    assert (seen["waited"]["status"], "endedAt" in seen["waited"]) == ("ok", True)  # type: ignore[index,operator]
    assert seen["agents"]["agents"] == [{"id": "main"}]  # type: ignore[index]
    assert seen["channels"]["channels"] == {}  # type: ignore[index]
    assert [row["key"] for row in seen["sessions"]["sessions"]] == [MAIN]  # type: ignore[index]
    assert [row["code"] for row in seen["waiting"]["requests"]] == ["ABCD2345"]  # type: ignore[index]
    assert "missing scope: operator.pairing" in str(seen["refused"])
    assert seen["approved"] == {"ok": True, "channel": "telegram", "id": "123"}
    assert "No pending pairing request found for code: ZZZZ9999" in str(seen["unknown"])
    assert seen["sent"]["status"] == "started"  # type: ignore[index]
    for name in ("compacted", "reset", "deleted", "patched"):
        assert seen[name]["ok"] is True, name  # type: ignore[index]
