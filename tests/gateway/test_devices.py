"""Pairing as the owner sees it: requests, decisions, tokens, and that nobody gives more than they hold."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import until

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import StorageFault, Unreadable
from clawd_desktop.core.events import PairingChanged
from clawd_desktop.gateway.admission import digest
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.methods.table import MethodError, Role, covered
from clawd_desktop.gateway.pairing import Applicant

APPLICANT = Applicant("dev", "key", Role.OPERATOR, ("operator.read",), display_name="Laptop")


class Told:
    """What the devices announced and published."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self.changes: list[PairingChanged] = []
        self.clock = ManualClock()

    def announce(self, event: str, payload: object) -> None:
        self.events.append((event, payload))


@contextlib.asynccontextmanager
async def devices_in(folder: Path, told: Told | None = None) -> AsyncIterator[Devices]:
    told = told or Told()
    bus = EventBus()
    bus.subscribe(PairingChanged, told.changes.append)
    devices = Devices(DeviceStore(folder), told.clock, bus, told.announce)
    await devices.open()
    yield devices
    await devices.close()


def on_disk(folder: Path, name: str = "paired") -> Any:
    return json.loads((folder / "devices" / f"{name}.json").read_text())


async def test_asking_approving_and_coming_back_after_a_restart(tmp_path: Path) -> None:
    told = Told()
    async with devices_in(tmp_path, told) as devices:
        request = await devices.ask(APPLICANT)
        assert told.events == [("device.pair.requested", request)]
        assert devices.listing() == {"pending": [request], "paired": []}
        assert on_disk(tmp_path, "pending") == {request["requestId"]: request}
    async with devices_in(tmp_path, told) as devices:
        answer = await devices.approve(str(request["requestId"]))
        assert answer["requestId"] == request["requestId"]
        assert answer["device"]["scopes"] == ["operator.read"]  # type: ignore[index,call-overload]
        assert [event for event, _ in told.events] == ["device.pair.requested", "device.pair.resolved"]
        assert [change.requested for change in told.changes] == [True, False]
    async with devices_in(tmp_path, told) as devices:
        assert devices.standing("dev", Role.OPERATOR).scopes == ("operator.read",)  # type: ignore[union-attr]
        assert devices.listing()["pending"] == []


async def test_one_request_per_device_and_only_for_five_minutes(tmp_path: Path) -> None:
    told = Told()
    async with devices_in(tmp_path, told) as devices:
        first = await devices.ask(APPLICANT)
        assert await devices.ask(APPLICANT) == first
        wider = await devices.ask(replace(APPLICANT, scopes=("operator.admin",)))
        assert devices.listing()["pending"] == [wider]
        told.clock.advance(301)
        assert devices.listing()["pending"] == []
        with pytest.raises(MethodError, match="unknown requestId"):
            await devices.approve(str(wider["requestId"]))


async def test_requests_of_many_devices_are_bounded(tmp_path: Path) -> None:
    async with devices_in(tmp_path) as devices:
        for number in range(70):
            await devices.ask(replace(APPLICANT, device_id=f"d{number}"))
        assert len(devices.listing()["pending"]) == 64  # type: ignore[arg-type]


async def test_rejecting(tmp_path: Path) -> None:
    async with devices_in(tmp_path) as devices:
        request = await devices.ask(APPLICANT)
        answer = await devices.reject(str(request["requestId"]))
        assert answer == {"requestId": request["requestId"], "deviceId": "dev"}
        assert devices.standing("dev", Role.OPERATOR) is None


@pytest.mark.parametrize(
    ("held", "allowed"),
    [(["operator.admin"], True), (["operator.pairing", "operator.read"], True), (["operator.pairing"], False)],
)
async def test_nobody_approves_more_than_they_hold(tmp_path: Path, held: list[str], allowed: bool) -> None:
    async with devices_in(tmp_path) as devices:
        request = await devices.ask(APPLICANT)
        refused = contextlib.nullcontext() if allowed else pytest.raises(MethodError, match="missing scope")
        with refused:
            await devices.approve(str(request["requestId"]), covered(held))
        assert (devices.standing("dev", Role.OPERATOR) is not None) is allowed


async def test_rotation_kills_the_old_token_and_never_widens(tmp_path: Path) -> None:
    async with devices_in(tmp_path) as devices:
        dead: list[tuple[str, str]] = []
        devices.on_dead_token(lambda device_id, role: dead.append((device_id, role)))
        old = await devices.enrol(APPLICANT)
        for scopes, held in (
            (("operator.admin",), None),
            (("operator.read",), covered(["operator.pairing"])),
            (None, covered(["operator.pairing"])),
        ):
            with pytest.raises(MethodError, match="missing scope"):
                await devices.rotate("dev", "operator", scopes, held)
        assert dead == []
        answer = await devices.rotate("dev", "operator", None)
        assert (answer["scopes"], dead) == (["operator.read"], [("dev", "operator")])
        known = devices.standing("dev", Role.OPERATOR).token_digests  # type: ignore[union-attr]
        assert known == (digest(str(answer["token"])),)
        assert old not in json.dumps(on_disk(tmp_path))
        assert str(answer["token"]) not in json.dumps(on_disk(tmp_path))


async def test_revoking_and_what_is_unknown(tmp_path: Path) -> None:
    async with devices_in(tmp_path) as devices:
        await devices.enrol(APPLICANT)
        node = await devices.ask(replace(APPLICANT, role=Role.NODE, scopes=()))
        await devices.approve(str(node["requestId"]))
        with pytest.raises(MethodError, match="unknown deviceId/role"):
            await devices.revoke("dev", "node")  # it never had a token
        answer = await devices.revoke("dev", "operator")
        assert answer["revokedAtMs"] == on_disk(tmp_path)["dev"]["tokens"]["operator"]["revokedAtMs"]
        for device_id, role in (("dev", "king"), ("other", "operator")):
            with pytest.raises(MethodError, match="unknown deviceId/role"):
                await devices.revoke(device_id, role)


async def test_a_visit_is_noted_lazily_and_at_the_latest_when_closing(tmp_path: Path) -> None:
    told = Told()
    async with devices_in(tmp_path, told) as devices:
        await devices.enrol(APPLICANT)
        told.clock.advance(60)
        devices.seen(replace(APPLICANT, display_name="Desk"))
        devices.seen(replace(APPLICANT, device_id="unknown"))
    record = on_disk(tmp_path)["dev"]
    assert record["tokens"]["operator"]["lastUsedAtMs"] == told.clock.wall_ms()
    assert record["displayName"] == "Desk"


async def test_a_visit_is_written_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clawd_desktop.gateway.pairing_book.LAZY_SECONDS", 0)
    async with devices_in(tmp_path) as devices:
        await devices.enrol(APPLICANT)
        devices.seen(replace(APPLICANT, display_name="Desk"))
        await until(lambda: on_disk(tmp_path)["dev"]["displayName"] == "Desk")


async def test_what_the_disk_refused_did_not_happen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with devices_in(tmp_path) as devices:
        await devices.enrol(APPLICANT)

        async def full(records: object) -> None:
            raise StorageFault("The disk is full.")

        monkeypatch.setattr(devices._book._paired_file, "write", full)
        with pytest.raises(StorageFault):
            await devices.rotate("dev", "operator", None)
        with pytest.raises(StorageFault):
            await devices.enrol(replace(APPLICANT, device_id="second"))
        assert devices.standing("second", Role.OPERATOR) is None
        devices.seen(APPLICANT)


async def test_an_unreadable_list_pairs_nobody_and_stays(tmp_path: Path) -> None:
    (tmp_path / "devices").mkdir()
    (tmp_path / "devices" / "paired.json").write_text("{torn")
    async with devices_in(tmp_path) as devices:
        with pytest.raises(Unreadable):
            await devices.enrol(APPLICANT)
    assert (tmp_path / "devices" / "paired.json").read_text() == "{torn"


async def test_plain_tokens_of_clawdbot_still_open_the_door_and_are_hashed_with_the_next_change(tmp_path: Path) -> None:
    entry = {"token": "f" * 32, "role": "operator", "scopes": ["operator.admin"], "createdAtMs": 1}
    record = {"deviceId": "old", "publicKey": "k", "roles": ["operator"], "scopes": ["operator.admin"],
              "tokens": {"operator": entry}, "createdAtMs": 1, "approvedAtMs": 1}  # fmt: skip
    (tmp_path / "devices").mkdir()
    (tmp_path / "devices" / "paired.json").write_text(json.dumps({"old": record}))
    async with devices_in(tmp_path) as devices:
        assert devices.standing("old", Role.OPERATOR).token_digests == (digest("f" * 32),)  # type: ignore[union-attr]
        assert on_disk(tmp_path)["old"] == record, "reading changes nothing"
        await devices.enrol(APPLICANT)
        assert "f" * 32 not in json.dumps(on_disk(tmp_path))
        assert devices.standing("old", Role.OPERATOR).token_digests == (digest("f" * 32),)  # type: ignore[union-attr]


async def test_nodes_and_their_names(tmp_path: Path) -> None:
    node = Applicant("n", "key", Role.NODE, (), display_name="Its own")
    async with devices_in(tmp_path) as devices:
        await devices.enrol(APPLICANT)
        await devices.enrol(node)
        await devices.rename("n", "Attic")
        for device_id in ("dev", "nobody"):
            with pytest.raises(MethodError, match=r"^unknown nodeId$"):
                await devices.rename(device_id, "x")
        await devices.enrol(node)
    async with devices_in(tmp_path) as devices:
        ((node_id, record),) = devices.nodes().items()
        assert (node_id, record["givenName"], record["displayName"]) == ("n", "Attic", "Its own")


@pytest.mark.parametrize("second", ["approve", "reject"])
async def test_one_of_two_decisions_at_once_counts(tmp_path: Path, second: str) -> None:
    async with devices_in(tmp_path) as devices:
        request_id = str((await devices.ask(APPLICANT))["requestId"])
        made = await asyncio.gather(
            devices.approve(request_id), getattr(devices, second)(request_id), return_exceptions=True
        )
        assert isinstance(made[0], dict)
        assert isinstance(made[1], MethodError)
        assert made[1].message == "unknown requestId"


async def test_a_request_that_could_not_be_decided_still_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with devices_in(tmp_path) as devices:
        request_id = str((await devices.ask(APPLICANT))["requestId"])

        async def full(records: object) -> None:
            raise StorageFault("The disk is full.")

        with monkeypatch.context() as patch:
            patch.setattr(devices._book._paired_file, "write", full)
            with pytest.raises(StorageFault):
                await devices.approve(request_id)
        assert (await devices.approve(request_id))["requestId"] == request_id


async def test_two_programs_of_one_device_at_once_both_get_good_tokens(tmp_path: Path) -> None:
    async with devices_in(tmp_path) as devices:
        tokens = await asyncio.gather(*(devices.enrol(APPLICANT) for _ in range(3)))
        known = devices.standing("dev", Role.OPERATOR).token_digests  # type: ignore[union-attr]
        assert set(known) == {digest(token) for token in tokens}


async def test_ending_what_rests_on_the_secret_alone(tmp_path: Path) -> None:
    dead: list[tuple[str, str]] = []
    async with devices_in(tmp_path) as devices:
        devices.on_dead_token(lambda device_id, role: dead.append((device_id, role)))
        await devices.enrol(APPLICANT)
        phone = replace(APPLICANT, device_id="phone")
        await devices.approve(str((await devices.ask(phone))["requestId"]))
        kept = await devices.enrol(phone)
        assert devices.any_silent()
        assert await devices.end_silent() == ("dev",)
        assert not devices.any_silent()
        assert dead == [("dev", "operator")]
        assert devices.standing("dev", Role.OPERATOR).token_digests == ()  # type: ignore[union-attr]
        assert devices.standing("phone", Role.OPERATOR).token_digests == (digest(kept),)  # type: ignore[union-attr]
        assert on_disk(tmp_path)["dev"]["tokens"]["operator"]["revokedBecause"] == "secret-changed"
        assert await devices.end_silent() == ()


async def test_a_full_disk_does_not_keep_tokens_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dead: list[tuple[str, str]] = []
    async with devices_in(tmp_path) as devices:
        devices.on_dead_token(lambda device_id, role: dead.append((device_id, role)))
        await devices.enrol(APPLICANT)

        async def full(records: object) -> None:
            raise StorageFault("The disk is full.")

        with monkeypatch.context() as patch:
            patch.setattr(devices._book._paired_file, "write", full)
            with pytest.raises(StorageFault):
                await devices.end_silent()
        assert dead == [("dev", "operator")]
        assert devices.standing("dev", Role.OPERATOR).token_digests == ()  # type: ignore[union-attr]
