"""The owner is asked about a device, once, and the question goes when it is decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.notices import NoticeBoard, Severity
from clawd_desktop.gateway.device_store import DeviceStore
from clawd_desktop.gateway.devices import Devices
from clawd_desktop.gateway.methods.table import Role
from clawd_desktop.gateway.pairing import Applicant
from clawd_desktop.gateway.pairing_notice import PairingNotices, notice_of

PHONE = Applicant(
    device_id="d" * 64, public_key="k", role=Role.OPERATOR, scopes=("operator.read",), display_name="Phone"
)


@pytest.mark.parametrize("decision", ["approve", "reject"])
async def test_a_request_is_a_notice_with_two_buttons_until_it_is_decided(tmp_path: Path, decision: str) -> None:
    bus, clock = EventBus(), ManualClock()
    board = NoticeBoard(bus)
    devices = Devices(DeviceStore(tmp_path), clock, bus, lambda event, payload: None)
    await devices.open()
    stop = PairingNotices(devices, board, clock).listen(bus)
    request = await devices.ask(PHONE)
    (notice,) = board.current()
    assert notice.severity is Severity.ACTION
    assert "Phone" in notice.text
    wanted = f"pairing.{decision}:{request['requestId']}"
    assert wanted in [action.id for action in notice.actions]
    await getattr(devices, decision)(str(request["requestId"]))
    assert board.current() == ()
    assert len(devices.records()) == (decision == "approve")
    stop()
    await devices.close()


def test_what_a_device_says_of_itself_is_cut_and_clean() -> None:
    name = "A\x1b[31m\u202e" + "x" * 500
    notice = notice_of({"requestId": "r", "deviceId": "d" * 64, "displayName": name, "scopes": ["operator.read"]}, 5)
    assert "\x1b" not in notice.text
    assert "\u202e" not in notice.text
    assert len(notice.text) < 150
    assert notice.text.endswith("asks for: read.")
