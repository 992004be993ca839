"""`clawd-desktop devices` against the running application: each action, for people and for programs."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import Device
from node_rig import join, node, operator
from running_gateway import PASSWORD, Client, Refusal, Running, running

from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.exits import Exit
from clawd_desktop.cli.target import Target


async def shut() -> int | None:
    return None


async def typed(app: Running, screens: Callable[[], Any], line: str, password: str = PASSWORD) -> tuple[Exit, Any]:
    """What a command did and showed."""

    async def find() -> Target:
        return Target(f"ws://127.0.0.1:{app.port}", password=password)

    screen = screens()
    code = await run(parse(line.split()), find, screen.console, io.StringIO(), shut)
    return code, screen


async def asks(app: Running, device: Device, **params: object) -> str:
    """A device asks from afar; "" when it is let in, else why not."""
    url = f"ws://127.0.0.1:{app.port}"
    async with app._session.ws_connect(url, headers={"X-Forwarded-For": "203.0.113.9"}) as socket:
        try:
            await join(Client(socket), device, **({"scopes": ["operator.read"]} | params))
        except Refusal as refusal:
            return str(refusal)
        return ""


def proxied(folder: Path) -> Any:
    return running(folder, gateway={"trustedProxies": ["127.0.0.1"]})


async def test_nothing_to_see(tmp_path: Path, screens) -> None:
    async with running(tmp_path) as app:
        code, screen = await typed(app, screens, "devices list")
        assert (code, screen.shown) == (Exit.OK, "No device is paired or waits.\n")
        code, screen = await typed(app, screens, "devices approve")
        assert (code, screen.shown) == (Exit.FAILED, "")
        assert screen.noted == "No device waits to be approved.\nA request lives for five minutes.\n"


async def test_a_device_that_waits_is_seen_and_approved_without_its_id(tmp_path: Path, screens) -> None:
    device = Device()
    async with proxied(tmp_path) as app:
        assert await asks(app, device) == "pairing required"
        _, screen = await typed(app, screens, "devices list")
        assert "Waiting for you:" in screen.shown
        for shown in (device.id[:12], "Desk", "operator", "read", "203.0.113.9", "0 s ago"):
            assert shown in screen.shown
        code, screen = await typed(app, screens, "devices approve")
        assert (code, screen.shown) == (Exit.OK, f"Approved Desk {device.id[:12]}.\n")
        _, screen = await typed(app, screens, "devices list")
        assert "approved, not here yet" in screen.shown
        assert await asks(app, device) == ""
        _, screen = await typed(app, screens, "devices list")
        assert screen.shown.splitlines()[1].split()[-1] == "approved"


async def test_of_several_one_must_be_named(tmp_path: Path, screens) -> None:
    async with proxied(tmp_path) as app:
        for device in (Device(), Device()):
            await asks(app, device)
        code, screen = await typed(app, screens, "devices approve")
        assert (code, "2 devices wait: " in screen.noted) == (Exit.FAILED, True)
        _, screen = await typed(app, screens, "devices list --json")
        first, second = [row["requestId"] for row in json.loads(screen.shown)["pending"]]
        code, screen = await typed(app, screens, f"devices approve {first} --json")
        assert (code, json.loads(screen.shown)["requestId"]) == (Exit.OK, first)
        code, screen = await typed(app, screens, f"devices reject {second}")
        assert (code, screen.shown.startswith("Rejected device ")) == (Exit.OK, True)
        code, screen = await typed(app, screens, f"devices reject {second}")
        assert (code, screen.noted) == (Exit.FAILED, "unknown requestId\n")


async def test_a_token_is_rotated_and_revoked(tmp_path: Path, screens) -> None:
    device = Device()
    async with running(tmp_path) as app:
        async with operator(app, device, scopes=["operator.read", "operator.pairing"]):
            pass
        _, screen = await typed(app, screens, "devices list")
        assert "by the password alone" in screen.shown
        code, screen = await typed(app, screens, f"devices rotate {device.id[:8]} --scope operator.read")
        assert code is Exit.OK
        token = screen.shown.strip()
        assert "It is shown only now" in screen.noted
        async with app.client(connect=False) as client:
            hello = await join(client, device, auth={"token": token}, scopes=["operator.read"])
            assert hello["auth"]["scopes"] == ["operator.read"]  # type: ignore[index]
        code, screen = await typed(app, screens, f"devices rotate {device.id} --scope operator.admin")
        assert (code, screen.noted) == (Exit.REFUSED, "missing scope: operator.admin\n")
        code, screen = await typed(app, screens, f"devices revoke {device.id} --json")
        assert json.loads(screen.shown)["role"] == "operator"
        _, screen = await typed(app, screens, "devices list")
        assert screen.shown.splitlines()[1].split()[-1] == "revoked"
        async with app.client(connect=False) as client:
            with pytest.raises(Refusal, match="mismatch"):
                await join(client, device, auth={"token": token})


async def test_it_must_be_clear_whom_it_is_about(tmp_path: Path, screens) -> None:
    device = Device()
    async with running(tmp_path) as app:
        async with operator(app, device), node(app, device):
            pass
        for line, sentence in (
            (f"devices revoke {device.id[:5]}", "There is no paired device"),
            ("devices revoke nobody", "There is no paired device"),
            (f"devices revoke {device.id[:10]}", "The device has several roles: operator, node."),
            (f"devices revoke {device.id[:10]} --role king", "unknown deviceId/role"),
        ):
            code, screen = await typed(app, screens, line)
            assert (code, sentence in screen.noted) == (Exit.FAILED, True)
        code, screen = await typed(app, screens, f"devices revoke {device.id[:10]} --role node")
        assert (code, screen.shown) == (Exit.OK, f"Revoked: device {device.id[:12]} is signed out as node.\n")


async def test_a_wrong_password_is_refused(tmp_path: Path, screens) -> None:
    async with running(tmp_path) as app:
        code, screen = await typed(app, screens, "devices list", password="wrong")
        assert (code, screen.shown) == (Exit.REFUSED, "")
