"""Takes old backups out of a store, then the packs that nobody needs, and packs anew what is mostly dead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from clawd_desktop.backup import pack_reader, store_index
from clawd_desktop.backup.packs import Pack, PackWriter, pieces
from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.backup.store_index import Index
from clawd_desktop.backup.store_snapshots import Snapshot
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import Unreadable
from clawd_desktop.core.new_file import is_unfinished

# A pack of which less than this part is needed is packed anew, and so are small ones when there are many.
_LIVE_PART = 0.5
_SMALL_BYTES = 8 << 20
_MANY_SMALL = 32


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went, or would go: backups, packs removed and packed anew; `bytes` is about what becomes free.

    `kept_because` says why packs were left alone, "" when they were not.
    """

    snapshots: tuple[Snapshot, ...] = ()
    packs: tuple[str, ...] = ()
    repacked: tuple[str, ...] = ()
    bytes: int = 0
    kept_because: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with the packs: `dead` go, `thin` are packed anew with the contents named."""

    dead: tuple[str, ...] = ()
    thin: dict[str, frozenset[str]] = field(default_factory=dict)
    bytes: int = 0


def plan(packs: Iterable[Pack], needed: frozenset[str] | set[str], doubted: set[str]) -> Plan:
    """What nobody needs; does no I/O. A content that is in several packs counts in the one with the most needed.

    A pack in doubt counts last, so that it goes when all it holds is elsewhere; it is never packed anew.
    """
    weighed = sorted(packs, key=lambda pack: (pack.name in doubted, -_weight(pack, needed), pack.name))
    claimed: set[str] = set()
    dead: list[str] = []
    thin: dict[str, frozenset[str]] = {}
    small: dict[str, frozenset[str]] = {}
    freed = 0
    for pack in weighed:
        live = frozenset(digest for digest in pack.contents if digest in needed and digest not in claimed)
        claimed |= live
        if not live:
            dead.append(pack.name)
            freed += pack.size
        elif pack.name not in doubted:
            part = _part(pack, live)
            if part < _LIVE_PART:
                thin[pack.name] = live
                freed += int(pack.size * (1 - part))
            elif pack.size < _SMALL_BYTES:
                small[pack.name] = live
    return Plan(tuple(dead), thin | (small if len(small) >= _MANY_SMALL else {}), freed)


def _weight(pack: Pack, needed: frozenset[str] | set[str]) -> int:
    return sum(size for digest, size in pack.contents.items() if digest in needed)


def _part(pack: Pack, live: frozenset[str]) -> float:
    # Each content costs a header as well, so that empty ones count too.
    return sum(pack.contents[digest] + 512 for digest in live) / sum(size + 512 for size in pack.contents.values())


@dataclass(slots=True)
class Repacking:
    """Copies what is needed of thin packs into new ones, checked on the way; the old go when the new ones stand."""

    place: Layout
    seal: Seal
    index: Index
    confirm: Callable[[], None]
    most_file_bytes: int = 0
    _open: PackWriter | None = None
    _emptied: list[str] = field(default_factory=list)
    _fresh: set[str] = field(default_factory=set)

    def carry_out(self, planned: Plan, progress: Watch, stopped: Halt) -> str:
        """Do what was planned; returns what was left because it is damaged, "" for nothing.

        Whenever it ends, each content that is needed is in a pack that stands. Raises StorageFault, Busy, Stopped.
        """
        steps, done, damage = len(planned.dead) + len(planned.thin), 0, ""
        for name in planned.dead:
            _tell(progress, stopped, done, steps)
            self._remove(name)
            done += 1
        try:
            for name, live in planned.thin.items():
                _tell(progress, stopped, done, steps)
                try:
                    self._copy(name, live, stopped)
                    self._emptied.append(name)
                except Unreadable as error:
                    store_index.doubt(self.place, name)
                    damage = error.message
                self._finish(only_full=True)
                done += 1
            self._finish()
        finally:
            if self._open is not None:
                self._open.discard()
        _tell(progress, stopped, done, steps)
        return damage

    def _copy(self, name: str, live: frozenset[str], stopped: Halt) -> None:
        path, left = store_index.pack_file(self.place, name), set(live)
        for digest, size, data in pack_reader.members(path, self.seal, live.__contains__):
            go_on(stopped)
            if size > pack_reader.SMALL_BYTES:
                self._copy_large(digest, size, data)
            else:
                self._writer().add_bytes(digest, data.read())
            left.discard(digest)
        if left:
            raise Unreadable(f"{path} does not hold what its index says.", path=str(path))

    def _copy_large(self, digest: str, size: int, data: BinaryIO) -> None:
        """Into a pack of its own, so that damage in the middle of it spoils nothing else."""
        self._place()
        writer = self._writer()
        try:
            writer.add(digest, size, pieces(data))
        except Unreadable:
            writer.discard()
            self._open = None
            raise
        self._place()

    def _writer(self) -> PackWriter:
        if self._open is None:
            self._open = PackWriter(self.place.packs, self.seal, self.most_file_bytes)
        return self._open

    def _place(self) -> None:
        if self._open is None:
            return
        pack = self._open.finish()
        self._open = None
        store_index.save(self.place, self.seal, pack)
        self.index.put(pack)
        # What is packed anew may come out as the very pack that was to be emptied.
        self._fresh.add(pack.name)

    def _finish(self, *, only_full: bool = False) -> None:
        if self._open is not None and only_full and not self._open.full:
            return
        self._place()
        for name in self._emptied:
            if name not in self._fresh:
                self._remove(name)
        self._emptied.clear()

    def _remove(self, name: str) -> None:
        self.confirm()
        store_index.remove(self.place, self.seal, name)
        self.index.packs.pop(name, None)


def _tell(progress: Watch, stopped: Halt, done: int, steps: int) -> None:
    go_on(stopped)
    progress(Progress("prune", done, steps))


def tidy(place: Layout) -> None:
    """Remove what killed processes left unfinished, and index files whose pack is gone. Needs the lock."""
    there = set(store_index.pack_names(place))
    for folder in (place.root, place.packs, place.index, place.snapshots):
        for name in store_index.names_in(folder):
            orphan = folder == place.index and store_index.is_index(name) and name.partition(".")[0] not in there
            if is_unfinished(name) or orphan:
                safeio.remove(folder / name)


def preview(planned: Plan, dropped: Iterable[Snapshot], kept_because: str, place: Path) -> Pruned:
    """What the plan does, in words for a person; sizes of the lists that go are counted too."""
    gone = tuple(dropped)
    lists = sum((place / one.name).stat().st_size for one in gone if (place / one.name).exists())
    return Pruned(gone, planned.dead, tuple(planned.thin), planned.bytes + lists, kept_because)
