"""Packs as they are written: named by their checksum, read back first, gone without a trace when given up."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from clawd_desktop.backup import pack_reader, packs, sealing
from clawd_desktop.backup.packs import ContentChanged, PackWriter
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import StorageFault, Unreadable

CONTENTS = [b"", b"x", os.urandom(511), bytes(512), os.urandom(100_000), b"text " * 50_000]


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def seals() -> list[Seal]:
    identity = sealing.new_identity()
    return [Seal(), Seal(Lock(recipients=(identity.recipient,)), Keys(identities=(identity.secret,)))]


@pytest.mark.parametrize("seal", seals(), ids=["open", "sealed"])
def test_a_pack_is_named_by_its_checksum_and_holds_what_was_added(tmp_path: Path, seal: Seal) -> None:
    writer = PackWriter(tmp_path, seal)
    for data in CONTENTS[:-1]:
        writer.add_bytes(name_of(data), data)
    writer.add(name_of(CONTENTS[-1]), len(CONTENTS[-1]), [CONTENTS[-1][:7], CONTENTS[-1][7:]])
    assert name_of(b"x") in writer
    pack = writer.finish()
    (file,) = tmp_path.iterdir()
    assert file.name == f"{pack.name}.pack"
    assert name_of(file.read_bytes()) == pack.name
    assert file.stat().st_size == pack.size
    assert pack.contents == {name_of(data): len(data) for data in CONTENTS}
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("seal", seals(), ids=["open", "sealed"])
def test_given_up_it_leaves_nothing(tmp_path: Path, seal: Seal) -> None:
    writer = PackWriter(tmp_path, seal)
    data = os.urandom(3 << 20)
    writer.add_bytes(name_of(data), data)
    writer.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("found", [b"another", b"", b"content and more"])
def test_what_changed_meanwhile_is_not_stored(tmp_path: Path, found: bytes) -> None:
    writer = PackWriter(tmp_path, Seal())
    with pytest.raises(ContentChanged):
        writer.add(name_of(b"content"), len(b"content"), [found])
    writer.discard()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seal", seals(), ids=["open", "sealed"])
def test_a_file_that_the_disk_cannot_hold_is_named(tmp_path: Path, seal: Seal) -> None:
    writer = PackWriter(tmp_path, seal, most_bytes=2 << 20)
    data = os.urandom(5 << 20)
    with pytest.raises(StorageFault, match="no file of more than 2,097,152 bytes"):
        put(writer, data)
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def put(writer: PackWriter, data: bytes) -> None:
    writer.add_bytes(name_of(data), data)
    writer.finish()


def test_a_disk_that_lies_is_found_out_before_the_pack_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lying(safeio.Calls):
        def write(self, descriptor: int, data: bytes) -> int:
            return super().write(descriptor, data[:-1] + bytes([data[-1] ^ 1]))

    monkeypatch.setattr(safeio, "calls", Lying())
    writer = PackWriter(tmp_path, Seal())
    writer.add_bytes(name_of(b"x"), b"x")
    with pytest.raises(Unreadable):
        writer.finish()
    assert not list(tmp_path.glob("[!.]*"))
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_pack_is_replaced_by_the_same_one_whole(tmp_path: Path) -> None:
    for _ in range(2):
        writer = PackWriter(tmp_path, Seal())
        writer.add_bytes(name_of(b"x"), b"x")
        pack = writer.finish()
        (file,) = tmp_path.iterdir()
        whole = file.read_bytes()
        file.write_bytes(whole[:-1])
    file.write_bytes(whole)
    assert pack_reader.check(file, Seal(), pack.name) == pack.contents


@pytest.mark.parametrize(("most", "expected"), [(-1, 10), (0, 0), (3, 3), (99, 10)])
def test_pieces_are_of_the_file_or_its_beginning(tmp_path: Path, most: int, expected: int) -> None:
    (tmp_path / "f").write_bytes(b"0123456789")
    with (tmp_path / "f").open("rb") as file:
        assert b"".join(packs.pieces(file, most)) == b"0123456789"[:expected]
