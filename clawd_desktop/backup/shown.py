"""Backups as JSON, one form for the gateway and for the command line that works without it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clawd_desktop.backup import listing
from clawd_desktop.backup.areas import title_of
from clawd_desktop.backup.drill_report import DrillReport, plain, report_json
from clawd_desktop.backup.exporting import Exported
from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.planned import Outlook
from clawd_desktop.backup.progress import Progress
from clawd_desktop.backup.records import BackupRecord
from clawd_desktop.backup.retention import Verdict
from clawd_desktop.backup.targets import Target
from clawd_desktop.core.values import JsonObject, JsonValue

__all__ = [
    "drills_json", "listed_json", "manifest_json", "plain", "progress_json", "pruned_json", "record_json",
    "verdict_json",
]  # fmt: skip

MOST_LEFT_OUT = 1_000


def record_json(record: BackupRecord) -> JsonObject:
    """An attempt: `path`, `verifiedMs` and `text` (what is wrong) are absent where there is nothing to say."""
    row: JsonObject = {
        "id": record.id, "atMs": record.at_ms, "cause": record.cause, "ok": record.ok, "size": record.size,
        "areas": list(record.areas), "sealed": record.sealed, "tookS": record.took_s, "warnings": list(record.warnings),
    }  # fmt: skip
    if record.path:
        row["path"] = plain(record.path)
        row["place"] = plain(listing.place(record))
    if record.verified_ms:
        row["verifiedMs"] = record.verified_ms
    if record.text:
        row["text"] = record.text
    return row


def manifest_json(manifest: Manifest) -> JsonObject:
    """What a backup holds, summed up by area, and what was left out and why (at most 1,000 of them, `leftOut` says
    how many there are)."""
    counts = {area: [0, 0, 0, 0] for area in manifest.areas}
    for entry in manifest.entries:
        count = counts[entry.area]
        count[("file", "folder", "link").index(entry.kind)] += 1
        count[3] += entry.size
    areas: list[JsonValue] = [
        {
            "name": root.area, "title": _title(root.area), "folder": plain(root.folder), "files": counts[root.area][0],
            "folders": counts[root.area][1], "links": counts[root.area][2], "bytes": counts[root.area][3],
        }
        for root in manifest.roots
    ]  # fmt: skip
    left_out: list[JsonValue] = [
        {"area": left.area, "path": plain(left.path), "reason": left.reason}
        for left in manifest.left_out[:MOST_LEFT_OUT]
    ]
    return {
        "id": manifest.id, "createdMs": manifest.created_ms, "cause": manifest.cause, "version": manifest.version,
        "host": manifest.host, "system": manifest.system, "secrets": manifest.secrets, "note": manifest.note,
        "bytes": manifest.size, "areas": areas, "leftOut": left_out, "leftOutCount": len(manifest.left_out),
        "warnings": list(manifest.warnings),
    }  # fmt: skip


def verdict_json(verdict: Verdict) -> JsonObject:
    """What becomes of a backup by the rules, and why."""
    backup = verdict.backup
    return {
        "id": backup.id, "atMs": backup.created_ms, "size": backup.size, "destination": plain(backup.destination),
        "kept": verdict.kept, "rule": verdict.rule, "why": verdict.why,
    }  # fmt: skip


def listed_json(
    records: Sequence[BackupRecord],
    folders: Sequence[Path],
    newest_good_ms: int | None,
    progress: Progress | None,
    last_drill: DrillReport | None = None,
    places: Sequence[tuple[Target, str]] = (),
) -> JsonObject:
    """All attempts, where backups go, when the newest good one was made, how far it is with what is being done, and
    how the last drill went.

    `places` are all of them, each with why nobody knows what is there, "" when that is known.
    """
    backups: list[JsonValue] = [record_json(record) for record in records]
    named: list[JsonValue] = [plain(str(folder)) for folder in folders]
    told: list[JsonValue] = [_place_json(target, trouble) for target, trouble in places]
    listed: JsonObject = {"backups": backups, "folders": named, "places": told}
    if newest_good_ms is not None:
        listed["newestGoodMs"] = newest_good_ms
    if progress is not None:
        listed["progress"] = progress_json(progress)
    if last_drill is not None:
        listed["lastDrill"] = report_json(last_drill)
    return listed


def exported_json(exported: Exported) -> JsonObject:
    """A portable file that was made."""
    return {
        "id": exported.manifest.id, "path": plain(str(exported.path)), "size": exported.size,
        "sealed": exported.sealed,
    }  # fmt: skip


def outlook_json(outlook: Outlook | None) -> JsonObject:
    """When the next planned backup is made, and why then; nothing where nobody makes any."""
    if outlook is None:
        return {}
    shown: JsonObject = {"nextCode": outlook.code, "nextWhy": outlook.why}
    if outlook.next_ms is not None:
        shown["nextMs"] = outlook.next_ms
    if outlook.paused_until_ms is not None:
        shown["pausedUntilMs"] = outlook.paused_until_ms
    return shown


def drills_json(reports: Sequence[DrillReport]) -> JsonObject:
    """How trying out each of these went, and whether all came back whole."""
    drills: list[JsonValue] = [report_json(report) for report in reports]
    return {"ok": all(report.ok for report in reports), "drills": drills}


def pruned_json(verdicts: Sequence[Verdict], *, dry_run: bool) -> JsonObject:
    """What becomes of all backups; `bytes` is what goes, or would."""
    going = [verdict.backup for verdict in verdicts if not verdict.kept]
    backups: list[JsonValue] = [verdict_json(verdict) for verdict in verdicts]
    removed = 0 if dry_run else len(going)
    return {
        "dryRun": dry_run, "removed": removed, "bytes": sum(backup.size for backup in going), "backups": backups,
    }  # fmt: skip


def progress_json(progress: Progress) -> JsonObject:
    """How far it is."""
    return {
        "stage": progress.stage, "done": progress.done_bytes, "total": progress.total_bytes,
        "file": plain(progress.file),
    }  # fmt: skip


def _place_json(target: Target, trouble: str) -> JsonObject:
    row: JsonObject = {"kind": target.kind, "name": target.title, "where": plain(target.shown)}
    if trouble:
        row["text"] = trouble
    return row


def _title(area: str) -> str:
    try:
        return title_of(area)
    except KeyError:  # of a later version
        return area
