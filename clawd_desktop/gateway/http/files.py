"""Opens files below a folder for strangers: whatever a path says, nothing outside of the folder is ever opened."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

from aiohttp.web import StreamResponse

from clawd_desktop.gateway.http import answers
from clawd_desktop.gateway.http.routes import Ask
from clawd_desktop.gateway.http.stream import ClientGone, Line

LONGEST_PATH = 1024
BLOCK = 64 * 1024
_DEEPEST = 32
_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
# Also what only other systems know as special: a colon names a stream or a drive, a dot at the end vanishes.
_BAD = frozenset('/\\:*?"<>|')
TYPES = {
    ".html": "text/html", ".htm": "text/html", ".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript",
    ".json": "application/json", ".txt": "text/plain", ".md": "text/plain", ".csv": "text/csv", ".xml": "text/xml",
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".woff": "font/woff", ".woff2": "font/woff2",
    ".ttf": "font/ttf", ".mp3": "audio/mpeg", ".wav": "audio/wav", ".mp4": "video/mp4", ".webm": "video/webm",
    ".wasm": "application/wasm", ".pdf": "application/pdf",
}  # fmt: skip


def parts_of(path: str) -> tuple[str, ...] | None:
    """The names in a path of a request, each decoded once; None for one that no honest client sends.

    The path has no query and no leading slash. Empty names, dots, separators and control characters in names, and
    names that begin with a dot are refused, however they are written.
    """
    if len(path) > LONGEST_PATH:
        return None
    try:
        names = tuple(unquote(part, errors="strict") for part in path.split("/"))
    except UnicodeDecodeError:
        return None
    return names if len(names) <= _DEEPEST and all(map(_is_name, names)) else None


def media_type(name: str) -> str:
    """The media type by the file's ending; what is not known is offered as bytes."""
    return TYPES.get(os.path.splitext(name)[1].lower(), "application/octet-stream")


def open_below(root: Path, names: tuple[str, ...]) -> BinaryIO | None:
    """The regular file of these names below `root`, opened for reading; None when there is none.

    Links below the root are not followed: one that leads outside, or is changed while it is looked at, opens nothing.
    """
    if not names:
        return None
    try:
        return _step_by_step(root, names) if os.open in os.supports_dir_fd and _FOLDER else _as_a_whole(root, names)
    except (OSError, ValueError):
        return None


def is_folder(root: Path, names: tuple[str, ...]) -> bool:
    """Whether the names lead to a folder below `root`, without a link on the way."""
    path = root
    for name in names:
        path /= name
        if path.is_symlink():
            return False
    return path.is_dir()


async def send_bytes(ask: Ask, data: bytes, headers: dict[str, str], seconds: float) -> StreamResponse:
    """Answer with these bytes; a client that reads nothing for `seconds` is cut off."""
    blocks = (data[start : start + BLOCK] for start in range(0, len(data), BLOCK))
    return await _send(ask, len(data), blocks, headers, seconds)


async def send_file(ask: Ask, file: BinaryIO, headers: dict[str, str], seconds: float) -> StreamResponse:
    """Answer with the file's bytes and close it; a client that reads nothing for `seconds` is cut off."""
    with file:
        size = os.fstat(file.fileno()).st_size
        return await _send(ask, size, _blocks(file, size), headers, seconds)


async def _send(
    ask: Ask, size: int, blocks: Iterator[bytes], headers: dict[str, str], seconds: float
) -> StreamResponse:
    response = StreamResponse(headers={**answers.SECURITY_HEADERS, **headers, "Content-Length": str(size)})
    with contextlib.suppress(ClientGone):
        line = await Line.open(ask, response, seconds)
        for block in blocks if ask.facts.method != "HEAD" else ():
            await line.write(block)
        await line.end()
    return response


def _blocks(file: BinaryIO, size: int) -> Iterator[bytes]:
    # A file that grows meanwhile must not say more than was announced.
    left = size
    while left > 0 and (block := file.read(min(BLOCK, left))):
        left -= len(block)
        yield block


def _is_name(text: str) -> bool:
    plain = text.isprintable() and not _BAD & set(text)
    return plain and 0 < len(text) <= 255 and not text.startswith(".") and not text.endswith((".", " "))


def _step_by_step(root: Path, names: tuple[str, ...]) -> BinaryIO | None:
    here = os.open(root, os.O_RDONLY | _FOLDER)
    try:
        for name in names[:-1]:
            below = os.open(name, _OPEN | _FOLDER, dir_fd=here)
            os.close(here)
            here = below
        return _regular(os.open(names[-1], _OPEN | _BINARY, dir_fd=here))
    finally:
        os.close(here)


def _as_a_whole(root: Path, names: tuple[str, ...]) -> BinaryIO | None:
    path = root.joinpath(*names)
    real = Path(os.path.realpath(path))
    if real != Path(os.path.realpath(root)).joinpath(*names):
        return None
    file = _regular(os.open(path, _OPEN | _BINARY))
    # Asked again after it was opened: a folder on the way may have become a link.
    if file is not None and not os.path.samestat(os.fstat(file.fileno()), os.stat(real)):
        file.close()
        return None
    return file


def _regular(descriptor: int) -> BinaryIO | None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    return os.fdopen(descriptor, "rb", buffering=0)
