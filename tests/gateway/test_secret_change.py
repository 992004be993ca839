"""Changing the password ends what came in with it alone, also while the gateway was off, and says who that was."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from gateway_rig import Device
from node_rig import join, operator
from running_gateway import Client, Refusal, running

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.methods.table import Role
from clawd_desktop.gateway.pairing import Applicant
from clawd_desktop.gateway.secret_change import NOTICE, SecretChange

LAPTOP = Applicant("laptop-0123456789", "key", Role.OPERATOR, ("operator.admin",), display_name="Lap\u202etop")
PHONE = Applicant("phone-0123456789", "key", Role.OPERATOR, ("operator.read",), display_name="Phone")


class Scene:
    """One start of a gateway over the same folder."""

    def __init__(self, folder: Path) -> None:
        bus, clock, store = EventBus(), ManualClock(), DeviceStore(folder)
        self.folder, self.store, self.board = folder, store, NoticeBoard(bus)
        self.devices = Devices(store, clock, bus, lambda event, payload: None)
        self.change = SecretChange(self.devices, store.secrets, self.board, clock)

    async def start(self, *secrets: str | None) -> Scene:
        await self.devices.open()
        await self.change.take(*secrets)
        return self

    def alive(self, device_id: str) -> bool:
        standing = self.devices.standing(device_id, Role.OPERATOR)
        return standing is not None and bool(standing.token_digests)

    @property
    def notice(self) -> str:
        return next((notice.text for notice in self.board.current() if notice.id == NOTICE), "")


async def paired(folder: Path, *secrets: str | None) -> Scene:
    """A gateway with a device that came in silently and one that was approved."""
    scene = await Scene(folder).start(*secrets)
    await scene.devices.enrol(LAPTOP)
    await scene.devices.approve(str((await scene.devices.ask(PHONE))["requestId"]))
    await scene.devices.enrol(PHONE)
    return scene


async def test_the_same_secret_ends_nothing(tmp_path: Path) -> None:
    await paired(tmp_path, "old", None)
    scene = await Scene(tmp_path).start("old", None)
    await scene.change.take("old", "")
    assert (scene.alive(LAPTOP.device_id), scene.alive(PHONE.device_id), scene.notice) == (True, True, "")


@pytest.mark.parametrize("running", [True, False])
async def test_another_one_ends_the_silent_device_and_says_so(tmp_path: Path, running: bool) -> None:
    scene = await paired(tmp_path, "old", None)
    if running:
        await scene.change.take("new", None)
    else:
        scene = await Scene(tmp_path).start("new", None)
    assert (scene.alive(LAPTOP.device_id), scene.alive(PHONE.device_id)) == (False, True)
    assert "came in with the old one alone: Lap\\u{202e}top (laptop-01234)." in scene.notice
    assert "because they were approved: Phone (phone-012345)." in scene.notice
    await scene.devices.enrol(LAPTOP)
    await scene.change.take("new", None)
    assert scene.alive(LAPTOP.device_id), "it came with the new one"


async def test_one_of_two_is_enough_and_a_second_one_changes_nothing(tmp_path: Path) -> None:
    scene = await paired(tmp_path, "password", None)
    await scene.change.take("password", "token")
    assert scene.alive(LAPTOP.device_id)
    await scene.change.take("password", None)
    assert not scene.alive(LAPTOP.device_id)


async def test_the_secret_is_not_on_the_disk_and_cannot_be_tried_quickly(tmp_path: Path) -> None:
    await paired(tmp_path, "hunter2", None)
    kept = (tmp_path / "devices" / "secrets.json").read_text()
    assert "hunter2" not in kept
    (mark,) = json.loads(kept).values()
    assert (len(mark["salt"]), len(mark["hash"])) == (32, 128)


@pytest.mark.parametrize("spoilt", ["junk", "", 5, "zz" * 16])
async def test_a_spoilt_mark_counts_as_a_change(tmp_path: Path, spoilt: object) -> None:
    await paired(tmp_path, "old", None)
    file = tmp_path / "devices" / "secrets.json"
    mark = json.loads(file.read_text())["0"]
    file.write_text(json.dumps({"0": mark | {"salt": spoilt}}))
    assert not (await Scene(tmp_path).start("old", None)).alive(LAPTOP.device_id)


async def test_an_unreadable_mark_is_left_and_counts_as_a_change(tmp_path: Path) -> None:
    await paired(tmp_path, "old", None)
    (tmp_path / "devices" / "secrets.json").write_text("{torn")
    scene = await Scene(tmp_path).start("old", None)
    assert (scene.alive(LAPTOP.device_id), scene.alive(PHONE.device_id)) == (False, True)
    assert (tmp_path / "devices" / "secrets.json").read_text() == "{torn"


async def test_a_full_disk_ends_them_now_and_again_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = await paired(tmp_path, "old", None)

    async def full(records: object) -> None:
        raise StorageFault("The disk is full.")

    monkeypatch.setattr(scene.store.paired, "write", full)
    await scene.change.take("new", None)
    assert not scene.alive(LAPTOP.device_id)
    assert not (await Scene(tmp_path).start("new", None)).alive(LAPTOP.device_id)


async def end_of(client: Client) -> int | None:
    """The code with which the client's socket is closed."""
    while not client._socket.closed:
        await client._socket.receive()
    return client._socket.close_code


async def test_the_running_gateway_closes_their_sockets_and_knows_their_tokens_no_more(tmp_path: Path) -> None:
    laptop, phone = Device(), Device()
    async with running(tmp_path) as app:
        async with operator(app, laptop) as first:
            token = first.hello["auth"]["deviceToken"]  # type: ignore[index]
        async with app.client() as owner:
            await owner.call("device.pair.list")
            async with operator(app, laptop, auth={"token": token}) as silent, app.client(connect=False) as later:
                changed = {"gateway": {"auth": {"password": "another long password"}}}
                before = await owner.call("config.get")
                await owner.send("config.patch", raw=json.dumps(changed), baseHash=before["hash"])
                assert await end_of(silent) == 1008
                with pytest.raises(Refusal, match="mismatch"):
                    await join(later, laptop, auth={"token": token})
            async with operator(app, phone, auth={"password": "another long password"}) as new:
                listed = await new.call("device.pair.list")
    (record,) = [row for row in listed["paired"] if row["deviceId"] == laptop.id]  # type: ignore[attr-defined]
    assert record["tokens"][0]["revokedBecause"] == "secret-changed"


async def test_a_password_that_was_changed_while_the_gateway_was_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = Device()
    async with running(tmp_path) as app, operator(app, laptop) as first:
        token = first.hello["auth"]["deviceToken"]  # type: ignore[index]
        while not (tmp_path / "devices" / "secrets.json").exists():
            await asyncio.sleep(0.001)
    monkeypatch.setattr("running_gateway.PASSWORD", "another long password")
    async with running(tmp_path) as app:
        async with app.client(connect=False) as later:
            with pytest.raises(Refusal, match="mismatch"):
                await join(later, laptop, auth={"token": token})
        async with app.client() as owner:
            status = await owner.call("status")
    notices = status["desktop"]["notices"]  # type: ignore[index, call-overload]
    assert [notice["title"] for notice in notices if notice["id"] == NOTICE] == ["The gateway's password was changed"]
