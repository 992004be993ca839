"""Joins included files into a configuration, without ever leaving the folder that it lies in.

Source of the rules: Clawdbot 2026.1.24, config/includes. A `$include` names one file or several relative to the
file it stands in; objects merge, arrays are joined, keys beside it win. Stricter: no way out of the own folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from clawd_desktop.config.merge import combine
from clawd_desktop.config.schema.check import Issue
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import JsonValue

KEY = "$include"
MAX_DEPTH = 10
MAX_FILES = 100


@dataclass(slots=True)
class Includes:
    """What joining found: the files that belong to the configuration, and what went wrong."""

    files: list[Path] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    file: Path
    path: tuple[str, ...]
    chain: tuple[Path, ...]


def resolve(value: JsonValue, file: Path, read: Callable[[Path], JsonValue]) -> tuple[JsonValue, Includes]:
    """The value of `file` with all includes joined in. `read` answers what an included file says.

    A file that cannot be used is named as an issue and left out; the rest stands.
    """
    found = Includes()
    joiner = _Joiner(_real(file.parent), read, found)
    return joiner.value(value, _Place(file, (), (_real(file),))), found


def _real(path: Path) -> Path:
    # Unlike Path.resolve it answers for links in a circle too, which are then named when they are read.
    return Path(os.path.realpath(path))


@dataclass(slots=True)
class _Joiner:
    root: Path
    read: Callable[[Path], JsonValue]
    found: Includes

    def value(self, value: JsonValue, at: _Place) -> JsonValue:
        if isinstance(value, list):
            return [self.value(item, self.below(at, str(index))) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        own: JsonValue = {key: self.value(item, self.below(at, key)) for key, item in value.items() if key != KEY}
        if KEY not in value:
            return own
        joined: JsonValue = None
        for name in self.names(value[KEY], at):
            part = self.file(name, at)
            joined = part if joined is None else combine(joined, part)
        return self.beside(joined, own, at)

    def beside(self, joined: JsonValue, own: JsonValue, at: _Place) -> JsonValue:
        if joined is None or not own:
            return own if joined is None else joined
        if not isinstance(joined, dict):
            self.issue(at, "the file holds no object, so no other keys can stand beside $include")
            return own
        return combine(joined, own)

    def below(self, at: _Place, key: str) -> _Place:
        return _Place(at.file, (*at.path, key), at.chain)

    def issue(self, at: _Place, what: str) -> None:
        self.found.issues.append(Issue(".".join((*at.path, KEY)), f"In {at.file}: {what}."))

    def names(self, value: JsonValue, at: _Place) -> list[str]:
        names = value if isinstance(value, list) else [value]
        good = [name for name in names if isinstance(name, str) and name]
        if len(good) != len(names):
            self.issue(at, "$include must be the name of a file, or a list of names")
        return good

    def file(self, name: str, at: _Place) -> JsonValue:
        target = self.target(name, at)
        if target is None:
            return None
        if target in at.chain:
            self.issue(at, f'"{name}" includes itself')
            return None
        if len(at.chain) > MAX_DEPTH or len(self.found.files) >= MAX_FILES:
            self.issue(at, f'"{name}" is one too many: at most {MAX_DEPTH} levels and {MAX_FILES} files')
            return None
        self.found.files.append(target)
        try:
            content = self.read(target)
        except ClawdError as error:
            self.issue(at, error.message.rstrip("."))
            return None
        return self.value(content, _Place(target, at.path, (*at.chain, target)))

    def target(self, name: str, at: _Place) -> Path | None:
        """The file with links followed, None (and an issue) when it lies outside of the configuration's folder."""
        windows, posix = PureWindowsPath(name), PurePosixPath(name)
        if windows.is_absolute() or posix.is_absolute() or windows.drive or windows.root or name.startswith("~"):
            self.issue(at, f'"{name}" must be a path relative to this file')
            return None
        try:
            target = _real(at.file.parent / name)
        except (OSError, ValueError):
            self.issue(at, f"{name!r} cannot be a file")
            return None
        if not target.is_relative_to(self.root):
            self.issue(at, f'"{name}" lies outside of the folder {self.root}')
            return None
        return target
