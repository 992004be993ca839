"""Restores as JSON: what one would do, how the last one ended, and what can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from clawd_desktop.backup.areas import title_of
from clawd_desktop.backup.look import Look
from clawd_desktop.backup.preview import STATES, AreaPreview
from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.restore_outcome import Outcome, told
from clawd_desktop.backup.shown import plain, progress_json
from clawd_desktop.backup.undo import Undoable
from clawd_desktop.core.values import JsonObject, JsonValue

MOST_FILES = 1_000


def look_json(seen: Look) -> JsonObject:
    """What restoring all of a backup would do."""
    manifest = seen.manifest
    areas: list[JsonValue] = [_area(one) for one in seen.areas]
    return {
        "id": manifest.id, "createdMs": manifest.created_ms, "host": manifest.host, "version": manifest.version,
        "secrets": manifest.secrets, "areas": areas, "warnings": [plain(one) for one in seen.warnings],
    }  # fmt: skip


def outcome_json(outcome: Outcome) -> JsonObject:
    """How a restore or its undo ended."""
    title, text, undo = told(outcome)
    report, undone = outcome.report, outcome.undone
    done: JsonObject = {
        "ok": outcome.ok,
        "atMs": outcome.at_ms,
        "what": plain(outcome.what),
        "title": title,
        "text": plain(text),
        "warnings": [plain(one) for one in report.warnings] if report else [],
    }
    if undo:
        done["undo"] = undo
    if report is not None:
        done["unknownSecrets"] = list(report.unknown)
        if report.taken_back:
            done["takenBack"] = plain(report.taken_back)
        if report.safety is not None:
            done["safety"] = plain(str(report.safety))
    if undone is not None and undone.since_count:
        done["writtenSince"] = [plain(str(path)) for path in undone.since]
        done["writtenSinceCount"] = undone.since_count
    return done


def restores_json(
    found: Sequence[Undoable], last: Outcome | None, progress: Progress | None, *, working: bool
) -> JsonObject:
    """What is known of restores now."""
    undoable: list[JsonValue] = [undoable_json(one) for one in found]
    known: JsonObject = {"working": working, "undoable": undoable}
    if progress is not None:
        known["progress"] = progress_json(progress)
    if last is not None:
        known["last"] = outcome_json(last)
    return known


def undoable_json(one: Undoable) -> JsonObject:
    """A restore that can be taken back."""
    row: JsonObject = {
        "id": one.id, "atMs": one.at_ms, "untilMs": one.until_ms, "what": one.what, "areas": list(one.areas),
    }  # fmt: skip
    if one.undoes:
        row["undoes"] = one.undoes
    return row


def _area(area: AreaPreview) -> JsonObject:
    changing = [one for one in area.files if one.state != "same"]
    counts: list[JsonValue] = [
        {"state": state, "count": area.count(state), "bytes": area.size(state)} for state in STATES
    ]
    files: list[JsonValue] = [
        {"path": plain(one.path), "state": one.state, "sizeNow": one.size_now, "sizeNew": one.size_new}
        for one in changing[:MOST_FILES]
    ]
    return {
        "name": area.area, "title": title_of(area.area), "counts": counts, "files": files,
        "filesCount": len(changing), "warnings": list(area.warnings),
    }  # fmt: skip
