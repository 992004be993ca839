"""Decides which paths may stand in a backup and be written on this disk; does no I/O."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MOST_NAME_BYTES = 255
MOST_PATH_BYTES = 4096
MOST_DEPTH = 128
# Source: Microsoft, "Naming Files, Paths, and Namespaces".
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in "123456789¹²³")}
)
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z]:([/\\]|$)")
_DRIVE = re.compile(r"[A-Za-z]:")
_FORBIDDEN_ON_WINDOWS = frozenset('<>:"|?*')


@dataclass(frozen=True, slots=True)
class Disk:
    """What the disk that is written to tells apart. The default is what Linux does."""

    cases: bool = True  # "A" and "a" are two files
    forms: bool = True  # composed and decomposed letters are two files
    windows: bool = False  # reserved names, and characters that no name may have


LINUX = Disk()
# What nearly all paths are, so that the rest need not be looked at; short enough for each limit.
_PLAIN = re.compile(r"\.?\w[\w .,+@=()-]*(?:/\.?\w[\w .,+@=()-]*)*", re.ASCII)
_MOST_PLAIN = 200


def refusal(path: str, disk: Disk = LINUX) -> str:
    """Why `path` must not be written below a folder ("it leads out of its folder"), "" when it may.

    A path is relative, with "/" between its names; bytes that are no UTF-8 stand as surrogates (`os.fsdecode`).
    """
    if disk is LINUX and len(path) <= _MOST_PLAIN and _PLAIN.fullmatch(path):
        return ""
    if not path:
        return "it is empty"
    if "\0" in path:
        return "it has a NUL character"
    if _ABSOLUTE.match(path):
        return "it is absolute"
    names = path.split("/")
    if len(path.encode("utf-8", "surrogateescape")) > MOST_PATH_BYTES or len(names) > MOST_DEPTH:
        return "it is too long or too deep"
    return next((why for name in names if (why := _name_refusal(name, disk))), "")


def _name_refusal(name: str, disk: Disk) -> str:
    if name in ("", "."):
        return "it has an empty name"
    if name == "..":
        return "it leads out of its folder"
    if "\\" in name:
        return "it has a backslash, which is a separator elsewhere"
    if len(name.encode("utf-8", "surrogateescape")) > MOST_NAME_BYTES:
        return f"one of its names is longer than {MOST_NAME_BYTES} bytes"
    if disk.windows and (name.split(".")[0].rstrip(" ").lower() in _RESERVED or name.endswith((" ", "."))):
        return "it has a name that Windows keeps for itself"
    if disk.windows and any(letter in _FORBIDDEN_ON_WINDOWS or ord(letter) < 32 for letter in name):
        return "it has a character that Windows forbids"
    return ""


def same_on(path: str, disk: Disk) -> str:
    """What the disk takes the path for: two paths with the same answer would be one file."""
    if not disk.forms:
        path = unicodedata.normalize("NFC", path)
    return path if disk.cases else path.casefold()


def twins(paths: Iterable[str], disk: Disk) -> tuple[str, str] | None:
    """The first two paths that would be one file on the disk (equal ones are), None when all differ."""
    seen: dict[str, str] = {}
    for path in paths:
        same = same_on(path, disk)
        if same in seen:
            return seen[same], path
        seen[same] = path
    return None


def link_refusal(path: str, target: str) -> str:
    """Why the link at `path` must not be made, "" when it stays below the folder that `path` is relative to."""
    if not target or "\0" in target or target.startswith("/") or "\\" in target or _DRIVE.match(target):
        return "it leads somewhere else on the computer"
    names = [name for name in target.split("/") if name not in ("", ".")]
    ups = next((number for number, name in enumerate(names) if name != ".."), len(names))
    # A ".." after a name goes up from wherever that name leads, which may be another link.
    if ups > path.count("/") or ".." in names[ups:]:
        return "it leads out of its folder"
    return ""
