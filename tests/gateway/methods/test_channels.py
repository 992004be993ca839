"""No channel is invented, and who waits to be let in is let in for real."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from running_gateway import Refusal, running


def waiting(state: Path, *requests: tuple[str, str, int]) -> None:
    def stamp(minutes: int) -> str:
        moment = datetime.now(UTC) - timedelta(minutes=minutes)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    rows = [
        {"id": sender, "code": code, "createdAt": stamp(age), "lastSeenAt": stamp(0), "meta": {"name": "N"}}
        for sender, code, age in requests
    ]
    (state / "credentials").mkdir(parents=True)
    (state / "credentials" / "telegram-pairing.json").write_text(json.dumps({"version": 1, "requests": rows}))


async def test_the_list_is_empty_and_well_formed(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        status = await client.call("channels.status", probe=True, timeoutMs=1000)
        assert (status["channelOrder"], status["channelAccounts"]) == ([], {})


@pytest.mark.parametrize(
    ("method", "params", "says"),
    [
        ("channels.logout", {"channel": "Telegram"}, "channel telegram does not support logout"),
        ("channels.logout", {"channel": "nope"}, "invalid channels.logout channel"),
        ("channels.logout", {}, "invalid channels.logout params: must have required property 'channel'"),
        ("web.login.start", {"force": True, "timeoutMs": 5}, "web login provider is not available"),
        ("web.login.wait", {"accountId": "a"}, "web login provider is not available"),
        ("send", {"to": "x", "message": "m", "idempotencyKey": "k"}, "unsupported channel: whatsapp"),
        ("send", {"to": "x", "message": "m", "idempotencyKey": "k", "channel": "zzz"}, "unsupported channel: zzz"),
        ("send", {"to": "x", "message": "m"}, "must have required property 'idempotencyKey'"),
        ("poll", {"to": "x", "question": "q", "options": ["a"], "idempotencyKey": "k"}, "at /options: must NOT have"),
        (
            "poll",
            {"to": "x", "question": "q", "options": ["a", "b"], "idempotencyKey": "k", "channel": "signal"},
            "unsupported poll channel: signal",
        ),
    ],
)
async def test_what_needs_a_channel_is_refused_in_known_words(
    tmp_path: Path, method: str, params: dict[str, object], says: str
) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal) as refused:
            await client.call(method, **params)
        assert says in str(refused.value)
        assert refused.value.error["code"] == "INVALID_REQUEST"


async def test_a_sender_is_let_in_by_the_code(tmp_path: Path) -> None:
    waiting(tmp_path, ("123", "ABCD2345", 5), ("456", "EFGH6789", 70))
    async with running(tmp_path) as app, app.client(minProtocol=4, maxProtocol=4) as client:
        listed = await client.call("pairing.list", channel="TELEGRAM")
        assert [(row["id"], row["code"], row["meta"]) for row in listed["requests"]] == [  # type: ignore[attr-defined]
            ("123", "ABCD2345", {"name": "N"})
        ]
        approved = await client.call("pairing.approve", channel="telegram", code="abcd2345")
        assert approved == {"ok": True, "channel": "telegram", "id": "123"}
        assert (await client.call("pairing.list", channel="telegram"))["requests"] == []
        stored = json.loads((tmp_path / "credentials" / "telegram-allowFrom.json").read_text())
        assert stored == {"version": 1, "allowFrom": ["123"]}
        with pytest.raises(Refusal, match="No pending pairing request found for code: EFGH6789"):
            await client.call("pairing.approve", channel="telegram", code="EFGH6789")
        with pytest.raises(Refusal, match="invalid pairing channel"):
            await client.call("pairing.list", channel="../devices/paired")


async def test_letting_somebody_in_needs_the_scope_for_it(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client(scopes=["operator.read", "operator.write"]) as client:
        for method, params in (("pairing.list", {"channel": "x"}), ("pairing.approve", {"channel": "x", "code": "c"})):
            with pytest.raises(Refusal, match=r"missing scope: operator\.pairing"):
                await client.call(method, **params)
