"""Clawdbot's command line, unmodified, decides about devices on our gateway."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from gateway_rig import Device
from node_rig import join
from running_gateway import Client, Refusal, Running, running

if TYPE_CHECKING:
    from interop.clients import ForeignClients

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]


async def asks(app: Running, device: Device) -> str:
    """A device asks from afar; "" when it is let in, else why not."""
    url = f"ws://127.0.0.1:{app.port}"
    async with app._session.ws_connect(url, headers={"X-Forwarded-For": "203.0.113.9"}) as socket:
        try:
            await join(Client(socket), device, scopes=["operator.read"])
        except Refusal as refusal:
            return str(refusal)
        return ""


async def test_devices_are_listed_approved_rejected_rotated_and_revoked(
    foreign: ForeignClients, tmp_path: Path
) -> None:
    one, two = Device(), Device()

    async def devices(*words: str) -> dict[str, Any]:
        said = (await foreign.clawdbot(app.port, "devices", *words, "--json")).json()
        assert isinstance(said, dict)
        return said

    async with running(tmp_path / "state", gateway={"trustedProxies": ["127.0.0.1"]}) as app:
        for device in (one, two):
            assert await asks(app, device) == "pairing required"
        waiting = {row["deviceId"]: row["requestId"] for row in (await devices("list"))["pending"]}
        assert set(waiting) == {one.id, two.id}
        approved, rejected = await asyncio.gather(
            devices("approve", waiting[one.id]), devices("reject", waiting[two.id])
        )
        assert (approved["device"]["deviceId"], rejected["deviceId"]) == (one.id, two.id)
        assert (await asks(app, one), await asks(app, two)) == ("", "pairing required")
        rotated = await devices("rotate", "--device", one.id, "--role", "operator", "--scope", "operator.read")
        assert (rotated["role"], rotated["scopes"], len(rotated["token"])) == ("operator", ["operator.read"], 64)
        wider = await foreign.clawdbot(
            app.port, "devices", "rotate", "--device", one.id, "--role", "operator", "--scope", "operator.admin"
        )
        assert (wider.code, "missing scope: operator.admin" in wider.err) == (1, True)
        revoked = await devices("revoke", "--device", one.id, "--role", "operator")
        listed = await devices("list")
    (record,) = [row for row in listed["paired"] if row["deviceId"] == one.id]
    (token,) = record["tokens"]
    assert (token["revokedAtMs"], token["rotatedAtMs"]) == (revoked["revokedAtMs"], rotated["rotatedAtMs"])
    assert rotated["token"] not in json.dumps(listed)
    paired = json.loads((tmp_path / "state" / "devices" / "paired.json").read_text())
    assert set(paired) >= {one.id}
