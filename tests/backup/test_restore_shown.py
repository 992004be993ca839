"""What restores look like as JSON: exactly as the types of the gateway's answers say."""

from __future__ import annotations

from pathlib import Path

from result_shapes import misfit

from clawd_desktop.backup.look import Look
from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.preview import AreaPreview, FileChange, State
from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.restore import Report
from clawd_desktop.backup.restore_outcome import Outcome
from clawd_desktop.backup.restore_shown import MOST_FILES, look_json, outcome_json, restores_json
from clawd_desktop.backup.undo import Undoable, Undone
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import as_list, as_object
from clawd_desktop.gateway.results.restores import RestoreOutcome, RestorePreview, RestoresKnown

REPORT = Report(
    "r1", "b.tar.zst", Path("/b/safety"), (), (), ("gateway.auth.token",), ("Look \udcff.",), secrets={"x": "hidden"}
)  # fmt: skip


def seen(*files: tuple[str, State, int, int]) -> Look:
    manifest = Manifest("id", 7, "person", "1", "host", "Linux 6.1", "out", (), ())
    area = AreaPreview("workspace-main", tuple(FileChange(*one) for one in files), ("Mind.",))
    return Look(manifest, (area,), ("All.",))


def test_what_one_would_do() -> None:
    shown = look_json(
        seen(
            ("a", "same", 1, 1),
            ("b", "changed", 2, 3),
            ("c\udcff", "only in backup", 0, 5),
            ("d", "would be lost", 7, 0),
        )
    )
    assert misfit(RestorePreview, shown) == ""
    (area,) = map(as_object, as_list(shown["areas"]))
    assert area == {
        "name": "workspace-main", "title": "Workspace of main", "warnings": ["Mind."], "filesCount": 3,
        "counts": [
            {"state": "same", "count": 1, "bytes": 1}, {"state": "changed", "count": 1, "bytes": 3},
            {"state": "only in backup", "count": 1, "bytes": 5}, {"state": "would be lost", "count": 1, "bytes": 7},
        ],
        "files": [
            {"path": "b", "state": "changed", "sizeNow": 2, "sizeNew": 3},
            {"path": "c\ufffd", "state": "only in backup", "sizeNow": 0, "sizeNew": 5},
            {"path": "d", "state": "would be lost", "sizeNow": 7, "sizeNew": 0},
        ],
    }  # fmt: skip


def test_of_many_files_the_first() -> None:
    many = seen(*((str(number), "changed", 1, 1) for number in range(MOST_FILES + 5)))
    (area,) = map(as_object, as_list(look_json(many)["areas"]))
    assert (len(as_list(area["files"])), area["filesCount"]) == (MOST_FILES, MOST_FILES + 5)


def test_how_one_ended() -> None:
    done = outcome_json(Outcome(7, report=REPORT, what="b.tar.zst"))
    assert misfit(RestoreOutcome, done) == ""
    assert (done["ok"], done["undo"], done["safety"], done["warnings"]) == (True, "r1", "/b/safety", ["Look \ufffd."])
    assert "hidden" not in str(done)
    back = outcome_json(Outcome(7, report=Report("r1", "b", None, (), (), (), (), taken_back="Why.")))
    assert misfit(RestoreOutcome, back) == ""
    assert (back["ok"], back["takenBack"], "undo" in back, "safety" in back) == (False, "Why.", False, False)
    fault = outcome_json(Outcome(7, fault=ClawdError("No.", hint="Try."), what="b"))
    assert misfit(RestoreOutcome, fault) == ""
    assert (fault["ok"], fault["text"], fault["what"]) == (False, "No. Try.", "b")
    undone = outcome_json(Outcome(7, undone=Undone("r1", "r2", (Path("/x"),), 60), what="r1", takes_back=True))
    assert misfit(RestoreOutcome, undone) == ""
    assert (undone["undo"], undone["writtenSince"], undone["writtenSinceCount"]) == ("r2", ["/x"], 60)


def test_what_is_known() -> None:
    nothing = restores_json((), None, None, working=False)
    assert (misfit(RestoresKnown, nothing), nothing) == ("", {"working": False, "undoable": []})
    found = (Undoable("r2", 2, 9, "r1", ("config",), "r1"), Undoable("r1", 1, 8, "b", ("config", "sessions")))
    known = restores_json(found, Outcome(7, report=REPORT), Progress("extract", 1, 2, "a\udcff"), working=True)
    assert misfit(RestoresKnown, known) == ""
    assert known["progress"] == {"stage": "extract", "done": 1, "total": 2, "file": "a\ufffd"}
    assert [as_object(one).get("undoes") for one in as_list(known["undoable"])] == ["r1", None]
