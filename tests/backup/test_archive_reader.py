"""A backup comes back equal or not at all: no hostile member, no damage and no stop leaves anything behind."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import random
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from backup.archive_rig import (
    A_FILE,
    A_FOLDER,
    A_LINK,
    NOON,
    SMALL,
    BreakingDisk,
    crafted,
    expected,
    listing,
    member,
    of_entry,
    packed,
    picture,
    written,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clawd_desktop.backup import member_names, sealing
from clawd_desktop.backup.archive_form import list_member, member_of
from clawd_desktop.backup.archive_reader import Source, extract, extract_listed, read_manifest, verify
from clawd_desktop.backup.manifest import Entry, Manifest, encode
from clawd_desktop.backup.member_names import LINUX, Disk
from clawd_desktop.backup.packed_stream import PIECE
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.sealing import Keys, Lock, new_identity
from clawd_desktop.backup.tar_stream import END, Member, header
from clawd_desktop.core import safeio
from clawd_desktop.core.errors import BadInput, NotFound, Refused, StorageFault, Unreadable

# A thousand and more by hand: TREE_ROUNDS=1000.
ROUNDS = int(os.environ.get("TREE_ROUNDS", "100"))
EMPTY_SUM = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
PLAIN = Entry("config", "plain", "file", 0o600, NOON, 0, EMPTY_SUM)


def everything(entry: Entry) -> bool:
    return True


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "b.tar.zst"


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    return tmp_path / "staging"


# What comes back.


@pytest.mark.parametrize("sealed", [False, True])
def test_all_of_it_comes_back(path: Path, staging: Path, sealed: bool) -> None:
    identity = new_identity()
    manifest = written(path, lock=Lock(recipients=(identity.recipient,)) if sealed else None)
    keys = Keys(identities=(identity.secret,)) if sealed else None
    assert read_manifest(path, keys) == verify(path, keys) == manifest
    assert extract(path, keys, everything, staging, LINUX) == manifest
    assert expected(SMALL).items() <= picture(staging).items()


def test_only_what_is_wanted(path: Path, staging: Path) -> None:
    written(path)
    extract(path, None, lambda entry: entry.path.startswith("a/"), staging, LINUX)
    assert [name for name, shown in picture(staging).items() if shown[0] != "folder"] == ["config/a/b\udcff"]


def test_nothing_is_wanted(path: Path, staging: Path) -> None:
    written(path)
    extract(path, None, lambda entry: False, staging, LINUX)
    assert picture(staging) == {}


NAMES = st.one_of(
    st.text(max_size=60),
    st.text("eE\u0301\u00e9\u00c9ßSs\u212a", min_size=1, max_size=4),
    st.binary(min_size=1, max_size=255).map(os.fsdecode),
    st.sampled_from(["x" * 255, "con", "...", " ", "\n", "-rf", "a:b", "\u202e"]),
).filter(lambda name: _encodes(name) and "/" not in name and not member_names.refusal(name))


def _encodes(name: str) -> bool:
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return True


DATA = st.one_of(
    st.binary(max_size=2000),
    st.integers(0, 3_000_000).map(bytes),
    st.integers(0, 1_200_000).map(lambda size: random.Random(size).randbytes(size)),
    st.just(b""),
)
TIMES = st.one_of(st.integers(0, 4 * 10**18), st.integers(-(10**9), 10**9))
MODES = st.integers(0, 0o777)


@st.composite
def trees(draw: st.DrawFn) -> list[tuple[Entry, bytes | None]]:
    """Any tree, in any order in which it may be written."""
    content: dict[str, tuple[Entry, bytes | None]] = {}
    folders: list[str] = [""]
    for _ in range(draw(st.integers(0, 14))):
        above = draw(st.sampled_from(folders))
        path = f"{above}/{draw(NAMES)}".lstrip("/")
        if path in content or member_names.refusal(path):
            continue
        mode, time = draw(MODES), draw(TIMES)
        kind = draw(st.sampled_from(["file", "file", "folder", "link"]))
        if kind == "folder":
            folders.append(path)
            content[path] = Entry("config", path, "folder", mode, time), None
        elif kind == "file":
            content[path] = Entry("config", path, "file", mode, time), draw(DATA)
        elif not member_names.link_refusal(path, target := "../" * draw(st.integers(0, path.count("/"))) + draw(NAMES)):
            content[path] = Entry("config", path, "link", 0o777, time, target=target), None
    return draw(st.permutations(list(content.values())))


@given(trees())
@settings(
    max_examples=ROUNDS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_tree_comes_back_equal(tmp_path: Path, content: Sequence[tuple[Entry, bytes | None]]) -> None:
    path, staging = tmp_path / "b.tar.zst", tmp_path / "staging"
    path.unlink(missing_ok=True)
    safeio.remove_folder(staging)
    manifest = written(path, content)
    assert extract(path, None, everything, staging, LINUX) == manifest
    found = picture(staging)
    assert found.pop("config", ("folder",))[0] == "folder"
    assert found == expected(content)


def test_a_deep_tree(path: Path, staging: Path) -> None:
    content = [(Entry("config", "/".join(["d" * 20] * depth), "folder", 0o700, depth), None) for depth in range(1, 128)]
    written(path, content)
    extract(path, None, everything, staging, LINUX)
    assert expected(content).items() <= picture(staging).items()


# Members that no backup holds: refused before anything is written.

NAMES_REFUSED = [
    "../x", "/abs", "C:\\x", "a/../../x", "a/..", "a\0b", "\\x", "./x", "a//b", "a/", "", ".", "x" * 5000, "x" * 256,
    "a\\..\\x", "/".join("x" * 200),
]  # fmt: skip


def hostile() -> Iterator[tuple[str, bytes, list[Entry]]]:
    for name in NAMES_REFUSED:
        entry = replace(PLAIN, path=name)
        yield f"name {name[:10]}", of_entry(entry), [entry]
    for name in ("../x", "/etc/x", "areas/../x", "x", "areas-config/x", "areas", "areas/config"):
        yield f"outside {name}", header(Member(name, "file", 0o600, NOON)), []
    for area in ("..", "con fig", "A", ""):
        entry = replace(PLAIN, area=area)
        yield f"area {area}", of_entry(entry), [entry]
    for target in ("../x", "/etc/passwd", "a/../../x", "..", "C:\\x", "", "x\\y"):
        entry = replace(A_LINK, target=target)
        yield f"link to {target}", of_entry(entry), [entry]
    for through in (A_LINK, PLAIN):
        entry = replace(PLAIN, path=f"{through.path}/x")
        yield f"through a {through.kind}", of_entry(through) + of_entry(entry), [through, entry]
        yield f"through a {through.kind}, later", of_entry(entry) + of_entry(through), [entry, through]
    for mode in (0o4755, 0o2755, 0o1777, 0o10000):
        entry = replace(PLAIN, mode=mode)
        yield f"mode {mode:o}", of_entry(entry), [entry]
    for first, second in ((PLAIN, PLAIN), (A_FOLDER, replace(PLAIN, path="a")), (A_FOLDER, A_FOLDER)):
        yield f"twice as {second.kind}", of_entry(first) + of_entry(second), [first, second]
        yield f"twice as {second.kind}, once listed", of_entry(first) + of_entry(second), [first]
    for kind in (tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE,
                 tarfile.GNUTYPE_SPARSE):  # fmt: skip
        info = tarfile.TarInfo("areas/config/plain")
        info.type, info.linkname, info.mode = kind, "/etc/passwd", 0o600
        yield f"kind {kind!r}", info.tobuf(tarfile.USTAR_FORMAT), [PLAIN]
    bomb = replace(PLAIN, size=1 << 45)
    yield "sparse bomb", of_entry(bomb), [bomb]
    yield "larger than a disk", of_entry(replace(PLAIN, size=1 << 51)), [replace(PLAIN, size=1 << 51)]
    info = tarfile.TarInfo("areas/config/plain")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 45)}
    yield "pax sparse bomb", info.tobuf(tarfile.PAX_FORMAT), [PLAIN]


@pytest.mark.parametrize(("members", "entries"), [pytest.param(*case, id=name) for name, *case in hostile()])
def test_a_hostile_member_is_refused_before_anything_is_written(
    path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch, members: bytes, entries: list[Entry]
) -> None:
    # Also behind a good one, and also when the list does not know of it.
    good = of_entry(A_FOLDER)
    monkeypatch.setattr(safeio, "calls", disk := BreakingDisk())
    for before, listed in ((good, [A_FOLDER, *entries]), (good, [A_FOLDER]), (b"", entries)):
        crafted(path, before + members, listed)
        with pytest.raises(Unreadable, match="archive damaged at"):
            extract(path, None, everything, staging, LINUX)
    assert disk.count == 0
    assert not staging.exists()


MAC = Disk(cases=False, forms=False)


@pytest.mark.parametrize(
    ("names", "disk"),
    [
        (["A", "a"], MAC),
        (["A/x", "a/y"], MAC),
        (["\u00e9", "e\u0301"], MAC),
        (["CON"], Disk(windows=True)),
        (["aux.txt"], Disk(windows=True)),
        (["a."], Disk(windows=True)),
        (["a:stream"], Disk(windows=True)),
    ],
)
def test_what_a_disk_takes_for_one_is_refused_before_anything_is_written(
    path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], disk: Disk
) -> None:
    written(path, [(replace(A_FILE, path=name), b"x") for name in names])
    monkeypatch.setattr(safeio, "calls", calls := BreakingDisk())
    with pytest.raises(Refused, match="Nothing was restored"):
        extract(path, None, everything, staging, disk)
    assert calls.count == 0
    assert not staging.exists()
    extract(path, None, lambda entry: names[0] == "A" == entry.path, staging, disk)


def test_the_crafted_ones_are_refused_for_what_they_hold(path: Path) -> None:
    """The tool of these tests makes whole backups when it is given safe members."""
    crafted(path, of_entry(A_FOLDER) + of_entry(PLAIN), [A_FOLDER, PLAIN])
    assert verify(path).entries == (A_FOLDER, PLAIN)


# Damage.


def a_list(manifest: Manifest) -> bytes:
    data = encode(manifest)
    return member(header(list_member(manifest, len(data))), data)


WHOLE = listing([PLAIN])
LETTER = replace(PLAIN, size=1, sha256=hashlib.sha256(b"a").hexdigest())
WRONG: dict[str, bytes] = {
    "no list": of_entry(PLAIN) + END,
    "nothing": b"",
    "only an end": END,
    "no end": of_entry(PLAIN) + a_list(WHOLE),
    "half an end": of_entry(PLAIN) + a_list(WHOLE) + END[:512],
    "a longer end": of_entry(PLAIN) + a_list(WHOLE) + END + END,
    "something behind the end": of_entry(PLAIN) + a_list(WHOLE) + END + of_entry(PLAIN),
    "two lists": of_entry(PLAIN) + a_list(WHOLE) + a_list(WHOLE) + END,
    "the list first": a_list(WHOLE) + of_entry(PLAIN) + END,
    "a file too much": of_entry(A_FOLDER) + of_entry(PLAIN) + a_list(WHOLE) + END,
    "a file too few": a_list(WHOLE) + END,
    "another order": of_entry(PLAIN) + of_entry(A_FOLDER) + a_list(listing([A_FOLDER, PLAIN])) + END,
    "another checksum": of_entry(PLAIN) + a_list(listing([replace(PLAIN, sha256="0" * 64)])) + END,
    "another size": of_entry(PLAIN) + a_list(listing([replace(PLAIN, size=1)])) + END,
    "another time": of_entry(PLAIN) + a_list(listing([replace(PLAIN, mtime_ns=1)])) + END,
    "another target": of_entry(A_LINK) + a_list(listing([replace(A_LINK, target="x")])) + END,
    "no JSON": of_entry(PLAIN) + member(header(list_member(WHOLE, 3)), b"{{{") + END,
    "a list of another time": of_entry(PLAIN)
    + member(header(Member("manifest.json", "file", 0o600, 5, len(encode(WHOLE)))), encode(WHOLE)) + END,
    "a list that is a link": of_entry(PLAIN) + header(Member("manifest.json", "link", 0o600, 5, 0, "x")) + END,
    "a list that is too long": of_entry(PLAIN) + header(list_member(WHOLE, 1 << 29)) + bytes(1 << 20),
    "bytes in the padding": header(member_of(LETTER)) + b"a" + b"b" * 511 + a_list(listing([LETTER])) + END,
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_whole_is_damage(path: Path, staging: Path, name: str) -> None:
    packed(path, WRONG[name])
    assert refused(path)
    with pytest.raises(Unreadable, match=r"archive damaged at .*byte [\d,]+"):
        extract(path, None, everything, staging, LINUX)
    assert not staging.exists()


def test_a_list_takes_no_more_memory_than_its_members_can_need(path: Path) -> None:
    packed(path, of_entry(PLAIN) + header(list_member(WHOLE, 1 << 29)) + bytes(1 << 20))
    with pytest.raises(Unreadable, match=r"manifest\.json .*too long for what it lists"):
        verify(path)


def test_a_backup_that_cannot_be_read_is_not_called_damaged(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path, [(A_FILE, random.Random(1).randbytes(4 * PIECE))])
    real, reads = safeio.open_regular, 0

    class Failing(io.FileIO):
        def read(self, size: int = -1, /) -> bytes:
            nonlocal reads
            reads += 1
            if reads > 3:
                raise OSError(errno.EIO, "broken")
            return super().read(size)

    def opened(file: Path) -> io.FileIO:
        real(file).close()
        return Failing(file)

    monkeypatch.setattr(safeio, "open_regular", opened)
    with pytest.raises(StorageFault, match=r"Could not read .*b\.tar\.zst: the disk reports an error"):
        verify(path)


def refused(path: Path) -> bool:
    try:
        verify(path)
    except Unreadable as error:
        return "archive damaged at" in error.message
    return False


def test_every_changed_bit_of_a_small_backup_is_found(path: Path) -> None:
    written(path)
    whole = path.read_bytes()
    with path.open("r+b", buffering=0) as file:
        for bit in range(len(whole) * 8):
            at = bit // 8
            os.pwrite(file.fileno(), bytes([whole[at] ^ 1 << bit % 8]), at)
            assert refused(path), f"bit {bit}"
            os.pwrite(file.fileno(), whole[at : at + 1], at)
    verify(path)


@pytest.fixture
def larger(path: Path) -> Path:
    chance = random.Random(7)
    words = [b"%x" % chance.getrandbits(30) for _ in range(500)]
    content: list[tuple[Entry, bytes | None]] = [
        (replace(A_FILE, path=f"{number}"), b" ".join(chance.choices(words, k=chance.randrange(4000))))
        for number in range(20)
    ]
    written(path, [*SMALL, *content, (replace(A_FILE, path="x"), chance.randbytes(100_000))])
    return path


def test_a_thousand_changed_bits_of_a_larger_backup_are_found(larger: Path) -> None:
    whole, chance = larger.read_bytes(), random.Random(11)
    with larger.open("r+b", buffering=0) as file:
        for _ in range(1000):
            bit = chance.randrange(len(whole) * 8)
            at = bit // 8
            os.pwrite(file.fileno(), bytes([whole[at] ^ 1 << bit % 8]), at)
            assert refused(larger), f"bit {bit}"
            os.pwrite(file.fileno(), whole[at : at + 1], at)
    verify(larger)


def test_every_cut_is_found(larger: Path, staging: Path) -> None:
    whole = larger.read_bytes()
    cuts = [*range(0, len(whole), 4096), *range(len(whole) - 50, len(whole))]
    for cut in reversed(sorted(cuts)):
        os.truncate(larger, cut)
        with pytest.raises(Unreadable, match="archive damaged at"):
            extract(larger, None, everything, staging, LINUX)
        assert not staging.exists()
    larger.write_bytes(whole + b"\0")
    assert refused(larger)


def test_the_damage_is_named_with_its_place(path: Path) -> None:
    tar = of_entry(A_FOLDER) + of_entry(PLAIN) + a_list(listing([A_FOLDER, replace(PLAIN, mode=0o644)])) + END
    packed(path, tar)
    with pytest.raises(Unreadable, match="config/plain differs from the list") as caught:
        verify(path)
    assert caught.value.path == str(path)
    packed(path, of_entry(A_FOLDER) + of_entry(replace(PLAIN, path="../x")))
    with pytest.raises(Unreadable, match=r"damaged at areas/config/\.\./x \(byte 3,072\): its path is refused"):
        verify(path)


def test_a_newer_form_says_what_to_do(path: Path) -> None:
    packed(path, of_entry(PLAIN) + a_list(replace(WHOLE, schema=2)) + END)
    with pytest.raises(Unreadable, match=r"the form 2.*Update this program"):
        verify(path)


def test_a_sealed_one_with_changed_bits(path: Path) -> None:
    identity = new_identity()
    written(path, lock=Lock(recipients=(identity.recipient,)))
    whole = path.read_bytes()
    for at in range(len(whole)):
        raw = bytearray(whole)
        raw[at] ^= 1 << at % 8
        path.write_bytes(raw)
        # In its head that is not to be told from another key.
        with pytest.raises((Unreadable, BadInput)):
            verify(path, Keys(identities=(identity.secret,)))


def test_a_sealed_one_needs_its_key(path: Path) -> None:
    written(path, lock=Lock(recipients=(new_identity().recipient,)))
    with pytest.raises(BadInput, match="is sealed"):
        verify(path)
    with pytest.raises(BadInput):
        verify(path, Keys(identities=(new_identity().secret,)))


def test_no_file_and_no_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        verify(tmp_path / "none")
    with pytest.raises(Unreadable):
        verify(tmp_path)


@given(st.binary(max_size=2000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_file_breaks_the_reader(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    if sealing.is_sealed(data):
        with pytest.raises(BadInput):
            verify(tmp_path / "x")
    else:
        assert refused(tmp_path / "x")
    assert refused(packed(tmp_path / "x", data))


PARTS = [of_entry(A_FOLDER), of_entry(PLAIN), of_entry(replace(PLAIN, path="é" * 100)), of_entry(A_LINK),
         a_list(listing([A_FOLDER, PLAIN])), a_list(WHOLE), END, bytes(512), b"x" * 512]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=7), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
def test_no_mixture_of_good_parts_passes(tmp_path: Path, parts: list[bytes], data: st.DataObject) -> None:
    tar = b"".join(parts)
    if tar and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(tar) - 1))
        tar = tar[:at] + data.draw(st.binary(max_size=600)) + tar[at + data.draw(st.integers(0, 600)) :]
    good = {PARTS[0] + PARTS[1] + PARTS[4] + END, PARTS[1] + PARTS[5] + END}
    assert refused(packed(tmp_path / "x", tar)) == (tar not in good)


# Room, time and whoever changes it between two readings.


def test_memory_stays_small_for_any_size(tmp_path: Path) -> None:
    """In a process of its own, whose memory nothing else has widened."""
    script = Path(__file__).with_name("archive_memory.py")
    run = subprocess.run(
        [sys.executable, script, tmp_path], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    grown = float(run.stdout)
    assert 1 < grown < 40, f"{grown} MB"


def test_what_has_no_room_is_refused_before_anything_is_written(
    path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A bomb whose list is honest: 60 MB in a few kilobytes.
    written(path, [(A_FILE, bytes(60 << 20))])
    assert path.stat().st_size < 10_000
    real = shutil.disk_usage(path.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: real._replace(free=50 << 20))
    monkeypatch.setattr(safeio, "calls", disk := BreakingDisk())
    with pytest.raises(StorageFault, match="no room for"):
        extract(path, None, everything, staging, LINUX)
    assert disk.count == 0
    extract(path, None, lambda entry: False, staging, LINUX)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO])
def test_no_broken_disk_leaves_anything(path: Path, staging: Path, monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    manifest = written(path)
    before = path.read_bytes()
    monkeypatch.setattr(safeio, "calls", steps := BreakingDisk())
    extract(path, None, everything, staging, LINUX)
    shutil.rmtree(staging)
    for number in range(1, steps.count + 1):
        monkeypatch.setattr(safeio, "calls", BreakingDisk(number, error))
        with pytest.raises(StorageFault, match="staging"):
            extract_listed(Source(path, None, manifest), everything, staging, LINUX)
        assert not staging.exists()
    assert path.read_bytes() == before


def test_a_stop_at_any_moment_leaves_nothing(path: Path, staging: Path) -> None:
    written(path, [*SMALL, (replace(A_FILE, path="big"), bytes(3 * PIECE))])
    asked = 0

    def stops_at(number: int) -> Callable[[], bool]:
        nonlocal asked
        asked = 0

        def stopped() -> bool:
            nonlocal asked
            asked += 1
            return asked == number

        return stopped

    extract(path, None, everything, staging, LINUX, stopped=stops_at(0))
    shutil.rmtree(staging)
    moments = asked
    assert moments > 6
    for number in range(1, moments + 1):
        with pytest.raises(Stopped):
            extract(path, None, everything, staging, LINUX, stopped=stops_at(number))
        assert not staging.exists()


def test_it_tells_how_far_it_is(path: Path, staging: Path) -> None:
    written(path, [*SMALL, (replace(A_FILE, path="big"), random.Random(1).randbytes(8 * PIECE))])
    seen: list[Progress] = []
    extract(path, None, everything, staging, LINUX, seen.append)
    size = path.stat().st_size
    for stage in ("verify", "extract"):
        mine = [one for one in seen if one.stage == stage]
        done = [one.done_bytes for one in mine]
        assert done == sorted(done)
        assert 0 < done[0] < size
        assert done[-1] == size
        assert {one.total_bytes for one in mine} == {size}
        assert "areas/config/big" in {one.file for one in mine}


@pytest.mark.parametrize(
    "other",
    [
        SMALL[:1],
        SMALL[::-1],
        [*SMALL[:1], (A_FILE, b"hallo"), *SMALL[2:]],
        [*SMALL[:1], (A_FILE, b"hello!"), *SMALL[2:]],
        [(replace(A_FOLDER, mode=0o777), None), *SMALL[1:]],
        [*SMALL[:2], (replace(A_LINK, target="elsewhere"), None), *SMALL[3:]],
    ],
)
def test_another_file_in_its_place_after_it_was_checked(
    path: Path, staging: Path, other: Sequence[tuple[Entry, bytes | None]]
) -> None:
    manifest = written(path)
    path.unlink()
    written(path, other)
    with pytest.raises(Unreadable, match="archive damaged at"):
        extract_listed(Source(path, None, manifest), everything, staging, LINUX)
    assert not staging.exists()


def test_reading_leaves_the_file_alone(path: Path, staging: Path) -> None:
    written(path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    extract(path, None, everything, staging, LINUX)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    with pytest.raises(StorageFault, match="not empty"):
        extract(path, None, everything, staging, LINUX)


def test_a_tar_of_others_is_not_one_of_ours(path: Path) -> None:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("areas/config/x"))
    packed(path, raw.getvalue())
    assert refused(path)
