"""Devices are listed and decided about."""

from __future__ import annotations

from pathlib import Path

import pytest
from running_gateway import Refusal, running


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
