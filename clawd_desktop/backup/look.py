"""Shows what a restore would do, before anything is written: what changes in each area, and how a text differs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.backup import secrets_out
from clawd_desktop.backup.areas import area_of
from clawd_desktop.backup.manifest import Manifest
from clawd_desktop.backup.present import Choice, Here, chosen_of, scan
from clawd_desktop.backup.preview import AreaPreview, compare, text_diff
from clawd_desktop.backup.progress import Halt, Watch, go_on, never, unwatched
from clawd_desktop.backup.staging import Backup, Site, Wanted, place_of, want
from clawd_desktop.backup.swap_units import COMPANIONS
from clawd_desktop.config.scrub import scrubbed
from clawd_desktop.core.errors import ClawdError, NotFound
from clawd_desktop.core.safeio import read_file
from clawd_desktop.storage.seal import digest

_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Look:
    """A backup that was checked, and what restoring all of it would do."""

    manifest: Manifest
    areas: tuple[AreaPreview, ...]
    warnings: tuple[str, ...]


def look(backup: Backup, site: Site, watch: Watch = unwatched, halt: Halt = never) -> Look:
    """Verify the backup and compare all of it with what is there. Raises what the backup raises, StorageFault."""
    manifest = backup.verify(watch, halt)
    choice = Choice(areas=frozenset(manifest.areas))
    wanted = want(manifest, choice, site.ground)
    return Look(manifest, previews(manifest, choice, wanted, halt), wanted.warnings)


def previews(
    manifest: Manifest, choice: Choice, wanted: Wanted, halt: Halt = never, *, quick: bool = False
) -> tuple[AreaPreview, ...]:
    """What would become of each path of the choice, area by area. Raises StorageFault, Stopped.

    With `quick` a file of the same size and time counts as the same, and is not read.
    """
    found = []
    scans: dict[Path, dict[str, Here]] = {}
    for area in (area for area in manifest.areas if area in choice.named()):
        now: dict[str, Here] = {}
        mine: set[str] = set()
        roots: dict[str, Path] = {}
        entries = [entry for group in wanted.entries for entry in group if entry.area == area]
        for place in (place for place in wanted.places if place.area == area):
            skipped = wanted.apart - {place.root}
            if place.root not in scans:
                scans[place.root] = scan(place.root, skipped, halt)
            there = scans[place.root]
            chosen = chosen_of(there, place, choice, manifest, wanted.apart)
            mine |= {path for path in chosen if there[path].kind != "folder" or place.owns(path)}
            held = {entry.path for entry in entries if wanted.place(entry) == place}
            visible = {path: here for path, here in there.items() if path in held or path in chosen}
            roots |= dict.fromkeys(visible, place.root)
            now |= visible
        times = {(entry.path, entry.mtime_ns): entry.sha256 for entry in entries if quick}
        known = {path: times[path, here.mtime_ns] for path, here in now.items() if (path, here.mtime_ns) in times}
        # What belongs to a database that comes goes with it and is missed by nobody.
        mine -= {entry.path + end for entry in entries for end in COMPANIONS} - {entry.path for entry in entries}
        found.append(compare(area, entries, now, mine, _digests(roots, halt, known)))
    return tuple(found)


def difference(backup: Backup, site: Site, area: str, path: str, halt: Halt = never) -> tuple[str, ...]:
    """How a text of the backup differs from the one that is there, in lines; empty when one of them is no text.

    Secrets are taken out of both. Raises NotFound when the backup has no such file, and what the backup raises.
    """
    manifest = backup.listed(unwatched, halt)
    entry = next((one for one in manifest.of(area) if one.path == path and one.kind == "file"), None)
    if entry is None:
        raise NotFound(f"The backup has no file {path} in {area}.")
    wanted = want(manifest, Choice(paths=frozenset({(area, path)})), site.ground)
    place = place_of(area, path, wanted.places, wanted.apart)
    if entry.size > _LARGEST or place is None:
        return ()
    new = backup.read(entry, halt)
    now = b""
    with contextlib.suppress(ClawdError):
        now = read_file(place.root / path, limit=_LARGEST)
    secrets = secrets_out.secret_values(now) | secrets_out.secret_values(new)
    hide = area_of(area).cleaned
    return text_diff(now, new, (lambda text: scrubbed(text, secrets)) if hide else str)


def _digests(roots: dict[str, Path], halt: Halt, known: dict[str, str]) -> Callable[[str], str]:
    def asked(path: str) -> str:
        go_on(halt)
        if path in known:
            return known[path]
        try:
            return digest(roots[path] / path)
        except ClawdError:
            return ""

    return asked
