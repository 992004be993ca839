"""The stream that pyrage has not: a thread goes with it, ends with it, and hides no fault."""

from __future__ import annotations

import gc
import io
import os
import threading
import tracemalloc
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from clawd_desktop.backup import age_header, age_keys, age_recipients
from clawd_desktop.backup.age_header import Source
from clawd_desktop.backup.age_payload import CHUNK
from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.sealed_file import SealedFile
from clawd_desktop.core.errors import BadInput

PAIR = age_keys.new_identity()
TO = age_keys.recipients([PAIR.recipient])
WITH = age_keys.identities([PAIR.secret])
MANY = os.urandom(40 * CHUNK)


def ours() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("backup ")]


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    gc.collect()
    assert ours() == []


def opened(file: BinaryIO) -> BinaryIO:
    header, ahead = age_header.read(file)
    return age_recipients.opened(header, Source(file, ahead, position=len(header.text)), WITH)


def sealed(data: bytes) -> bytes:
    file = io.BytesIO()
    with age_recipients.closed(file, TO) as writer:
        writer.write(data)
    return file.getvalue()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 9 * CHUNK + 5])
def test_every_size_comes_back_equal(size: int) -> None:
    with opened(io.BytesIO(sealed(MANY[:size]))) as reader:
        assert reader.read() == MANY[:size]
        assert reader.read(1) == b""


def test_small_writes_and_small_reads() -> None:
    file = io.BytesIO()
    with age_recipients.closed(file, TO) as writer:
        for place in range(0, 300_000, 1000):
            writer.write(MANY[place : place + 1000])
    file.seek(0)
    with opened(file) as reader:
        assert b"".join(iter(lambda: reader.read(777), b"")) == MANY[:300_000]


def test_any_of_several_keys_opens() -> None:
    file, other = io.BytesIO(), age_keys.new_identity()
    with age_recipients.closed(file, age_keys.recipients([other.recipient, PAIR.recipient])) as writer:
        writer.write(b"a")
    file.seek(0)
    with opened(file) as reader:
        assert reader.read() == b"a"


def test_another_key_is_told_from_damage() -> None:
    file = io.BytesIO()
    with age_recipients.closed(file, age_keys.recipients([age_keys.new_identity().recipient])) as writer:
        writer.write(MANY)
    file.seek(0)
    with pytest.raises(BadInput, match="None of these keys") as caught:
        opened(file)
    assert caught.value.code == "backup.wrong_key"


def test_damage_names_its_place_and_stays() -> None:
    data = bytearray(sealed(MANY))
    data[20 * CHUNK] ^= 1
    reader = opened(io.BytesIO(data))
    assert reader.read(10 * CHUNK) == MANY[: 10 * CHUNK]
    for _ in range(3):
        with pytest.raises(Damaged, match="shortly before byte 1,"):
            reader.read()


def test_a_reader_that_is_closed_early_ends_its_thread() -> None:
    reader = opened(io.BytesIO(sealed(MANY)))
    reader.read(10)
    assert len(ours()) == 1
    reader.close()
    assert ours() == []
    forgotten = opened(io.BytesIO(sealed(MANY)))
    forgotten.read(10)
    del forgotten


def given_up(writer: SealedFile) -> None:
    writer.abandon()


def left(writer: SealedFile) -> None:
    with pytest.raises(KeyError), writer:
        raise KeyError


def forgotten(writer: SealedFile) -> None:
    pass


@pytest.mark.parametrize("way", [given_up, left, forgotten])
@pytest.mark.parametrize("size", [0, 10, len(MANY)])
def test_what_is_not_closed_leaves_no_thread_and_no_whole_file(way: object, size: int) -> None:
    assert callable(way)
    file = io.BytesIO()
    writer = age_recipients.closed(file, TO)
    writer.write(MANY[:size])
    way(writer)
    del writer
    gc.collect()
    assert ours() == []
    file.seek(0)
    with pytest.raises(Damaged):
        opened(file).read()


class Full(io.BytesIO):
    """A disk with little room."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: object, /) -> int:
        assert isinstance(data, memoryview)
        if self.tell() + len(data) > self.room:
            raise OSError(28, "No space left on device", "/target")
        return super().write(data)


@pytest.mark.parametrize("room", [0, 400, 5 * CHUNK])
def test_a_full_disk_crosses_as_it_is(room: int) -> None:
    writer = age_recipients.closed(Full(room), TO)
    with pytest.raises(OSError, match="No space left") as caught:
        writer.write(MANY)
    assert (caught.value.errno, caught.value.filename) == (28, "/target")
    with pytest.raises(OSError, match="No space left"):
        writer.close()
    assert ours() == []


@pytest.mark.parametrize("room", [0, 100])
def test_a_disk_that_is_full_at_the_very_end_crosses_on_closing(room: int) -> None:
    writer = age_recipients.closed(Full(room), TO)
    with pytest.raises(OSError, match="No space left"):
        writer.close()


class Failing(io.BytesIO):
    """A disk that cannot be read after a place, with an error that no library expects."""

    def __init__(self, data: bytes, good: int, fault: Exception) -> None:
        super().__init__(data)
        self.good, self.fault = good, fault

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= self.good:
            raise self.fault
        return super().read(size)


@pytest.mark.parametrize("fault", [OSError(5, "Input/output error"), KeyError("odd")])
@pytest.mark.parametrize("good", [3000, 10 * CHUNK])
def test_a_failing_disk_crosses_as_it_is(fault: Exception, good: int) -> None:
    with pytest.raises(type(fault)) as caught:
        opened(Failing(sealed(MANY), good, fault)).read()
    assert caught.value is fault


class Idle(io.RawIOBase):
    """Takes everything and keeps nothing."""

    def write(self, data: object, /) -> int:
        assert isinstance(data, memoryview)
        return len(data)


def test_memory_does_not_grow_with_the_file() -> None:
    tracemalloc.start()
    with age_recipients.closed(Idle(), TO) as writer:  # type: ignore[arg-type]
        block = bytes(8 * CHUNK)
        for _ in range(40):
            writer.write(block)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 24 * CHUNK


def test_the_head_is_bounded_for_keys_too() -> None:
    with pytest.raises(Damaged, match="larger than 64 KiB"):
        opened(io.BytesIO(age_header.VERSION + b"-> X25519 a\n\n" * 10_000 + sealed(b"a")))
