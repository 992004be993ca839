"""Knows which pack of a store holds which content; an index file that is gone is made again from its pack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.backup import pack_reader, store_documents
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.packs import SUFFIX, Pack
from clawd_desktop.backup.store_documents import Seal, broken
from clawd_desktop.backup.store_format import Layout
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import NotFound, Unreadable
from clawd_desktop.core.new_file import create_file
from clawd_desktop.core.values import JsonObject, as_int, as_list, as_object, as_text

_KIND = "index"
# Beside a pack that was found damaged: what it holds is stored again by the next backup.
_DOUBT = ".doubt"
_INDEX = re.compile(r"[0-9a-f]{64}\.json(\.age)?")
_PACK = re.compile(r"([0-9a-f]{64})\.pack")


@dataclass(slots=True)
class Index:
    """The packs that stand. `doubted` are those found damaged, `broken` what is wrong with which file of the index."""

    packs: dict[str, Pack] = field(default_factory=dict)
    doubted: set[str] = field(default_factory=set)
    broken: dict[str, Unreadable] = field(default_factory=dict)
    _places: dict[str, str] = field(default_factory=dict)

    def put(self, pack: Pack) -> None:
        """Count on another pack."""
        self.packs[pack.name] = pack
        for digest in pack.contents:
            if not self.has(digest):
                self._places[digest] = pack.name

    def has(self, digest: str) -> bool:
        """Whether a pack that is not in doubt holds the content."""
        name = self._places.get(digest)
        return name is not None and name not in self.doubted

    def place(self, digest: str) -> Pack | None:
        """The pack to read the content from, a doubted one when there is no other."""
        name = self._places.get(digest)
        return self.packs[name] if name else None

    def size(self, digest: str) -> int:
        """Bytes of a content that is there."""
        return self.packs[self._places[digest]].contents[digest]


def pack_file(place: Layout, name: str) -> Path:
    """Where a pack lies."""
    return place.packs / f"{name}{SUFFIX}"


def index_file(place: Layout, name: str, seal: Seal) -> Path:
    """Where it stands what the pack holds."""
    return place.index / f"{name}.json{seal.suffix}"


def names_in(folder: Path) -> list[str]:
    """The names in a folder of the store, sorted. Raises StorageFault when it cannot be read, as when it is gone."""
    with safeio.explained(folder, "read"):
        return sorted(path.name for path in folder.iterdir())


def pack_names(place: Layout) -> Iterator[str]:
    """The names of all packs that lie there."""
    return (found[1] for name in names_in(place.packs) if (found := _PACK.fullmatch(name)))


def is_index(name: str) -> bool:
    """Whether a file is called as what says what a pack holds."""
    return _INDEX.fullmatch(name) is not None


def load(place: Layout, seal: Seal, known: Iterable[Pack] = ()) -> Index:
    """The index of all packs; `known` spares reading those that were read before.

    A pack whose index is broken is read through; one that is broken itself, or has not its size, is doubted. Raises
    StorageFault, BadInput for a wrong key.
    """
    before = {pack.name: pack for pack in known}
    index = Index(doubted={name.removesuffix(_DOUBT) for name in names_in(place.packs) if name.endswith(_DOUBT)})
    for name in pack_names(place):
        try:
            with safeio.explained(pack_file(place, name), "read"):
                size = pack_file(place, name).stat().st_size
            pack = before.get(name) or _read(place, seal, name)
            if pack.size != size:
                index.doubted.add(name)
            index.put(pack)
        except (Unreadable, NotFound) as error:
            _rebuild(place, seal, name, index, error)
    return index


def save(place: Layout, seal: Seal, pack: Pack) -> None:
    """Write down what the pack holds. Raises StorageFault, Unreadable."""
    body: JsonObject = {
        "pack": pack.name, "bytes": pack.size,
        "contents": [{"sha256": digest, "size": size} for digest, size in pack.contents.items()],
    }  # fmt: skip
    store_documents.write(index_file(place, pack.name, seal), _KIND, body, seal)


def mend(place: Layout, seal: Seal, index: Index) -> None:
    """Write anew what is broken in the index and could be read from its pack. Raises StorageFault, Unreadable."""
    for name in [name for name in index.broken if name in index.packs and name not in index.doubted]:
        save(place, seal, index.packs[name])


def doubt(place: Layout, name: str) -> None:
    """Count the pack as damaged from now on; it stays where it is."""
    create_file(place.packs / f"{name}{_DOUBT}", b"")


def trust(place: Layout, name: str) -> None:
    """Take the doubt back."""
    if (path := place.packs / f"{name}{_DOUBT}").exists():
        safeio.remove(path)


def remove(place: Layout, seal: Seal, name: str) -> None:
    """Remove a pack that nobody needs, and what belongs to it."""
    safeio.remove(pack_file(place, name))
    safeio.remove(index_file(place, name, seal))
    trust(place, name)


def _read(place: Layout, seal: Seal, name: str) -> Pack:
    path = index_file(place, name, seal)
    body = store_documents.read(path, _KIND, seal)
    rows = [as_object(row) for row in as_list(body.get("contents"))]
    with broken(path):
        if body.get("pack") != name:
            raise Damaged("it is the index of another pack")
    return Pack(name, as_int(body.get("bytes")), {as_text(row.get("sha256")): as_int(row.get("size")) for row in rows})


def _rebuild(place: Layout, seal: Seal, name: str, index: Index, error: Unreadable | NotFound) -> None:
    path = index_file(place, name, seal)
    index.broken[name] = (
        error
        if isinstance(error, Unreadable)
        else Unreadable(f"{path} is gone.", path=str(path), hint="The next backup makes it again.")
    )
    try:
        contents = pack_reader.check(pack_file(place, name), seal, name)
        index.put(Pack(name, pack_file(place, name).stat().st_size, contents))
    except (Unreadable, NotFound):
        index.doubted.add(name)
