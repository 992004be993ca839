"""Makes a report for others: redacted, bounded, shown whole before it leaves, and never sent by itself."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clawd_desktop import __version__
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text
from clawd_desktop.operations.diagnostics.aside import aside
from clawd_desktop.operations.diagnostics.redaction_pass import cleaned
from clawd_desktop.operations.diagnostics.report_parts import BY_NAME, LEFT_OUT, PARTS, Part, Sources

LARGEST = 2 * 1024 * 1024
CLEAN_S = 20.0
FOLDER = "reports"
MANIFEST = "manifest.json"
_UNSEEN = "This part could not be made: "


@dataclass(frozen=True, slots=True)
class Section:
    """One part as it would leave; `whole_bytes` is how long it was, `cut` and `dropped` what was left out of it."""

    name: str
    title: str
    file: str
    text: str
    whole_bytes: int
    cut: bool
    dropped: int

    @property
    def size(self) -> int:
        """Its length in the report."""
        return len(self.text.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class Bundle:
    """The whole report. `left_out` says what is never in one."""

    made_ms: int
    sections: tuple[Section, ...]
    left_out: tuple[str, ...] = LEFT_OUT

    @property
    def size(self) -> int:
        """All sections together."""
        return sum(section.size for section in self.sections)

    def manifest(self) -> JsonObject:
        """What is in it and what is not, with a SHA-256 of each file."""
        rows: list[JsonValue] = [
            {
                "name": one.name, "title": one.title, "file": one.file, "bytes": one.size,
                "wholeBytes": one.whole_bytes, "cut": one.cut, "droppedLines": one.dropped,
                "sha256": hashlib.sha256(one.text.encode("utf-8", "replace")).hexdigest(),
            }
            for one in self.sections
        ]  # fmt: skip
        made = datetime.fromtimestamp(self.made_ms / 1000, UTC).isoformat(timespec="seconds")
        return {
            "program": "clawd-desktop", "version": __version__, "made": made, "bytes": self.size, "parts": rows,
            "notIncluded": [*self.left_out], "sent": "Nothing of it was sent anywhere.",
        }  # fmt: skip

    def shown(self) -> JsonObject:
        """The manifest with the text of each part, exactly as it would leave."""
        texts = {section.name: section.text for section in self.sections}
        manifest = self.manifest()
        rows = [as_object(row) for row in as_list(manifest["parts"])]
        parts: list[JsonValue] = [{**row, "text": texts[as_text(row["name"])]} for row in rows]
        return {**manifest, "parts": parts}

    def packed(self) -> bytes:
        """The report as a zip file."""
        import zipfile  # 0.01 s: not on the start path

        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MANIFEST, json.dumps(self.manifest(), indent=2) + "\n")
            for section in self.sections:
                archive.writestr(section.file, section.text.encode("utf-8", "replace"))
        return buffer.getvalue()


class ReportMaker:
    """Makes reports. Nothing leaves the computer: a report is shown, or saved to a file."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._turn = asyncio.Lock()

    async def preview(self, parts: Sequence[str] = ()) -> Bundle:
        """Exactly what a report of these parts (all of them when none is named) would hold. Raises BadInput.

        One is made at a time.
        """
        rows = chosen(parts)
        async with self._turn:
            return await self._made(rows, all_of_them=not parts)

    async def _made(self, rows: Sequence[Part], *, all_of_them: bool) -> Bundle:
        sections: list[Section] = []
        left = LARGEST
        for part in rows:
            section = await self._section(part, min(part.limit, left))
            if section.whole_bytes or not all_of_them:
                sections.append(section)
                left -= section.size
        return Bundle(self._sources.ground.clock.wall_ms(), tuple(sections))

    async def save(self, parts: Sequence[str] = (), path: Path | None = None) -> tuple[Path, Bundle]:
        """Write a report to a new file, without `path` into the folder of reports; returns where.

        Raises BadInput when a file stands there already, StorageFault.
        """
        bundle = await self.preview(parts)
        target = path or self._new_path(bundle)
        await asyncio.to_thread(write, bundle, target)
        return target, bundle

    def _new_path(self, bundle: Bundle) -> Path:
        stamp = datetime.fromtimestamp(bundle.made_ms / 1000, UTC).strftime("%Y%m%dT%H%M%S.%f")[:-3]
        return self._sources.ground.paths.own / FOLDER / f"clawd-desktop-report-{stamp}Z.zip"

    async def _section(self, part: Part, limit: int) -> Section:
        ground = self._sources.ground
        text = await self._collected(part)
        size = len(text.encode("utf-8", "replace"))
        kept = shortened(text, limit, tail=part.tail)
        try:
            result = await aside(
                lambda: cleaned(kept, ground.redactor, ground.paths.home), CLEAN_S, name=f"report {part.name}"
            )
        except TimeoutError:
            result = TimeoutError("it could not be cleaned in time")
        if isinstance(result, Exception):
            # What could not be looked at does not leave.
            return Section(part.name, part.title, part.file, "", size, True, kept.count("\n"))
        return Section(part.name, part.title, part.file, result.text, size, len(kept) < len(text), result.dropped)

    async def _collected(self, part: Part) -> str:
        try:
            return await part.collect(self._sources)
        except (OSError, ValueError, TimeoutError) as error:
            return f"{_UNSEEN}{error or type(error).__name__}\n"


def chosen(names: Sequence[str]) -> tuple[Part, ...]:
    """The parts with these names in their usual order, all when none is named. Raises BadInput."""
    unknown = [name for name in names if name not in BY_NAME]
    if unknown:
        raise BadInput(f"There is no part {unknown[0][:40]!r}.", hint=f"Parts are: {', '.join(BY_NAME)}.")
    return tuple(part for part in PARTS if not names or part.name in names)


def shortened(text: str, limit: int, *, tail: bool) -> str:
    """At most `limit` bytes of whole lines, the last ones for a tail, else the first ones."""
    data = text.encode("utf-8", "replace")
    if len(data) <= limit:
        return text
    if limit <= 0:
        return ""
    kept = data[-limit:].partition(b"\n")[2] if tail else data[:limit].rpartition(b"\n")[0]
    return kept.decode("utf-8", "replace")


def write(bundle: Bundle, path: Path) -> None:
    """Write the zip, readable for this user only. Raises BadInput when a file stands there already, StorageFault."""
    if path.exists():
        raise BadInput(f"{path} is there already.", hint="Choose another name.")
    safeio.make_folder(path.parent)
    safeio.write_file(path, bundle.packed())
