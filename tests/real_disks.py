"""Disks of other formats, in image files that the system really mounts; where it may not, the test is skipped."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# What makes a file system in an image, and which of them are FAT's kin: names, rights and links as cameras know them.
MAKERS: dict[str, list[str]] = {
    "vfat": ["mkfs.vfat", "-F", "32"],
    "exfat": ["mkfs.exfat"],
    "ext4": ["mkfs.ext4", "-q"],
}
PACKAGES = {"mkfs.vfat": "dosfstools", "mkfs.exfat": "exfatprogs", "mkfs.ext4": "e2fsprogs"}
REMOVABLE = ("vfat", "exfat")


@dataclass
class RealDisk:
    """A disk of some kind at `folder`; without an image it lives in memory."""

    kind: str
    folder: Path
    image: Path | None = None
    size: int = 0
    loop: str = ""

    def plug_in(self) -> None:
        """Mount it. Skips the test where the system does not let or does not know its kind."""
        if self.image is None:
            _try("mount", "-t", "tmpfs", "-o", f"size={self.size}", "none", self.folder)
            return
        self.loop = _try("losetup", "--find", "--show", self.image).strip()
        try:
            self._mount()
        except BaseException:
            self._let_go()
            raise

    def _mount(self) -> None:
        if f"\t{self.kind}\n" in Path("/proc/filesystems").read_text() or self.kind != "exfat":
            _try("mount", "-t", self.kind, self.loop, self.folder)
        elif shutil.which("mount.exfat-fuse") is None:
            pytest.skip("this kernel knows no exfat; needs: apt-get install exfat-fuse")
        else:
            _try("mount.exfat-fuse", self.loop, self.folder)

    def pull_out(self, *, lazily: bool = False) -> None:
        """Take it away; `lazily` also while files on it are open. What stands at its place is then an empty folder."""
        subprocess.run(["umount", *(["-l"] if lazily else []), self.folder], check=not lazily, capture_output=True)
        self._let_go()

    def again(self) -> None:
        """Pull it out and plug it in, so that what is read is what lies on it."""
        self.pull_out()
        self.plug_in()

    def lock(self) -> None:
        """Move its little switch: it can only be read."""
        _try("mount", "-o", "remount,ro", self.folder)

    def _let_go(self) -> None:
        if self.loop:
            subprocess.run(["losetup", "--detach", self.loop], check=False, capture_output=True)
            self.loop = ""


@contextlib.contextmanager
def real_disk(folder: Path, kind: str, size: int = 48 << 20, chip: Path | None = None) -> Iterator[RealDisk]:
    """A new disk of that kind ("tmpfs" or one of MAKERS) and size in bytes, mounted at the folder while the block runs.

    `chip` is the folder in which its image lies, beside it when there is none.

    Skips the test, with the reason, where that is not possible.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root of a Linux mounts disks")
    folder.mkdir(parents=True, exist_ok=True)
    disk = RealDisk(kind, folder, size=size)
    if kind != "tmpfs":
        maker, *rest = MAKERS[kind]
        if shutil.which(maker) is None:
            pytest.skip(f"needs: apt-get install {PACKAGES[maker]}")
        disk.image = (chip or folder.parent) / f"{folder.name}.{kind}"
        with disk.image.open("wb") as file:
            file.truncate(size)
        _try(maker, *rest, disk.image)
    disk.plug_in()
    try:
        yield disk
    finally:
        disk.pull_out(lazily=True)


def _try(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{' '.join(map(str, command[:3]))}: {' '.join(done.stderr.split()) or done.returncode}")
    return done.stdout
