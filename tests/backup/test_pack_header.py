"""The header of a pack's member is a tar header of one form only."""

from __future__ import annotations

import hashlib
import io
import tarfile

import pytest

from clawd_desktop.backup import pack_header
from clawd_desktop.backup.manifest import Damaged

NAME = hashlib.sha256(b"x").hexdigest()
SIZES = [0, 1, 511, 512, 8**11 - 1, 8**11, 1 << 40]


@pytest.mark.parametrize("size", SIZES)
def test_it_is_read_as_it_was_written(size: int) -> None:
    assert pack_header.parse(pack_header.header(NAME, size)) == (NAME, size)


@pytest.mark.parametrize("size", SIZES)
def test_another_reader_of_tar_understands_it(size: int) -> None:
    found = tarfile.TarInfo.frombuf(pack_header.header(NAME, size), "ascii", "strict")
    assert (found.name, found.size, found.mode, found.uid, found.type) == (NAME, size, 0o600, 0, tarfile.REGTYPE)


def test_an_archive_of_it_is_an_archive_for_others() -> None:
    data = b"x" * 700
    whole = pack_header.header(NAME, 700) + data + bytes(pack_header.padding(700)) + pack_header.END
    with tarfile.open(fileobj=io.BytesIO(whole)) as archive:
        (member,) = archive.getmembers()
        stream = archive.extractfile(member)
        assert stream is not None
        assert stream.read() == data


def test_each_flipped_bit_is_seen() -> None:
    block = pack_header.header(NAME, 12345)
    for at in range(len(block) * 8):
        flipped = bytearray(block)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises(Damaged):
            pack_header.parse(bytes(flipped))


@pytest.mark.parametrize(("size", "pad"), [(0, 0), (1, 511), (512, 0), (513, 511)])
def test_padding_fills_the_block(size: int, pad: int) -> None:
    assert pack_header.padding(size) == pad
