"""The store on a destination that is a folder: backups share what they have in common, and each restores alone."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from clawd_desktop.backup import (
    manifest as manifests,
)
from clawd_desktop.backup import (
    seen_files,
    store_carrying,
    store_format,
    store_index,
    store_pruning,
    store_reading,
    store_snapshots,
    store_verifying,
)
from clawd_desktop.backup.manifest import Damaged, Entry, Manifest
from clawd_desktop.backup.member_names import Disk
from clawd_desktop.backup.progress import Halt, Watch, go_on, never, unwatched
from clawd_desktop.backup.sealing import Keys
from clawd_desktop.backup.store_adding import Adding, Source
from clawd_desktop.backup.store_carrying import Portable
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.backup.store_index import Index
from clawd_desktop.backup.store_lock import StoreLock
from clawd_desktop.backup.store_pruning import Plan, Pruned, Repacking
from clawd_desktop.backup.store_snapshots import Snapshot
from clawd_desktop.backup.store_verifying import Verified
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, Busy, NotFound, Refused, StorageFault, Unreadable


@dataclass(frozen=True, slots=True)
class Limits:
    """What the disk of a store allows: bytes of its largest file, 0 when there is no such limit."""

    most_file_bytes: int = 0


class Store:
    """One store, opened. All methods block and are meant for a worker thread; two at once are refused (Busy).

    `folder` is the destination, or where just this store is; `cache` this computer's folder for what may be lost.
    Opening raises NotFound when there is no store (`store_format.create` makes one), BadInput when it is sealed and no
    key is given, Unreadable.
    """

    def __init__(
        self,
        folder: Path | Layout,
        cache: Path,
        keys: Keys | None = None,
        limits: Limits | None = None,
        now_ms: Callable[[], int] = lambda: int(time.time() * 1000),
    ) -> None:
        self.place = folder if isinstance(folder, Layout) else store_format.layout(folder)
        self._seal = store_format.open_seal(self.place, keys or Keys())
        self._scratch = cache / "backup"
        self._seen_file = cache / "backup" / f"{store_format.read(self.place).id}.json"
        self._limits = limits or Limits()
        self._now_ms = now_ms
        self._known = Index()
        self._described: dict[str, Snapshot] = {}
        self._listed: tuple[str, Manifest] | None = None

    def add(
        self,
        draft: Manifest,
        sources: Iterable[Source],
        progress: Watch = unwatched,
        stopped: Halt = never,
        *,
        total_bytes: int = 0,
        completed: Callable[[Manifest], Manifest] = lambda manifest: manifest,
    ) -> Snapshot:
        """Make a backup: `draft` without its entries, which are those of the sources with what was read.

        `total_bytes` is what the sources hold, for who watches; `completed` adds what only came up while they were
        read, as reasons why something was left out, and leaves id and entries as they are.

        What is there already is not written again. It counts when this returns: its packs were read back before, its
        list after writing. Raises Stopped, Busy, StorageFault, Unreadable, Conflict; the store then holds what it held.
        """
        with self._there(), StoreLock(self.place.root, "A backup") as lock:
            store_format.check_ours(self.place, self._seal)
            path = store_snapshots.new_file(self.place, self._seal, draft)
            store_pruning.tidy(self.place)
            index = self._load()
            store_index.mend(self.place, self._seal, index)
            seen = seen_files.load(self._seen_file, self._now_ms())
            adding = Adding(
                self.place, self._seal, index, seen, lock.confirm, self._scratch, self._limits.most_file_bytes
            )
            safeio.make_folder(self._scratch)
            with contextlib.ExitStack() as failing:
                failing.callback(self._undo, adding, draft.id)
                entries = adding.add(sources, total_bytes, progress, stopped)
                manifest = replace(draft, entries=entries, left_out=(*draft.left_out, *adding.left_out))
                manifest = completed(manifest)
                go_on(stopped)
                lock.confirm()
                snapshot = self._conclude(path, manifest, index)
                failing.pop_all()
            grown = (
                sum(pack.size for pack in adding.added)
                + store_snapshots.snapshot_file(self.place, snapshot).stat().st_size
            )
            snapshot = replace(snapshot, added_bytes=grown)
        with contextlib.suppress(StorageFault):
            seen_files.save(self._seen_file, seen)
        return snapshot

    def snapshots(self) -> tuple[Snapshot, ...]:
        """All backups, oldest first, damaged ones too. Raises StorageFault, BadInput for a wrong key."""
        heads = store_snapshots.heads(self.place)
        for head in heads:
            if head.name not in self._described:
                with contextlib.suppress(NotFound):
                    self._described[head.name] = store_snapshots.described(self.place, self._seal, head)
        return tuple(self._described[head.name] for head in heads if head.name in self._described)

    def manifest(self, snapshot: Snapshot) -> Manifest:
        """The list of a backup; the last one is remembered, and then not looked for. Raises NotFound, Unreadable,
        StorageFault."""
        if self._listed is None or self._listed[0] != snapshot.name:
            self._listed = snapshot.name, store_snapshots.read(self.place, self._seal, snapshot)
        return self._listed[1]

    def verify(
        self,
        snapshot: Snapshot | None = None,
        *,
        everything: bool = True,
        progress: Watch = unwatched,
        stopped: Halt = never,
    ) -> Verified:
        """Check a backup (None: the whole store): with `everything` each byte is read, without it what is there.

        What a damaged pack holds is stored again by the next backup. Raises Unreadable that names the file,
        StorageFault, BadInput for a wrong key, Stopped.
        """
        store_format.read(self.place)
        checked = (snapshot,) if snapshot else tuple(store_snapshots.heads(self.place))
        checking = store_verifying.Verifying(self.place, self._seal, progress, stopped)
        return checking.carry_out(checked, everything=everything, all_packs=snapshot is None)

    def read(self, snapshot: Snapshot, entry: Entry) -> BinaryIO:
        """The content of one file of a backup; a large one raises Unreadable at its end when it is damaged.

        Raises NotFound when the backup has no such file, Unreadable, StorageFault.
        """
        found = next(
            (one for one in self.manifest(snapshot).of(entry.area) if one.path == entry.path and one.kind == "file"),
            None,
        )
        if found is None:
            raise NotFound(f"The backup {snapshot.name} has no file {entry.area}/{entry.path}.")
        return store_reading.opened(self.place, self._seal, self._load, found)

    def extract(
        self,
        snapshot: Snapshot,
        wanted: Callable[[Entry], bool],
        staging: Path,
        disk: Disk,
        progress: Watch = unwatched,
        stopped: Halt = never,
    ) -> Manifest:
        """Write what is wanted of a backup below `<staging>/<area>/`, each file checked; returns the whole list.

        The folder must be empty or not there, and is that again when it fails. Raises Refused, before anything is
        written, for what `disk` cannot keep; NotFound, Unreadable, StorageFault, Stopped.
        """
        manifest = self.manifest(snapshot)
        chosen = [entry for entry in manifest.entries if wanted(entry)]
        store_carrying.extract(chosen, self.contents, staging, disk, progress, stopped)
        return manifest

    def export(self, snapshot: Snapshot, made: Portable, progress: Watch = unwatched, stopped: Halt = never) -> None:
        """Make one portable file of a backup. Raises as store_carrying.export does."""
        store_carrying.export(self.manifest(snapshot), self.contents, made, progress, stopped)

    def contents(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, BinaryIO]]:
        """Files with their contents, in the order in which they are read fastest; see store_reading.deliveries."""
        return store_reading.deliveries(self.place, self._seal, self._load, entries)

    def prune(
        self,
        keep: Container[str],
        *,
        dry_run: bool = False,
        progress: Watch = unwatched,
        stopped: Halt = never,
    ) -> Pruned:
        """Remove the backups whose id is not in `keep` and what only they need; with `dry_run` only say what would go.

        Raises Refused when no good backup would be left, Busy, StorageFault, Stopped: whatever is kept then still
        restores, and the next time goes on.
        """
        lock = StoreLock(self.place.root, "Tidying up")
        with self._there(), contextlib.nullcontext() if dry_run else lock:
            if not dry_run:
                store_format.check_ours(self.place, self._seal)
            heads = store_snapshots.heads(self.place)
            dropped = [head for head in heads if head.id not in keep]
            index = self._load()
            needed, damage = self._needed([head for head in heads if head.id in keep], index, bool(dropped))
            planned = Plan() if damage else store_pruning.plan(index.packs.values(), needed, index.doubted)
            report = store_pruning.preview(planned, dropped, damage, self.place.snapshots)
            if dry_run:
                return report
            for head in dropped:
                go_on(stopped)
                lock.confirm()
                store_snapshots.remove(self.place, head)
            store_pruning.tidy(self.place)
            work = Repacking(self.place, self._seal, index, lock.confirm, self._limits.most_file_bytes)
            left = work.carry_out(planned, progress, stopped)
            return replace(report, kept_because=damage or left)

    def _needed(self, kept: Sequence[Snapshot], index: Index, dropping: bool) -> tuple[set[str], str]:
        """The contents that the kept backups need, and why that is not known, "" when it is."""
        needed: set[str] = set()
        damage, good = "", False
        for head in kept:
            try:
                entries = store_snapshots.read(self.place, self._seal, head).entries
            except Unreadable as error:
                damage = error.message
                continue
            needed.update(entry.sha256 for entry in entries if entry.kind == "file")
            good = good or all(entry.kind != "file" or index.has(entry.sha256) for entry in entries)
        if dropping and not good:
            raise Refused(
                f"No good backup would be left in {self.place.root}.",
                hint="Make a new one first, or keep one that can be restored.",
            )
        return needed, damage

    @contextlib.contextmanager
    def _there(self) -> Iterator[None]:
        """What is missing in a store that is being worked on was pulled away; what leads elsewhere is refused."""
        store_format.check_folders(self.place)
        try:
            yield
        except NotFound as error:
            raise StorageFault(
                f"{self.place.root} is gone, or a part of it: {error.message}",
                hint="Connect its disk again, then repeat it.",
            ) from error

    def _load(self) -> Index:
        self._known = store_index.load(self.place, self._seal, self._known.packs.values())
        return self._known

    def _undo(self, adding: Adding, snapshot_id: str) -> None:
        """Take away what a failed round wrote, unless its list came to stand in spite of the error."""
        adding.give_up()
        with contextlib.suppress(StorageFault):
            if all(head.id != snapshot_id for head in store_snapshots.heads(self.place)):
                adding.undo()

    def _conclude(self, path: Path, manifest: Manifest, index: Index) -> Snapshot:
        """Write the list when all packs stand; take it back when one of them went meanwhile."""
        try:
            manifests.check(manifest)
        except Damaged as error:
            raise BadInput(f"The backup cannot be made: {error}.", hint="Rename what is named there.") from error
        store_reading.missing(manifest.entries, index, self.place)
        used = {pack.name for entry in manifest.entries if (pack := index.place(entry.sha256))}
        snapshot = store_snapshots.write(path, self._seal, manifest)
        if not used <= set(store_index.pack_names(self.place)):
            store_snapshots.remove(self.place, snapshot)
            raise Busy(f"Somebody else tidied up {self.place.root} meanwhile.", hint="Make the backup again.")
        self._described[snapshot.name] = snapshot
        return snapshot
