"""What belongs to a check, and what is said when all is well or it failed."""

from __future__ import annotations

from clawd_desktop.core.findings import Level
from clawd_desktop.operations.diagnostics.check import Check

CHECK = Check("disk.room", "storage", "Room on the disk", lambda ground: ())


def test_its_findings_are_known_by_their_names() -> None:
    assert CHECK.made("disk.room")
    assert CHECK.made("disk.room.low")
    assert not CHECK.made("disk.rooms")
    assert not CHECK.made("disk")


def test_what_is_said_of_itself() -> None:
    assert (CHECK.well().level, CHECK.well().title) == (Level.OK, "Room on the disk")
    failed = CHECK.unchecked("It fell over.")
    assert (failed.id, failed.level, failed.description) == ("disk.room.unchecked", Level.WARNING, "It fell over.")
