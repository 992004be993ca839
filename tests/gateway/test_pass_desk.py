"""The door gives a pass for the gateway that listens, and says where its page is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from running_gateway import Refusal, running

from clawd_desktop.cli.door import ask_for_pass
from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.schema.gateway import ControlUi
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.values import JsonObject
from clawd_desktop.gateway.pass_desk import PassDesk, page_address
from clawd_desktop.gateway.passes import Passes

HERE = ("ws://127.0.0.1:18789", "ws://[::1]:18789")


async def handed(addresses: tuple[str, ...] = HERE, page: ControlUi | None = None) -> JsonObject:
    return await PassDesk(Passes(ManualClock()), lambda: addresses, lambda: page or ControlUi()).hand_out({})


async def test_it_says_what_the_pass_is_good_for() -> None:
    answer = await handed()
    assert str(answer.pop("pass")).startswith("clawd-pass-")
    assert answer == {"ok": True, "expiresInMs": 60_000, "addresses": list(HERE), "page": "http://127.0.0.1:18789/"}


async def test_a_page_that_is_off_has_no_address() -> None:
    assert (await handed(page=ControlUi(enabled=False)))["page"] == ""


async def test_a_gateway_that_does_not_listen_gives_none() -> None:
    with pytest.raises(Unavailable, match="does not listen"):
        await handed(())


@pytest.mark.parametrize(
    ("addresses", "base", "page"),
    [
        (HERE, "", "http://127.0.0.1:18789/"),
        (HERE, "clawd/ui/", "http://127.0.0.1:18789/clawd/ui/"),
        (("wss://192.168.1.2:443", "wss://127.0.0.1:443"), "/a", "https://127.0.0.1:443/a/"),
        (("wss://192.168.1.2:443",), "/", "https://192.168.1.2:443/"),
        (("ws://[::1]:1",), "/ä b", "http://[::1]:1/%C3%A4%20b/"),
    ],
)
def test_where_the_page_is(addresses: tuple[str, ...], base: str, page: str) -> None:
    assert page_address(addresses, base) == page


async def test_the_door_of_a_running_application_opens_the_gateway_once(tmp_path: Path, home: Path) -> None:
    async with running(tmp_path) as app:
        found = await ask_for_pass(find_paths(os.environ, home, tmp_path).run)
        assert found is not None
        assert f"ws://127.0.0.1:{app.port}" in found.addresses
        assert found.page == f"http://127.0.0.1:{app.port}/"
        async with app.client(auth={"password": found.text}) as client:
            assert (await client.call("health"))["ok"] is True
        async with app.client(connect=False) as client:
            with pytest.raises(Refusal, match="unauthorized: gateway password mismatch"):
                await client.connect(auth={"password": found.text})
