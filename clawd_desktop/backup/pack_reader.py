"""Reads packs strictly: what differs in one bit from what was written is named, never passed on as good."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Callable, Generator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from clawd_desktop.backup import pack_header
from clawd_desktop.backup.ahead import Ahead
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.store_documents import Seal, broken
from clawd_desktop.core import safeio

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from backports.zstd import ZstdDecompressor

# A content of at most this many bytes is checked before anything of it is handed out.
SMALL_BYTES = 16 << 20
_CHUNK = 1 << 20


def members(path: Path, seal: Seal, wanted: Callable[[str], bool]) -> Generator[tuple[str, int, BinaryIO], None, None]:
    """Checksum, size and content of the wanted members, in the order of the pack; each must be read before the next.

    A small content is checked already; a large one raises Unreadable at its end when it is damaged. Raises NotFound,
    Unreadable, StorageFault, BadInput for a wrong key.
    """
    with _Tar(path, seal) as tar:
        while (member := tar.next()) is not None:
            digest, size = member
            if not wanted(digest):
                continue
            if size <= SMALL_BYTES:
                yield digest, size, io.BytesIO(tar.content(digest, size))
            else:
                yield digest, size, io.BufferedReader(_Large(tar, digest, size), _CHUNK)


def check(path: Path, seal: Seal, name: str) -> dict[str, int]:
    """Read the whole pack and return checksum -> size of what it holds. Raises as `members` does, and for its name."""
    found, contents = read_whole(path, seal)
    with broken(path):
        if found != name:
            raise Damaged("its checksum is not its name")
    return contents


def read_whole(path: Path, seal: Seal, file: BinaryIO | None = None) -> tuple[str, dict[str, int]]:
    """The checksum of a pack, and checksum -> size of what it holds; all of it is read and checked.

    `file` is that at the path, opened already. Raises as `members` does.
    """
    found: dict[str, int] = {}
    with _Tar(path, seal, file, named=True) as tar:
        while (member := tar.next()) is not None:
            digest, size = member
            with broken(path):
                if digest in found:
                    raise Damaged(f"member {digest[:12]} stands twice")
            tar.content(digest, size, keep=False)
            found[digest] = size
        return tar.end(), found


class _Tapped(io.RawIOBase):
    """The file itself, hashed as it is read when its name is to be `named`."""

    def __init__(self, path: Path, file: BinaryIO | None, *, named: bool) -> None:
        self.hasher = hashlib.sha256() if named else None
        self._path = path
        self._file = file or safeio.open_regular(path)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        with safeio.explained(self._path, "read"):
            data = self._file.read(len(view))
        if self.hasher is not None:
            self.hasher.update(data)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Tar:
    """The unpacked stream of one pack, block by block. Every fault in it is raised as Unreadable of the pack.

    Only one that is `named` can be compared with its name at its end: contents that are taken out have checksums.
    """

    def __init__(self, path: Path, seal: Seal, file: BinaryIO | None = None, *, named: bool = False) -> None:
        from backports import zstd

        self._path = path
        self._tap = _Tapped(path, file, named=named)
        self._zstd: ZstdDecompressor = zstd.ZstdDecompressor()
        self._error = zstd.ZstdError
        self._ready = b""
        self._at = 0
        self._left = 0
        with contextlib.ExitStack() as stack:
            plain = stack.enter_context(io.BufferedReader(self._tap, _CHUNK))
            with broken(path):
                self._packed = stack.enter_context(seal.opening(plain))
            self._ahead = Ahead(self._unpacked)
            stack.callback(self._ahead.close)
            self._files = stack.pop_all()

    def __enter__(self) -> _Tar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()

    def next(self) -> tuple[str, int] | None:
        """The next member's checksum and size; None at the end of the archive, which is checked."""
        self._skip(self._left)
        block = self._exactly(pack_header.BLOCK)
        with broken(self._path):
            if block == bytes(pack_header.BLOCK):
                if self._exactly(pack_header.BLOCK) != block or self._some(1):
                    raise Damaged("something stands after its end")
                return None
            digest, size = pack_header.parse(block)
        self._left = size + pack_header.padding(size)
        return digest, size

    def piece(self, most: int) -> bytes:
        """Up to `most` bytes of the member, at least one. The caller knows its size."""
        data = self._some(most)
        if not data:
            with broken(self._path):
                raise Damaged("it ends too early")
        self._left -= len(data)
        return data

    def content(self, digest: str, size: int, *, keep: bool = True) -> bytes:
        """The whole member, or b"" when it is only to be checked."""
        kept, hasher, left = [], hashlib.sha256(), size
        while left:
            data = self.piece(min(left, _CHUNK))
            left -= len(data)
            hasher.update(data)
            if keep:
                kept.append(data)
        self.same(digest, hasher.hexdigest())
        return b"".join(kept)

    def same(self, digest: str, found: str) -> None:
        """Raises Unreadable when the checksum of a member is another than its name."""
        if digest != found:
            with broken(self._path):
                raise Damaged(f"the content {digest[:12]} in it is not what was stored")

    def end(self) -> str:
        """The checksum of the file, of which all was read. Raises Unreadable when something follows."""
        with broken(self._path):
            if self._zstd.unused_data or self._packed.read(1):
                raise Damaged("something stands after its end")
        return self._tap.hasher.hexdigest() if self._tap.hasher is not None else ""

    def _exactly(self, size: int) -> bytes:
        pieces = []
        while size:
            data = self._some(size)
            if not data:
                with broken(self._path):
                    raise Damaged("it ends too early")
            size -= len(data)
            pieces.append(data)
        return b"".join(pieces)

    def _skip(self, size: int) -> None:
        while size:
            size -= len(self._exactly(min(size, _CHUNK)))
        self._left = 0

    def _some(self, most: int) -> bytes:
        """At most so many unpacked bytes, none at the end."""
        if self._at == len(self._ready):
            with broken(self._path):
                self._ready, self._at = self._ahead.take(), 0
        data = self._ready[self._at : self._at + most]
        self._at += len(data)
        return data

    def _unpacked(self) -> bytes:
        """The next bytes; called by `Ahead` alone until it has ended."""
        while not self._zstd.eof:
            packed = self._packed.read(_CHUNK) if self._zstd.needs_input else b""
            if self._zstd.needs_input and not packed:
                raise Damaged("it ends too early")
            try:
                if data := self._zstd.decompress(packed, _CHUNK):
                    return data
            except self._error as error:
                raise Damaged(str(error)) from error
        return b""


class _Large(io.RawIOBase):
    """A member that is handed out while it is read."""

    def __init__(self, tar: _Tar, digest: str, size: int) -> None:
        self._tar = tar
        self._digest = digest
        self._left = size
        self._hasher = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        if not self._left or not len(view):
            return 0
        data = self._tar.piece(min(self._left, len(view)))
        self._left -= len(data)
        self._hasher.update(data)
        if not self._left:
            self._tar.same(self._digest, self._hasher.hexdigest())
        view[: len(data)] = data
        return len(data)
