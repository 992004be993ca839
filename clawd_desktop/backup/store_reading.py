"""Reads contents out of a store, pack by pack, each pack once however many files are wanted."""

from __future__ import annotations

import contextlib
import io
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from clawd_desktop.backup import pack_reader, store_index
from clawd_desktop.backup.manifest import Entry
from clawd_desktop.backup.progress import Halt, Progress, Watch, go_on
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.backup.store_index import Index
from clawd_desktop.core.errors import NotFound, Unreadable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def missing(entries: Iterable[Entry], index: Index, place: Layout) -> None:
    """Raises Unreadable when the content of an entry is in no pack, or has another size there."""
    for entry in entries:
        if entry.kind != "file":
            continue
        if index.place(entry.sha256) is None or index.size(entry.sha256) != entry.size:
            raise Unreadable(
                f"What was stored of {entry.area}/{entry.path} is not in {place.root} any more.",
                path=str(place.root),
                hint="Use another backup, and check the disk.",
            )


def deliveries(
    place: Layout, seal: Seal, reload: Callable[[], Index], entries: Sequence[Entry]
) -> Generator[tuple[Entry, BinaryIO], None, None]:
    """Each file with its content, in the order of the packs; each content must be read before the next is asked for.

    When a pack is gone because the store was tidied up meanwhile, what is left is looked for anew. Raises NotFound,
    Unreadable (also while a large content is read), StorageFault, BadInput for a wrong key.
    """
    left = {number: entry for number, entry in enumerate(entries) if entry.kind == "file"}
    gone = ""
    while left:
        index = reload()
        missing(left.values(), index, place)
        wanted: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, entry in left.items():
            if (pack := index.place(entry.sha256)) is not None:
                wanted[pack.name][entry.sha256].append(number)
        for name in sorted(wanted):
            try:
                for number, data in _from_pack(store_index.pack_file(place, name), seal, wanted[name]):
                    yield left.pop(number), data
            except NotFound:
                if gone == name:
                    raise
                gone = name
                break


def _from_pack(path: Path, seal: Seal, wanted: dict[str, list[int]]) -> Iterator[tuple[int, BinaryIO]]:
    """What is wanted of one pack. A large content that several want is given to the first; the others ask again."""
    open_ones = set(wanted)
    with contextlib.closing(pack_reader.members(path, seal, open_ones.__contains__)) as members:
        for digest, size, data in members:
            open_ones.discard(digest)
            first, *others = wanted[digest]
            if size > pack_reader.SMALL_BYTES:
                yield first, data
            else:
                content = data.read()
                for number in (first, *others):
                    yield number, io.BytesIO(content)
            if not open_ones:  # what follows in the pack is of no use
                return
    if open_ones:
        raise Unreadable(
            f"{path} does not hold what its index says.", path=str(path), hint="Verify the backups on this disk."
        )


def watched(
    stage: str, entries: Sequence[Entry], given: Iterator[tuple[Entry, BinaryIO]], progress: Watch, stopped: Halt
) -> Iterator[tuple[Entry, BinaryIO]]:
    """The same files, with progress told and a wish to stop heard (Stopped)."""
    total, done = sum(entry.size for entry in entries), 0
    for entry, data in given:
        go_on(stopped)
        progress(Progress(stage, done, total, f"{entry.area}/{entry.path}"))
        yield entry, data
        done += entry.size
    progress(Progress(stage, done, total))


def opened(place: Layout, seal: Seal, reload: Callable[[], Index], entry: Entry) -> BinaryIO:
    """The content of one file. A large one is read from its pack as it goes and ends with Unreadable when damaged."""
    given = deliveries(place, seal, reload, (entry,))
    _, data = next(given)
    return io.BufferedReader(_Held(data, given), 1 << 20)


class _Held(io.RawIOBase):
    """A content together with the reading of its pack, which is closed with it."""

    def __init__(self, data: BinaryIO, given: Generator[tuple[Entry, BinaryIO], None, None]) -> None:
        self._data = data
        self._given = given

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        data = self._data.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._data.close()
        self._given.close()
        super().close()
