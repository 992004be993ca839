"""What a person reads before and after a restore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clawd_desktop.cli import restore_shown
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject

COUNTS: JsonObject = {
    "counts": [{"state": "same", "count": 1_200, "bytes": 1}, {"state": "changed", "count": 2, "bytes": 9}]
}
SEEN: JsonObject = {
    "id": "i", "createdMs": 1_795_000_000_000, "host": "ada", "version": "1", "secrets": "out", "warnings": ["All."],
    "areas": [
        {"name": "config", "title": "Configuration", "files": [], "filesCount": 0, "warnings": ["Mind."], **COUNTS},
        {
            "name": "workspace-main", "title": "Workspace of main", "filesCount": 2, "warnings": [], **COUNTS,
            "files": [
                {"path": "a/b.md", "state": "changed", "sizeNow": 1, "sizeNew": 2},
                {"path": "a.md", "state": "would be lost", "sizeNow": 1, "sizeNew": 0},
            ],
        },
    ],
}  # fmt: skip


def names(seen: JsonObject) -> list[str]:
    return [area["name"] for area in seen["areas"]]  # type: ignore[index, union-attr, call-overload, misc]


def test_what_was_chosen_alone() -> None:
    assert restore_shown.narrowed(SEEN, (), ()) is SEEN
    assert names(restore_shown.narrowed(SEEN, ("config",), ())) == ["config"]
    both: Any = restore_shown.narrowed(SEEN, ("config",), ("workspace-main/a",))
    assert names(both) == ["config", "workspace-main"]
    assert [file["path"] for file in both["areas"][1]["files"]] == ["a/b.md"]
    assert (both["areas"][1]["filesCount"], both["areas"][1]["chosen"], "counts" in both["areas"][1]) == (
        1,
        ["a"],
        False,
    )
    whole: Any = restore_shown.narrowed(SEEN, ("workspace-main",), ("workspace-main/a",))
    assert len(whole["areas"][0]["files"]) == 2, "the area holds the file"
    for areas, files in ((("nowhere",), ()), ((), ("nowhere/x",))):
        with pytest.raises(BadInput, match="has no area nowhere") as refused:
            restore_shown.narrowed(SEEN, areas, files)
        assert refused.value.hint == "It has: config, workspace-main."


def test_a_preview(screens: Callable[..., Any]) -> None:
    screen = screens()
    restore_shown.preview(SEEN, screen.console)
    assert "made on ada, without passwords." in screen.shown
    assert screen.shown.splitlines()[2].split() == ["config", "1,200", "2", "0", "0"]
    assert screen.shown.endswith("Note: All.\nNote: Mind.\n")
    screen = screens()
    restore_shown.preview(restore_shown.narrowed(SEEN, (), ("workspace-main/a.md", "config/x")), screen.console)
    assert "workspace-main/a.md: would be lost\n" in screen.shown
    assert "Nothing of what was chosen in config is known to differ.\n" in screen.shown
    assert "b.md" not in screen.shown


def test_how_it_ended(screens: Callable[..., Any]) -> None:
    screen = screens()
    last: JsonObject = {"ok": True, "title": "The backup was restored", "text": "b.", "undo": "r1", "safety": "/s"}
    restore_shown.outcome(last, screen.console)
    assert screen.shown == (
        "The backup was restored: b.\n"
        "Take it back within seven days: clawd-desktop restore --undo r1\n"
        "What was there before is also in /s.\n"
    )
    screen = screens(terminal=True)
    restore_shown.outcome({"title": "T", "text": "t", "writtenSince": ["/x", "/y\x1b[31m"]}, screen.console)
    assert "\x1b" not in screen.shown
    assert screen.shown.startswith("T: t\n  /x\n  /y")


def test_what_can_be_taken_back(screens: Callable[..., Any]) -> None:
    screen = screens()
    restore_shown.undoable([], screen.console)
    assert screen.shown == "No restore can be taken back.\n"
    screen = screens()
    restore_shown.undoable([{"id": "r1", "atMs": 1, "untilMs": 2, "what": "b", "areas": []}], screen.console)
    assert screen.shown.splitlines()[1].startswith("r1")
