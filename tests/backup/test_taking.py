"""A backup is whole and read back, or there is none; while it is made the assistant goes on."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import resource
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import apsw
import orjson
import pytest
from backup_stage import CANARY, OTHER, database, filled, ground_at, put, rows_of
from fault_disk import fault_disk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from leaks import leaks_in

from clawd_desktop.backup import archive_reader, secrets_out, taking
from clawd_desktop.backup.areas import SECRET
from clawd_desktop.backup.ground import Ground
from clawd_desktop.backup.member_names import Disk
from clawd_desktop.backup.progress import Progress, Stopped
from clawd_desktop.backup.sealing import Keys, Lock, new_identity
from clawd_desktop.backup.taking import Wish, take
from clawd_desktop.core.errors import BadInput, NotFound, Refused, StorageFault, Unreadable
from clawd_desktop.core.new_file import NewFile
from clawd_desktop.core.safeio import write_file
from clawd_desktop.storage.session_index import parse_index

ROOT = Path(__file__).parents[2]
PASSPHRASE = "correct horse battery staple"
# The case asks for 20; each finds the assistant at another moment.
ROUNDS = int(os.environ.get("BACKUP_ROUNDS", "6"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ground, Path]:
    """A filled home that tests only read, and a folder for backups."""
    folder = tmp_path_factory.mktemp("filled")
    return filled(folder), folder / "backups"


def unpacked(path: Path, into: Path, keys: Keys | None = None) -> Path:
    archive_reader.extract(path, keys, lambda entry: True, into, Disk())
    return into


def leftovers(ground: Ground, folder: Path) -> list[Path]:
    """All that a backup may leave behind when it fails."""
    scratch = ground.paths.cache / "backup"
    return [*folder.iterdir(), *(scratch.iterdir() if scratch.is_dir() else ())]


def test_a_backup_holds_what_was_there(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    seen: list[Progress] = []
    taken = take(ground, Wish(tmp_path / "backups", note="by hand"), seen.append)
    assert taken.path.parent == tmp_path / "backups"
    assert taken.path.name.startswith("clawd-backup-")
    assert taken.path.name.endswith(".tar.zst")
    assert taken.path.stat().st_size == taken.size
    assert taken.path.stat().st_mode & 0o777 == 0o600
    assert leftovers(ground, tmp_path / "backups") == [taken.path]
    assert archive_reader.verify(taken.path) == taken.manifest
    assert (taken.manifest.secrets, taken.manifest.note, taken.manifest.cause) == ("out", "by hand", "person")
    assert [left.area for left in taken.manifest.left_out if left.reason == SECRET]
    assert {one.stage for one in seen} == {"write", "verify"}
    back = unpacked(taken.path, tmp_path / "back")
    for name in ("MEMORY.md", "memory/2026-11-26.md", "today.md", ".env.example"):
        assert (back / "workspace-main" / name).read_bytes() == (tmp_path / "clawd" / name).read_bytes()
    assert os.readlink(back / "workspace-main" / "today.md") == "memory/2026-11-26.md"
    assert (back / "workspace-main" / "empty").is_dir()
    assert rows_of(back / "measurements" / "clawd-desktop" / "metrics.sqlite") == 100


def test_a_plain_backup_has_no_secret_in_any_form(home: tuple[Ground, Path], tmp_path: Path) -> None:
    ground, folder = home
    taken = take(ground, Wish(folder))
    back = unpacked(taken.path, tmp_path / "back")
    found = [
        f"{path}: {leak}"
        for path in back.rglob("*") if path.is_file()
        for leak in leaks_in(path.read_bytes() + str(path).encode(), [CANARY, OTHER])
    ]  # fmt: skip
    assert not found
    from clawd_desktop.backup.manifest import encode

    assert not leaks_in(encode(taken.manifest), [CANARY, OTHER])


@pytest.mark.parametrize("kind", ["passphrase", "recipient"])
def test_a_sealed_backup_opens_with_its_key_alone_and_has_all(
    home: tuple[Ground, Path], tmp_path: Path, kind: str
) -> None:
    ground, folder = home
    pair = new_identity()
    lock = Lock(PASSPHRASE) if kind == "passphrase" else Lock(recipients=(pair.recipient,))
    keys = Keys(PASSPHRASE) if kind == "passphrase" else Keys(identities=(pair.secret,))
    taken = take(ground, Wish(folder, lock=lock, keyring={"gateway.auth.token": CANARY}))
    assert taken.path.name.endswith(".tar.zst.age")
    assert not leaks_in(taken.path.read_bytes(), [CANARY, OTHER, "SKILL.md"])
    assert taken.manifest.secrets == "sealed"
    back = unpacked(taken.path, tmp_path / "back", keys)
    items = secrets_out.decode_keyring((back / "secrets" / secrets_out.KEYRING).read_bytes())
    assert items == {"gateway.auth.token": CANARY}
    assert (back / "secrets" / "credentials" / "oauth.json").read_bytes() == json.dumps({"token": CANARY}).encode()
    assert (back / "config" / "clawdbot.json").read_bytes() == ground.paths.config_file.read_bytes()
    with pytest.raises(BadInput):
        archive_reader.verify(taken.path, Keys("another passphrase", (new_identity().secret,)))


def test_a_sealed_backup_without_secrets_is_without_them(home: tuple[Ground, Path], tmp_path: Path) -> None:
    ground, folder = home
    taken = take(ground, Wish(folder, lock=Lock(PASSPHRASE)))
    assert taken.manifest.secrets == "out"
    back = unpacked(taken.path, tmp_path / "back", Keys(PASSPHRASE))
    assert not (back / "secrets").exists()
    assert not leaks_in((back / "config" / "clawdbot.json").read_bytes(), [CANARY, OTHER])


def test_tar_and_zstd_open_it(home: tuple[Ground, Path], tmp_path: Path) -> None:
    ground, folder = home
    taken = take(ground, Wish(folder))
    with subprocess.Popen(["zstd", "-dc", taken.path], stdout=subprocess.PIPE) as unzipped:
        assert unzipped.stdout is not None
        with tarfile.open(fileobj=unzipped.stdout, mode="r|") as archive:
            names = [member.name for member in archive]
    assert names[-1] == "manifest.json"
    assert "areas/workspace-main/MEMORY.md" in names


# What cannot be.


def test_impossible_wishes(home: tuple[Ground, Path], tmp_path: Path) -> None:
    ground, folder = home
    for wish in (
        Wish(folder, keyring={}),
        Wish(folder, areas=("secrets",)),
        Wish(folder, areas=("nowhere",)),
        Wish(put(tmp_path / "file", "x")),
        Wish(folder, lock=Lock(PASSPHRASE, ("age1x",))),
        Wish(folder, lock=Lock(recipients=("age1nonsense",))),
    ):
        before = leftovers(ground, folder)
        with pytest.raises(BadInput) as refused:
            take(ground, wish)
        assert refused.value.hint
        assert leftovers(ground, folder) == before


def test_a_folder_that_is_backed_up_itself_is_refused(tmp_path: Path) -> None:
    ground = replace(filled(tmp_path), backup_folders=())
    (tmp_path / "link").symlink_to(tmp_path / "clawd")
    for folder in (ground.paths.state, ground.paths.own, tmp_path / "clawd" / "memory", tmp_path / "link" / "memory"):
        with pytest.raises(Refused, match="backed up itself"):
            take(ground, Wish(folder))
    own = tmp_path / "clawd" / "backups"
    own.mkdir()
    known = replace(ground, backup_folders=(own,))
    first, second = take(known, Wish(own)), take(known, Wish(own))
    assert not [entry for entry in second.manifest.entries if "backups" in entry.path]
    assert first.path != second.path


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    """Where a removed disk was mounted a folder would fill the disk below."""
    ground = filled(tmp_path)
    with pytest.raises(StorageFault, match="not there") as refused:
        take(ground, Wish(tmp_path / "usb" / "backups"))
    assert "mounted" in refused.value.hint
    assert not (tmp_path / "usb").exists()


def test_nothing_to_back_up(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    with pytest.raises(NotFound, match="nothing"):
        take(replace(ground_at(tmp_path), workspaces={}), Wish(tmp_path / "backups"))
    assert not list((tmp_path / "backups").iterdir())


def test_a_name_that_is_taken_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ground = filled(tmp_path)
    folder = tmp_path / "backups"
    real = taking._name(ground.clock.wall_ms(), "here", sealed=False)
    taken_name = put(folder / real, "precious").name
    names = iter([taken_name, taken_name, "clawd-backup-x-20260101T000000Z-0001.tar.zst"])
    monkeypatch.setattr(taking, "_name", lambda created, host, sealed: next(names))
    assert take(ground, Wish(folder)).path.name.endswith("0001.tar.zst")
    assert (folder / taken_name).read_text() == "precious"
    assert len(list(folder.iterdir())) == 2


def test_a_file_that_is_too_large_for_the_disk(tmp_path: Path) -> None:
    """FAT ends at 4 GiB with EFBIG, as the limit on a process's files does."""
    ground = filled(tmp_path)
    put(tmp_path / "clawd" / "large", os.urandom(3_000_000))
    (ground.paths.cache / "backup").mkdir(parents=True)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(StorageFault, match="larger") as refused:
            take(ground, Wish(tmp_path / "backups"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert refused.value.hint
    assert not leftovers(ground, tmp_path / "backups")


def test_a_folder_without_permission(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    with fault_disk(tmp_path / "backups") as disk:
        disk.fail(1, errno.EACCES, lasting=True)
        with pytest.raises(StorageFault, match="access is denied"):
            take(ground, Wish(tmp_path / "backups"))


# What goes wrong in the middle.


@pytest.mark.parametrize("sealed", [False, True])
def test_a_disk_that_breaks_at_each_call_leaves_a_whole_backup_or_nothing(tmp_path: Path, sealed: bool) -> None:
    ground = filled(tmp_path)
    put(tmp_path / "clawd" / "large", os.urandom(3_000_000))
    folder = tmp_path / "backups"
    areas = ("workspace-main", "sessions")  # no database: its copies are on another disk
    lock = Lock(recipients=(new_identity().recipient,)) if sealed else None
    wish = Wish(folder, areas=areas, lock=lock)
    with fault_disk(folder) as disk:
        take(ground, wish)
        calls = disk.calls
    assert calls > 5
    for path in folder.iterdir():
        path.unlink()
    whole = 0
    for call in range(1, calls + 1):
        error = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT)[call % 4]
        with fault_disk(folder) as disk, contextlib.suppress(StorageFault):
            disk.fail(call, error)
            taken = take(ground, wish)
            whole += 1
            assert list(folder.iterdir()) == [taken.path]
            taken.path.unlink()
        assert not list(folder.iterdir()), call
    # To look whether the hidden name is gone, and to remove the scratch folder (the next start does), may fail.
    assert whole <= 4
    # A disk that is gone for good cannot be cleaned, but no file has the name of a backup.
    with fault_disk(folder) as disk:
        disk.fail(3, errno.EIO, lasting=True)
        with pytest.raises(StorageFault):
            take(ground, wish)
    assert not list(folder.glob("clawd-backup-*"))


def test_what_is_not_read_back_as_it_was_written_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground = filled(tmp_path)
    real = NewFile.sync

    def sync(self: NewFile) -> None:
        real(self)
        data = bytearray(self.beside.read_bytes())
        data[len(data) // 2] ^= 1
        self.beside.write_bytes(data)

    monkeypatch.setattr(NewFile, "sync", sync)
    with pytest.raises(Unreadable):
        take(ground, Wish(tmp_path / "backups"))
    assert not leftovers(ground, tmp_path / "backups")


def test_a_stop_at_any_moment_leaves_nothing(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    put(tmp_path / "clawd" / "large", os.urandom(9_000_000))
    count = [0, 1 << 60]

    def stopped() -> bool:
        count[0] += 1
        return count[0] > count[1]

    folder = tmp_path / "backups"
    taken = take(ground, Wish(folder), stopped=stopped)
    taken.path.unlink()
    total = count[0]
    assert total > 50
    for moment in {0, 1, total // 4, total // 2, total - 20, total - 3, total - 1}:
        count[:] = [0, moment]
        with pytest.raises(Stopped):
            take(ground, Wish(folder), stopped=stopped)
        assert not leftovers(ground, folder), moment


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests"]
from backup_stage import ground_at
from clawd_desktop.backup.taking import Wish, take
home = Path(sys.argv[2])
seen = []
def watch(progress):
    seen.append(progress)
    if len(seen) == 30:
        print("half", flush=True)
        sys.stdin.read()
take(ground_at(home), Wish(home / "backups"), watch)
"""


def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    folder = tmp_path / "backups"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(ROOT), str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        alive = leftovers(ground, folder)
        assert len(alive) == 2
        first = take(ground, Wish(folder))
        assert set(alive) < set(leftovers(ground, folder)), "one that is still being written was swept"
        process.kill()
    assert not list(folder.glob("clawd-backup-*-*.age"))
    second = take(ground, Wish(folder))
    assert sorted(leftovers(ground, folder)) == sorted([first.path, second.path])


AT_EACH_CALL = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests"]
from backup_stage import ground_at
from clawd_desktop.backup import archive_reader
from clawd_desktop.backup.taking import Wish, take
from clawd_desktop.core import safeio
home = Path(sys.argv[2])
folder = home / "backups"
real = safeio.calls

class Killing(safeio.Calls):
    def __init__(self, at):
        self.left = at
    def __getattribute__(self, name):
        if name != "left" and not name.startswith("__"):
            self.left -= 1
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return super().__getattribute__(name)

at, killed, whole, halves = 0, 0, 0, 0
while True:
    child = os.fork()
    if not child:
        safeio.calls = Killing(at)
        take(ground_at(home), Wish(folder))
        os._exit(0)
    at += 1
    ended = os.waitpid(child, 0)[1]
    for path in folder.glob("clawd-backup-*"):
        archive_reader.verify(path)
        path.unlink()
        whole += 1
    halves += len(list(folder.iterdir()))
    if not ended:
        break
    killed += 1
print(killed, whole, halves, len(list(folder.iterdir())), len(list((home / "cache" / "backup").iterdir())))
"""


def test_killed_at_each_call_there_is_a_whole_backup_or_none(tmp_path: Path) -> None:
    filled(tmp_path)
    ended = subprocess.run(
        [sys.executable, "-c", AT_EACH_CALL, str(ROOT), str(tmp_path)], capture_output=True, text=True, timeout=55
    )
    assert not ended.returncode, ended.stderr
    killed, whole, halves, left, scratch = map(int, ended.stdout.split())
    assert killed > 8
    assert whole >= 2
    assert halves > 3
    assert (left, scratch) == (0, 0), "the next backup swept what was left"


def test_two_at_once_are_both_whole(tmp_path: Path) -> None:
    filled(tmp_path)
    code = KILLED.replace("len(seen) == 30", "not seen")
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(ROOT), str(tmp_path)], stdin=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [process.wait(50) for process in both] == [0, 0]
    found = list((tmp_path / "backups").iterdir())
    assert len(found) == 2
    for path in found:
        archive_reader.verify(path)


# While the assistant works (H06).


class Assistant:
    """Writes as the running application does: transcripts grow, the index is replaced, the configuration saved."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.ended = threading.Event()
        self.begun = threading.Event()
        self.threads = [threading.Thread(target=work) for work in (self._talk, self._save, self._count, self._tear)]
        self.faults: list[BaseException] = []

    def __enter__(self) -> Assistant:
        for thread in self.threads:
            thread.start()
        assert self.begun.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def _talk(self) -> None:
        folder = self.ground.paths.state / "agents" / "main" / "sessions"
        index: dict[str, object] = {}
        number = 0
        while not self.ended.is_set():
            number += 1
            name = f"live{number:05}"
            with (folder / f"{name}.jsonl").open("ab", buffering=0) as file:
                for line in range(30):
                    text = orjson.dumps({"type": "message", "number": line, "text": "x" * 500}) + b"\n"
                    file.write(text[:50])  # torn for a moment, as a write that is cut in two
                    file.write(text[50:])
            index[f"agent:main:{name}"] = {"sessionId": name, "updatedAt": number}
            write_file(folder / "sessions.json", orjson.dumps(index))
            self.begun.set()

    def _save(self) -> None:
        number = 0
        while not self.ended.is_set():
            number += 1
            data = {"gateway": {"port": 18789, "auth": {"password": CANARY}}, "n": number, "filler": ["x" * 50] * 100}
            write_file(self.ground.paths.config_file, json.dumps(data).encode())

    def _count(self) -> None:
        connection = apsw.Connection(str(self.ground.paths.state / "memory" / "main.sqlite"))
        connection.set_busy_timeout(5_000)
        while not self.ended.is_set():
            with connection:
                connection.execute("INSERT INTO t VALUES (1); INSERT INTO t VALUES (zeroblob(2000))").fetchall()
            self.ended.wait(0.001)
        connection.close()

    def _tear(self) -> None:
        """Files and folders of the workspace come and go."""
        folder = self.ground.paths.home / "clawd"
        number = 0
        while not self.ended.is_set():
            number += 1
            self.ended.wait(0.01)
            put(folder / "come" / f"{number % 7}" / "x", "y" * 1_000)
            if number % 5 == 0:
                for inner in ("0", "3"):
                    with contextlib.suppress(OSError):
                        os.unlink(folder / "come" / inner / "x")
                        os.rmdir(folder / "come" / inner)


@pytest.mark.timeout(180)
def test_many_backups_of_an_assistant_that_works(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    with Assistant(ground):
        taken = [take(ground, Wish(tmp_path / "backups")) for _ in range(ROUNDS)]
    counts, rows = [], []
    for number, one in enumerate(taken):
        assert archive_reader.verify(one.path) == one.manifest
        back = unpacked(one.path, tmp_path / f"back{number}")
        sessions = back / "sessions" / "agents" / "main" / "sessions"
        for path in sessions.glob("*.jsonl"):
            data = path.read_bytes()
            assert not data or data.endswith(b"\n")
            for line in data.splitlines():
                orjson.loads(line)
        index = parse_index((sessions / "sessions.json").read_bytes())
        assert index.whole
        for entry in index.rows.values():
            assert (sessions / f"{entry['sessionId']}.jsonl").is_file()  # type: ignore[index,call-overload]
            lines = (sessions / f"{entry['sessionId']}.jsonl").read_bytes().count(b"\n")  # type: ignore[index,call-overload]
            assert lines in (2, 30), "a session was in the index before it was in its transcript"
        counts.append(len(index.rows))
        assert json.loads((back / "config" / "clawdbot.json").read_bytes())["filler"]
        for path in back.rglob("*.sqlite"):
            count = rows_of(path)
            assert count % 2 == 0
            rows.append(count)
        assert not [warning for warning in one.manifest.warnings if "bak.1" not in warning]
        assert not list(back.rglob("*.new"))
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    assert max(rows) > 100


def test_large_databases_and_many_files_are_taken_piece_by_piece(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    database(ground.paths.state / "memory" / "big.sqlite", 300_000)
    for number in range(300):
        put(tmp_path / "clawd" / f"{number % 20}" / f"{number}.md", f"note {number}\n" * 20)
    taken = take(ground, Wish(tmp_path / "backups"))
    back = unpacked(taken.path, tmp_path / "back")
    assert rows_of(back / "memory" / "memory" / "big.sqlite") == 300_000
    assert len(list((back / "workspace-main").rglob("*.md"))) == 303


NAMES = st.one_of(
    st.sampled_from(["a", "A", "\u00e9", "e\u0301", "\u202egnp.exe", " ", "-rf", "x" * 255, "\udcff\udcfe", "con",
                     "a.jsonl", "b.db", "b.db-wal", ".hidden", "x.new", "new\nline", "\U0001f600"]),
    st.text(st.characters(exclude_characters="/\\\0", exclude_categories=("Cs",)), min_size=1, max_size=20),
)  # fmt: skip
FILES = st.tuples(st.lists(NAMES, min_size=1, max_size=4), st.sampled_from([0o600, 0o644, 0o755, 0o400, 0o777]),
                  st.one_of(st.binary(max_size=300), st.sampled_from([b"", b"{}\n{", b"x" * 5_000_000])),
                  st.integers(0, 2_000_000_000_000_000_000))  # fmt: skip


def grow(root: Path, files: list[tuple[list[str], int, bytes, int]]) -> None:
    """A tree of these files; what cannot stand beside what is there already is passed over."""
    for names, mode, data, at in files:
        path = root.joinpath(*names)
        with contextlib.suppress(OSError, ValueError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(mode)
            os.utime(path, ns=(at, at))
            os.symlink(f"./{names[-1]}", path.parent / "link")  # a name alone may look like a drive


def shape(root: Path) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for folder, inner, names in os.walk(root):
        for name in (*inner, *names):
            path = Path(folder, name)
            facts = path.lstat()
            what = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
            times = () if path.is_dir() or path.is_symlink() else (facts.st_mode, facts.st_mtime_ns)
            found[str(path.relative_to(root))] = (what, *times)
    return found


@pytest.mark.timeout(180)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(files=st.lists(FILES, max_size=12))
def test_any_tree_comes_back_equal(files: list[tuple[list[str], int, bytes, int]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        ground = ground_at(home)
        (home / "backups").mkdir()
        workspace = home / "clawd"
        put(workspace / "always", "there")
        grow(workspace, files)
        taken = take(ground, Wish(home / "backups", areas=("workspace-main",)))
        left = {one.path for one in taken.manifest.left_out}
        assert not left, taken.manifest.left_out
        assert shape(unpacked(taken.path, home / "back") / "workspace-main") == shape(workspace)
