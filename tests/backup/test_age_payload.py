"""Pieces of 64 KiB that cannot be changed, moved, dropped, doubled or cut."""

from __future__ import annotations

import io
import os
import random
import tracemalloc
from pathlib import Path

import pytest

from clawd_desktop.backup.age_header import Source
from clawd_desktop.backup.age_payload import CHUNK, NONCE, TAG, PayloadReader, PayloadWriter, write_all
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.core.errors import StorageFault

KEY = bytes(range(16))
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK + 77]


def sealed(data: bytes, *, key: bytes = KEY, pieces: tuple[int, ...] = ()) -> bytes:
    file, place = io.BytesIO(), 0
    with PayloadWriter(file, key) as writer:
        for size in pieces:
            writer.write(data[place : place + size])
            place += size
        writer.write(data[place:])
    return file.getvalue()


def opened(data: bytes, *, key: bytes = KEY) -> bytes:
    with io.BufferedReader(PayloadReader(Source(io.BytesIO(data)), key)) as reader:
        return reader.read()


@pytest.mark.parametrize("size", SIZES)
def test_every_size_comes_back_equal(size: int) -> None:
    data = os.urandom(size)
    file = sealed(data)
    assert opened(file) == data
    assert len(file) == NONCE + size + TAG * max(1, -(-size // CHUNK))


def test_it_does_not_matter_in_which_pieces_it_is_written_and_read() -> None:
    chance = random.Random(5)
    data = chance.randbytes(5 * CHUNK)
    for _ in range(30):
        pieces = tuple(chance.choice((0, 1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK)) for _ in range(8))
        reader, parts = PayloadReader(Source(io.BytesIO(sealed(data, pieces=pieces))), KEY), []
        while part := reader.read(chance.choice((1000, CHUNK - 1, CHUNK, CHUNK + 1))):
            parts.append(part)
        assert b"".join(parts) == data


def pieces(file: bytes) -> list[bytes]:
    body = file[NONCE:]
    return [body[place : place + CHUNK + TAG] for place in range(0, len(body), CHUNK + TAG)]


@pytest.mark.parametrize("size", [3 * CHUNK, 3 * CHUNK + 100])
def test_pieces_cannot_be_dropped_doubled_or_moved(size: int) -> None:
    file = sealed(os.urandom(size))
    begin, parts = file[:NONCE], pieces(file)
    changed = [
        parts[:-1], parts[:1], [], parts[1:], [parts[1], parts[0], *parts[2:]], [parts[0], *parts], [*parts, parts[-1]],
        [*parts, b"x"], [*parts[:-1], parts[-1][:TAG]], [*parts, bytes(TAG)],
    ]  # fmt: skip
    for order in changed:
        with pytest.raises(Damaged):
            opened(begin + b"".join(order))


def test_an_empty_last_piece_is_refused_even_with_the_right_key() -> None:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    from clawd_desktop.backup.age_header import derived
    from clawd_desktop.backup.age_payload import nonce

    cipher = ChaCha20Poly1305(derived(KEY, bytes(NONCE), b"payload"))
    full = cipher.encrypt(nonce(0, last=False), bytes(CHUNK), None)
    with pytest.raises(Damaged):
        opened(bytes(NONCE) + full + cipher.encrypt(nonce(1, last=True), b"", None))
    assert opened(bytes(NONCE) + full + cipher.encrypt(nonce(1, last=True), b"a", None)) == bytes(CHUNK) + b"a"


def test_damage_names_its_place_and_stays() -> None:
    file = bytearray(sealed(bytes(3 * CHUNK)))
    file[CHUNK + TAG + 500] ^= 1
    reader = PayloadReader(Source(io.BytesIO(file)), KEY)
    assert len(reader.read(CHUNK) or b"") == CHUNK
    for _ in range(3):
        with pytest.raises(Damaged, match="between byte 65,568 and byte 131,120"):
            reader.read(10)


def test_two_files_of_one_key_have_nothing_in_common() -> None:
    assert sealed(b"a" * 100) != sealed(b"a" * 100)
    with pytest.raises(Damaged):
        opened(sealed(b"a"), key=bytes(16))


FULL = OSError(28, "No space left on device")


class Little(io.RawIOBase):
    """A file without a buffer that takes and gives a few bytes at a time, and fails when it is full."""

    def __init__(self, data: bytes = b"", room: int = 1 << 30, fault: Exception = FULL) -> None:
        self.data, self.place, self.room, self.fault = bytearray(data), 0, room, fault

    def write(self, data: object, /) -> int:
        assert isinstance(data, memoryview)
        if len(self.data) >= self.room:
            raise self.fault
        self.data += data[:1000]
        return min(1000, len(data))

    def read(self, size: int = -1, /) -> bytes:
        self.place += (part := min(size, 1000))
        return bytes(self.data[self.place - part : self.place])


def test_a_file_that_takes_and_gives_little_at_once() -> None:
    little, data = Little(), os.urandom(2 * CHUNK + 5)
    with PayloadWriter(little, KEY) as writer:  # type: ignore[arg-type]
        writer.write(data)
    assert opened(bytes(little.data)) == data
    source = Source(Little(bytes(little.data)))  # type: ignore[arg-type]
    assert PayloadReader(source, KEY).readall() == data


@pytest.mark.parametrize("fault", [FULL, StorageFault("The disk is full.")])
def test_a_full_disk_is_told_at_once_and_again_when_it_is_closed(fault: Exception) -> None:
    little = Little(room=5000, fault=fault)
    writer = PayloadWriter(little, KEY)  # type: ignore[arg-type]
    writer.write(bytes(CHUNK))
    for _ in range(2):
        with pytest.raises(type(fault)) as caught:
            writer.write(bytes(CHUNK))
        assert caught.value is fault
    little.room = 1 << 30  # somebody made room: what is there has a hole
    with pytest.raises(type(fault)):
        writer.close()
    assert writer.closed
    assert len(little.data) <= 6000
    with pytest.raises(Damaged):
        opened(bytes(little.data))


def test_a_disk_that_fails_once_while_reading_gives_no_hole() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > CHUNK + 1000 and not self.closed and not failed:
                failed.append(True)
                raise OSError(5, "Input/output error")
            return super().read(size)

    failed: list[bool] = []
    reader = PayloadReader(Source(Failing(sealed(bytes(4 * CHUNK)))), KEY)
    for _ in range(2):
        with pytest.raises(OSError, match="Input/output"):
            reader.readall()


def test_everything_is_written() -> None:
    little = Little()
    write_all(little, bytes(2500))  # type: ignore[arg-type]
    assert len(little.data) == 2500


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "sealed"
    tracemalloc.start()
    with path.open("wb") as file, PayloadWriter(file, KEY) as writer:
        for _ in range(40):
            writer.write(bytes(8 * CHUNK))
    with path.open("rb") as file, io.BufferedReader(PayloadReader(Source(file), KEY)) as reader:
        while reader.read(CHUNK):
            pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 16 * CHUNK
