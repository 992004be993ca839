"""Archives of others come in whole or not at all: real ones, hostile ones, broken ones, and whatever chance makes."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import tarfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from foreign_archives import HOME, ROOT, add, by_the_script, fill, made, openclaw_archive, openclaw_list, stage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clawd_desktop.backup import foreign, manifest
from clawd_desktop.backup.foreign import Caution, Foreign, is_foreign, members, read
from clawd_desktop.backup.foreign_placing import Home
from clawd_desktop.backup.member_names import Disk, link_refusal, refusal
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.core.errors import NotFound, Refused, StorageFault, Unreadable

DATE = "20261126_031500"
BERLIN = ZoneInfo("Europe/Berlin")
STATE: dict[str, str | bytes] = {
    "clawdbot.json": '{ gateway: { port: 18789 } }', "clawdbot.json.bak": "{}", "credentials/oauth.json": "{}",
    "agents/main/sessions/a.jsonl": '{"type":"session"}\n', "agents/main/sessions/sessions.json": "{}",
    "cron/jobs.json": "[]", "logs/gateway.log": "noise\n", "empty": b"", "memory/main.sqlite": b"SQLite format 3\0",
    "state/agents/main/old.jsonl": "older\n", "Ünïcode/名前.txt": "x", "big.bin": bytes(range(256)) * 4096,
}  # fmt: skip
WORK: dict[str, str | bytes] = {
    "SOUL.md": "I am\n", "notes/today.md": "-> ../SOUL.md", "deep/" + "d/" * 60 + "x": "deep",
    "long-" + "n" * 200: "long", ".git/config": "[core]\n",
}  # fmt: skip


@pytest.fixture
def used(tmp_path: Path) -> Path:
    """A home in which the assistant has lived for a while."""
    fill(tmp_path / "used/.clawdbot", STATE)
    fill(tmp_path / "used/clawd", WORK)
    return tmp_path / "used"


def whole(found: Foreign, folder: Path) -> dict[str, bytes | str | None]:
    return stage(members(found, lambda entry: True), folder)


def test_an_archive_of_the_courses_script_comes_in_whole(used: Path, tmp_path: Path) -> None:
    archive = by_the_script(used, tmp_path / "backups")
    assert is_foreign(archive.read_bytes()[:8])
    found = read(archive, Home(HOME.state, HOME.workspace, zone=BERLIN))
    assert found.kind == "course"
    listed = found.manifest
    stamp = datetime.strptime(archive.name[15:30], "%Y%m%d_%H%M%S").replace(tzinfo=BERLIN)
    assert listed.created_ms == round(stamp.timestamp() * 1000)
    assert manifest.decode(manifest.encode(listed)) == listed
    staged = whole(found, tmp_path / "staged")
    files = {name: data for name, data in staged.items() if isinstance(data, bytes)}
    assert files["config/clawdbot.json"] == str(STATE["clawdbot.json"]).encode()
    assert files["other/big.bin"] == STATE["big.bin"]
    assert files["other/Ünïcode/名前.txt"] == b"x"
    assert files["secrets/credentials/oauth.json"] == b"{}"
    assert files["sessions/agents/main/sessions/a.jsonl"] == b'{"type":"session"}\n'
    # What the script took from state/agents are conversations.
    assert files["sessions/agents/main/old.jsonl"] == b"older\n"
    assert staged["workspace-main/notes/today.md"] == "../SOUL.md"
    assert {name for name in files if name.startswith("workspace-main/")} == {
        f"workspace-main/{name}" for name, text in WORK.items() if not str(text).startswith("-> ")
    }
    assert [left.path for left in listed.left_out] == ["logs", "logs/gateway.log"]
    assert dict((root.area, root.folder) for root in listed.roots)["workspace-main"] == "~/clawd"
    assert dict((root.area, root.folder) for root in listed.roots)["config"] == "~/.clawdbot"
    assert any("plain text" in warning for warning in listed.warnings)
    assert any("Databases" in warning for warning in listed.warnings)
    for entry in listed.entries:
        if entry.kind == "file":
            assert len(files[f"{entry.area}/{entry.path}"]) == entry.size


def test_the_script_on_a_home_as_clawdbot_really_leaves_it(tmp_path: Path) -> None:
    """There is no ~/.clawdbot/state/agents, and sometimes no workspace: the script goes on without them."""
    fill(tmp_path / "used/.clawdbot", {"moltbot.json": "{}", "clawdbot.json": "{old: 1}", "agents/a/sessions/x": "1"})
    found = read(by_the_script(tmp_path / "used", tmp_path / "backups"), HOME)
    staged = whole(found, tmp_path / "staged")
    # The newer name is the one in force, and is called here as it is called here.
    assert staged["config/clawdbot.json"] == b"{}"
    assert ("clawdbot.json", "Another file was the configuration in force.") in [
        (left.path, left.reason) for left in found.manifest.left_out
    ]
    assert staged["sessions/agents/a/sessions/x"] == b"1"
    assert {entry.area for entry in found.manifest.entries} == {"config", "sessions"}


def test_when_two_folders_hold_the_same_the_state_folder_counts(tmp_path: Path) -> None:
    fill(tmp_path / "used/.clawdbot", {
        "clawdbot.json": "{}", "agents/m/x": "new", "state/agents/m/x": "old",
        "agents/m/y": "=", "state/agents/m/y": "=",
    })  # fmt: skip
    found = read(by_the_script(tmp_path / "used", tmp_path / "backups"), HOME)
    assert whole(found, tmp_path / "staged")["sessions/agents/m/x"] == b"new"
    told = [left for left in found.manifest.left_out if "has its place" in left.reason]
    assert [left.path for left in told] == ["agents/m/x"]


def test_a_state_folder_that_is_a_link_was_not_copied_and_that_is_said(tmp_path: Path) -> None:
    fill(tmp_path / "used", {".clawdbot": "-> .moltbot", ".moltbot/moltbot.json": "{}", "clawd/SOUL.md": "x"})
    archive = by_the_script(tmp_path / "used", tmp_path / "backups")
    with pytest.raises(Refused, match=r"not in the archive.*Restore it without such links") as caught:
        read(archive, HOME)
    assert caught.value.code == "backup.links"
    found = read(archive, HOME, Caution(leave_links=True))
    assert whole(found, tmp_path / "staged") == {"workspace-main": None, "workspace-main/SOUL.md": b"x"}


def openclaw(tmp_path: Path, *, outside: bool = False) -> Path:
    fill(tmp_path / "state", {
        "openclaw.json": "{agents: {}}", "agents/main/sessions/a.jsonl": "hello\n", "credentials/wa/creds.json": "{}",
        "agents/main/agent/openclaw-agent.sqlite": b"SQLite format 3\0", "workspace/SOUL.md": "soul",
        "workspace-work/SOUL.md": "work", "logs/x.log": "x", "agents/main/link": "-> sessions/a.jsonl",
        "n" * 150 + "/" + "m" * 150: "long",
    })  # fmt: skip
    fill(tmp_path / "notes", {"README.md": "notes"})
    if outside:
        fill(tmp_path / "notes", {"home": "-> /home/u", "up": "-> ../../x"})
    fill(tmp_path / "plugin", {"x": "1"})
    return openclaw_archive(
        tmp_path / f"{ROOT}.tar.gz",
        {"/home/u/.openclaw": ("state", tmp_path / "state"), "/home/u/notes": ("workspace", tmp_path / "notes"),
         "/opt/agent": ("agent", tmp_path / "plugin")},
        ["/home/u/.openclaw/workspace", "/home/u/.openclaw/workspace-work", "/home/u/notes"],
    )  # fmt: skip


def test_an_archive_of_openclaw_comes_in_whole(tmp_path: Path) -> None:
    found = read(openclaw(tmp_path), HOME)
    listed = found.manifest
    assert (found.kind, listed.version, listed.system, listed.created_ms) == (
        "openclaw", "OpenClaw 2026.9.6", "Linux", 1_795_676_400_000,
    )  # fmt: skip
    assert manifest.decode(manifest.encode(listed)) == listed
    staged = {name: data for name, data in whole(found, tmp_path / "staged").items() if data is not None}
    assert staged == {
        "config/clawdbot.json": b"{agents: {}}", "secrets/credentials/wa/creds.json": b"{}",
        "sessions/agents/main/sessions/a.jsonl": b"hello\n", "sessions/agents/main/link": "sessions/a.jsonl",
        "sessions/agents/main/agent/openclaw-agent.sqlite": b"SQLite format 3\0",
        "workspace-main/SOUL.md": b"soul", "workspace-work/SOUL.md": b"work", "workspace-notes/README.md": b"notes",
        "other/" + "n" * 150 + "/" + "m" * 150: b"long",
    }  # fmt: skip
    left = {left.path: left.reason for left in listed.left_out}
    assert left["logs/x.log"] == "Logs are no part of the state."
    assert left["x"] == "This program has no place for OpenClaw's 'agent'."
    assert left["/gone"] == "It was not in the archive: missing."
    assert any("OpenClaw keeps these conversations" in warning for warning in listed.warnings)
    assert {root.area: root.folder for root in listed.roots}["workspace-notes"] == "/home/u/notes"


def test_only_the_configuration(tmp_path: Path) -> None:
    fill(tmp_path, {"custom.json5": "{a: 1}"})
    archive = openclaw_archive(tmp_path / "x.tar.gz", {"/etc/oc/custom.json5": ("config", tmp_path / "custom.json5")})
    found = read(archive, HOME)
    assert whole(found, tmp_path / "staged") == {"config": None, "config/clawdbot.json": b"{a: 1}"}


def test_what_is_wanted_alone_is_given(tmp_path: Path) -> None:
    found = read(openclaw(tmp_path), HOME)
    some = stage(members(found, lambda entry: entry.area == "workspace-work" and entry.kind == "file"), tmp_path / "s")
    assert some == {"workspace-work": None, "workspace-work/SOUL.md": b"work"}
    assert stage(members(found, lambda entry: False), tmp_path / "none") == {}


def test_links_that_lead_out_are_refused_or_left_out_by_choice(tmp_path: Path) -> None:
    archive = openclaw(tmp_path, outside=True)
    with pytest.raises(Refused, match=r"holds the link 'home' and 1 more: It is a link to '/home/u'"):
        read(archive, HOME)
    found = read(archive, HOME, Caution(leave_links=True))
    told = {left.path: left.reason for left in found.manifest.left_out}
    assert told["up"] == "It is a link to '../../x', and it leads out of its folder."
    assert "workspace-notes/home" not in whole(found, tmp_path / "staged")


# What is hostile is refused before anything is written. The table is that of the security catalogue, H01 and H09.


def course(path: Path, *rows: tuple[str, dict[str, object]], form: int = tarfile.PAX_FORMAT) -> Path:
    def build(archive: tarfile.TarFile) -> None:
        for folder in (DATE, f"{DATE}/config", f"{DATE}/workspace"):
            add(archive, folder, type=tarfile.DIRTYPE, mode=0o755)
        add(archive, f"{DATE}/config/clawdbot.json", b"{}")
        for name, facts in rows:
            data = facts.pop("data", b"") if "data" in facts else b""
            assert isinstance(data, bytes)
            add(archive, name, data, **facts)

    return made(path, build, form)


LINK, HARD = tarfile.SYMTYPE, tarfile.LNKTYPE
IN = f"{DATE}/workspace"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("../x", {})], "leads out of its folder"),
        ([(f"{IN}/../../../x", {})], "leads out of its folder"),
        ([("/abs", {})], "absolute"),
        ([("C:\\x", {})], "absolute"),
        ([("C:/x", {})], "absolute"),
        ([("\\\\server\\x", {})], "absolute"),
        ([(f"{IN}/a\\..\\x", {})], "backslash"),
        ([(f"{IN}/./x", {})], "empty name"),
        ([(f"{IN}//x", {})], "empty name"),
        ([(f"{IN}-evil/x", {})], "does not write"),
        ([("x", {})], "does not hold one folder"),
        ([(f"{IN}/" + "n" * 5000, {})], "too long"),
        ([(f"{IN}/" + "n" * 300, {})], "longer than 255"),
        ([(f"{IN}/" + "d/" * 200 + "x", {})], "too deep"),
        ([(f"{IN}/x", {"pax_headers": {"path": f"{IN}/a\0b"}})], "NUL"),
        ([(f"{IN}/l", {"type": LINK, "linkname": "d"}), (f"{IN}/l/x", {})], "behind something that is no folder"),
        ([(f"{IN}/l/x", {}), (f"{IN}/l", {"type": LINK, "linkname": "d"})], "behind something that is no folder"),
        ([(f"{IN}/f", {}), (f"{IN}/f/x", {})], "behind something that is no folder"),
        ([(f"{IN}/h", {"type": HARD, "linkname": "/etc/passwd"})], "hard link"),
        ([(f"{IN}/h", {"type": HARD, "linkname": f"{DATE}/config/clawdbot.json"})], "hard link"),
        ([(f"{IN}/d", {"type": tarfile.CHRTYPE})], "device"),
        ([(f"{IN}/d", {"type": tarfile.BLKTYPE})], "device"),
        ([(f"{IN}/p", {"type": tarfile.FIFOTYPE})], "pipe"),
        ([(f"{IN}/s", {"type": tarfile.GNUTYPE_SPARSE})], "sparse"),
        ([(f"{IN}/s", {"pax_headers": {"GNU.sparse.major": "1", "GNU.sparse.realsize": "1099511627776"}})], "sparse"),
        ([(f"{IN}/z", {"type": b"Z"})], "kind that is not known"),
        ([(f"{IN}/u", {"mode": 0o4755})], "rights of another user"),
        ([(f"{IN}/u", {"mode": 0o2755})], "rights of another user"),
        ([(f"{IN}/t", {}), (f"{IN}/t", {"data": b"other"})], "stands twice"),
        ([(f"{IN}/t", {"type": tarfile.DIRTYPE}), (f"{IN}/t", {"type": tarfile.DIRTYPE})], "stands twice"),
    ],
)  # fmt: skip
def test_hostile_archives_are_refused_whole(
    tmp_path: Path, rows: list[tuple[str, dict[str, object]]], words: str
) -> None:
    archive = course(tmp_path / "x.tar.gz", *[(name, dict(facts)) for name, facts in rows])
    with pytest.raises(Unreadable, match=words) as caught:
        read(archive, HOME)
    assert caught.value.path == str(archive)
    assert "byte" in caught.value.message
    assert "Nothing was changed" in caught.value.hint


@pytest.mark.parametrize("target", ["/etc", "../../../etc", "..", "a/../../x", "C:\\x", "\\\\s\\x", "../../config"])
def test_links_that_lead_out_of_their_folder_are_refused(tmp_path: Path, target: str) -> None:
    archive = course(tmp_path / "x.tar.gz", (f"{IN}/l", {"type": LINK, "linkname": target}))
    with pytest.raises(Refused, match="backup.links|leads"):
        read(archive, HOME)


@pytest.mark.parametrize(
    ("names", "disk", "words"),
    [
        (("A", "a"), Disk(cases=False), "would be one file"),
        (("é", "e\u0301"), Disk(forms=False), "would be one file"),
        (("CON",), Disk(windows=True), "Windows keeps"),
        (("a:b",), Disk(windows=True), "Windows forbids"),
        (("x.",), Disk(windows=True), "Windows keeps"),
    ],
)
def test_what_the_disk_here_cannot_tell_apart_is_refused(
    tmp_path: Path, names: tuple[str, ...], disk: Disk, words: str
) -> None:
    archive = course(tmp_path / "x.tar.gz", *[(f"{IN}/{name}", {}) for name in names])
    with pytest.raises(Unreadable, match=words):
        read(archive, HOME, Caution(disk))
    assert len(read(archive, HOME).manifest.of("workspace-main")) == len(names)


def test_what_unpacks_to_more_than_there_is_room_for_is_refused_early(tmp_path: Path) -> None:
    archive = course(tmp_path / "bomb.tar.gz", (f"{IN}/zeros", {"data": bytes(64 << 20)}))
    assert archive.stat().st_size < 100_000
    heard: list[Progress] = []
    with pytest.raises(Unreadable, match="more than there is room for"):
        read(archive, HOME, Caution(most_bytes=1 << 20), heard.append)
    assert len(heard) < 20
    assert read(archive, HOME).manifest.size == (64 << 20) + 2


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "MOST_MEMBERS", 10)
    with pytest.raises(Unreadable, match="more than 10 members"):
        read(course(tmp_path / "x.tar.gz", *[(f"{IN}/{number}", {}) for number in range(20)]), HOME)


def test_what_is_none_of_these_is_named(tmp_path: Path) -> None:
    def nobody(archive: tarfile.TarFile) -> None:
        add(archive, "folder/x")

    for archive, words in (
        (made(tmp_path / "a.tar.gz", nobody), "neither of"),
        (made(tmp_path / "b.tar.gz", lambda archive: None), "empty"),
        (course(tmp_path / "c.tar.gz", (f"{DATE}/manifest.json", {"data": b"{}"})), "its list"),
    ):
        with pytest.raises(Unreadable, match=words):
            read(archive, HOME)
    (tmp_path / "text").write_text("hello")
    with pytest.raises(Unreadable, match="compressed data are broken"):
        read(tmp_path / "text", HOME)
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(Unreadable, match="ends in the middle"):
        read(tmp_path / "empty", HOME)
    with pytest.raises(NotFound):
        read(tmp_path / "nowhere", HOME)
    with pytest.raises(Unreadable, match="not a regular file"):
        read(tmp_path, HOME)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unreadable, match="not a regular file"):
        read(tmp_path / "pipe", HOME)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_all_forms_of_tar_are_read(tmp_path: Path, form: int) -> None:
    name = f"{IN}/" + "n" * 90 + "/" + "m" * 90 if form == tarfile.USTAR_FORMAT else f"{IN}/" + "ü" * 120
    rows = [(name, {"data": b"1"}), (f"{IN}/l", {"type": LINK, "linkname": "n" * 99})]
    if form != tarfile.USTAR_FORMAT:
        rows.append((f"{IN}/k", {"type": LINK, "linkname": "k" * 180}))
    found = read(course(tmp_path / "x.tar.gz", *rows, form=form), HOME)
    assert {entry.path for entry in found.manifest.of("workspace-main")} >= {name[len(IN) + 1 :], "l"}


def test_the_real_tar_in_all_its_forms(used: Path, tmp_path: Path) -> None:
    archive = by_the_script(used, tmp_path / "backups")
    first = read(archive, HOME).manifest.entries
    top = archive.name[15:30]
    for form in ("gnu", "oldgnu", "posix", "pax"):
        other = tmp_path / f"{form}.tar.gz"
        os.system(f"tar -C {archive.parent} --format={form} -czf {other} {top}/")
        again = read(other, HOME).manifest.entries
        assert {(one.area, one.path, one.kind, one.mode, one.sha256, one.target) for one in again} == {
            (one.area, one.path, one.kind, one.mode, one.sha256, one.target) for one in first
        }


# Lists that lie.


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schemaVersion": 2}, "form 2, and this version of the program reads 1"),
        ({"schemaVersion": "1"}, "no form that is known"),
        ({"schemaVersion": True}, "no form that is known"),
        ({"archiveRoot": "other"}, "another folder"),
        ({"archiveRoot": "../x"}, "another folder"),
        ({"assets": []}, "names nothing"),
        ({"assets": [{"kind": "state"}]}, "without saying"),
        ({"assets": [{"kind": "state", "sourcePath": "/a", "archivePath": f"{ROOT}/payload/posix/gone"}]},
         "stands in its list and is not in it"),
        ({"assets": [{"kind": "state", "sourcePath": "/a", "archivePath": "../../etc"}]}, "outside of its payload"),
        ({"assets": [{"kind": "state", "sourcePath": "/a", "archivePath": f"{ROOT}/payload/../x"}]}, "not in it"),
        ({"assets": [{"kind": "state", "sourcePath": "/a", "archivePath": f"{ROOT}/payload/posix/a"}] * 2},
         "names a place twice"),
        ({"assets": [{"kind": "state", "sourcePath": "/a", "archivePath": f"{ROOT}/payload/posix/a/sub"}]},
         "belongs to nothing that its list names"),
    ],
)  # fmt: skip
def test_a_list_that_lies_is_refused(tmp_path: Path, change: dict[str, object], words: str) -> None:
    import json

    def build(archive: tarfile.TarFile) -> None:
        listed = openclaw_list([("state", "/a")], "/a") | change
        add(archive, f"{ROOT}/manifest.json", json.dumps(listed).encode())
        add(archive, f"{ROOT}/payload/posix/a/openclaw.json", b"{}")
        add(archive, f"{ROOT}/payload/posix/a/sub/x", b"{}")

    with pytest.raises(Unreadable, match=words) as caught:
        read(made(tmp_path / "x.tar.gz", build), HOME)
    assert ("Update this program" in caught.value.hint) == ("schemaVersion" in change and "form 2" in words)


def test_a_list_that_is_none_or_stands_twice_is_refused(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"[]", b"{", b"\xff", b"null")):
        archive = made(tmp_path / f"{number}.tar.gz", lambda one, data=data: add(one, f"{ROOT}/manifest.json", data))  # type: ignore[misc]
        with pytest.raises(Unreadable, match="its list"):
            read(archive, HOME)

    def two(archive: tarfile.TarFile) -> None:
        add(archive, f"{ROOT}/manifest.json", b"{}")
        add(archive, "other/manifest.json", b"{}")

    with pytest.raises(Unreadable, match="two lists"):
        read(made(tmp_path / "two.tar.gz", two), HOME)


# Damage.


def test_cut_anywhere_nothing_comes_in(tmp_path: Path) -> None:
    data = openclaw(tmp_path).read_bytes()
    cut = tmp_path / "cut.tar.gz"
    for size in [*range(0, len(data), max(1, len(data) // 150)), len(data) - 1, len(data) - 8]:
        cut.write_bytes(data[:size])
        with pytest.raises(Unreadable):
            read(cut, HOME)
    cut.write_bytes(data + b"more")
    with pytest.raises(Unreadable):
        read(cut, HOME)


def test_a_thousand_flipped_bits(tmp_path: Path) -> None:
    """Each is found, or changes nothing of what comes in, as in gzip's own header."""
    archive = openclaw(tmp_path)
    data, good = archive.read_bytes(), read(archive, HOME).manifest.entries
    chance, passed = random.Random(5), set[int]()
    for _ in range(1000):
        place = chance.randrange(len(data))
        broken = bytearray(data)
        broken[place] ^= 1 << chance.randrange(8)
        archive.write_bytes(broken)
        try:
            assert read(archive, HOME).manifest.entries == good
            passed.add(place)
        except Unreadable:
            pass
    # A run of zeros can be packed in two ways that differ in one bit; all else would be a miss.
    assert len({place for place in passed if place > 10 + len(archive.name)}) < 10


def test_a_file_that_changes_between_the_two_readings_is_noticed(tmp_path: Path) -> None:
    archive = course(tmp_path / "x.tar.gz", (f"{IN}/a", {"data": b"one"}), (f"{IN}/b", {"data": b"bee"}))
    found = read(archive, HOME)
    for rows, words in (
        ([(f"{IN}/a", {"data": b"two"}), (f"{IN}/b", {"data": b"bee"})], "not what was there"),
        ([(f"{IN}/a", {"data": b"longer"}), (f"{IN}/b", {"data": b"bee"})], "not what was there"),
        ([(f"{IN}/a", {"type": LINK, "linkname": "/etc/passwd"}), (f"{IN}/b", {"data": b"bee"})], "not what was there"),
        ([(f"{IN}/b", {"data": b"bee"})], "ends earlier"),
        ([(f"{IN}/a", {"data": b"one"}), (f"{IN}/b", {"data": b"bee"}), (f"{IN}/b", {"data": b"bee"})], "not what was"),
    ):
        course(archive, *rows)
        shutil.rmtree(tmp_path / words, ignore_errors=True)
        with pytest.raises(Unreadable, match=words):
            whole(found, tmp_path / words)
    archive.unlink()
    with pytest.raises(NotFound):
        list(members(found, lambda entry: True))


def test_data_that_nobody_fetches_are_checked_all_the_same(tmp_path: Path) -> None:
    archive = course(tmp_path / "x.tar.gz", (f"{IN}/a", {"data": b"one"}))
    found = read(archive, HOME)
    assert len(list(members(found, lambda entry: True))) == 2
    course(archive, (f"{IN}/a", {"data": b"two"}))
    with pytest.raises(Unreadable, match="not what was there"):
        list(members(found, lambda entry: True))


def test_a_disk_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import io

    archive = course(tmp_path / "x.tar.gz", (f"{IN}/a", {"data": os.urandom(300_000)}))

    class Failing(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 100_000:
                raise OSError(errno.EIO, "Input/output error")
            return super().read(-1 if size is None else size) or b""

    monkeypatch.setattr(foreign.safeio, "open_regular", lambda path: Failing(path, "rb"))
    with pytest.raises(StorageFault, match=r"x\.tar\.gz"):
        read(archive, HOME)


def test_it_can_be_stopped_and_watched(tmp_path: Path) -> None:
    archive = course(tmp_path / "x.tar.gz", *[(f"{IN}/{n}", {"data": os.urandom(100_000)}) for n in range(20)])
    heard: list[Progress] = []
    found = read(archive, HOME, progress=heard.append)
    assert heard[-1].total_bytes == archive.stat().st_size >= heard[-1].done_bytes > 1_000_000
    assert [one.done_bytes for one in heard] == sorted(one.done_bytes for one in heard)
    calls = iter(range(1000))
    with pytest.raises(Stopped):
        read(archive, HOME, stopped=lambda: next(calls) > 5)
    with pytest.raises(Stopped):
        list(members(found, lambda entry: True, stopped=lambda: next(calls) > 10))


def test_a_large_archive_takes_little_memory(tmp_path: Path) -> None:
    import tracemalloc

    def build(archive: tarfile.TarFile) -> None:
        add(archive, f"{IN}/big", os.urandom(1 << 20) * 48)

    archive = made(tmp_path / "x.tar.gz", build)
    found = read(archive, HOME)
    tracemalloc.start()
    for _, data in members(found, lambda entry: True):
        for _ in data:
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20


# Whatever chance makes.

names = st.one_of(
    st.sampled_from(["a", "b", "a/b", "a/b/c", "../x", "/x", "config", "manifest.json", ".", "..", "A", "é"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12),
)  # fmt: skip
kinds = st.sampled_from([
    tarfile.REGTYPE, tarfile.REGTYPE, tarfile.DIRTYPE, LINK, HARD, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.AREGTYPE,
])  # fmt: skip
tops = st.sampled_from([f"{IN}/", f"{DATE}/config/", f"{DATE}/sessions/", f"{DATE}/", ""])
wild_members = st.lists(
    st.tuples(tops, names, kinds, names, st.binary(max_size=600), st.integers(0, 0o7777)), max_size=8
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(wild_members, st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]), st.booleans())
def test_whatever_a_tar_holds_what_comes_in_is_safe(
    tmp_path: Path, rows: list[tuple[str, str, bytes, str, bytes, int]], form: int, leave: bool
) -> None:
    def build(archive: tarfile.TarFile) -> None:
        add(archive, DATE, type=tarfile.DIRTYPE)
        for top, name, kind, target, data, mode in rows:
            plain = kind in (tarfile.REGTYPE, tarfile.AREGTYPE)
            add(archive, top + name, data if plain else b"", type=kind, linkname=target, mode=mode)

    archive = made(tmp_path / "x.tar.gz", build, form)
    try:
        found = read(archive, HOME, Caution(leave_links=leave))
    except (Unreadable, Refused):
        return
    manifest.check(found.manifest)
    for entry in found.manifest.entries:
        assert not refusal(entry.path)
        assert entry.kind != "link" or not link_refusal(entry.path, entry.target)
        assert entry.mode <= 0o777
    shutil.rmtree(tmp_path / "staged", ignore_errors=True)
    whole(found, tmp_path / "staged")
    assert {path.name for path in tmp_path.iterdir()} <= {"x.tar.gz", "staged", "home"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=8)), min_size=1, max_size=6))
def test_whatever_is_written_over_the_tar_no_other_error_comes(
    tmp_path: Path, changes: list[tuple[int, bytes]]
) -> None:
    """The gzip around it is right, so that the tar itself is reached."""
    archive = course(tmp_path / "x.tar.gz", (f"{IN}/" + "n" * 150, {"data": b"x" * 700}), form=tarfile.GNU_FORMAT)
    with gzip.open(archive) as file:
        data = bytearray(file.read())
    for place, new in changes:
        place %= len(data)
        data[place : place + len(new)] = new
        # With a sum that is right again.
        block = place // 512 * 512
        whole_block = data[block : block + 512]
        total = sum(whole_block[:148]) + 256 + sum(whole_block[156:])
        data[block + 148 : block + 156] = b"%06o\0 " % total
    archive.write_bytes(gzip.compress(bytes(data), 1))
    try:
        found = read(archive, HOME)
    except (Unreadable, Refused):
        return
    manifest.check(found.manifest)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=4000), st.booleans())
def test_noise_is_refused(tmp_path: Path, noise: bytes, packed: bool) -> None:
    archive = tmp_path / "noise"
    archive.write_bytes(gzip.compress(noise) if packed else noise)
    with pytest.raises(Unreadable):
        read(archive, HOME)
