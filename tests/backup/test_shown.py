"""The JSON of backups can always be written, and says what is there."""

from __future__ import annotations

import json
from pathlib import Path

from clawd_desktop.backup.manifest import Entry, LeftOut, Manifest, Root
from clawd_desktop.backup.planned import Outlook
from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.retention import Held, Verdict
from clawd_desktop.backup.shown import listed_json, manifest_json, outlook_json, progress_json, pruned_json, record_json
from clawd_desktop.backup.targets import Target

RECORD = BackupRecord("a", 1, "person", ok=True, path="/b/\udcff", size=2, areas=("config",), verified_ms=3, took_s=0.5)
FAILED = BackupRecord("failed-1", 1, "schedule", ok=False, text="Full.")


def test_an_attempt() -> None:
    shown = record_json(RECORD)
    assert (shown["path"], shown["verifiedMs"], "text" in shown) == ("/b/\ufffd", 3, False)
    assert {"path", "verifiedMs"} & set(record_json(FAILED)) == set()
    assert record_json(FAILED)["text"] == "Full."


def test_what_it_holds_by_area() -> None:
    sha = "0" * 64
    entries = (
        Entry("config", "a", "file", 0o600, 1, 5, sha), Entry("config", "b", "file", 0o600, 1, 7, sha),
        Entry("config", "c", "folder", 0o700, 1), Entry("from-later", "d", "link", 0o777, 1, target="a"),
    )  # fmt: skip
    left = tuple(LeftOut("other", f"{number}\udcfe", "Why.") for number in range(1_200))
    roots = (Root("config", "/s"), Root("from-later", "/x"))
    manifest = Manifest("id", 1, "person", "1", "h", "s", "out", roots, entries, left, "note", ("w",))
    shown = json.loads(json.dumps(manifest_json(manifest), ensure_ascii=False).encode())
    assert [area["files"] for area in shown["areas"]] == [2, 0]
    assert [area["bytes"] for area in shown["areas"]] == [12, 0]
    assert [(area["folders"], area["links"]) for area in shown["areas"]] == [(1, 0), (0, 1)]
    assert [area["title"] for area in shown["areas"]] == ["Configuration", "from-later"]
    assert (shown["bytes"], len(shown["leftOut"]), shown["leftOutCount"]) == (12, 1_000, 1_200)
    assert (shown["note"], shown["warnings"]) == ("note", ["w"])


def test_the_list_and_what_goes() -> None:
    progress = Progress("write", 1, 2, "f\udcff")
    assert progress_json(progress) == {"stage": "write", "done": 1, "total": 2, "file": "f\ufffd"}
    bare = listed_json((), (Path("/b"),), None, None)
    assert bare == {"backups": [], "folders": ["/b"], "places": []}
    places = ((Target("folder", "/b\udcff", "Stick"), ""), (Target("restic", "sftp:x:/r"), "It is away."))
    full = listed_json((RECORD, FAILED), (), 9, progress, places=places)
    assert full["places"] == [
        {"kind": "folder", "name": "Stick", "where": "/b\ufffd"},
        {"kind": "restic", "name": "restic sftp:x:/r", "where": "sftp:x:/r", "text": "It is away."},
    ]
    assert (full["newestGoodMs"], full["progress"]) == (9, progress_json(progress))
    verdicts = [
        Verdict(Held("a", 1, 10, True, "person", "/b"), True, "newest", "It is."),
        Verdict(Held("b", 0, 5, True, "person", "/b"), False, "old", "It is not."),
    ]
    gone = pruned_json(verdicts, dry_run=False)
    assert (gone["removed"], gone["bytes"], gone["dryRun"]) == (1, 5, False)
    assert pruned_json(verdicts, dry_run=True)["removed"] == 0
    assert gone["backups"][1] == {  # type: ignore[index, call-overload]
        "id": "b", "atMs": 0, "size": 5, "destination": "/b", "kept": False, "rule": "old", "why": "It is not.",
    }  # fmt: skip


def test_what_comes_next() -> None:
    assert outlook_json(None) == {}
    assert outlook_json(Outlook("off", "Off.")) == {"nextCode": "off", "nextWhy": "Off."}
    assert outlook_json(Outlook("waiting", "W.", 5, 5)) == {"nextCode": "waiting", "nextWhy": "W.", "nextMs": 5}
    assert outlook_json(Outlook("paused", "P.", paused_until_ms=0))["pausedUntilMs"] == 0
