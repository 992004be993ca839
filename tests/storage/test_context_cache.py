"""Contexts that are kept: never an old one, never too many, and given back at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clawd_desktop.core.messages import Message, user_message
from clawd_desktop.storage import context_cache
from clawd_desktop.storage.context_cache import ContextCache


class Reader:
    """Reads a file as one message, and counts."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self, path: Path) -> tuple[Message, ...]:
        self.reads += 1
        return (user_message(path.read_text(), now_ms=1),)


def text(found: tuple[Message, ...]) -> str:
    return found[0].text


def test_it_is_read_once_until_it_changes(tmp_path: Path) -> None:
    file, read, kept = tmp_path / "a", Reader(), ContextCache(10)
    file.write_text("one")
    assert {text(kept.get(file, read)) for _ in range(5)} == {"one"}
    assert read.reads == 1
    with file.open("a") as more:
        more.write(" two")
    assert text(kept.get(file, read)) == "one two"
    beside = tmp_path / "b"
    beside.write_text("one 2wo")  # as long as before, another file
    os.replace(beside, file)
    assert text(kept.get(file, read)) == "one 2wo"
    assert read.reads == 3


def test_so_many_and_so_large_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, kept = Reader(), ContextCache(3)
    files = [tmp_path / str(number) for number in range(5)]
    for file in files:
        file.write_text("x" * 100)
        kept.get(file, read)
    assert len(kept) == 3
    kept.get(files[4], read)
    assert read.reads == 5
    kept.get(files[0], read)
    assert read.reads == 6, "the first was given up"
    monkeypatch.setattr(context_cache, "MOST_BYTES", 250)
    kept.get(files[1], read)
    assert len(kept) == 2
    kept.resize(1)
    assert len(kept) == 1
    assert kept.clear() == 100
    assert kept.clear() == 0
    kept.resize(0)
    kept.get(files[0], read)
    assert len(kept) == 0


def test_a_huge_one_and_a_missing_one_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_cache, "_LARGEST_FILE", 10)
    kept, file = ContextCache(10), tmp_path / "a"
    assert kept.get(file, lambda path: ()) == ()
    file.write_text("x" * 11)
    kept.get(file, Reader())
    assert len(kept) == 0


def test_a_failure_to_read_is_the_callers(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ContextCache(10).get(tmp_path / "nothing", Reader())


def test_several_threads_may_ask(tmp_path: Path) -> None:
    kept, read = ContextCache(5), Reader()
    files = [tmp_path / str(number) for number in range(20)]
    for file in files:
        file.write_text(file.name)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: text(kept.get(files[n % 20], read)), range(2_000)))
    assert found == [str(n % 20) for n in range(2_000)]
    assert len(kept) == 5
