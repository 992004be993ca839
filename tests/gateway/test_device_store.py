"""The two files of devices: written whole and private, never over what could not be read."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from clawd_desktop.core.errors import StorageFault, Unreadable
from clawd_desktop.gateway.device_store import DeviceStore


async def test_nothing_yet_is_empty_and_what_was_written_is_read(tmp_path: Path) -> None:
    store = DeviceStore(tmp_path)
    assert await store.paired.read() == {}
    await store.paired.write({"a": {"deviceId": "a"}})
    assert await DeviceStore(tmp_path).paired.read() == {"a": {"deviceId": "a"}}
    path = tmp_path / "devices" / "paired.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_text()) == {"a": {"deviceId": "a"}}


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', "", '{"a": {"ts": NaN}}'])
async def test_what_cannot_be_read_is_never_overwritten(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "devices" / "pending.json"
    path.parent.mkdir()
    path.write_text(text)
    store = DeviceStore(tmp_path)
    assert await store.pending.read() == {}
    with pytest.raises(Unreadable, match="Move it away"):
        await store.pending.write({})
    assert path.read_text() == text
    assert str(path) in caplog.text


async def test_a_disk_that_refuses_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "devices").write_text("a file in the place of the folder")
    with pytest.raises(StorageFault):
        await DeviceStore(tmp_path).paired.write({})
