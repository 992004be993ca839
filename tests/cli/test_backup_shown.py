"""What a person reads of backups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clawd_desktop.cli import backup_shown

MADE = {
    "id": "0123456789abcdef", "atMs": 1_795_000_000_000, "cause": "person", "ok": True, "path": "/b/x.tar.zst",
    "size": 2_048, "areas": ["config"], "sealed": False, "verifiedMs": 1_795_000_000_000, "tookS": 1.25,
    "warnings": ["config: x was in the way."],
}  # fmt: skip
FAILED = {"id": "failed-1", "atMs": 1, "ok": False, "size": 0, "areas": [], "sealed": False, "text": "Disk full."}
HELD = {"id": "a", "atMs": 1, "size": 2_048, "destination": "/b", "kept": True, "rule": "newest", "why": "The newest."}


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0 B"), (1_023, "1023 B"), (2_048, "2.0 KiB"), (3 << 30, "3.0 GiB"), (5 << 41, "10.0 TiB")]
)
def test_sizes(value: int, shown: str) -> None:
    assert backup_shown.size(value) == shown


def test_how_far_it_is() -> None:
    line = backup_shown.progress_line({"stage": "verify", "done": 512, "total": 1_024, "file": "x" * 99})
    assert line == f"reading back 50 % (512 B)  {'x' * 40}"
    assert backup_shown.progress_line({"stage": "other", "done": 1, "total": 0}) == "other (1 B)  "


def test_one_that_was_made(screens: Callable[[], Any]) -> None:
    screen = screens()
    backup_shown.created(MADE, screen.console)
    assert screen.shown == (
        "/b/x.tar.zst\n2.0 KiB, read back, not locked: whoever has the file can read it. It took 1.2 s.\n"
        "Note: config: x was in the way.\n"
    )


def test_the_list(screens: Callable[[], Any]) -> None:
    screen = screens()
    found = {"id": "clawd-backup-x.tar.zst", "atMs": 1, "ok": True, "size": 1, "areas": [], "path": "/b/y"}
    backup_shown.listed(
        {"backups": [MADE, FAILED, found], "folders": ["/b"], "places": [{"name": "/b"}]}, screen.console
    )
    head, made, failed, other, end = screen.shown.splitlines()
    assert head.split()[:2] == ["backup", "made"]
    assert made.startswith("0123456789ab ")
    assert "/b/x.tar.zst" in made
    assert failed.startswith("failed ")
    assert "Disk full." in failed
    assert other.startswith("clawd-backup-x.tar.zst ")
    assert "never" in other
    assert end == "Backups go to /b."


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ({}, ""),
        ({"nextCode": "off", "nextWhy": "Planned backups are switched off."}, "Planned backups are switched off."),
        ({"nextCode": "waiting", "nextWhy": "Every day at 03:30.", "nextMs": 60_000},
         f"Next: {backup_shown.when(60_000)}. Every day at 03:30."),
        ({"nextCode": "paused", "nextWhy": "Planned backups are paused.", "nextMs": 60_000, "pausedUntilMs": 60_000},
         f"Planned backups are paused until {backup_shown.when(60_000)}."),
    ],
)  # fmt: skip
def test_what_comes_next(screens: Callable[[], Any], found: dict[str, Any], line: str) -> None:
    assert backup_shown.upcoming(found) == line
    screen = screens()
    backup_shown.listed({"backups": [], "folders": ["/b"]} | found, screen.console)
    assert screen.shown.splitlines()[2:] == ([line] if line else [])


def test_what_one_holds(screens: Callable[[], Any]) -> None:
    left = [{"area": "other", "path": f"p{number}", "reason": "Why."} for number in range(30)]
    area = {"name": "config", "title": "Configuration", "folder": "/s", "files": 1_234, "bytes": 2_048}
    found = {
        "createdMs": 1, "host": "attic", "system": "Linux 6", "version": "1", "secrets": "sealed", "note": "mine",
        "areas": [area], "leftOut": left, "leftOutCount": 1_200, "warnings": [], "bytes": 2_048,
    }  # fmt: skip
    screen = screens()
    backup_shown.shown(found, screen.console)
    for shown in ("on attic (Linux 6)", "with passwords", "mine", "1,234", "other p19: Why.", "and 1,180 more"):
        assert shown in screen.shown
    assert "p20" not in screen.shown
    screen = screens()
    backup_shown.verified(found, screen.console)
    assert screen.shown.startswith("It is whole: 1,234 files with 2.0 KiB, made ")


def test_what_goes(screens: Callable[[], Any]) -> None:
    screen = screens()
    going = HELD | {"id": "b", "kept": False, "why": "Too old."}
    backup_shown.pruned({"dryRun": True, "bytes": 2_048, "backups": [HELD, going]}, screen.console)
    assert "1 would go, 2.0 KiB." in screen.shown
    assert "Too old." in screen.shown
    screen = screens()
    backup_shown.pruned({"dryRun": False, "bytes": 0, "backups": [HELD]}, screen.console)
    assert screen.shown.endswith("Nothing goes.\n")
    assert "stays" in screen.shown


def test_all_actions_are_shown() -> None:
    assert set(backup_shown.SHOW) == {"create", "list", "verify", "show", "prune", "export", "drill"}
