"""The only place that writes files durably: after a call returns, the bytes survive a crash and a power cut."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, TypeAlias

from clawd_desktop.core.errors import AlreadyRunning, NotFound, StorageFault, Unreadable

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
LOCK = "clawd-desktop.lock"
_CAUSES = {
    errno.ENOSPC: ("the disk is full", "Free some space; it goes on by itself."),
    errno.EDQUOT: ("your disk quota is used up", "Free some space; it goes on by itself."),
    errno.EROFS: ("the disk is read-only", "Remount it for writing; it goes on by itself."),
    errno.EACCES: ("access is denied", "Give your user the right to write there."),
    errno.EPERM: ("the operation is not permitted", "Check who owns the folder."),
    errno.EIO: ("the disk reports an error", "Check the disk; make a backup elsewhere."),
    errno.ENOENT: ("the folder is not there", "Is its disk mounted?"),
    errno.EFBIG: ("the file is larger than that disk's format allows", "Choose another disk."),
    errno.EEXIST: ("a file stands in its place", "Move that file away."),
    errno.ENOTDIR: ("a file stands where a folder should be", "Move that file away."),
    errno.ENOTCONN: ("the disk is gone", "Connect or mount it again."),
    errno.ESTALE: ("the network folder is gone", "Mount it again."),
    errno.ELOOP: ("a link stands in its place", "Remove that link."),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter folder."),
    errno.EMFILE: ("too many files are open", "Close some programs or raise the limit of open files."),
}


# What file systems answer that give a file one name only, such as FAT.
_NO_SECOND_NAME = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)
# A folder to make things in: a descriptor of it, or its path where the system knows no paths relative to descriptors.
Place: TypeAlias = int | Path
SYNCS_DISKS = sys.platform == "linux"
FOLDER_DESCRIPTORS = os.open in os.supports_dir_fd and os.mkdir in os.supports_dir_fd
OPEN_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class Calls:
    """The system calls that change the disk, in one object so that tests can record them and make them fail."""

    def open(self, path: Path, flags: int, mode: int) -> int:
        """Open a file and return its descriptor."""
        return os.open(path, flags | getattr(os, "O_CLOEXEC", 0), mode)

    def write(self, descriptor: int, data: bytes) -> int:
        """Write some of the data and return how many bytes."""
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        """Push the file's data and size to the disk."""
        os.fdatasync(descriptor) if hasattr(os, "fdatasync") else os.fsync(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut the file to `size` bytes."""
        os.ftruncate(descriptor, size)

    def close(self, descriptor: int) -> None:
        """Close the descriptor."""
        os.close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Rename over whatever stands at the target."""
        os.replace(source, target)

    def rename_new(self, source: Path, target: Path) -> None:
        """Rename to a name that nothing has; FileExistsError when something has it."""
        if sys.platform == "win32":
            os.rename(source, target)
            return
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno not in _NO_SECOND_NAME:
                raise
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
            os.rename(source, target)
        else:
            os.unlink(source)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        os.unlink(path)

    def remove_tree(self, folder: Path) -> None:
        """Remove a folder with all that is in it."""
        shutil.rmtree(folder)

    def remove_empty(self, folder: Path) -> None:
        """Remove a folder that holds nothing."""
        os.rmdir(folder)

    def move(self, source: Path, target: Path, folders: tuple[int, int] | None) -> None:
        """Rename; with `folders` (descriptors of the two parents) no link on the way there is followed."""
        if folders is None:
            os.rename(source, target)
        else:
            os.rename(source.name, target.name, src_dir_fd=folders[0], dst_dir_fd=folders[1])

    def change_mode(self, descriptor: int, mode: int) -> None:
        """Give an open file or folder other rights."""
        os.fchmod(descriptor, mode)

    def sync_descriptor(self, descriptor: int, folder: Path) -> None:
        """Make renames in an open folder durable; `folder` is where it lies."""
        os.fsync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Make renames and new names in the folder durable; Windows does so by itself."""
        if sys.platform == "win32":
            return
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def open_at(self, place: Place, name: str, mode: int) -> int:
        """Make a file that is not there yet in the folder, for writing, and return its descriptor."""
        path, beside = _at(place, name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        return os.open(path, flags | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0), mode, dir_fd=beside)

    def make_folder_at(self, place: Place, name: str) -> None:
        """Make a private folder in the folder."""
        path, beside = _at(place, name)
        os.mkdir(path, PRIVATE_FOLDER, dir_fd=beside)

    def link_at(self, place: Place, name: str, target: str, mtime_ns: int) -> None:
        """Make a symbolic link in the folder, with its own time of change."""
        path, beside = _at(place, name)
        os.symlink(target, path, dir_fd=beside)
        if os.utime in os.supports_follow_symlinks:
            os.utime(path, ns=(mtime_ns, mtime_ns), dir_fd=beside, follow_symlinks=False)

    def settle(self, place: Place, mode: int, mtime_ns: int) -> None:
        """Give an open file or folder its rights and its time of change."""
        os.chmod(place, mode)
        os.utime(place, ns=(mtime_ns, mtime_ns))

    def sync_disk(self, folder: Path) -> None:
        """Push all that was written to the disk of the folder; only where SYNCS_DISKS, elsewhere each file is synced.

        Source: syncfs(2); it tells of failed writes since Linux 5.8, which sync(2) never does.
        """
        import ctypes

        descriptor = os.open(folder, OPEN_FOLDER)
        try:
            if ctypes.CDLL(None, use_errno=True).syncfs(descriptor):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        finally:
            os.close(descriptor)


calls = Calls()


def _at(place: Place, name: str) -> tuple[str | Path, int | None]:
    return (place / name, None) if isinstance(place, Path) else (name, place)


def storage_fault(error: OSError, path: Path, doing: str) -> StorageFault:
    """The error as a sentence: what was being done, where, why it failed and what helps."""
    cause, hint = _CAUSES.get(
        error.errno or 0, (error.strerror or str(error), "Check the disk and the folder's rights.")
    )
    return StorageFault(f"Could not {doing} {path}: {cause}.", hint=hint)


@contextlib.contextmanager
def explained(path: Path, doing: str) -> Iterator[None]:
    """Turn an OSError in the block into a StorageFault that names `path` and `doing` ("save", "read")."""
    try:
        yield
    except OSError as error:
        raise storage_fault(error, path, doing) from error


def make_folder(folder: Path) -> None:
    """Make the folder and its parents, private to the user. Raises StorageFault when that fails."""
    with explained(folder, "make the folder"):
        missing = [folder]
        while not missing[-1].parent.exists():
            missing.append(missing[-1].parent)
        # One by one: with `parents` Python gives the mode to the last alone, and the umask may leave the rest open.
        for each in reversed(missing):
            each.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def open_regular(path: Path) -> BinaryIO:
    """A regular file opened for reading without a buffer.

    Raises NotFound when there is none, Unreadable when it is a folder, pipe or device, StorageFault when the system
    refuses. Never blocks on a pipe.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError as error:
        raise NotFound(f"There is no file {path}.") from error
    except (IsADirectoryError, NotADirectoryError) as error:
        raise Unreadable(f"{path} is not a file.", path=str(path), hint="Move it away.") from error
    except OSError as error:
        raise storage_fault(error, path, "read") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable(f"{path} is not a regular file.", path=str(path), hint="Move it away.")
    return os.fdopen(descriptor, "rb", buffering=0)


def read_file(path: Path, *, limit: int = 64 * 1024 * 1024) -> bytes:
    """All bytes of a regular file of at most `limit` bytes.

    Raises NotFound when there is none, Unreadable when it is a folder, pipe, device or too large, StorageFault when
    the system refuses. Never blocks on a pipe.
    """
    with open_regular(path) as file, explained(path, "read"):
        size = os.fstat(file.fileno()).st_size
        if size > limit:
            raise Unreadable(
                f"{path} is {size:,} bytes; at most {limit:,} are read.", path=str(path), hint="Make it smaller."
            )
        return b"".join(iter(lambda: file.read(1 << 20), b""))


def write_file(path: Path, data: bytes, *, mode: int = PRIVATE_FILE) -> None:
    """Replace the whole file at once: readers and crashes see the old bytes or the new ones, never a mixture.

    The folder must exist. Raises StorageFault; the old file then stands unchanged.
    """
    target = path.resolve() if path.is_symlink() else path
    beside = target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}.new")
    try:
        descriptor = calls.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        try:
            write_all(descriptor, data)
            calls.fsync(descriptor)
        finally:
            calls.close(descriptor)
        calls.replace(beside, target)
        calls.sync_folder(target.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            calls.unlink(beside)
        raise storage_fault(error, path, "save") from error


def rename(source: Path, target: Path) -> None:
    """Rename durably, replacing what stands at `target`. Raises StorageFault."""
    with explained(source, "rename"):
        calls.replace(source, target)
        calls.sync_folder(target.parent)
        if source.parent != target.parent:
            calls.sync_folder(source.parent)


def remove(path: Path) -> None:
    """Remove a file durably; one that is gone already is fine. Raises StorageFault."""
    with explained(path, "remove"):
        with contextlib.suppress(FileNotFoundError):
            calls.unlink(path)
        calls.sync_folder(path.parent)


def touch(path: Path, at_ms: int | None = None) -> None:
    """Give an existing file another time of change (wall-clock milliseconds; None: now, by the clock of its disk).

    Raises StorageFault.
    """
    with explained(path, "touch"):
        os.utime(path, None if at_ms is None else (at_ms / 1000, at_ms / 1000))


def open_log(path: Path) -> io.FileIO:
    """A new private file for what is written when the process dies: without a buffer. Raises StorageFault."""
    with explained(path, "open"):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        return io.FileIO(calls.open(path, flags, PRIVATE_FILE), "w")


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it; one that is gone already is fine, a link is removed itself.

    Raises StorageFault; some of it may be gone then.
    """
    with explained(folder, "remove"):
        if folder.is_symlink():
            calls.unlink(folder)
            return
        with contextlib.suppress(FileNotFoundError):
            try:
                calls.remove_tree(folder)
            except PermissionError:
                _open_up(folder)
                calls.remove_tree(folder)


def _open_up(folder: Path) -> None:
    """Let the user empty folders that do not allow it, as a restored tree may have."""
    os.chmod(folder, PRIVATE_FOLDER)
    for above, folders, _ in os.walk(folder):
        for name in folders:
            if not os.path.islink(path := os.path.join(above, name)):
                os.chmod(path, PRIVATE_FOLDER)


def set_aside(path: Path, label: str, stamp_ms: int) -> Path:
    """Rename a file to `<name>.<label>-<stamp>` so that it is kept and out of the way; returns its new path."""
    target = path.with_name(f"{path.name}.{label}-{stamp_ms}")
    counter = 1
    while target.exists():
        target = path.with_name(f"{path.name}.{label}-{stamp_ms}.{counter}")
        counter += 1
    rename(path, target)
    return target


class AppendFile:
    """A file that only grows. Each `append` is on the disk when it returns, or the file is as it was before."""

    def __init__(self, path: Path, *, mode: int = PRIVATE_FILE) -> None:
        self.path = path
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        with explained(path, "open"):
            self._descriptor = calls.open(path, flags, mode)
        try:
            # Also when the file is not new: whoever made it may have been killed before its name was on the disk.
            calls.sync_folder(path.parent)
        except OSError as error:
            self.close()
            raise storage_fault(error, path, "open") from error

    def size(self) -> int:
        """Bytes in the file now."""
        return os.fstat(self._descriptor).st_size

    def stands(self) -> bool:
        """Whether its path still leads to this very file: nobody has renamed, replaced or deleted it."""
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._descriptor))
        except OSError:
            return False

    def append(self, data: bytes, *, sync: bool = True) -> None:
        """Add the bytes at the end. Raises StorageFault and cuts the file back to what it was.

        Without `sync` they survive the end of this process, but not a power cut: enough for most lines of a log.
        """
        with explained(self.path, "write to"):
            before = self.size()
        try:
            write_all(self._descriptor, data)
            if sync:
                calls.fsync(self._descriptor)
        except OSError as error:
            with contextlib.suppress(OSError):
                calls.truncate(self._descriptor, before)
                calls.fsync(self._descriptor)
            raise storage_fault(error, self.path, "write to") from error

    def cut(self, size: int) -> None:
        """Shorten the file to `size` bytes, durably. Raises StorageFault."""
        with explained(self.path, "shorten"):
            calls.truncate(self._descriptor, size)
            calls.fsync(self._descriptor)

    def close(self) -> None:
        """Close the file; further appends are an error."""
        if self._descriptor >= 0:
            calls.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> AppendFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_unfinished(name: str) -> bool:
    """Whether a file of this name is what a killed process left of a write."""
    return name.startswith(".") and name.endswith(".new")


def create_file(path: Path, data: bytes, *, mode: int = PRIVATE_FILE) -> bool:
    """Make a small file that is not there yet; False when there is one. Raises StorageFault; nothing is left then."""
    try:
        descriptor = calls.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    except FileExistsError:
        return False
    except OSError as error:
        raise storage_fault(error, path, "make") from error
    try:
        try:
            write_all(descriptor, data)
            calls.fsync(descriptor)
        finally:
            calls.close(descriptor)
        calls.sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            calls.unlink(path)
        raise storage_fault(error, path, "make") from error
    return True


class NewFile(io.FileIO):
    """A file that is written bit by bit and gets its name when it is whole: `keep`. Without that nothing is left.

    To be used by `with`. Until then it has a hidden name beside. All methods raise StorageFault.
    """

    def __init__(self, path: Path, *, mode: int = PRIVATE_FILE) -> None:
        self.path = path
        self.beside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with explained(path, "save"):
            super().__init__(calls.open(self.beside, flags, mode), "w")

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Add all the bytes at the end."""
        with explained(self.path, "write"):
            write_all(self.fileno(), data)
        return len(data)

    def sync(self) -> None:
        """Push it to the disk, and out of the memory, so that reading it again reads the disk."""
        with explained(self.path, "save"):
            calls.fsync(self.fileno())
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(self.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def keep(self) -> None:
        """Push it to the disk and give it its name, at which nothing may stand."""
        with explained(self.path, "save"):
            calls.fsync(self.fileno())
            if hasattr(os, "posix_fadvise"):  # who reads it back is to read the disk
                os.posix_fadvise(self.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            self.close()
            calls.rename_new(self.beside, self.path)
            try:
                calls.sync_folder(self.path.parent)
            except OSError:
                with contextlib.suppress(OSError):
                    calls.unlink(self.path)
                raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        with contextlib.suppress(OSError):
            calls.unlink(self.beside)


class FolderLock:
    """One owner per folder, by an operating-system lock that dies with its process (never by file time)."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LOCK
        self._descriptor = -1

    def acquire(self) -> None:
        """Take the lock. Raises AlreadyRunning with the owner's pid when another process has it."""
        with explained(self._path, "open"):
            # A link would let whoever planted it choose the file that is emptied below.
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
            descriptor = os.open(self._path, flags, PRIVATE_FILE)
        try:
            _lock(descriptor)
        except OSError as error:
            owner = _owner(descriptor)
            os.close(descriptor)
            raise AlreadyRunning(
                f"Another process{f' (pid {owner})' if owner else ''} already uses {self._path.parent}.",
                hint="Quit it first, or choose another folder with --data-dir.",
                pid=owner,
            ) from error
        self._descriptor = descriptor
        # The lock holds without the number in it, which only helps people: a full disk must not end the program here.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0) if hasattr(os, "pwrite") else None

    def release(self) -> None:
        """Give the lock back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def sync_soon(descriptor: int) -> None:
    """Push an open file to the disk, unless SYNCS_DISKS: `sync_disk` then does it later for all. Raises OSError."""
    if not SYNCS_DISKS:
        calls.fsync(descriptor)


def write_all(descriptor: int, data: bytes | memoryview) -> None:
    """Write all the bytes to an open file, however few the system takes at once. Raises OSError."""
    view = memoryview(data)
    while view:
        written = calls.write(descriptor, bytes(view))
        if written == 0:
            raise OSError(errno.ENOSPC, "nothing was written")
        view = view[written:]


def _owner(descriptor: int) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(os.pread(descriptor, 32, 0).split()[0]) if hasattr(os, "pread") else None
    return None


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
