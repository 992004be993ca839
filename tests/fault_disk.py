"""A disk that remembers every write: it can fail at any call, and show what a power cut would have left behind."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clawd_desktop.core import safeio

Image = dict[str, bytes]


@dataclass(frozen=True)
class Op:
    """One call that changed the disk; `file` is a number of ours for the file, names are relative to the root."""

    kind: str
    name: str = ""
    other: str = ""
    file: int = -1
    data: bytes = b""
    size: int = 0


@dataclass
class Replay:
    """The disk after some calls: what programs see, and what is certain to be on the platter."""

    names: dict[str, int] = field(default_factory=dict)
    sure_names: dict[str, int] = field(default_factory=dict)
    pending: list[Op] = field(default_factory=list)
    content: dict[int, bytes] = field(default_factory=dict)
    sure_content: dict[int, bytes] = field(default_factory=dict)

    def apply(self, op: Op) -> None:
        getattr(self, f"_{op.kind}")(op)

    def _found(self, op: Op) -> None:
        self.names[op.name] = self.sure_names[op.name] = op.file
        self.content[op.file] = self.sure_content[op.file] = op.data

    def _create(self, op: Op) -> None:
        self.names[op.name] = op.file
        self.content[op.file] = self.sure_content[op.file] = b""
        self.pending.append(op)

    def _write(self, op: Op) -> None:
        self.content[op.file] += op.data

    def _truncate(self, op: Op) -> None:
        self.content[op.file] = self.content[op.file][: op.size]

    def _fsync(self, op: Op) -> None:
        self.sure_content[op.file] = self.content[op.file]

    def _replace(self, op: Op) -> None:
        self.names[op.other] = self.names.pop(op.name)
        self.pending.append(op)

    def _move(self, op: Op) -> None:
        _rename(self.names, op)
        self.pending.append(op)

    def _unlink(self, op: Op) -> None:
        del self.names[op.name]
        self.pending.append(op)

    def _sync_folder(self, op: Op) -> None:
        touching = [one for one in self.pending if op.name in (_folder(one.name), _folder(one.other or one.name))]
        for one in touching:
            _rename(self.sure_names, one)
            self.pending.remove(one)

    def images(self) -> Iterator[Image]:
        """What a power cut here may leave: any number of the pending names done, unsynced bytes there, torn or not."""
        contents = [self.content, self.sure_content, *(self._torn(how) for how in _TEARS)]
        for done in range(len(self.pending) + 1):
            names = dict(self.sure_names)
            for one in self.pending[:done]:
                _rename(names, one)
            yield from ({name: bytes_of[file] for name, file in names.items()} for bytes_of in contents)

    def _torn(self, how: Callable[[bytes], bytes]) -> dict[int, bytes]:
        return {file: _torn(self.sure_content[file], data, how) for file, data in self.content.items()}


_TEARS: tuple[Callable[[bytes], bytes], ...] = (
    lambda loose: loose[: (len(loose) + 1) // 2],
    lambda loose: loose[:-1],
    lambda loose: b"\0" * len(loose),
    lambda loose: b"\0" * (len(loose) // 2) + loose[len(loose) // 2 :],
)


def _torn(sure: bytes, data: bytes, how: Callable[[bytes], bytes]) -> bytes:
    """What was synced, and what a tear makes of the rest."""
    return sure + how(data[len(sure) :]) if data.startswith(sure) else sure


def _rename(names: dict[str, int], op: Op) -> None:
    if op.kind == "create":
        names[op.name] = op.file
    elif op.kind == "move":
        for name in [name for name in names if name == op.name or name.startswith(f"{op.name}/")]:
            names[op.other + name.removeprefix(op.name)] = names.pop(name)
    elif op.name in names:
        file = names.pop(op.name)
        names.update({op.other: file} if op.kind == "replace" else {})


def _folder(name: str) -> str:
    return os.path.dirname(name)


class FaultDisk(safeio.Calls):
    """Does what the real calls do, below `root`, and remembers them. Install it as `safeio.calls`.

    `fail(n, error)` makes the n-th call from now (1 is the next) raise; `lasting` makes all later ones fail as well
    until `heal()`; `short` lets a failing write write half of its data first.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ops: list[Op] = []
        self.calls = 0
        self._marks: list[int] = []
        self._names: dict[str, int] = {}
        self._open: dict[int, int] = {}
        self._files = 0
        self._fail_at = 0
        self._error = 0
        self._lasting = False
        self._short = False
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            self._meet(self._name(path), path.read_bytes())

    def acknowledge(self) -> None:
        """Say that all changes up to here were promised to be durable."""
        self._marks.append(len(self.ops))

    def fail(self, at: int, error: int, *, lasting: bool = False, short: bool = False) -> None:
        """Let a call fail; see the class."""
        self.calls, self._fail_at, self._error, self._lasting, self._short = 0, at, error, lasting, short

    def heal(self) -> None:
        """Let everything work again."""
        self._fail_at = 0

    @property
    def failed(self) -> bool:
        """Whether the planned failure has come."""
        return bool(self._fail_at) and self.calls >= self._fail_at

    def images(self) -> Iterator[tuple[int, Image]]:
        """Every state that a power cut may leave, each with how many acknowledgements were given before it."""
        replay = Replay()
        seen: set[bytes] = set()
        for count, op in enumerate(self.ops, 1):
            replay.apply(op)
            promised = sum(mark <= count for mark in self._marks)
            for image in replay.images() if op.kind != "found" else ():
                digest = _digest(promised, image)
                if digest not in seen:
                    seen.add(digest)
                    yield promised, image

    def images_now(self) -> list[tuple[int, Image]]:
        """The states that a power cut at this moment may leave."""
        replay = Replay()
        for op in self.ops:
            replay.apply(op)
        return [(len(self.ops), image) for image in replay.images()]

    def open(self, path: Path, flags: int, mode: int) -> int:
        self._step()
        new = not path.exists()
        descriptor = super().open(path, flags, mode)
        name = self._name(path)
        if new:
            self._files += 1
            self._names[name] = self._files
            self._did(Op("create", name, file=self._files))
        elif name not in self._names:
            self._meet(name, path.read_bytes())
        self._open[descriptor] = self._names[name]
        return descriptor

    def write(self, descriptor: int, data: bytes) -> int:
        try:
            self._step()
        except OSError:
            if self._short and len(data) > 1:
                self._wrote(descriptor, data[: super().write(descriptor, data[: len(data) // 2])])
            raise
        written = super().write(descriptor, data)
        self._wrote(descriptor, data[:written])
        return written

    def _wrote(self, descriptor: int, data: bytes) -> None:
        self._did(Op("write", file=self._open[descriptor], data=data))

    def fsync(self, descriptor: int) -> None:
        self._step()
        self._did(Op("fsync", file=self._open[descriptor]))

    def truncate(self, descriptor: int, size: int) -> None:
        self._step()
        super().truncate(descriptor, size)
        self._did(Op("truncate", file=self._open[descriptor], size=size))

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self._open.pop(descriptor, None)

    def replace(self, source: Path, target: Path) -> None:
        if source.is_dir():
            self.move(source, target, None)
            return
        self._step()
        super().replace(source, target)
        self._names[self._name(target)] = self._names.pop(self._name(source))
        self._did(Op("replace", self._name(source), self._name(target)))

    def rename_new(self, source: Path, target: Path) -> None:
        self._step()
        super().rename_new(source, target)
        self._names[self._name(target)] = self._names.pop(self._name(source))
        self._did(Op("replace", self._name(source), self._name(target)))

    def unlink(self, path: Path) -> None:
        self._step()
        super().unlink(path)
        self._names.pop(self._name(path), None)
        self._did(Op("unlink", self._name(path)))

    def move(self, source: Path, target: Path, folders: tuple[int, int] | None) -> None:
        self._step()
        super().move(source, target, folders)
        op = Op("move", self._name(source), self._name(target))
        _rename(self._names, op)
        self._did(op)

    def make_folder_at(self, place: safeio.Place, name: str) -> None:
        self._step()
        super().make_folder_at(place, name)

    def remove_empty(self, folder: Path) -> None:
        self._step()
        super().remove_empty(folder)

    def remove_tree(self, folder: Path) -> None:
        self._step()
        super().remove_tree(folder)
        for name in sorted(name for name in self._names if name.startswith(f"{self._name(folder)}/")):
            self._names.pop(name)
            self._did(Op("unlink", name))

    def change_mode(self, descriptor: int, mode: int) -> None:
        self._step()
        super().change_mode(descriptor, mode)

    def sync_descriptor(self, descriptor: int, folder: Path) -> None:
        self.sync_folder(folder)

    def sync_folder(self, folder: Path) -> None:
        self._step()
        self._did(Op("sync_folder", self._name(folder)))

    def _meet(self, name: str, data: bytes) -> None:
        self._files += 1
        self._names[name] = self._files
        self._did(Op("found", name, file=self._files, data=data))

    def _name(self, path: Path) -> str:
        name = os.path.relpath(path, self.root)
        return "" if name == "." else name

    def _did(self, op: Op) -> None:
        self.ops.append(op)

    def _step(self) -> None:
        self.calls += 1
        if self._fail_at and (self.calls >= self._fail_at if self._lasting else self.calls == self._fail_at):
            raise OSError(self._error, os.strerror(self._error))


def _digest(salt: int, image: Image) -> bytes:
    hasher = hashlib.blake2b(str(salt).encode())
    for name in sorted(image):
        hasher.update(f"{name}\0{len(image[name])}\0".encode() + image[name])
    return hasher.digest()


def lay_out(image: Image, root: Path) -> None:
    """Put the files of an image below `root`."""
    for name, data in image.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@contextlib.contextmanager
def fault_disk(root: Path) -> Iterator[FaultDisk]:
    """A FaultDisk in the place of the real calls while the block runs."""
    real, disk = safeio.calls, FaultDisk(root)
    safeio.calls = disk
    try:
        yield disk
    finally:
        safeio.calls = real
