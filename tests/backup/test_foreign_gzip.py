"""What gzip packed is unpacked in pieces, whole, and never to more than was allowed."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib

import pytest

from clawd_desktop.backup.foreign_gzip import MAGIC, GzipSource
from clawd_desktop.backup.manifest import Damaged

TEXT = os.urandom(300_000) + bytes(500_000)


def unpacked(data: bytes, *, limit: int = 1 << 30, step: int = 7_000) -> bytes:
    source, found = GzipSource(io.BytesIO(data), limit), b""
    while piece := source.read(step):
        found += piece
    assert source.read(step) == b""
    assert source.taken == len(data)
    assert source.digest == hashlib.sha256(data).hexdigest()
    return found


@pytest.mark.parametrize("step", [1_000, 65_536, 10_000_000])
def test_what_was_packed_comes_out(step: int) -> None:
    data = gzip.compress(TEXT)
    assert data.startswith(MAGIC)
    assert unpacked(data, step=step) == TEXT


def test_joined_files_are_one() -> None:
    assert unpacked(gzip.compress(b"one") + gzip.compress(b"") + gzip.compress(b"two")) == b"onetwo"
    assert unpacked(gzip.compress(b"")) == b""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ends in the middle"),
        (b"\x1f", "ends in the middle"),
        (gzip.compress(TEXT)[:-1], "ends in the middle"),
        (gzip.compress(TEXT)[:-9], "ends in the middle"),
        (gzip.compress(b"one") + b"\0", "ends in the middle"),
        (gzip.compress(b"one") + b"noise", "compressed data are broken"),
        (gzip.compress(b"one") + gzip.compress(b"two")[:5], "ends in the middle"),
        (zlib.compress(b"one"), "compressed data are broken"),
        (gzip.compress(b"one")[:-8] + bytes(8), "compressed data are broken"),
    ],
    ids=range(9),  # the time is in the data
)
def test_what_is_not_whole_is_said(data: bytes, words: str) -> None:
    with pytest.raises(Damaged, match=words):
        unpacked(data)


def test_no_more_comes_out_than_was_allowed() -> None:
    data = gzip.compress(bytes(1 << 26))
    source = GzipSource(io.BytesIO(data), 1 << 20)
    with pytest.raises(Damaged, match="more than there is room for"):
        source.read(1 << 26)
    assert len(source._ready) <= 1 << 20
    assert unpacked(gzip.compress(b"four"), limit=4) == b"four"
    with pytest.raises(Damaged, match="room"):
        unpacked(gzip.compress(b"four!"), limit=4)
