"""Takes a backup into a store: only files that changed are opened, and what is there already is not written again."""

from __future__ import annotations

import io
import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from clawd_desktop.backup import store_snapshots, taking
from clawd_desktop.backup.collect import collect
from clawd_desktop.backup.gathering import Found
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.intake import Intake, Piece, with_facts
from clawd_desktop.backup.manifest import Entry, Manifest, readable
from clawd_desktop.backup.progress import Halt, Watch, go_on, never, unwatched
from clawd_desktop.backup.seen_files import Stamp, stamp_of
from clawd_desktop.backup.store import Store
from clawd_desktop.backup.store_adding import LeftAside, Source
from clawd_desktop.backup.taking import Taken, Wish
from clawd_desktop.core.errors import NotFound


def take_into(store: Store, ground: Ground, wish: Wish, progress: Watch = unwatched, stopped: Halt = never) -> Taken:
    """Make the backup; for a worker thread. The store holds what it held when it fails or is stopped.

    `wish` says the folder in which the store is, and its lock says that passwords may come along. Raises as
    `taking.take`, and what `Store.add` raises.
    """
    taking.check(ground, wish)
    taking.sweep(wish.folder, ground)
    collected = collect(ground, wish.areas, secrets=wish.keyring is not None)
    if not collected.found and not wish.keyring:
        raise NotFound("There is nothing to back up.", hint=f"Is {ground.paths.state} the right folder?")
    made: list[Manifest] = []
    with taking.scratch_of(ground) as scratch:
        intake = Intake(ground, collected, scratch, taking.keyring_of(wish), stopped=stopped)
        draft = taking.manifest_of(ground, wish, ground.clock.wall_ms(), (), intake)

        def completed(manifest: Manifest) -> Manifest:
            made.append(
                readable(
                    replace(
                        manifest,
                        roots=taking.roots_of(ground, manifest.entries),
                        left_out=(*manifest.left_out, *intake.left_out),
                        warnings=(*collected.warnings, *intake.warnings),
                    )
                )
            )
            return made[-1]

        snapshot = store.add(
            draft, _sources(intake), progress, stopped, total_bytes=collected.size, completed=completed
        )  # fmt: skip
    return Taken(store_snapshots.snapshot_file(store.place, snapshot), made[-1], snapshot.added_bytes)


def _sources(intake: Intake) -> Iterator[Source]:
    try:
        for found in intake.collected.found:
            go_on(intake.stopped)
            pieces = intake.of(found)
            if found.entry.kind != "file":
                yield from (Source(piece.entry) for piece in pieces)
                continue
            given = _Given(intake, found, pieces)
            try:
                yield given.source()
            finally:
                pieces.close()
        for piece in intake.of_keyring():
            yield Source(piece.entry, lambda piece=piece: _file(piece))  # type: ignore[misc]
    finally:
        intake.close()


@dataclass(slots=True)
class _Given:
    """One file, which is opened only when the store asks for what it holds."""

    intake: Intake
    found: Found
    pieces: Generator[Piece, None, None]
    _piece: Piece | None = None
    _warned: int = field(default=0)

    def source(self) -> Source:
        facts = self.intake.facts(self.found)
        if facts is None:
            return Source(self.found.entry, self.open, None, self.settled)
        return Source(with_facts(self.found.entry, facts), self.open, self._stamp(facts), self.settled)

    def open(self) -> BinaryIO:
        self._warned = len(self.intake.warnings)
        self._piece = next(self.pieces, None)
        if self._piece is None:
            raise LeftAside
        return _file(self._piece)

    def settled(self) -> tuple[Entry, Stamp | None]:
        """What was read, once the reading of it is closed: a file that changed meanwhile is read the next time too."""
        assert self._piece is not None
        next(self.pieces, None)
        facts = self._piece.facts
        if facts is None or len(self.intake.warnings) > self._warned:
            return self._piece.entry, None
        return self._piece.entry, self._stamp(facts)

    def _stamp(self, facts: os.stat_result) -> Stamp:
        rules = self.intake.collected.rules if self.found.clean else ""
        # A path costs much to put together.
        return stamp_of(f"{self.found.root}/{self.found.inner}", facts, rules)


def _file(piece: Piece) -> BinaryIO:
    data = piece.data
    return io.BytesIO(data or b"") if data is None or isinstance(data, bytes) else data
