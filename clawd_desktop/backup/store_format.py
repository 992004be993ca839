"""Makes and opens a store on a destination: where its parts lie, what it says of itself, and its key."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.backup import age_keys, sealing, store_documents
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.store_documents import Seal, broken
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, Conflict, NotFound, Refused
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text

FOLDER = "clawd-backups"
# Beside it, so that a lock that is set later leaves nothing of what comes then in the open.
LOCKED = "clawd-backups-locked"
_FORMAT_FILE = "format.json"
_KEY_FILE = "key.age"
_KIND = "store"


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of a store below `root`, which is the folder `clawd-backups` or `clawd-backups-locked` itself."""

    root: Path

    @property
    def packs(self) -> Path:
        """Where the contents are."""
        return self.root / "packs"

    @property
    def index(self) -> Path:
        """Where it stands what each pack holds."""
        return self.root / "index"

    @property
    def snapshots(self) -> Path:
        """Where the list of each backup is."""
        return self.root / "snapshots"

    @property
    def format_file(self) -> Path:
        """What the store says of itself."""
        return self.root / _FORMAT_FILE

    @property
    def key_file(self) -> Path:
        """The key of a sealed store, itself sealed by the passphrase."""
        return self.root / _KEY_FILE


@dataclass(frozen=True, slots=True)
class Format:
    """What a store says of itself; `recipient` is "" when it is not sealed, `keys` are checksums that its key file has.

    There are two of them only while the passphrase is being changed.
    """

    id: str
    recipient: str = ""
    keys: tuple[str, ...] = ()


def layout(folder: Path, *, locked: bool = False) -> Layout:
    """The layout of the store on a destination: the open one, or the one that is locked."""
    return Layout(folder / (LOCKED if locked else FOLDER))


def layout_at(path: Path) -> Layout | None:
    """The store to which the list of a backup belongs, by where it lies; None when that is no list of a store."""
    there = Layout(path.parent.parent)
    return there if path.parent == there.snapshots and there.format_file.is_file() else None


def layouts_in(folder: Path) -> tuple[Layout, ...]:
    """The stores that are in a folder, or the one that the folder is itself."""
    found = (Layout(folder), layout(folder), layout(folder, locked=True))
    return tuple(there for there in found if there.format_file.is_file())


def create(place: Layout, lock: Lock | None = None) -> str:
    """Make an empty store, sealed when there is a lock; returns its identity for the keyring, "" when open.

    The folder of the destination must be there. Raises Conflict when a store is there already, StorageFault.
    """
    check_folders(place)
    if place.format_file.exists():
        raise Conflict(f"There are backups in {place.root} already.", hint="Open them, or choose another folder.")
    with safeio.explained(place.root.parent, "find"):
        place.root.parent.stat()
    for folder in (place.root, place.packs, place.index, place.snapshots):
        safeio.make_folder(folder)
    if lock is None:
        _save(place, Format(os.urandom(16).hex()))
        return ""
    identity = sealing.new_identity()
    sealed = _seal_identity(identity.secret, lock)
    safeio.write_file(place.key_file, sealed)
    # Last: without it there is no store, and whoever finds a key without a store makes both anew.
    _save(place, Format(os.urandom(16).hex(), identity.recipient, (_checksum(sealed),)))
    return identity.secret


def read(place: Layout) -> Format:
    """What the store says of itself, its key file checked. Raises NotFound when there is none, Unreadable."""
    try:
        body = store_documents.read(place.format_file, _KIND, Seal())
    except NotFound as error:
        raise NotFound(f"There are no backups in {place.root}.", hint="Is the right disk connected?") from error
    found = Format(
        as_text(body.get("id")),
        as_text(body.get("recipient")),
        tuple(as_text(value) for value in as_list(as_object(body.get("key")).get("sha256"))),
    )
    if found.recipient:
        _read_key(place, found)
    return found


def open_seal(place: Layout, keys: Keys) -> Seal:
    """How the store is sealed. Raises BadInput when it is and there is no identity, and as `read` does."""
    found = read(place)
    if not found.recipient:
        return Seal()
    if not keys.identities:
        raise BadInput(
            f"The backups in {place.root} are encrypted.", hint="Enter their passphrase.", code="backup.no_passphrase"
        )
    return Seal(Lock(recipients=(found.recipient,)), keys)


def check_ours(place: Layout, seal: Seal) -> None:
    """Raises Refused when what is written now could be read by whom the lock was not made for.

    What the store says of itself can be changed by whoever has the disk: without a look here a backup would be closed
    with a stranger's key, or not at all.
    """
    own = age_keys.recipients_of(seal.keys.identities) if seal.keys and seal.keys.identities else frozenset()
    is_open = seal.lock is None
    if (is_open and place.root.name == LOCKED) or (seal.lock and not own.issuperset(seal.lock.recipients)):
        raise _strange(place, "not locked" if is_open else "locked with another key")


def check_folders(place: Layout) -> None:
    """Raises Refused when a part of the store is a link: what is written or removed there would be elsewhere."""
    for path in (place.root, place.packs, place.index, place.snapshots, place.format_file, place.key_file):
        if path.is_symlink():
            raise Refused(
                f"{path} is a link, and a part of the backups there would lie elsewhere.",
                hint="Name the folder itself as the place for backups, or move the link away.",
            )


def unlock(place: Layout, keys: Keys) -> str:
    """The identity of a sealed store. Raises BadInput for a wrong passphrase or key, NotFound, Unreadable."""
    found = read(place)
    if not found.recipient:
        raise BadInput(f"The backups in {place.root} are not encrypted.", hint="They open without a passphrase.")
    sealed = io.BytesIO(_read_key(place, found))
    with broken(place.key_file), sealing.opening(sealed, keys) as opened:
        return opened.read().decode("ascii", "replace").strip()


def change_lock(place: Layout, identity: str, lock: Lock) -> None:
    """Seal the identity by another lock. Raises StorageFault: what opened it before or the new then opens the store;
    Refused for a store that says it has no lock.
    """
    found = read(place)
    if not found.recipient:
        raise _strange(place, "not locked")
    sealed = _seal_identity(identity, lock)
    old = _checksum(_read_key(place, found))
    _save(place, Format(found.id, found.recipient, (old, _checksum(sealed))))
    safeio.write_file(place.key_file, sealed)
    _save(place, Format(found.id, found.recipient, (_checksum(sealed),)))


def _strange(place: Layout, what: str) -> Refused:
    return Refused(
        f"The backups in {place.root} say that they are {what}, and nobody here has changed that. "
        "Nothing was added to them.",
        hint="Somebody may have changed them on that disk: use another place, or move that folder away.",
    )


def _save(place: Layout, saved: Format) -> None:
    keys: list[JsonValue] = [*saved.keys]
    body: JsonObject = {"id": saved.id, "recipient": saved.recipient, "key": {"sha256": keys}}
    store_documents.write(place.format_file, _KIND, body, Seal())


def _read_key(place: Layout, found: Format) -> bytes:
    data = safeio.read_file(place.key_file, limit=1 << 16)
    with broken(place.key_file):
        if _checksum(data) not in found.keys:
            raise Damaged("it is not the key of this store")
    return data


def _seal_identity(identity: str, lock: Lock) -> bytes:
    if not lock.passphrase and not lock.recipients:
        raise BadInput("The passphrase is empty.", hint="Enter one that only you know.")
    return store_documents.sealed(f"{identity}\n".encode(), lock)


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
