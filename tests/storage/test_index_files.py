"""The index on the disk and the table in memory agree, also when other programs write to it or damage it."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.values import JsonObject
from clawd_desktop.storage.index_files import IndexFiles, Place
from clawd_desktop.storage.session_entry import entry_of
from clawd_desktop.storage.session_table import SessionTable
from clawd_desktop.storage.transcript_lines import encode, entry, header, key_fields

MAIN = "agent:main:main"
ROWS: JsonObject = {
    MAIN: {"sessionId": "s1", "updatedAt": 10, "label": "one", "custom": {"kept": True}},
    "agent:main:b": {"sessionId": "s2", "updatedAt": 20},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "agents" / "main" / "sessions"
    path.mkdir(parents=True)
    return path


def loaded(state: Path) -> tuple[IndexFiles, SessionTable]:
    table = SessionTable()
    files = IndexFiles(Place(state, "main", "main", "/", "test"), ManualClock(), table)
    files.load_all()
    return files, table


def write(folder: Path, rows: JsonObject) -> None:
    (folder / "sessions.json").write_text(json.dumps(rows))


def read(folder: Path) -> JsonObject:
    rows: JsonObject = json.loads((folder / "sessions.json").read_bytes())
    return rows


def test_no_folder_no_sessions(tmp_path: Path) -> None:
    _, table = loaded(tmp_path / "none")
    assert table.newest_first(None) == ()


def test_load_and_save_keep_everything(tmp_path: Path, folder: Path) -> None:
    write(folder, {**ROWS, "version": 7})
    files, table = loaded(tmp_path)
    assert table.dirty() == ()
    files.save("main")
    assert read(folder) == {**ROWS, "version": 7}
    assert (folder / "sessions.json").stat().st_mode & 0o777 == 0o600


def test_save_as_if(tmp_path: Path, folder: Path) -> None:
    write(folder, ROWS)
    files, table = loaded(tmp_path)
    files.save("main", put=entry_of("agent:main:c", "main", {"sessionId": "s3"}), without="agent:main:b")
    assert set(read(folder)) == {MAIN, "agent:main:c"}
    assert table.get("agent:main:b") is not None


def test_every_agent_has_its_file(tmp_path: Path, folder: Path) -> None:
    work = tmp_path / "agents" / "work" / "sessions"
    work.mkdir(parents=True)
    (tmp_path / "agents" / "Not An Agent").mkdir()
    write(folder, ROWS)
    write(work, {"main": {"sessionId": "w", "updatedAt": 30}})
    _, table = loaded(tmp_path)
    assert [one.key for one in table.newest_first(None)] == ["agent:work:main", "agent:main:b", MAIN]


def test_a_row_in_the_wrong_agents_file_is_neither_lost_nor_shown_twice(tmp_path: Path, folder: Path) -> None:
    work = tmp_path / "agents" / "work" / "sessions"
    work.mkdir(parents=True)
    write(folder, {"global": {"sessionId": "g1", "updatedAt": 1}})
    write(work, {"global": {"sessionId": "g2", "updatedAt": 2}})
    files, table = loaded(tmp_path)
    assert [one.session_id for one in table.newest_first(None)] == ["g1"]
    files.save("work")
    assert read(work) == {"global": {"sessionId": "g2", "updatedAt": 2}}


def test_what_another_program_wrote_meanwhile_is_taken_over(tmp_path: Path, folder: Path) -> None:
    write(folder, ROWS)
    files, table = loaded(tmp_path)
    table.change(MAIN, {"label": "ours"}, 15)
    theirs = {"sessionId": "s2", "updatedAt": 99, "label": "theirs"}
    write(
        folder,
        {
            MAIN: {"sessionId": "s1", "updatedAt": 11, "label": "older"},
            "agent:main:b": theirs,
            "agent:main:new": {"sessionId": "n"},
        },
    )
    files.save("main")
    rows = read(folder)
    assert rows["agent:main:b"] == theirs
    assert rows[MAIN] == {"sessionId": "s1", "updatedAt": 15, "label": "ours", "custom": {"kept": True}}
    assert "agent:main:new" in rows
    assert table.get("agent:main:new") is not None


def test_what_we_deleted_does_not_come_back_from_an_older_copy(tmp_path: Path, folder: Path) -> None:
    write(folder, ROWS)
    files, table = loaded(tmp_path)
    files.forget("s2")
    table.remove("agent:main:b")
    write(folder, {**ROWS, "agent:main:c": {"sessionId": "s3"}})
    files.save("main")
    assert set(read(folder)) == {MAIN, "agent:main:c"}


def test_leftovers_of_a_crash_are_cleared(tmp_path: Path, folder: Path) -> None:
    (folder / ".sessions.json.12.ab.new").write_text("half")
    loaded(tmp_path)
    assert not list(folder.iterdir())


def test_the_state_folder_is_not_made_again_when_its_disk_has_gone(tmp_path: Path) -> None:
    files, _ = loaded(tmp_path / "usb" / "state")
    with pytest.raises(StorageFault, match="mounted"):
        files.save("main")
    assert not (tmp_path / "usb").exists()


def flip(position: int) -> Callable[[bytes], bytes]:
    def damage(data: bytes) -> bytes:
        at, bit = divmod(position % (len(data) * 8), 8)
        return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]

    return damage


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "zeros": lambda data: b"\0" * len(data),
    "half": lambda data: data[: len(data) // 2],
    "swapped": lambda data: data[len(data) // 2 :] + data[: len(data) // 2],
    "garbage": lambda data: data + b"\xff\0garbage",
    "twice": lambda data: data + data,
}


def transcripts(folder: Path) -> None:
    for name, key in (("s1", MAIN), ("s2", "agent:main:b")):
        said = entry("message", None, 5, {"message": {"role": "user", "content": name}})
        lines = [header(name, "/", 5), entry("custom", None, 5, key_fields(key, "test")), said]
        (folder / f"{name}.jsonl").write_bytes(b"".join(encode(line) + b"\n" for line in lines))


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_index_is_kept_and_rebuilt(tmp_path: Path, folder: Path, how: str) -> None:
    transcripts(folder)
    damaged = DAMAGES[how](json.dumps(ROWS).encode())
    (folder / "sessions.json").write_bytes(damaged)
    files, table = loaded(tmp_path)
    assert {one.key: one.session_id for one in table.newest_first(None)} == {MAIN: "s1", "agent:main:b": "s2"}
    files.save("main")
    assert (folder / f"sessions.json.corrupt-{ManualClock().wall_ms()}").read_bytes() == damaged
    assert set(read(folder)) == set(ROWS)


def test_a_folder_in_the_place_of_the_index_is_moved_away(tmp_path: Path, folder: Path) -> None:
    transcripts(folder)
    (folder / "sessions.json").mkdir()
    files, table = loaded(tmp_path)
    assert len(table.newest_first(None)) == 2
    files.save("main")
    assert set(read(folder)) == set(ROWS)
    assert [path.is_dir() for path in folder.glob("sessions.json.corrupt-*")] == [True]


def test_an_index_that_may_not_be_read_is_not_written_over(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, ROWS)
    real = os.open

    def denied(path: object, *rest: int) -> int:
        if str(path).endswith("sessions.json"):
            raise PermissionError(13, "denied")
        return real(path, *rest)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(StorageFault, match="access is denied"):
        loaded(tmp_path)
    monkeypatch.undo()
    assert read(folder) == ROWS


def test_no_flipped_bit_and_no_cut_hides_a_conversation(tmp_path: Path, folder: Path) -> None:
    transcripts(folder)
    data = json.dumps(ROWS).encode()
    path = folder / "sessions.json"
    chance = random.Random(7)
    bits = chance.sample(range(len(data) * 8), 600)
    damages = [flip(bit) for bit in bits] + [lambda data, cut=cut: data[:cut] for cut in range(0, len(data), 3)]  # type: ignore[misc]
    for damage in damages:
        path.write_bytes(damage(data))
        _, table = loaded(tmp_path)
        names = {one.session_id for one in table.newest_first(None)}
        files = {one.session_file for one in table.newest_first(None)}
        reachable = names | {Path(file).stem for file in files}
        assert {"s1", "s2"} <= reachable, path.read_bytes()


@pytest.mark.parametrize("rows", [{}, {"version": 1}])
def test_an_index_that_forgot_everything_is_rebuilt(tmp_path: Path, folder: Path, rows: JsonObject) -> None:
    transcripts(folder)
    write(folder, rows)
    os.utime(folder / "sessions.json", (2**31, 2**31))
    _, table = loaded(tmp_path)
    found = {one.key for one in table.newest_first(None)}
    assert found == {MAIN, "agent:main:b"}
