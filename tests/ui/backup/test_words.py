"""Backups, what is kept and what goes, as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from ui.staging import NOW, Stage

from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.retention import DAY_MS, Held, Rules, Verdict, judge
from clawd_desktop.ui.backup.pace import Speed
from clawd_desktop.ui.backup.words import area, cause, course, holds, kept, leaving, outlook, standing

pytestmark = pytest.mark.qt
HOUR_MS = 3_600_000
OLD_S = 36 * 3_600.0
GOOD = BackupRecord(
    "good", NOW - 2 * HOUR_MS, "schedule", ok=True, path="/home/ada/Backups/a.tar.zst", size=5 << 20,
    areas=("config",), verified_ms=NOW - 2 * HOUR_MS,
)  # fmt: skip
UNCHECKED = replace(GOOD, id="unchecked", at_ms=NOW - HOUR_MS, verified_ms=0)
DAMAGED = replace(UNCHECKED, id="damaged", text="It is damaged at byte 7.")
FAILED = BackupRecord("failed-1", NOW - HOUR_MS, "schedule", ok=False, text="The disk is full. Make room.")


@pytest.mark.parametrize(
    ("records", "colour", "sentence", "more"),
    [
        ([GOOD], "good", "There is a good backup, made 2 h 0 min ago.",
         "5 MiB in ~/Backups, read back and found whole."),
        ([replace(GOOD, path="/home/ada/Disk/store/snapshots/a")], "good", "There is a good backup",
         "; what was new in it was read back and found whole."),
        ([replace(GOOD, cause="person", partial=True)], "warning", "There is no backup of everything yet.",
         "Make one of all."),
        ([UNCHECKED, GOOD], "good", "There is a good backup, made 2 h 0 min ago.", "~/Backups"),
        ([FAILED, GOOD], "warning", "The last backup failed, 1 h 0 min ago.",
         "The disk is full. Make room. The newest good backup is 2 h 0 min old."),
        ([DAMAGED, GOOD], "warning", "The newest good backup lies before a damaged one.", "Make a new one now"),
        ([GOOD, replace(FAILED, at_ms=NOW - 3 * HOUR_MS)], "good", "There is a good backup", ""),
        ([replace(GOOD, at_ms=NOW - 37 * HOUR_MS)], "warning", "The newest good backup is 1 d 13 h old.", "Make one"),
        ([UNCHECKED], "warning", "No backup has been checked yet.", "Check one of them"),
        ([DAMAGED], "bad", "There is no good backup.", "Make a new one now."),
        ([FAILED], "bad", "There is no backup: the last attempt failed.", "The disk is full. Make room."),
        ([], "bad", "There is no backup", ""),
    ],
)  # fmt: skip
def test_is_there_a_good_backup(records: Sequence[BackupRecord], colour: str, sentence: str, more: str) -> None:
    found = standing(records, OLD_S, NOW, "/home/ada")
    assert found.colour == colour
    assert found.sentence.startswith(sentence)
    assert more in found.more


def test_without_the_rule_no_backup_is_too_old() -> None:
    assert standing([replace(GOOD, at_ms=NOW - 300 * DAY_MS)], 0, NOW, "").colour == "good"


def test_areas_and_causes_have_names_in_the_language(stage: Stage) -> None:
    assert holds(("config", "sessions")) == "Configuration, Conversations"
    assert holds(("config", "sessions", "cron", "workspace-main", "other")).endswith("cron and 2 more")
    assert area("workspace-main") == "Workspace (main)"
    assert (cause("update"), cause("dream")) == ("Before an update", "dream")
    stage.shell.languages.use("zh_CN")
    assert area("workspace-main") == "工作区（main）"
    assert cause("schedule") == "计划"


def test_the_course_of_long_work() -> None:
    half = Progress("write", 10 << 20, 20 << 20, "a/b")
    assert course(half, Speed(5 << 20, 2.0)) == "Writing · 10 MiB of 20 MiB · 5 MiB/s · 2 s left"
    assert course(half, Speed()) == "Writing · 10 MiB of 20 MiB"
    assert course(Progress("verify", 10 << 20), Speed()) == "Reading back · 10 MiB"
    assert course(Progress("other"), Speed()) == "Working"


def test_what_is_kept() -> None:
    usual = kept(Rules())
    assert "All of the last 30 days are kept. Of 7 days, 4 weeks, 6 months, the newest of each is kept." in usual
    assert "at most" not in usual
    small = kept(Rules(days=0, daily=0, weekly=0, monthly=0, max_bytes=1 << 30))
    assert small.startswith("Nothing is removed for its age. Together they take at most 1 GiB in one place.")
    assert small.endswith("The newest good one always stays.")


def aged(days: int, cause: str = "person") -> Held:
    return Held(f"id-{days}", NOW - days * DAY_MS, 1 << 20, verified=True, cause=cause, destination="/b")  # type: ignore[arg-type]


def judged(*backups: Held, rules: Rules | None = None) -> tuple[Verdict, ...]:
    return judge(backups, rules or Rules(days=5, daily=0, weekly=0, monthly=0), NOW)


def test_what_would_go_is_counted_and_listed_below_its_reason() -> None:
    assert outlook(judged(aged(0), aged(2))) == "All of them stay."
    assert outlook(judged(aged(0), aged(9))) == "One would go now, which frees 1 MiB."
    verdicts = judged(aged(0), aged(9), aged(10), aged(20, "restore"))
    assert outlook(verdicts) == "3 would go now, which frees 3 MiB."
    old, before = leaving(verdicts, NOW).split("\n\n")
    assert old.startswith("Older than what is kept")
    assert old.count("•") == 2
    assert before.startswith("Made before a change")
    assert before.count("•") == 1
    assert leaving(judged(aged(0)), NOW) == ""


def test_a_long_list_is_cut_and_says_so() -> None:
    lines = leaving(judged(*map(aged, range(40))), NOW).splitlines()
    assert len([line for line in lines if line.startswith("•")]) == 12
    assert lines[-1] == "and 22 more"


def test_all_that_passes_the_size_is_told() -> None:
    verdicts = judged(aged(0), aged(1), aged(2), rules=Rules(max_bytes=2 << 20))
    assert leaving(verdicts, NOW).startswith("All together would take more room")
