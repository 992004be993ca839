"""diskcache that keeps bytes alone: what else lies in its folder is refused and never run."""

from __future__ import annotations

import os
import pickle
import sqlite3
from pathlib import Path

import pytest

from clawd_desktop.storage.cache_bytes import BytesDisk, open_cache

MIB = 2**20


class Bomb:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (self.path,)


def change(folder: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(folder / "cache.db") as database:
        database.execute(sql, values)


def test_bytes_come_back_short_and_long(tmp_path: Path) -> None:
    cache = open_cache(tmp_path / "c", MIB)
    for size in (0, 1, 1_000, 200_000):
        cache.set(f"k{size}", b"x" * size, expire=60, tag="t")
        assert cache.get(f"k{size}") == b"x" * size
    assert list((tmp_path / "c").rglob("*.val")), "a long one is a file"
    cache.close()
    assert open_cache(tmp_path / "c", MIB).get("k1000") == b"x" * 1_000


@pytest.mark.parametrize("value", ["text", 5, 1.5, None, ["list"], bytearray(b"x"), {"a": 1}])
def test_nothing_but_bytes_is_taken(tmp_path: Path, value: object) -> None:
    cache = open_cache(tmp_path / "c", MIB)
    with pytest.raises(ValueError, match="keeps bytes"):
        cache.set("k", value)
    with pytest.raises(ValueError, match="a text"):
        cache.set(("k", 1), b"x")


@pytest.mark.parametrize("in_file", [False, True])
def test_a_planted_pickle_is_not_run(tmp_path: Path, in_file: bool) -> None:
    folder, trace = tmp_path / "c", tmp_path / "it-ran"
    cache = open_cache(folder, MIB)
    cache.set("k", b"x" * 100_000)
    cache.close()
    bomb = pickle.dumps(Bomb(str(trace)))
    if in_file:
        next(folder.rglob("*.val")).write_bytes(bomb)
        change(folder, "UPDATE Cache SET mode = 4")
    else:
        change(folder, "UPDATE Cache SET mode = 4, filename = NULL, value = ?", bomb)
    cache = open_cache(folder, MIB)
    with pytest.raises(ValueError, match="something else than bytes"):
        cache.get("k")
    change(folder, "UPDATE Cache SET raw = 0, key = ?", bomb)
    with pytest.raises(ValueError, match="no text"):
        list(cache)
    assert not trace.exists()
    assert pickle.loads(bomb) is None  # noqa: S301 - shows that the bomb is one
    assert trace.exists()


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "aa/bb/../../../secret", "aa/bb/" + "c" * 28])
def test_no_name_in_the_database_leads_elsewhere(tmp_path: Path, name: str) -> None:
    folder, secret = tmp_path / "c", tmp_path / "secret"
    secret.write_bytes(b"not for you")
    cache = open_cache(folder, MIB)
    cache.set("k", b"x" * 100_000)
    change(folder, "UPDATE Cache SET filename = ?", name)
    with pytest.raises(ValueError, match="something else than bytes"):
        cache.get("k")
    assert cache.delete("k")
    assert secret.exists(), "nor is anything removed there"


def test_a_text_in_the_database_is_not_taken_for_bytes(tmp_path: Path) -> None:
    cache = open_cache(tmp_path / "c", MIB)
    cache.set("k", b"x")
    change(tmp_path / "c", "UPDATE Cache SET value = 'text'")
    with pytest.raises(ValueError, match="something else than bytes"):
        cache.get("k")


def test_it_stays_below_its_size(tmp_path: Path) -> None:
    cache = open_cache(tmp_path / "c", 2 * MIB)
    for number in range(200):
        cache.set(str(number), os.urandom(50_000))
    assert cache.volume() < 3 * MIB
    assert cache.get("199") is not None
    assert cache.get("0") is None


def test_the_way_that_it_stores_is_ours(tmp_path: Path) -> None:
    assert isinstance(open_cache(tmp_path / "c", MIB).disk, BytesDisk)
