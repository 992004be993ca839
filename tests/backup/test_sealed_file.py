"""Only close() finishes a sealed file: an exception, being given up and being forgotten do not."""

from __future__ import annotations

import gc
import io
from typing import BinaryIO

import pytest

from clawd_desktop.backup.sealed_file import SealedFile


class Kept(SealedFile):
    """Notes what happens to it."""

    def __init__(self, notes: list[bytes | str], fault: OSError | None = None) -> None:
        self.notes = notes
        self.fault = fault

    def _seal(self, data: memoryview) -> None:
        self.notes.append(bytes(data))

    def _finish(self) -> None:
        if self.fault is not None:
            raise self.fault
        self.notes.append("finished")

    def _let_go(self) -> None:
        self.notes.append("let go")


def test_it_is_a_binary_file_that_is_written() -> None:
    notes: list[bytes | str] = []
    kept: BinaryIO = Kept(notes)
    assert kept.writable()
    assert not kept.readable()
    assert not kept.seekable()
    assert kept.write(b"ab") == 2
    assert kept.write(bytearray(b"cd")) == 2
    assert kept.write(memoryview(b"efgh").cast("H")) == 4
    assert notes == [b"ab", b"cd", b"efgh"]
    kept.close()


def test_closing_finishes_once() -> None:
    notes: list[bytes | str] = []
    with Kept(notes) as kept:
        kept.write(b"a")
    kept.close()
    kept.abandon()
    assert notes == [b"a", "finished"]
    with pytest.raises(ValueError, match="closed"):
        kept.write(b"b")


def test_an_exception_gives_it_up() -> None:
    notes: list[bytes | str] = []
    with pytest.raises(KeyError), Kept(notes):
        raise KeyError
    assert notes == ["let go"]


def test_being_forgotten_gives_it_up() -> None:
    notes: list[bytes | str] = []
    kept = Kept(notes)
    del kept
    gc.collect()
    assert notes == ["let go"]


def test_what_could_not_be_finished_is_closed_and_says_so() -> None:
    notes: list[bytes | str] = []
    kept = Kept(notes, OSError("full"))
    with pytest.raises(OSError, match="full"):
        kept.close()
    assert kept.closed
    kept.close()
    assert notes == []


def test_a_buffer_over_it_finishes_it_too() -> None:
    notes: list[bytes | str] = []
    with io.BufferedWriter(Kept(notes)) as buffered:  # type: ignore[arg-type]
        buffered.write(b"a")
    assert notes == [b"a", "finished"]
