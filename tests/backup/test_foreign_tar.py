"""Members of a tar that nobody trusts: all forms that tars are written in, and what is refused in them."""

from __future__ import annotations

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.backup.foreign_tar import BLOCK, MOST_HEADER_BYTES, ForeignTar, Member
from clawd_desktop.backup.manifest import Damaged

END = bytes(2 * BLOCK)


def tar(*infos: tarfile.TarInfo, form: int = tarfile.PAX_FORMAT) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=form) as archive:
        for info in infos:
            archive.addfile(info, io.BytesIO(b"x" * info.size))
    return target.getvalue()


def info(name: str, **facts: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.mode, made.mtime = 0o640, 1_700_000_000
    for fact, value in facts.items():
        setattr(made, fact, value)
    return made


def listed(data: bytes) -> list[Member]:
    reader, found = ForeignTar(io.BytesIO(data)), list[Member]()
    while (member := reader.next()) is not None:
        found.append(member)
    return found


def block(
    name: bytes = b"x", size: bytes = b"0", kind: bytes = b"0", mtime: bytes = b"0", mode: bytes = b"644"
) -> bytes:
    """A header as nobody writes it, with a right sum."""
    raw = bytearray(BLOCK)
    raw[: len(name)], raw[100 : 100 + len(mode)] = name, mode
    raw[124 : 124 + len(size)], raw[136 : 136 + len(mtime)] = size, mtime
    raw[156:157], raw[257:265] = kind, b"ustar\x0000"
    return summed(raw)


def summed(raw: bytearray) -> bytes:
    raw[148:156] = b" " * 8
    raw[148:156] = b"%06o\0 " % sum(raw)
    return bytes(raw)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % BLOCK)


def pax(records: bytes, kind: bytes = b"x") -> bytes:
    return block(b"PaxHeader", b"%o" % len(records), kind) + padded(records)


def record(key: str, value: str) -> bytes:
    rest = f" {key}={value}\n".encode()
    size = len(rest) + 1
    while len(str(size).encode() + rest) != size:
        size += 1
    return str(size).encode() + rest


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_plain_members(form: int) -> None:
    data = tar(
        info("d", type=tarfile.DIRTYPE, mode=0o1755), info("d/f", size=700), info("d/l", type=tarfile.SYMTYPE,
        linkname="f"), info("d/empty", mode=0), form=form,
    )  # fmt: skip
    at = 1_700_000_000 * 10**9
    assert listed(data) == [
        Member("d", "folder", 0o1755, at), Member("d/f", "file", 0o640, at, 700),
        Member("d/l", "link", 0o640, at, target="f"), Member("d/empty", "file", 0, at),
    ]  # fmt: skip


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_and_what_is_no_utf8(form: int) -> None:
    name, target = "ü" * 120 + "/" + "n" * 120, "t" * 300
    strange = b"b\xfft".decode("utf-8", "surrogateescape")
    found = listed(tar(info(name), info("l", type=tarfile.SYMTYPE, linkname=target), info(strange), form=form))
    assert [member.path for member in found] == [name, "l", strange]
    assert found[1].target == target


def test_times_to_the_nanosecond_and_before_1970() -> None:
    data = pax(record("mtime", "1700000000.123456789")) + block(b"a") + pax(record("mtime", "-1.5")) + block(b"b") + END
    assert [member.mtime_ns for member in listed(data)] == [1_700_000_000_123_456_789, -1_500_000_000]


def test_times_that_are_too_far_away_come_nearer() -> None:
    data = block(mtime=b"\x80" + b"\x7f" * 11) + pax(record("mtime", "-999999999999")) + block() + END
    assert [member.mtime_ns for member in listed(data)] == [1 << 62, -(1 << 62)]


def test_large_numbers_of_gnu() -> None:
    large = bytearray(block(b"big"))
    large[124:136] = b"\x80" + (3).to_bytes(11, "big")
    assert listed(summed(large) + padded(b"abc") + END)[0].size == 3


def test_data_are_read_in_pieces_or_skipped() -> None:
    reader = ForeignTar(io.BytesIO(tar(info("a", size=1000), info("b", size=3))))
    assert reader.next() is not None
    assert (len(reader.read(10)), len(reader.read())) == (10, 990)
    assert reader.read(5) == b""
    member = reader.next()
    assert member is not None
    assert member.path == "b"
    assert reader.next() is None


def test_old_ways_are_understood() -> None:
    old = bytearray(block(b"folder/"))
    old[156:157], old[257:265] = b"\0", bytes(8)
    assert listed(summed(old) + END) == [Member("folder", "folder", 0o644, 0)]
    # The sum of signed bytes.
    signed = bytearray(block("ü".encode()))
    total = sum(signed) - sum(signed[148:156]) + 256 - 512
    signed[148:156] = b"%06o\0 " % total
    assert listed(bytes(signed) + END)[0].path == "ü"
    # One block at the end, and a comment for all.
    assert listed(pax(record("comment", "x"), b"g") + block(b"a") + bytes(BLOCK))[0].path == "a"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ends in the middle"),
        (block()[:-1], "ends in the middle"),
        (block(), "ends in the middle"),
        (block(size=b"1000") + b"x" * 100, "ends in the middle"),
        (block(size=b"1") + b"x", "ends in the middle"),
        (block() + bytes(BLOCK) + b"\1", "behind its end"),
        (block() + END + block(b"hidden"), "behind its end"),
        (block()[:-1] + b"\1" + END, "header in it is broken"),
        (block(size=b"9") + END, "number in it is none"),
        (block(size=b"-1") + END, "number in it is none"),
        (block(mtime=b"0x1") + END, "number in it is none"),
        (block(size=b"\x80" + b"\xff" * 11) + END, "size that cannot be"),
        (block(size=b"\xff" * 12) + END, "number in it is none"),
        (block(kind=b"5", size=b"7") + END, "size that cannot be"),
        (block(kind=b"2", size=b"7") + END, "size that cannot be"),
        (block(kind=b"1") + END, "hard link"),
        (block(kind=b"3") + END, "device"),
        (block(kind=b"6") + END, "pipe"),
        (block(kind=b"S") + END, "sparse"),
        (block(kind=b"V") + END, "label"),
        (block(kind=b"7") + END, "not known"),
        (block(kind=b"\xff") + END, "not known"),
        (block(kind=b"L", size=b"%o" % (MOST_HEADER_BYTES + 1)) + END, "too long"),
        (block(kind=b"x", size=b"77777777777") + END, "too long"),
        (pax(record("path", "x")) + END, "belongs to nothing"),
        (pax(record("path", "x")) * 20 + block() + END, "too many headers"),
        (pax(record("path", "x"), b"g") + block() + END, "all its members"),
        (pax(record("size", "1"), b"g") + block() + END, "all its members"),
        (pax(record("size", "-1")) + block() + END, "size in it is no number"),
        (pax(record("size", "9" * 21)) + block() + END, "size in it is no number"),
        (pax(record("size", "9" * 20)) + block() + END, "size that cannot be"),
        (pax(record("mtime", "soon")) + block() + END, "time in it is no number"),
        (pax(record("mtime", "1e9")) + block() + END, "time in it is no number"),
        (pax(record("mtime", "9" * 13)) + block() + END, "time in it is no number"),
        (pax(record("GNU.sparse.map", "0,1")) + block() + END, "sparse"),
        (pax(b"5 a=b\n") + block() + END, "extended header"),
        (pax(b"99 path=x\n") + block() + END, "extended header"),
        (pax(b"path=x\n") + block() + END, "extended header"),
        (pax(b"0 =\n") + block() + END, "extended header"),
        (pax(b"10 path=xyz") + block() + END, "extended header"),
        (pax(b"9 pathxy\n") + block() + END, "extended header"),
    ],
)
def test_what_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Damaged, match=words):
        listed(data)


@given(st.binary(max_size=3 * BLOCK), st.binary(max_size=200), st.sampled_from([b"0", b"x", b"L", b"5", b"2", b"g"]))
def test_noise_ends_in_members_or_in_damaged(noise: bytes, records: bytes, kind: bytes) -> None:
    for data in (noise, noise + END, pax(records) + block() + END, block(noise[:100], kind=kind) + noise + END):
        try:
            for member in listed(data):
                assert member.size >= 0
                assert abs(member.mtime_ns) <= 1 << 62
        except Damaged:
            pass


names = st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1, max_size=130)


@given(st.lists(st.tuples(names, st.integers(0, 1500), st.integers(0, 1 << 33)), max_size=5))
def test_what_pythons_tar_writes_is_read_the_same(rows: list[tuple[str, int, int]]) -> None:
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        infos = [info(f"p/{name}", size=size, mtime=mtime) for name, size, mtime in rows]
        found = listed(tar(*infos, form=form))
        assert [(one.path, one.size, one.mtime_ns) for one in found] == [
            (f"p/{name}", size, min(mtime * 10**9, 1 << 62)) for name, size, mtime in rows
        ]
