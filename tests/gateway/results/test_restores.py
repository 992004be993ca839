"""What is answered is checked against these types where it is made; here what they refuse."""

from __future__ import annotations

from result_shapes import misfit

from clawd_desktop.gateway.results.restores import (
    RestoreBegun,
    RestoreDifference,
    RestoreOutcome,
    RestorePreview,
    RestoresKnown,
    RestoreStopped,
)

ENDED = {"ok": True, "atMs": 1, "what": "b", "title": "T", "text": "t", "warnings": []}
FILE = {"path": "a", "state": "changed", "sizeNow": 1, "sizeNew": 2}
AREA = {"name": "config", "title": "C", "counts": [], "files": [FILE], "filesCount": 1, "warnings": []}
SEEN = {"id": "i", "createdMs": 1, "host": "h", "version": "1", "secrets": "out", "areas": [AREA], "warnings": []}


def test_what_does_not_fit() -> None:
    assert misfit(RestoreOutcome, ENDED) == ""
    assert misfit(RestoreOutcome, ENDED | {"undo": None})
    assert misfit(RestoreOutcome, {"ok": True})
    assert misfit(RestorePreview, SEEN) == ""
    assert misfit(RestorePreview, SEEN | {"secrets": "perhaps"})
    assert misfit(RestorePreview, SEEN | {"areas": [AREA | {"files": [FILE | {"state": "same"}]}]})
    assert misfit(RestoresKnown, {"working": False, "undoable": [], "last": ENDED}) == ""
    assert misfit(RestoresKnown, {"working": False})
    assert misfit(RestoreDifference, {"lines": "a"})
    assert misfit(RestoreBegun, {"begun": 1})
    assert misfit(RestoreStopped, {})
