"""C08: nothing on this computer is paired merely because it is on this computer."""

from __future__ import annotations

from pathlib import Path

import pytest
from gateway_rig import SECRET, Device, connect_params, rig, upgrade
from running_gateway import PASSWORD, Refusal, running

from clawd_desktop.gateway.admission import AccessPolicy


@pytest.mark.parametrize("auth", [None, {}, {"token": ""}, {"token": "x"}, {"password": "x"}])
async def test_c08_a_client_on_this_computer_without_a_device_key_is_never_paired(tmp_path: Path, auth: object) -> None:
    async with rig(tmp_path) as gateway:
        socket = await gateway.socket()
        answer = await socket.connect(auth=auth)
        assert not answer["ok"]
        assert (await socket.closed()).code == 1008
        assert gateway.devices.listing() == {"pending": [], "paired": []}
        assert not (tmp_path / "devices" / "paired.json").exists()


async def test_c08_even_with_the_secret_nobody_without_a_key_becomes_a_device(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        client = await gateway.client()
        assert gateway.devices.listing() == {"pending": [], "paired": []}
        hello = await (await gateway.socket()).connect()
        assert "auth" not in hello["payload"], "and is given no token to come back with"
        client.leave()


async def test_c08_a_device_key_alone_is_no_reason_to_be_paired(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        for address in ("127.0.0.1", "::1"):
            device = Device()
            socket = await upgrade(gateway.port, address=address)
            nonce = (await socket.receive())["payload"]["nonce"]
            params = connect_params(auth=None)
            params["device"] = device.claim(params, nonce, gateway.clock.wall_ms())
            assert not (await socket.request("connect", params))["ok"]
            assert gateway.devices.standing(device.id, "operator") is None  # type: ignore[arg-type]


async def test_c08_from_elsewhere_a_device_waits_for_a_click_even_with_the_secret(tmp_path: Path) -> None:
    policy = AccessPolicy(0, trusted_proxies=("127.0.0.1",))
    async with rig(tmp_path, policy=policy) as gateway:
        device = Device()
        far = ("X-Forwarded-For: 10.0.0.9",)
        for _ in range(2):
            _, answer = await device.connect(gateway, headers=far, auth={"token": SECRET})
            assert answer["error"]["message"] == "pairing required"
        listing = gateway.devices.listing()
        assert (len(listing["pending"]), listing["paired"]) == (1, [])  # type: ignore[arg-type]


async def test_c08_in_the_application_too(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        for auth in ({}, {"password": "x"}, {"token": "x"}):
            async with app.client(connect=False) as client:
                with pytest.raises(Refusal):
                    await client.connect(auth=auth)
        async with app.client() as client:
            assert await client.call("device.pair.list") == {"pending": [], "paired": []}
    assert PASSWORD not in "".join(path.read_text() for path in tmp_path.rglob("*.log"))
