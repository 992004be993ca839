"""Packs as they are read: each bit and each cut is seen, and nothing that differs is handed out as good."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
from pathlib import Path

import pytest

from clawd_desktop.backup import pack_header, pack_reader
from clawd_desktop.backup.packs import Pack, PackWriter
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.core.errors import ClawdError, NotFound, Unreadable

CONTENTS = {hashlib.sha256(data).hexdigest(): data for data in (b"", b"one", b"two " * 400, bytes(513))}


def written(folder: Path, contents: dict[str, bytes]) -> tuple[Path, Pack]:
    writer = PackWriter(folder, Seal())
    for digest, data in contents.items():
        writer.add_bytes(digest, data)
    pack = writer.finish()
    return folder / f"{pack.name}.pack", pack


def everything(path: Path) -> dict[str, bytes]:
    return {digest: data.read() for digest, _, data in pack_reader.members(path, Seal(), lambda digest: True)}


def test_members_come_in_order_and_only_those_that_are_wanted(tmp_path: Path) -> None:
    path, _ = written(tmp_path, CONTENTS)
    assert list(everything(path).items()) == list(CONTENTS.items())
    last = list(CONTENTS)[-1]
    assert [one[0] for one in pack_reader.members(path, Seal(), {last}.__contains__)] == [last]


def test_each_flipped_bit_is_seen_and_nothing_wrong_is_handed_out(tmp_path: Path) -> None:
    path, pack = written(tmp_path, CONTENTS)
    good = path.read_bytes()
    for at in range(len(good) * 8):
        data = bytearray(good)
        data[at // 8] ^= 1 << at % 8
        path.write_bytes(bytes(data))
        with pytest.raises(Unreadable, match=pack.name):
            pack_reader.check(path, Seal(), pack.name)
        with contextlib.suppress(Unreadable):
            assert everything(path) == CONTENTS


def test_each_cut_and_each_addition_is_seen(tmp_path: Path) -> None:
    path, pack = written(tmp_path, CONTENTS)
    good = path.read_bytes()
    for size in range(len(good)):
        path.write_bytes(good[:size])
        with pytest.raises(Unreadable):
            pack_reader.check(path, Seal(), pack.name)
    for more in (b"\0", b"x", good):
        path.write_bytes(good + more)
        with pytest.raises(Unreadable):
            pack_reader.check(path, Seal(), pack.name)


def test_damage_in_a_large_member_is_told_at_its_end(tmp_path: Path) -> None:
    data = os.urandom(pack_reader.SMALL_BYTES + 100)
    digest = hashlib.sha256(data).hexdigest()
    # Stored bytes keep their places: one of them is changed, and the sums of zstd with it.
    path = forged(tmp_path, [pack_header.header(digest, len(data)), data[:-1] + bytes([data[-1] ^ 1])])
    members = pack_reader.members(path, Seal(), lambda name: True)
    _, _, stream = next(members)
    assert stream.read(1 << 20) == data[: 1 << 20]
    with pytest.raises(Unreadable, match="not what was stored"):
        stream.read()
    members.close()  # type: ignore[attr-defined]


def forged(folder: Path, parts: list[bytes]) -> Path:
    from backports import zstd

    whole = b"".join(parts)
    whole += bytes(pack_header.padding(len(whole))) + pack_header.END
    path = folder / "forged.pack"
    path.write_bytes(zstd.compress(whole))
    return path


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [b"no tar at all"],
        [bytes(512), pack_header.header("0" * 64, 0)],
        [pack_header.header("0" * 64, 5), b"short"],
        [pack_header.header("0" * 64, 1 << 40)],
        [pack_header.header(hashlib.sha256(b"").hexdigest(), 0)] * 2,
    ],
    ids=["only an end", "no tar", "after the end", "wrong content", "bomb", "twice"],
)
def test_what_is_well_packed_and_wrong_is_seen(tmp_path: Path, parts: list[bytes]) -> None:
    path = forged(tmp_path, parts)
    with pytest.raises(Unreadable):
        pack_reader.check(path, Seal(), "0" * 64)


def test_noise_is_never_more_than_an_error(tmp_path: Path) -> None:
    path, pack = written(tmp_path, CONTENTS)
    good, chance = path.read_bytes(), random.Random(5)
    for _ in range(500):
        data = bytearray(good)
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 9)] = chance.randbytes(chance.randint(0, 9))
        path.write_bytes(bytes(data))
        if bytes(data) != good:
            with pytest.raises(ClawdError):
                pack_reader.check(path, Seal(), pack.name)


def test_a_pack_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        pack_reader.check(tmp_path / "none.pack", Seal(), "0" * 64)
