"""Each call of a method that changes something of the owner's is in the ledger: who, what, on what, how it went."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest
from running_gateway import Client, Refusal, Running, running

from clawd_desktop.core.tasks import stop
from clawd_desktop.gateway.audited import about, is_audited
from clawd_desktop.gateway.methods.table import Method, NoParams, Params, Scope
from clawd_desktop.operations.audit_files import AuditFiles

Row = dict[str, object]


async def rows(client: Client) -> list[Row]:
    """The ledger, the oldest first."""
    return (await client.call("audit.list", limit=1000))["entries"][::-1]  # type: ignore[return-value,index]


async def config_hash(client: Client) -> str:
    return str((await client.call("config.get"))["hash"])


async def test_a_changed_setting_says_who_changed_which(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        base = await config_hash(client)
        await client.call("config.patch", raw={"ui": {"seamColor": "#336699"}}, baseHash=base)
        found = await rows(client)
    changed = next(row for row in found if row["act"] == "config.changed")
    assert (changed["subject"], changed["actor"]) == ("ui.seamColor", "client:cli at this computer")
    called = next(row for row in found if row["act"] == "method")
    assert (called["subject"], called["ok"]) == ("config.patch", True)
    assert "336699" not in json.dumps(found), "no values"
    assert found[0]["act"] == "application.start"
    assert [row["seq"] for row in found] == list(range(1, len(found) + 1))


async def test_what_was_refused_is_there_with_its_reason(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        for method, params in (
            ("device.token.revoke", {"deviceId": "d" * 64, "role": "operator"}),
            ("config.patch", {"raw": {"gateway": {"port": "x"}}, "baseHash": "wrong"}),
        ):
            with pytest.raises(Refusal):
                await client.call(method, **params)
        found = await rows(client)
    refused = [row for row in found if row["act"] == "method" and row["ok"] is False]
    assert [row["subject"] for row in refused] == [
        f"device.token.revoke device id {'d' * 64} role operator", "config.patch",
    ]  # fmt: skip
    assert {row["detail"] for row in refused} == {"INVALID_REQUEST"}


async def test_refused_logins_and_scopes_are_there(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        with pytest.raises(Refusal):
            async with app.client(auth={"password": "a wrong one"}):
                pass
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{app.port}/v1/models?token=secret-in-url"
            async with session.get(url, headers={"Authorization": "Bearer wrong-too"}) as answer:
                assert answer.status in (401, 404, 429)
                http_status = answer.status
        async with app.client(scopes=["operator.read"]) as reader:
            with pytest.raises(Refusal, match="missing scope"):
                await reader.call("config.patch", raw={})
        async with app.client() as client:
            found = await rows(client)
    logins = [row for row in found if row["act"] == "login"]
    assert logins[0]["actor"] == "127.0.0.1"
    assert "password mismatch" in str(logins[0]["subject"])
    if http_status == 401:
        assert logins[1]["subject"] == "/v1/models: no valid secret"
    overreach = next(row for row in found if "missing scope" in str(row["subject"]))
    assert overreach["subject"] == "config.patch: missing scope: operator.admin"
    text = json.dumps(found)
    assert not [word for word in ("a wrong one", "wrong-too", "secret-in-url") if word in text]


async def flood(app: Running) -> None:
    async def one() -> None:
        with pytest.raises(Refusal):
            async with app.client(auth={"password": "wrong"}):
                pass

    await asyncio.gather(*(one() for _ in range(20)))


async def test_a_flood_of_refused_logins_does_not_fill_it(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        for _ in range(8):
            await flood(app)
    found = AuditFiles(tmp_path / "clawd-desktop" / "audit").newest(1000, None)
    assert 1 <= len([entry for entry in found if entry.act == "login"]) <= 100
    assert found[0].act in ("application.stop", "gateway.stopped", "login")


async def test_one_who_leaves_before_the_answer_is_written_down(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        async with app.client() as client:
            await client.send("exec.approval.request", command="true", timeoutMs=60_000)
            await client.call("health")
        async with app.client() as client:
            found = await rows(client)
    ended = [row for row in found if row["act"] in ("approval.decided", "method")]
    assert ended, found


def test_which_methods_are_worth_a_line() -> None:
    def row(name: str, scope: Scope) -> Method:
        return Method(name, scope, NoParams, lambda call, params: None)

    assert is_audited(row("config.set", Scope.ADMIN))
    assert is_audited(row("device.pair.approve", Scope.PAIRING))
    assert is_audited(row("exec.approval.resolve", Scope.APPROVALS))
    assert is_audited(row("sessions.inspect", Scope.ADMIN))
    assert not is_audited(row("config.get", Scope.ADMIN))
    assert not is_audited(row("chat.send", Scope.WRITE))


class Told(Params):
    """Parameters of which some are names of things."""

    device_id: str = "d" * 500
    raw: str = "a secret text"
    password: str = "a password"
    id: int = 5


def test_only_names_of_things_are_written_down() -> None:
    assert about(Told()) == f"device id {'d' * 80}"
    assert about(NoParams()) == ""


async def test_stopping_a_call_is_written_down(tmp_path: Path) -> None:
    from clawd_desktop.core.tasks import spawn
    from clawd_desktop.gateway import audited

    kept: list[tuple[object, ...]] = []

    class Ledger:
        def record(self, actor: str, act: str, subject: str, *, ok: bool = True, detail: str = "") -> None:
            kept.append((actor, act, subject, ok, detail))

    task = spawn(audited._awaited(asyncio.Event().wait(), Ledger(), "me", "x.y"), name="call")  # type: ignore[arg-type]
    await asyncio.sleep(0)
    await stop(task)
    assert kept == [("me", "method", "x.y", False, "CancelledError")]
