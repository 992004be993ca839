"""How restores end, in the words of a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.backup.restore import Report
from clawd_desktop.backup.restore_outcome import Outcome, told
from clawd_desktop.backup.undo import Undone
from clawd_desktop.core.errors import ClawdError


def report(**facts: object) -> Report:
    known: dict[str, object] = {
        "id": "r1", "backup": "b", "safety": None, "areas": (), "filled": (), "unknown": (), "warnings": (),
    }  # fmt: skip
    return Report(**(known | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome(1, report=report()), ("The backup was restored", "b.", "r1")),
        (
            Outcome(1, report=report(unknown=("gateway.auth.token",), warnings=("Look.",))),
            (
                "The backup was restored",
                "b. The backup has no secret for gateway.auth.token; enter it in Settings. Look.",
                "r1",
            ),
        ),
        (
            Outcome(1, report=report(taken_back="Why.")),
            ("The restore did not work", "Everything was put back as it was. Why.", ""),
        ),
        (
            Outcome(1, report=report(stuck="Why.")),
            ("The restore did not work", "It stands, and could not be put back by itself. Why.", "r1"),
        ),
        (Outcome(1, fault=ClawdError("No.")), ("The restore did not happen", "No.", "")),
        (Outcome(1, fault=ClawdError("No."), takes_back=True), ("The restore was not taken back", "No.", "")),
        (
            Outcome(1, undone=Undone("r1", "r2", (), 0)),
            ("The restore was taken back", "All is as it was before the restore.", "r2"),
        ),
        (
            Outcome(1, undone=Undone("r1", "r2", (Path("/x"),), 1_200)),
            (
                "The restore was taken back",
                "All is as it was before the restore. Files written since: 1,200; they are kept for seven days.",
                "r2",
            ),
        ),
    ],
)
def test_how_it_is_told(outcome: Outcome, expected: tuple[str, str, str]) -> None:
    assert told(outcome) == expected
    assert outcome.ok == (expected[0] in ("The backup was restored", "The restore was taken back"))
