"""Documents of a store: one form, and each bit counts."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from clawd_desktop.backup import sealing, store_documents
from clawd_desktop.backup.manifest import Damaged, TooNew
from clawd_desktop.backup.sealing import Keys, Lock
from clawd_desktop.backup.store_documents import Seal
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, NotFound, Unreadable
from clawd_desktop.core.values import JsonObject

BODY: JsonObject = {"b": [1, "ä\n\\", None], "a": {"deep": True}}


def test_it_is_read_as_it_was_written() -> None:
    data = store_documents.encode("index", BODY)
    assert store_documents.decode("index", data) == BODY
    assert store_documents.encode("index", dict(reversed(BODY.items()))) == data


def test_each_flipped_bit_and_each_cut_is_seen() -> None:
    data = store_documents.encode("index", BODY)
    for at in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises((Damaged, TooNew)):
            store_documents.decode("index", bytes(flipped))
    for size in range(len(data)):
        with pytest.raises(Damaged):
            store_documents.decode("index", data[:size])


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", b"\xff", b'{"format":"clawd-desktop-store"}'])
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(Damaged):
        store_documents.decode("index", data)


def test_one_kind_is_not_taken_for_another_and_a_later_form_is_named() -> None:
    with pytest.raises(Damaged):
        store_documents.decode("snapshot", store_documents.encode("index", BODY))
    wire = orjson.loads(store_documents.encode("index", BODY))
    with pytest.raises(TooNew):
        store_documents.decode("index", orjson.dumps({**wire, "schema": 2}))


def test_another_writing_of_the_same_is_refused() -> None:
    data = store_documents.encode("index", BODY)
    assert orjson.loads(data + b" ") == orjson.loads(data)
    for other in (
        data + b" ",
        data.replace("ä".encode(), b"\\u00e4"),
        orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2),
    ):
        with pytest.raises(Damaged):
            store_documents.decode("index", other)


def test_sealed_documents_open_with_the_key_alone(tmp_path: Path) -> None:
    mine, other = sealing.new_identity(), sealing.new_identity()
    seal = Seal(Lock(recipients=(mine.recipient,)), Keys(identities=(mine.secret,)))
    path = tmp_path / "x.json.age"
    store_documents.write(path, "index", BODY, seal)
    assert b"deep" not in path.read_bytes()
    assert store_documents.read(path, "index", seal) == BODY
    with pytest.raises(BadInput):
        store_documents.read(path, "index", Seal(seal.lock, Keys(identities=(other.secret,))))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Unreadable, match=r"x\.json\.age"):
        store_documents.read(path, "index", seal)
    with pytest.raises(NotFound):
        store_documents.read(tmp_path / "none", "index", seal)


def test_what_reads_back_differently_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lying(safeio.Calls):
        def write(self, descriptor: int, data: bytes) -> int:
            return super().write(descriptor, data[:-1] + b"!")

    monkeypatch.setattr(safeio, "calls", Lying())
    with pytest.raises(Unreadable, match="reads differently"):
        store_documents.write(tmp_path / "x.json", "index", BODY, Seal())
    assert list(tmp_path.iterdir()) == []
