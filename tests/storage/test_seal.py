"""No bit of a sealed file can change unseen; every kind of damage is tried on a real file."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clawd_desktop.core.errors import StorageFault
from clawd_desktop.storage.seal import broken, seal, unseal

DATA = random.Random(4).randbytes(20_000)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "x.sqlite"
    path.write_bytes(DATA)
    seal(path)
    return path


def damages() -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    yield "empty", lambda data: b""
    yield "garbage behind", lambda data: data + b"\0"
    yield "two blocks swapped", lambda data: data[4096:8192] + data[:4096] + data[8192:]
    yield "a hole", lambda data: data[:100] + b"\0" * 512 + data[612:]


def test_as_it_was(sealed: Path) -> None:
    assert broken(sealed) == ""
    unseal(sealed)
    sealed.write_bytes(b"changed")
    assert broken(sealed) == "", "an open file may change"


@pytest.mark.parametrize(("name", "damage"), list(damages()))
def test_damage_is_seen(sealed: Path, name: str, damage: Callable[[bytes], bytes]) -> None:
    sealed.write_bytes(damage(DATA))
    assert "not as it was when it was closed" in broken(sealed)


def test_every_bit_of_the_first_page_and_a_thousand_others(sealed: Path) -> None:
    places = [*range(4096 * 8), *random.Random(5).sample(range(4096 * 8, len(DATA) * 8), 1_000)]
    with sealed.open("r+b") as file:
        for place in places:
            at, bit = divmod(place, 8)
            os.pwrite(file.fileno(), bytes([DATA[at] ^ (1 << bit)]), at)
            assert broken(sealed), place
            os.pwrite(file.fileno(), DATA[at : at + 1], at)
    assert broken(sealed) == ""


def test_every_length(sealed: Path) -> None:
    for length in range(len(DATA) - 1, -1, -97):
        os.truncate(sealed, length)
        assert broken(sealed), length


def test_a_folder_in_its_place(sealed: Path) -> None:
    sealed.unlink()
    sealed.mkdir()
    assert "not a file" in broken(sealed) or "not a regular file" in broken(sealed)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_not_damaged(sealed: Path) -> None:
    sealed.chmod(0)
    with pytest.raises(StorageFault):
        broken(sealed)


@pytest.mark.parametrize("said", [b"", b"\xff\xff", b"short"])
def test_a_seal_that_says_something_else_is_broken(sealed: Path, said: bytes) -> None:
    (sealed.parent / "x.sqlite.seal").write_bytes(said)
    assert broken(sealed)
