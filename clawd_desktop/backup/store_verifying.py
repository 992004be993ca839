"""Checks a store: that lists, index and packs say the same, and on request that each byte is what was written."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from clawd_desktop.backup import pack_reader, store_index, store_reading, store_snapshots
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.packs import Pack
from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on
from clawd_desktop.backup.store_documents import Seal, broken
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.backup.store_index import Index
from clawd_desktop.backup.store_snapshots import Snapshot
from clawd_desktop.core.errors import NotFound, StorageFault, Unavailable, Unreadable

# How often a store may be tidied up while it is checked.
_ROUNDS = 5


class _GoneError(Exception):
    """A pack was taken away since the index was read: whoever did that has put what is needed elsewhere, or not."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found good: backups, packs, and bytes that were read of the packs (0 when only looked at)."""

    snapshots: int
    packs: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Verifying:
    """One round of checking; it needs no lock, and marks packs that it finds damaged where the disk allows.

    What was packed anew while it went on is looked for where it is now.
    """

    place: Layout
    seal: Seal
    progress: Watch
    stopped: Halt

    def carry_out(self, snapshots: Sequence[Snapshot], *, everything: bool, all_packs: bool) -> Verified:
        """Check these backups and the packs that they need, or all packs.

        Raises Unreadable for the first fault, Unavailable when others tidy up all the time.
        """
        read: dict[str, int] = {}
        for _ in range(_ROUNDS):
            index = store_index.load(self.place, self.seal)
            used = self._used(snapshots, index)
            if all_packs:
                used |= index.packs
            for name, fault in index.broken.items():
                if all_packs or name in used:
                    raise fault
            if not everything:
                if doubted := next((name for name in used if name in index.doubted), ""):
                    raise _damaged(self.place, doubted)
                return Verified(len(snapshots), len(used), 0)
            with contextlib.suppress(_GoneError):
                self._read_all([pack for name, pack in used.items() if name not in read], read)
                return Verified(len(snapshots), len(used), sum(read.values()))
        raise Unavailable(
            f"Others tidy up {self.place.root} all the time.", hint="Wait until they are done and try again."
        )

    def _used(self, snapshots: Sequence[Snapshot], index: Index) -> dict[str, Pack]:
        """The packs that these backups need. Raises Unreadable when one of them needs what is in no pack."""
        used: dict[str, Pack] = {}
        for snapshot in snapshots:
            go_on(self.stopped)
            entries = store_snapshots.read(self.place, self.seal, snapshot).entries
            store_reading.missing(entries, index, self.place)
            used |= {pack.name: pack for entry in entries if (pack := index.place(entry.sha256))}
        return used

    def _read_all(self, packs: Sequence[Pack], read: dict[str, int]) -> None:
        """Check these packs; `read` gets those that are good. Raises Unreadable, _GoneError."""
        total, done = sum(pack.size for pack in packs), 0
        faults: list[Unreadable] = []
        for pack in packs:
            go_on(self.stopped)
            self.progress(Progress("verify", done, total, pack.name))
            try:
                self._check(pack)
                read[pack.name] = pack.size
            except Unreadable as error:
                faults.append(error)
                with contextlib.suppress(StorageFault):
                    store_index.doubt(self.place, pack.name)
            done += pack.size
        if faults:
            raise faults[0]
        self.progress(Progress("verify", done, total))

    def _check(self, pack: Pack) -> None:
        path = store_index.pack_file(self.place, pack.name)
        try:
            found = pack_reader.check(path, self.seal, pack.name)
        except NotFound as error:
            raise _GoneError from error
        with broken(path):
            if found != pack.contents:
                raise Damaged("it does not hold what its index says")
        with contextlib.suppress(StorageFault):
            store_index.trust(self.place, pack.name)


def _damaged(place: Layout, name: str) -> Unreadable:
    path = store_index.pack_file(place, name)
    return Unreadable(f"{path} was found damaged.", path=str(path), hint="Use another backup, and check the disk.")
