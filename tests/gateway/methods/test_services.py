"""How the services stand, over a real socket, and starting one again."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import Refusal, running

from clawd_desktop.gateway.methods.services import as_wire
from clawd_desktop.operations.supervised import ServiceRow, Standing


async def test_services_are_listed(tmp_path: Path) -> None:
    async with running(tmp_path) as app, app.client() as client:
        listed = await client.call("services.list")
        assert listed["selfRepair"] is True
        with pytest.raises(Refusal, match="There is no service 'nothing'"):
            await client.call("services.restart", name="nothing")


def test_what_never_was_is_absent() -> None:
    row = ServiceRow("gateway", "The gateway", Standing.WELL, 5, 0, 0, "", 0)
    assert as_wire(row) == {
        "name": "gateway", "title": "The gateway", "state": "well", "sinceMs": 5, "restarts": 0,
    }  # fmt: skip
    ill = ServiceRow("gateway", "The gateway", Standing.DOWN, 5, 2, 7, "It ended.", 6)
    assert as_wire(ill)["fault"] == "It ended."
    assert (as_wire(ill)["faultMs"], as_wire(ill)["lastRestartMs"]) == (6, 7)
