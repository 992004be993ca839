"""Devices are listed and decided about over real sockets: nobody gives more than they hold, and dead is dead."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import Device, rig
from node_rig import conforms, join, node, operator
from running_gateway import PASSWORD, Client, Refusal, Running, running

from clawd_desktop.gateway.admission import AccessPolicy
from clawd_desktop.gateway.results import devices as results

ADMIN = ["operator.admin"]
FORWARDED = ("X-Forwarded-For: 203.0.113.9",)


async def record_of(client: Client, device: Device) -> dict[str, Any]:
    """The device as it is listed."""
    listed = await client.call("device.pair.list")
    conforms(results.DeviceList, listed)
    (found,) = [row for row in listed["paired"] if row["deviceId"] == device.id]  # type: ignore[attr-defined]
    return dict(found)


async def end_of(client: Client) -> tuple[int | None, list[dict[str, Any]]]:
    """How the client's socket is closed, and what came before."""
    while not client._socket.closed:
        message = await client._socket.receive()
        if isinstance(message.data, str):
            client.events.append(json.loads(message.data))
    return client._socket.close_code, client.events  # type: ignore[return-value]


async def test_there_are_no_devices_at_first(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as asked:
        assert await asked.call("device.pair.list") == {"pending": [], "paired": []}


async def test_devices_can_be_decided_about_and_unknown_ones_are_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match="unknown requestId"):
            await client.call("device.pair.approve", requestId="x")
        with pytest.raises(Refusal, match="unknown requestId"):
            await client.call("device.pair.reject", requestId="x")
        with pytest.raises(Refusal, match="unknown deviceId/role"):
            await client.call("device.token.rotate", deviceId="x", role="operator")
        with pytest.raises(Refusal, match="unknown deviceId/role"):
            await client.call("device.token.revoke", deviceId="x", role="operator")


async def test_a_program_without_a_device_key_is_let_in_for_this_connection_alone(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        async with app.client() as client:
            assert "auth" not in client.hello
            assert await client.call("device.pair.list") == {"pending": [], "paired": []}
        assert not (tmp_path / "devices" / "paired.json").exists()
        async with app.client(connect=False) as client:
            with pytest.raises(Refusal, match=r"^device identity required$"):
                await client.connect(auth=None)


async def test_a_device_is_listed_with_its_last_use_and_nothing_secret(tmp_path: Path) -> None:
    device = Device()
    async with running(tmp_path) as app, app.client() as client:
        async with operator(app, device, scopes=["operator.read"]) as first:
            token = first.hello["auth"]["deviceToken"]  # type: ignore[index]
        record = await record_of(client, device)
        (shown,) = record["tokens"]
        used = shown["lastUsedAtMs"]
        assert (shown["role"], shown["scopes"], shown["silent"]) == ("operator", ["operator.read"], True)
        async with operator(app, device, auth={"token": token}, scopes=["operator.read"]):
            while (await record_of(client, device))["tokens"][0]["lastUsedAtMs"] == used:
                await asyncio.sleep(0.001)
        assert token not in json.dumps(await client.call("device.pair.list"))
        assert token not in (tmp_path / "devices" / "paired.json").read_text()


async def test_a_rotation_gives_a_new_token_and_closes_exactly_the_sockets_of_the_old_one(tmp_path: Path) -> None:
    device, other = Device(), Device()
    async with running(tmp_path) as app, app.client() as client:
        async with operator(app, device, scopes=ADMIN) as first:
            token = first.hello["auth"]["deviceToken"]  # type: ignore[index]
        async with (
            operator(app, device, auth={"token": token}, scopes=ADMIN) as open_one,
            operator(app, other, scopes=ADMIN) as beside,
            node(app, device) as as_node,
        ):
            rotated = await client.call("device.token.rotate", deviceId=device.id, role="operator")
            conforms(results.TokenRotated, rotated)
            assert (await end_of(open_one))[0] == 1008
            assert (await beside.call("health"))["ok"] is True
            assert (await as_node.call("skills.bins")) == {"bins": []}
        for shown, good in ((token, False), (rotated["token"], True)):
            async with app.client(connect=False) as again:
                if good:
                    await join(again, device, auth={"token": shown}, scopes=ADMIN)
                else:
                    with pytest.raises(Refusal, match="mismatch"):
                        await join(again, device, auth={"token": shown}, scopes=ADMIN)
        record = await record_of(client, device)
        (shown_token,) = [one for one in record["tokens"] if one["role"] == "operator"]
        assert shown_token["rotatedAtMs"] == rotated["rotatedAtMs"]


async def test_a_revocation_closes_exactly_that_device_in_that_role(tmp_path: Path) -> None:
    device, other = Device(), Device()
    async with running(tmp_path) as app, app.client() as client:
        async with (
            operator(app, device) as as_operator,
            node(app, device) as as_node,
            node(app, other) as beside,
        ):
            revoked = await client.call("device.token.revoke", deviceId=device.id, role="node")
            conforms(results.TokenRevoked, revoked)
            code, _ = await end_of(as_node)
            assert code == 1008
            assert (await as_operator.call("health"))["ok"] is True
            assert (await beside.call("skills.bins")) == {"bins": []}
        record = await record_of(client, device)
        tokens = {one["role"]: one for one in record["tokens"]}
        assert tokens["node"]["revokedAtMs"] == revoked["revokedAtMs"]
        assert "revokedAtMs" not in tokens["operator"]


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (["operator.admin"], "missing scope: operator.admin"),
        (["operator.write"], "missing scope: operator.write"),
        (["operator.read,operator.admin"], "missing scope: operator.read,operator.admin"),
        (["operator.read"], ""),
        (None, ""),
    ],
)
async def test_a_rotation_never_widens(tmp_path: Path, asked: list[str] | None, refused: str) -> None:
    device = Device()
    async with running(tmp_path) as app, app.client() as client:
        async with operator(app, device, scopes=["operator.read"]):
            pass
        scopes = {} if asked is None else {"scopes": asked}
        if refused:
            with pytest.raises(Refusal) as caught:
                await client.call("device.token.rotate", deviceId=device.id, role="operator", **scopes)
            assert caught.value.error["message"] == refused
        else:
            rotated = await client.call("device.token.rotate", deviceId=device.id, role="operator", **scopes)
            assert rotated["scopes"] == ["operator.read"]


async def test_who_may_only_pair_gives_away_nothing_that_they_do_not_hold(tmp_path: Path) -> None:
    device = Device()
    async with running(tmp_path) as app:
        async with operator(app, device, scopes=ADMIN):
            pass
        async with operator(app, scopes=["operator.pairing"]) as pairer:
            for scopes in ({}, {"scopes": ADMIN}):
                with pytest.raises(Refusal, match=r"^missing scope: operator.admin$"):
                    await pairer.call("device.token.rotate", deviceId=device.id, role="operator", **scopes)


async def far(gateway: Any, device: Device, **changes: Any) -> dict[str, Any]:
    """The answer to a connect from another computer, through the owner's proxy."""
    return (await device.connect(gateway, headers=FORWARDED, **changes))[1]


async def test_a_device_from_afar_waits_for_the_owner_and_so_does_every_wider_wish(tmp_path: Path) -> None:
    policy = AccessPolicy(0, trusted_proxies=("127.0.0.1",))
    device = Device()
    async with rig(tmp_path, policy=policy) as gateway:
        reasons = []
        for wish in (
            {"scopes": ["operator.read"]}, {"scopes": ["operator.write"]}, {"role": "node", "scopes": []},
        ):  # fmt: skip
            answer = await far(gateway, device, **wish)
            assert (answer["error"]["code"], answer["error"]["message"]) == ("NOT_PAIRED", "pairing required")
            details = answer["error"]["details"]
            reasons.append(details["reason"])
            await gateway.devices.approve(details["requestId"])
            assert (await far(gateway, device, **wish))["ok"]
        assert reasons == ["not-paired", "scope-upgrade", "role-upgrade"]
        assert not (await far(gateway, device, scopes=["operator.admin"])).get("ok")
        (record,) = gateway.devices.records()
        assert [token.get("silent") for token in record["tokens"]] == [None, None]  # type: ignore[union-attr]
        assert record["approvedScopes"] == {"operator": ["operator.read", "operator.write"], "node": []}


async def test_approving_and_rejecting_over_the_socket(tmp_path: Path) -> None:
    one, two = Device(), Device()
    async with running(tmp_path, gateway={"trustedProxies": ["127.0.0.1"]}) as app, app.client() as client:
        for device, method, decision in (
            (one, "device.pair.approve", "approved"), (two, "device.pair.reject", "rejected"),
        ):  # fmt: skip
            assert await from_afar(app, device) == "pairing required"
            requested = await client.until("device.pair.requested", deviceId=device.id)
            listed = await client.call("device.pair.list")
            conforms(results.DeviceList, listed)
            assert [row["requestId"] for row in listed["pending"]] == [requested["requestId"]]  # type: ignore[attr-defined]
            decided = await client.call(method, requestId=requested["requestId"])
            conforms(results.DeviceApproved if decision == "approved" else results.DeviceRejected, decided)
            await client.until("device.pair.resolved", requestId=requested["requestId"], decision=decision)
        assert await from_afar(app, one) == ""
        assert await from_afar(app, two) == "pairing required"


async def from_afar(app: Running, device: Device) -> str:
    """Why the device is not let in when it comes through a proxy, "" when it is."""
    url = f"ws://127.0.0.1:{app.port}"
    async with app._session.ws_connect(url, headers={"X-Forwarded-For": "203.0.113.9"}) as socket:
        try:
            await join(Client(socket), device, scopes=["operator.read"], auth={"password": PASSWORD})
        except Refusal as refusal:
            return str(refusal)
        return ""


@pytest.mark.parametrize("name", ["approved", "requester", "owner", "senderIsOwner", "silent"])
async def test_nothing_can_be_slipped_in(tmp_path: Path, name: str) -> None:
    async with running(tmp_path) as app, app.client() as client:
        with pytest.raises(Refusal, match=f"unexpected property '{name}'"):
            await client.call("device.pair.approve", requestId="x", **{name: True})
        with pytest.raises(Refusal, match=f"unexpected property '{name}'"):
            await client.call("device.token.rotate", deviceId="x", role="operator", **{name: True})
        async with app.client(connect=False) as stranger:
            with pytest.raises(Refusal, match=f"unexpected property '{name}'"):
                await join(stranger, Device(), **{name: True})
