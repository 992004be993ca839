"""What is told of the battery is what the kernel's own files say; a computer without one says nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from clawd_desktop.system.battery import Battery, _level, read

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's files are Linux's")


@pytest.mark.parametrize(
    ("battery", "mains", "found"),
    [
        (None, None, Battery()),
        ({"energy_now": "40", "energy_full": "80", "power_now": "10", "status": "Discharging"}, "0",
         Battery(True, 0.5)),
        ({"energy_now": "8", "energy_full": "80", "power_now": "10", "status": "Charging"}, "1", Battery(False, 0.1)),
        ({"charge_now": "80", "charge_full": "80", "current_now": "1", "status": "Full"}, "1", Battery(False, 1.0)),
        # No mains to be asked: the battery's own word counts, where it has one.
        ({"capacity": "77", "status": "Discharging"}, None, Battery(True, 0.77)),
        ({"capacity": "77", "status": "Unknown"}, None, Battery(None, 0.77)),
        # Worn, and one that says more than there is.
        ({"energy_now": "85", "energy_full": "80", "power_now": "1", "status": "Full"}, "1", Battery(False, 1.0)),
    ],
)  # fmt: skip
def test_what_the_kernel_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, battery: dict[str, str] | None, mains: str | None, found: Battery
) -> None:
    for folder, files in (("BAT0", battery), ("AC0", None if mains is None else {"online": mains})):
        if files is not None:
            (tmp_path / folder).mkdir()
            for name, text in files.items():
                (tmp_path / folder / name).write_text(f"{text}\n")
    monkeypatch.setattr(psutil._pslinux, "POWER_SUPPLY_PATH", str(tmp_path))
    assert read() == found


def test_this_computer_says_something_or_nothing() -> None:
    found = read()
    assert found.level is None or 0 <= found.level <= 1


def test_files_that_are_gone_are_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil._pslinux, "POWER_SUPPLY_PATH", str(tmp_path / "nowhere"))
    assert read() == Battery()
    (tmp_path / "BAT0").mkdir()
    (tmp_path / "BAT0" / "capacity").write_text("garbage")
    monkeypatch.setattr(psutil._pslinux, "POWER_SUPPLY_PATH", str(tmp_path))
    assert read() == Battery()


def test_a_system_that_knows_no_batteries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(psutil, "sensors_battery")
    assert read() == Battery()


@pytest.mark.parametrize(("percent", "level"), [(None, None), (-1, None), (255, None), (0, 0.0), (104, 1.0)])
def test_levels_that_cannot_be(percent: float | None, level: float | None) -> None:
    assert _level(percent) == level
