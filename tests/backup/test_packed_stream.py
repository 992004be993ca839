"""What is packed comes back, no changed or missing byte passes, and memory has a limit whatever a file says."""

from __future__ import annotations

import io
import random
import subprocess
from contextlib import closing

import pytest
from backports.zstd import CompressionParameter, ZstdCompressor, compress
from backup.standard_tools import require
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.packed_stream import PIECE, Packer, Unpacker


def nobody(done: int) -> None:
    pass


def packed(data: bytes, *, level: int = 3) -> bytes:
    file = io.BytesIO()
    packer = Packer(file, level)
    for start in range(0, len(data), 100_000):
        packer.write(data[start : start + 100_000])
    packer.close()
    return file.getvalue()


def unpacked(raw: bytes, size: int) -> bytes:
    with closing(Unpacker(io.BytesIO(raw), nobody)) as unpacker:
        data = unpacker.read(size)
        unpacker.end()
        assert unpacker.position == size
        return data


MIXED = random.Random(3).randbytes(200_000) + b"word " * 200_000


@pytest.mark.parametrize("data", [b"", b"x", bytes(3_000_000), MIXED])
@pytest.mark.parametrize("level", [1, 3, 19])
def test_what_is_packed_comes_back(data: bytes, level: int) -> None:
    assert unpacked(packed(data, level=level), len(data)) == data


def test_the_standard_program_opens_it() -> None:
    require("zstd")
    run = subprocess.run(["zstd", "-dc"], input=packed(MIXED), capture_output=True, check=True)
    assert run.stdout == MIXED


def test_no_changed_bit_passes() -> None:
    # Of what repeats, many other ways to say it unpack to the same.
    data = b"abcabcabc" * 40 + b"some other words, and the same words again, and the same words again"
    whole = packed(data)
    for bit in range(len(whole) * 8):
        raw = bytearray(whole)
        raw[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Damaged):
            unpacked(bytes(raw), len(data))


def test_no_cut_and_nothing_more_passes() -> None:
    whole = packed(b"abc" * 100)
    for cut in range(len(whole)):
        with pytest.raises(Damaged):
            unpacked(whole[:cut], 300)
    for more in (b"x", whole, bytes(40), whole[-40:], compress(b"abc")):
        with pytest.raises(Damaged, match="followed|checksum"):
            unpacked(whole + more, 300)
    with pytest.raises(Damaged, match="followed"):
        unpacked(whole, 299)
    with pytest.raises(Damaged, match="too early"):
        unpacked(whole, 301)


def test_the_checksum_cannot_be_left_away() -> None:
    with pytest.raises(Damaged):
        unpacked(compress(b"abc" * 100), 300)


def test_a_file_that_wants_much_memory_is_refused() -> None:
    options = {CompressionParameter.window_log: 27, CompressionParameter.compression_level: 3}
    zstd = ZstdCompressor(options=options)
    raw = zstd.compress(random.Random(1).randbytes(20 << 20)) + zstd.flush()
    with pytest.raises(Damaged, match="memory"), closing(Unpacker(io.BytesIO(raw), nobody)) as unpacker:
        unpacker.read(1)


def test_a_bomb_is_unpacked_in_small_pieces() -> None:
    raw = packed(bytes(64 << 20))
    assert len(raw) < 10_000
    with closing(Unpacker(io.BytesIO(raw), nobody)) as unpacker:
        assert {len(piece) for piece in unpacker.pieces(64 << 20)} == {PIECE}


def test_it_stops_where_the_step_wants_it_to() -> None:
    seen: list[int] = []

    def step(done: int) -> None:
        seen.append(done)
        if len(seen) == 3:
            raise KeyboardInterrupt

    raw = packed(bytes(10 * PIECE))
    with pytest.raises(KeyboardInterrupt), closing(Unpacker(io.BytesIO(raw), step)) as unpacker:
        unpacker.read(10 * PIECE)
    assert seen == [len(raw)] * 3


class Drips(io.BytesIO):
    """A file that takes and gives less than it is asked for."""

    def write(self, data: memoryview) -> int:
        return super().write(data[:1000])

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 7))


def test_a_file_may_take_and_give_a_part_only() -> None:
    file = Drips()
    packer = Packer(file, 3)
    packer.write(MIXED[:50_000])
    packer.close()
    with closing(Unpacker(Drips(file.getvalue()), nobody)) as unpacker:
        assert unpacker.read(50_000) == MIXED[:50_000]
        unpacker.end()


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    with pytest.raises(Damaged):
        unpacked(raw, 100)
