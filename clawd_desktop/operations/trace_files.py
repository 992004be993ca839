"""Keeps traces and recordings in private files, two for each run; does disk work, so it belongs in a worker thread."""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import Clock
from clawd_desktop.core.errors import ClawdError, NotFound, Unreadable
from clawd_desktop.core.recorded import RecordedRun
from clawd_desktop.core.values import as_object
from clawd_desktop.operations import recorded_form, trace_form
from clawd_desktop.operations.trace_tree import Sums, Trace, sums

LARGEST_TRACE = 4 * 1024 * 1024
LARGEST_RECORDING = 16 * 1024 * 1024  # Before it is packed.
_TRACE, _RECORDING = ".trace.json", ".turn.json.z"
_LEVEL = 3
_log = logging.getLogger("clawd.tracing")


@dataclass(frozen=True, slots=True)
class TraceRow:
    """What a list says of one run without opening its files; sizes in bytes, `recording` is 0 when there is none."""

    run_id: str
    session_key: str
    session_id: str
    started_ms: int
    sums: Sums
    stem: str
    size: int
    recording: int = 0

    @property
    def bytes(self) -> int:
        """What it takes on the disk."""
        return self.size + self.recording


def surplus(rows: Iterable[TraceRow], keep: int, most_bytes: int) -> tuple[list[TraceRow], list[TraceRow]]:
    """The rows to forget and those that lose only their recording, so that `keep` runs and `most_bytes` remain."""
    newest = sorted(rows, key=lambda row: row.started_ms, reverse=True)
    kept, gone = newest[:keep], newest[keep:]
    total = sum(row.bytes for row in kept)
    bare: list[TraceRow] = []
    for row in reversed(kept):
        if total > most_bytes and row.recording:
            bare.append(row)
            total -= row.recording
    for row in reversed(kept):
        if total > most_bytes:
            gone.append(row)
            total -= row.size
    return gone, [row for row in bare if row not in gone]


class TraceFiles:
    """The files below `folder`, which is made when it is first needed; `clean` takes secrets out of a text."""

    def __init__(self, folder: Path, clean: Callable[[str], str], clock: Clock) -> None:
        self._folder = folder
        self._clean = clean
        self._clock = clock

    def load(self) -> list[TraceRow]:
        """The runs that are kept; a broken file is set aside, what a power cut left half-written is removed."""
        if not self._folder.is_dir():
            return []
        rows: dict[str, TraceRow] = {}
        with safeio.explained(self._folder, "read"):
            found = sorted(self._folder.iterdir())
        for path in found:
            # One that refuses must not hide the others: what cannot be found is never forgotten either.
            try:
                if path.name.startswith(".") and path.name.endswith(".new"):
                    safeio.remove(path)
                elif path.name.endswith(_TRACE):
                    self._take(path, rows)
            except ClawdError as error:
                _log.warning("a trace is left alone: %s", error.sentence())
        self._remove_orphans(found, {row.stem for row in rows.values()})
        return list(rows.values())

    def save(self, trace: Trace, recorded: RecordedRun | None) -> TraceRow:
        """Write both files, the recording first: a trace that is there has all that it speaks of. Raises StorageFault.

        A recording that would be larger than LARGEST_RECORDING is left out.
        """
        safeio.make_folder(self._folder)
        stem = _stem(trace)
        packed = self._packed(recorded) if recorded is not None else b""
        if packed:
            safeio.write_file(self._folder / f"{stem}{_RECORDING}", packed)
        data = trace_form.encode(self._cleaned(trace))
        safeio.write_file(self._folder / f"{stem}{_TRACE}", data)
        return _row(trace, stem, len(data), len(packed))

    def read(self, row: TraceRow) -> Trace:
        """The whole trace. Raises NotFound, StorageFault, or Unreadable after the broken file was set aside."""
        path = self._folder / f"{row.stem}{_TRACE}"
        try:
            return trace_form.decode(safeio.read_file(path, limit=LARGEST_TRACE))
        except ValueError as error:
            raise self._broken(path, error) from error

    def read_recording(self, row: TraceRow) -> RecordedRun:
        """What was recorded of the run. Raises the same."""
        path = self._folder / f"{row.stem}{_RECORDING}"
        try:
            unpacker = zlib.decompressobj()
            data = unpacker.decompress(safeio.read_file(path, limit=LARGEST_RECORDING), LARGEST_RECORDING)
            return recorded_form.decode(data)
        except (ValueError, zlib.error) as error:
            raise self._broken(path, error) from error

    def remove(self, row: TraceRow) -> None:
        """Forget the run. Raises StorageFault."""
        safeio.remove(self._folder / f"{row.stem}{_TRACE}")
        self.remove_recording(row)

    def remove_recording(self, row: TraceRow) -> TraceRow:
        """Forget what was said in the run; returns the row without it. Raises StorageFault."""
        if row.recording:
            safeio.remove(self._folder / f"{row.stem}{_RECORDING}")
        return replace(row, recording=0)

    def _take(self, path: Path, rows: dict[str, TraceRow]) -> None:
        try:
            data = safeio.read_file(path, limit=LARGEST_TRACE)
            trace = trace_form.decode(data)
        except (ValueError, Unreadable) as error:
            self._broken(path, error)
            return
        stem = path.name.removesuffix(_TRACE)
        row = _row(trace, stem, len(data), _size(self._folder / f"{stem}{_RECORDING}"))
        before = rows.get(trace.run_id)
        if before is not None:  # a client used its idempotency key a second time, long after the first
            self.remove(before)
        rows[trace.run_id] = row

    def _remove_orphans(self, found: Iterable[Path], stems: set[str]) -> None:
        for path in found:
            if path.name.endswith(_RECORDING) and path.name.removesuffix(_RECORDING) not in stems:
                try:
                    safeio.remove(path)
                except ClawdError as error:
                    _log.warning("a recording is left alone: %s", error.sentence())

    def _broken(self, path: Path, error: Exception) -> Unreadable:
        aside = safeio.set_aside(path, "broken", self._clock.wall_ms())
        _log.warning("%s cannot be understood (%s); it is kept as %s", path, error, aside.name)
        return Unreadable(
            f"The file {path} cannot be understood: {error}.",
            path=str(aside),
            hint=f"It was set aside as {aside.name}; later runs are not affected.",
        )

    def _packed(self, recorded: RecordedRun) -> bytes:
        data = recorded_form.encode(recorded, self._clean)
        return zlib.compress(data, _LEVEL) if len(data) <= LARGEST_RECORDING else b""

    def _cleaned(self, trace: Trace) -> Trace:
        marks = (
            replace(mark, facts=as_object(recorded_form.clean_json(mark.facts, self._clean))) for mark in trace.marks
        )
        return replace(trace, marks=tuple(marks))


def _row(trace: Trace, stem: str, size: int, recording: int) -> TraceRow:
    return TraceRow(
        trace.run_id, trace.session_key, trace.session_id, trace.started_ms, sums(trace), stem, size, recording
    )


def _stem(trace: Trace) -> str:
    # The id of a run is whatever a client made up, and may be no name for a file.
    digest = hashlib.sha256(trace.run_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{trace.started_ms:015d}-{digest[:16]}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def missing(run_id: str) -> NotFound:
    """The error of a run that is not kept."""
    return NotFound(f"There is no trace of run {run_id!r}.", hint="See: clawd-desktop trace list")
