"""The size of the data folder: counted beside the loop, seldom, and never invented."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from gateway_rig import until

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.operations.state_size import EVERY_S, NAME, StateSize, folder_bytes


def test_all_files_count_and_links_do_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(1_000))
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/b").write_bytes(bytes(500))
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "c").symlink_to(tmp_path / "a")
    assert folder_bytes(tmp_path) == 1_500


async def test_it_is_counted_again_after_ten_minutes(tmp_path: Path) -> None:
    clock = ManualClock()
    size = StateSize(tmp_path, clock)
    assert size.values() == {}, "not known yet"
    await until(lambda: size.values() == {NAME: 0})
    (tmp_path / "a").write_bytes(bytes(10))
    clock.advance(EVERY_S - 1)
    size.values()
    await asyncio.sleep(0.02)
    assert size.values() == {NAME: 0}
    clock.advance(2)
    await until(lambda: size.values() == {NAME: 10})
    await size.close()


async def test_a_folder_that_cannot_be_read_is_said_and_not_zero(tmp_path: Path) -> None:
    size = StateSize(tmp_path / "gone", ManualClock())
    size.values()

    def failed() -> bool:
        try:
            size.values()
        except StorageFault:
            return True
        return False

    await until(failed)
    with pytest.raises(StorageFault, match="is not there"):
        size.values()
    await size.close()
