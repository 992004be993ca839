"""Each start of the computer has its own name; one that is only a time may be a little off."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.system import boot
from clawd_desktop.system.boot import boot_id, same_boot


def test_this_start_is_this_start() -> None:
    assert boot_id()
    assert same_boot(boot_id(), boot_id())


def test_where_the_kernel_names_none_the_time_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boot, "_BOOT_ID", tmp_path / "none")
    assert boot_id().startswith("since:1")
    assert same_boot(boot_id(), boot_id())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a", "a", True), ("a", "b", False), ("", "a", False), ("since:1000", "since:1060", True),
        ("since:1000", "since:9000", False), ("since:1000", "a", False), ("since:x", "since:1", False),
    ],
)  # fmt: skip
def test_which_are_the_same(one: str, other: str, same: bool) -> None:
    assert same_boot(one, other) is same
