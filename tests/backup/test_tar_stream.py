"""Headers are written in one form, which tar reads, and read in no other."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.backup.manifest import Damaged
from clawd_desktop.backup.tar_stream import BLOCK, END, Member, header, padding, read_member

NAMES = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=150),
    st.binary(min_size=1, max_size=150)
    .filter(lambda raw: b"\0" not in raw)
    .map(lambda raw: raw.decode("utf-8", "surrogateescape")),
).filter(lambda name: not name.endswith("/"))
TIMES = st.integers(-(1 << 62), 1 << 62)
MODES = st.integers(0, 0o777)
MEMBERS = st.one_of(
    st.builds(Member, NAMES, st.just("file"), MODES, TIMES, st.integers(0, 1 << 50)),
    st.builds(Member, NAMES, st.just("folder"), MODES, TIMES),
    st.builds(Member, NAMES, st.just("link"), MODES, TIMES, st.just(0), NAMES),
)
PLAIN = Member("areas/config/a", "file", 0o644, 5 * 10**9, 5)


def read_back(raw: bytes) -> Member | None:
    stream = io.BytesIO(raw)

    def read(size: int) -> bytes:
        if len(data := stream.read(size)) < size:
            raise Damaged("it ends too early")
        return data

    found = read_member(read)
    assert stream.read() == b""
    return found


@given(MEMBERS)
def test_what_is_written_is_read_back_equal(member: Member) -> None:
    assert read_back(header(member)) == member


@given(MEMBERS)
def test_the_standard_library_reads_the_same(member: Member) -> None:
    raw = header(member)
    assert len(raw) % BLOCK == 0
    # Its reader asks for the next header where the data ends, which is not there.
    info = tarfile.TarInfo.frombuf(raw, "utf-8", "surrogateescape") if len(raw) == BLOCK else _with_fields(raw)
    assert (info.name, info.size, info.mode) == (member.name, member.size, member.mode)
    assert info.linkname == (member.target if member.kind == "link" else "")
    assert info.mtime == pytest.approx(member.mtime_ns / 10**9)
    assert (info.isfile(), info.isdir(), info.issym()) == tuple(member.kind == k for k in ("file", "folder", "link"))


def _with_fields(raw: bytes) -> tarfile.TarInfo:
    with tarfile.open(fileobj=io.BytesIO(raw + END), encoding="utf-8", errors="surrogateescape") as archive:
        found = archive.next()
    assert found is not None
    return found


def flipped(whole: bytes) -> Iterator[bytes]:
    for bit in range(len(whole) * 8):
        raw = bytearray(whole)
        raw[bit // 8] ^= 1 << bit % 8
        yield bytes(raw)


def test_no_changed_bit_of_a_header_passes() -> None:
    for raw in flipped(header(PLAIN)):
        with pytest.raises(Damaged):
            read_back(raw)


def test_a_changed_bit_of_a_long_header_is_damage_or_another_name() -> None:
    member = Member("é" * 70, "link", 0o777, -1, target="\udcff" * 120)
    whole = header(member)
    assert len(whole) == 3 * BLOCK
    for raw in flipped(whole):
        try:
            found = read_back(raw)
        except Damaged:
            continue
        assert found is not None
        assert found != member
        assert header(found) == raw


@given(st.binary(max_size=4 * BLOCK))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    with pytest.raises(Damaged):
        read_back(raw)


@given(MEMBERS, st.data())
def test_no_mixed_up_header_is_taken_for_another(member: Member, data: st.DataObject) -> None:
    raw = header(member)
    at, size = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 40))
    changed = raw[:at] + data.draw(st.binary(min_size=size, max_size=size)) + raw[at + size :]
    stream = io.BytesIO(changed + bytes(4 * BLOCK))
    try:
        found = read_member(stream.read)
    except Damaged:
        return
    assert found is None or header(found) == changed[: stream.tell()]


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        (tarfile.LNKTYPE, "a hard link"),
        (tarfile.CHRTYPE, "a device"),
        (tarfile.BLKTYPE, "a device"),
        (tarfile.FIFOTYPE, "a pipe"),
        (tarfile.GNUTYPE_SPARSE, "a sparse file"),
        (tarfile.GNUTYPE_LONGNAME, "of a kind"),
        (tarfile.XGLTYPE, "of a kind"),
        (b"Z", "of a kind"),
    ],
)
def test_other_kinds_are_refused_by_name(kind: bytes, what: str) -> None:
    info = tarfile.TarInfo("areas/config/x")
    info.type = kind
    with pytest.raises(Damaged, match=what):
        read_back(info.tobuf(tarfile.USTAR_FORMAT))


@pytest.mark.parametrize("fields", [{"GNU.sparse.major": "1"}, {"SCHILY.xattr.user.x": "1"}, {"size": "-1"}])
def test_other_fields_are_refused(fields: dict[str, str]) -> None:
    info = tarfile.TarInfo("areas/config/x")
    info.pax_headers = fields
    with pytest.raises(Damaged, match="field|header"):
        read_back(info.tobuf(tarfile.PAX_FORMAT))


def test_rights_and_sizes_have_limits() -> None:
    with pytest.raises(Damaged, match="rights"):
        read_back(header(Member("x", "file", 0o4755, 0)))
    with pytest.raises(Damaged, match="size"):
        read_back(header(Member("x", "file", 0o755, 0, 1 << 51)))
    with pytest.raises(Damaged, match="size"):
        read_back(header(Member("x", "folder", 0o755, 0, 5)))
    with pytest.raises(Damaged, match="too large"):
        read_back(header(Member("x" * 40_000, "file", 0o755, 0)))


def test_the_end_is_two_empty_blocks() -> None:
    assert read_back(END) is None
    with pytest.raises(Damaged, match="followed"):
        read_back(bytes(BLOCK) + b"x" * BLOCK)
    assert [padding(size) for size in (0, 1, 511, 512, 513)] == [0, 511, 1, 0, 511]
