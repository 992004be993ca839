"""The list of a backup: one form, read back equal, and refused when it is not whole or not safe."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.backup.manifest import Damaged, Entry, LeftOut, Manifest, Root, TooNew, decode, encode

SUM = "0" * 64
WHOLE = Manifest(
    "20261126T063000Z-ab12", 1_795_000_000_000, "person", "1.0", "desk", "Linux", "out",
    (Root("config", "/home/u/.clawdbot"), Root("workspace-main", "/home/u/clawd")),
    (
        Entry("config", "clawdbot.json", "file", 0o600, 5, 2, SUM),
        Entry("workspace-main", "a", "folder", 0o755, 5),
        Entry("workspace-main", "a/\udcff", "file", 0o644, -5, 0, SUM),
        Entry("workspace-main", "link", "link", 0o777, 5, target="a/\udcff"),
    ),
    (LeftOut("config", "x\udc80", "a link out of the folder"),),
    "before the update", ("one changed while it was read",),
)  # fmt: skip


def changed(**fields: object) -> bytes:
    return orjson.dumps(orjson.loads(encode(WHOLE)) | fields)


def test_it_is_read_back_equal_and_has_one_form() -> None:
    assert decode(encode(WHOLE)) == WHOLE
    assert encode(decode(encode(WHOLE))) == encode(WHOLE)
    assert (WHOLE.size, WHOLE.areas) == (2, ("config", "workspace-main"))
    assert [entry.path for entry in WHOLE.of("config")] == ["clawdbot.json"]


FILE = {"area": "config", "path": "a", "kind": "file", "mode": 0o600, "mtimeNs": 1, "size": 1, "sha256": SUM}


@pytest.mark.parametrize(
    ("entries", "what"),
    [
        ([FILE | {"path": "../a"}], "out of its folder"),
        ([FILE, FILE], "stands twice"),
        ([FILE, FILE | {"path": "a/b"}], "no folder"),
        ([{**FILE, "kind": "link", "target": "b", "size": 0, "sha256": ""}, FILE | {"path": "a/b"}], "no folder"),
        ([{**FILE, "kind": "link", "target": "../b", "size": 0, "sha256": ""}], "the link"),
        ([FILE | {"mode": 0o4755}], "rights"),
        ([FILE | {"mode": -1}], "rights"),
        ([FILE | {"size": -1}], "size"),
        ([FILE | {"size": 1 << 60}], "size"),
        ([FILE | {"mtimeNs": "1"}], "time"),
        ([FILE | {"sha256": "x"}], "checksum"),
        ([FILE | {"kind": "folder"}], "checksum"),
        ([FILE | {"kind": "device"}], "none of"),
        ([FILE | {"area": "elsewhere"}], "no area"),
        ([FILE | {"area": "../x"}], "is no area"),
        ([FILE | {"path": 5}], "no text"),
        ([FILE | {"path": {"bytes": "zz"}}], "no name"),
        ([FILE | {"path": {"bytes": "2e2e"}}], "out of its folder"),
    ],
)
def test_an_unsafe_list_is_refused(entries: list[object], what: str) -> None:
    with pytest.raises(Damaged, match=what):
        decode(changed(entries=entries))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"null", changed(format="zip"), changed(secrets="x"), changed(cause="y"),
        changed(id=""), changed(id="a\x1b[2J"), changed(id="../x"), changed(id="\u202ex"), changed(id="x" * 300),
        changed(createdMs=1 << 60), changed(createdMs=-1),
        changed(roots=[{"area": "config", "folder": "/a"}] * 2), changed(roots=[]),
    ],
)  # fmt: skip
def test_what_is_no_list_is_damage(data: bytes) -> None:
    with pytest.raises(Damaged):
        decode(data)


def test_a_newer_form_is_told_apart_from_damage() -> None:
    with pytest.raises(TooNew, match="form 99"):
        decode(changed(schema=99))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises((Damaged, TooNew)):
        decode(data)


def test_an_entry_of_no_area_is_refused() -> None:
    with pytest.raises(Damaged, match="no area"):
        decode(encode(replace(WHOLE, roots=WHOLE.roots[:1])))
