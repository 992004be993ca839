"""Contexts that are kept: never an old one, never too many, given back at once, and gone on with where they ended."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from clawd_desktop.core.errors import StorageFault, Unreadable
from clawd_desktop.core.messages import Message
from clawd_desktop.storage import context_cache
from clawd_desktop.storage.context_cache import ContextCache


def said(name: str, parent: str | None = None, text: str = "", **more: object) -> bytes:
    fields: dict[str, Any] = {"message": {"role": "user", "content": text or name}} | more
    return json.dumps({"type": "message", "id": name, "parentId": parent, **fields}).encode() + b"\n"


def texts(found: tuple[Message, ...]) -> list[str]:
    return [message.text for message in found]


def add(file: Path, *lines: bytes) -> None:
    with file.open("ab") as open_file:
        open_file.write(b"".join(lines))


class Reads:
    """How often a transcript was read whole."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.whole = 0
        self._read = context_cache.read_tail
        monkeypatch.setattr(context_cache, "read_tail", self)

    def __call__(self, path: Path) -> object:
        self.whole += 1
        return self._read(path)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    return Reads(monkeypatch)


def test_it_is_read_once_and_then_only_what_was_appended(tmp_path: Path, reads: Reads) -> None:
    file, kept = tmp_path / "a", ContextCache(10)
    add(file, said("1"))
    assert [texts(kept.get(file)) for _ in range(3)] == [["1"]] * 3
    for number in range(2, 50):
        add(file, said(str(number), str(number - 1)))
        assert texts(kept.get(file)) == [str(one) for one in range(1, number + 1)]
    assert reads.whole == 1


def test_a_result_that_comes_later_takes_the_place_of_interrupted(tmp_path: Path, reads: Reads) -> None:
    file, kept = tmp_path / "a", ContextCache(10)
    call = {"role": "assistant", "content": [{"type": "toolCall", "id": "x", "name": "read", "arguments": {}}]}
    add(file, said("1", message=call))
    assert "interrupted" in kept.get(file)[-1].text
    add(file, said("2", "1", message={"role": "toolResult", "toolCallId": "x", "toolName": "read", "content": "done"}))
    assert texts(kept.get(file)) == ["", "done"]
    assert reads.whole == 1


@pytest.mark.parametrize(
    ("after", "seen"),
    [
        (said("1") + said("2", "1") + said("3", "1"), ["1", "3"]),
        (
            said("1") + said("2", "1") + said("k", "2", type="compaction", summary="short", firstKeptEntryId="2"),
            ["Summary of the conversation before this point:\n\nshort", "2"],
        ),
        (said("1") + said("2", "1", "another text"), ["1", "another text"]),
        (said("x") + said("y", "x") + said("z", "y"), ["x", "y", "z"]),
        (said("1"), ["1"]),
        (b"", []),
    ],
    ids=["branched", "compacted", "longer", "another", "cut", "emptied"],
)
@pytest.mark.parametrize("replaced", [False, True])
def test_what_is_no_continuation_is_read_anew(
    tmp_path: Path, reads: Reads, after: bytes, seen: list[str], replaced: bool
) -> None:
    file, kept = tmp_path / "a", ContextCache(10)
    add(file, said("1"), said("2", "1"))
    kept.get(file)
    target = tmp_path / "b" if replaced else file
    target.write_bytes(after)
    os.replace(target, file)
    assert texts(kept.get(file)) == seen
    assert reads.whole == 2


def test_as_many_lines_as_a_model_may_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: Reads) -> None:
    monkeypatch.setattr(context_cache, "CONTEXT_LINES", 2)
    file, kept = tmp_path / "a", ContextCache(10)
    add(file, said("1"), said("2", "1"))
    kept.get(file)
    add(file, said("3", "2"))
    kept.get(file)
    assert reads.whole == 2


def test_so_many_and_so_large_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: Reads) -> None:
    kept = ContextCache(3)
    files = [tmp_path / str(number) for number in range(5)]
    for file in files:
        add(file, said(file.name))
        kept.get(file)
    size = files[0].stat().st_size
    assert len(kept) == 3
    kept.get(files[4])
    assert reads.whole == 5
    kept.get(files[0])
    assert reads.whole == 6, "the first was given up"
    monkeypatch.setattr(context_cache, "MOST_BYTES", 2 * size + 1)
    kept.get(files[1])
    assert len(kept) == 2
    kept.resize(1)
    assert len(kept) == 1
    assert kept.clear() == size
    assert kept.clear() == 0
    kept.resize(0)
    kept.get(files[0])
    assert len(kept) == 0


def test_a_huge_one_and_a_missing_one_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_cache, "MOST_BYTES", 100)
    kept, file = ContextCache(10), tmp_path / "a"
    assert kept.get(file) == ()
    add(file, said("1", text="x" * 100))
    assert len(kept.get(file)) == 1
    assert len(kept) == 0


def test_one_that_grew_huge_pushes_no_other_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_cache, "MOST_BYTES", 300)
    kept, small, large = ContextCache(10), tmp_path / "a", tmp_path / "b"
    for file in (small, large):
        add(file, said("1"))
        kept.get(file)
    add(large, said("2", "1", text="x" * 300))
    kept.get(large)
    assert len(kept) == 1
    assert kept.clear() == small.stat().st_size


def test_only_what_the_compaction_kept_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, file = ContextCache(10), tmp_path / "a"
    rest = said("2", "1") + said("k", "2", type="compaction", summary="short", firstKeptEntryId="2")
    add(file, said("1", text="x" * 10_000), rest)
    monkeypatch.setattr(context_cache, "MOST_BYTES", len(rest))
    kept.get(file)
    assert kept.clear() == len(rest)


def test_a_failure_to_read_is_the_callers(tmp_path: Path) -> None:
    with pytest.raises((StorageFault, Unreadable)):
        ContextCache(10).get(tmp_path)


def test_several_threads_may_ask(tmp_path: Path) -> None:
    kept = ContextCache(5)
    files = [tmp_path / str(number) for number in range(20)]
    for file in files:
        add(file, said(file.name))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: texts(kept.get(files[n % 20])), range(2_000)))
    assert found == [[str(n % 20)] for n in range(2_000)]
    assert len(kept) == 5
