"""`clawd-desktop backup` with the running application and without it, for people and programs."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backup_desk_stage import damage
from running_gateway import PASSWORD, Running, running

from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.exits import Exit, NotRunning
from clawd_desktop.cli.target import Target
from clawd_desktop.core.safeio import FolderLock
from clawd_desktop.core.tasks import spawn

ROOT = Path(__file__).parents[2]
WORDS = "four words of mine"


async def shut() -> int | None:
    return None


async def typed(
    screens: Callable[..., Any], line: str, app: Running | None = None, keyboard: io.StringIO | None = None, **how: bool
) -> tuple[Exit, Any]:
    """What a command did and showed."""

    async def find() -> Target:
        if app is None:
            raise NotRunning("No gateway answers.")
        return Target(f"ws://127.0.0.1:{app.port}", password=PASSWORD)

    screen = screens(**how)
    return await run(parse(line.split()), find, screen.console, keyboard or io.StringIO(), shut), screen


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder that nobody uses now."""
    folder = tmp_path / "state"
    (folder / "usage").mkdir(parents=True)
    (folder / "usage" / "2026-11.jsonl").write_text('{"day":1}\n')
    (folder / "clawdbot.json").write_text("{}")
    return folder


async def test_with_the_running_application(tmp_path: Path, screens: Callable[..., Any]) -> None:
    async with running(tmp_path / "state") as app:
        code, screen = await typed(screens, "backup list", app)
        assert code == Exit.OK
        assert "There is no backup." in screen.shown
        code, screen = await typed(screens, "backup create --area config --note before --json", app)
        made = json.loads(screen.shown)
        assert (code, Path(made["path"]).is_file(), screen.noted) == (Exit.OK, True, "")
        for which in (made["id"], made["id"][:6], made["path"]):
            code, screen = await typed(screens, f"backup verify {which}", app)
            assert code == Exit.OK
            assert "It is whole" in screen.shown
        _, screen = await typed(screens, f"backup show {made['id']}", app)
        for shown in ("before", "config", "Configuration", "without passwords"):
            assert shown in screen.shown
        _, screen = await typed(screens, "backup list", app)
        assert made["path"] in screen.shown
        code, screen = await typed(screens, "backup prune --dry-run", app)
        assert (code, "Nothing goes." in screen.shown) == (Exit.OK, True)
        damage(Path(made["path"]))
        code, screen = await typed(screens, f"backup verify {made['id']} --json", app)
        assert (code, screen.shown) == (Exit.FAILED, "")
        assert made["path"] in screen.noted
        async with app.client() as client:
            entries = (await client.call("audit.list"))["entries"]
            assert {"backup.created", "backup.verified"} <= {row["act"] for row in entries}


async def test_progress_is_shown_to_a_person_alone(tmp_path: Path, screens: Callable[..., Any]) -> None:
    async with running(tmp_path / "state") as app:
        for number in range(8):
            path = app.state / "skills" / f"{number}.bin"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(os.urandom(8 << 20))
        code, screen = await typed(screens, "backup create", app, terminal=True)
        assert code == Exit.OK
        assert "\r\x1b[K" in screen.noted
        assert "writing" in screen.noted or "reading back" in screen.noted
        assert screen.noted.endswith("\r\x1b[K"), "nothing of it is left"
        _, screen = await typed(screens, "backup create")
        assert "\x1b" not in screen.noted


async def test_who_stops_waiting_stops_the_backup(tmp_path: Path, screens: Callable[..., Any]) -> None:
    async with running(tmp_path / "state") as app, app.client() as client:
        path = app.state / "skills" / "x.bin"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(64 << 20))
        making = spawn(typed(screens, f"backup create --to {tmp_path / 'stick'}", app), name="work", awaited=True)
        async with asyncio.timeout(30):
            await client.until("backup.progress")
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making
        async with asyncio.timeout(30):
            while "progress" in (listed := await client.call("backup.list")):
                await asyncio.sleep(0.01)
        assert listed["backups"] == []
        assert [*(tmp_path / "stick").iterdir()] == []


async def test_by_itself(state: Path, tmp_path: Path, screens: Callable[..., Any]) -> None:
    at = f"--data-dir {state}"
    code, screen = await typed(screens, f"backup create {at} --json --to {tmp_path / 'stick'}")
    made = json.loads(screen.shown)
    assert code == Exit.OK
    assert "works by itself" in screen.noted
    assert Path(made["path"]).parent == tmp_path / "stick"
    _, screen = await typed(screens, f"backup list {at} --json")
    assert json.loads(screen.shown)["backups"] == [made]
    code, screen = await typed(screens, f"backup verify {made['id'][:8]} {at} --json")
    assert (code, json.loads(screen.shown)["id"]) == (Exit.OK, made["id"])
    code, screen = await typed(screens, f"backup prune --dry-run {at} --json")
    assert (code, json.loads(screen.shown)) == (
        Exit.OK, {"dryRun": True, "removed": 0, "bytes": 0, "backups": []},
    )  # fmt: skip
    damage(Path(made["path"]))
    for which in (made["id"], made["path"]):
        code, screen = await typed(screens, f"backup verify {which} {at}")
        assert (code, screen.shown) == (Exit.FAILED, "")
        assert made["path"] in screen.noted
    code, screen = await typed(screens, f"backup show nothing {at}")
    assert (code, "There is no backup nothing" in screen.noted) == (Exit.FAILED, True)


async def test_every_bit_of_a_small_one_matters(state: Path, screens: Callable[..., Any]) -> None:
    at = f"--data-dir {state}"
    _, screen = await typed(screens, f"backup create --area measurements {at} --json")
    path = Path(json.loads(screen.shown)["path"])
    whole = path.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 16)):
        data = bytearray(whole)
        data[place] ^= 1 << (place % 8)
        path.write_bytes(data)
        code, _ = await typed(screens, f"backup verify {path} {at}")
        assert code == Exit.FAILED, f"the bit in byte {place} passed"
    path.write_bytes(whole)
    assert (await typed(screens, f"backup verify {path} {at}"))[0] == Exit.OK


async def test_a_passphrase_comes_from_a_file_or_is_asked_for(
    state: Path, tmp_path: Path, screens: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    at, words, other = f"--data-dir {state}", tmp_path / "words", tmp_path / "other"
    words.write_text(f"{WORDS}\n")
    other.write_text("others\n")
    code, screen = await typed(screens, f"backup create {at} --area config --passphrase-file {words}")
    assert code == Exit.OK
    assert ", locked" in screen.shown
    path = screen.shown.splitlines()[0]
    assert path.endswith(".age")
    assert (await typed(screens, f"backup verify {path} {at} --passphrase-file {words}"))[0] == Exit.OK
    code, screen = await typed(screens, f"backup verify {path} {at} --passphrase-file {other}")
    assert (code, screen.shown) == (Exit.FAILED, "")
    code, screen = await typed(screens, f"backup verify {path} {at}")
    assert (code, "--passphrase-file" in screen.noted) == (Exit.FAILED, True)
    other.write_text("\n")
    code, screen = await typed(screens, f"backup create {at} --passphrase-file {other}")
    assert (code, "is empty" in screen.noted) == (Exit.FAILED, True)
    keyboard = io.StringIO()
    monkeypatch.setattr(keyboard, "isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda prompt: WORDS)
    code, screen = await typed(screens, f"backup show {path} {at}", keyboard=keyboard)
    assert (code, "Configuration" in screen.shown) == (Exit.OK, True)


async def test_an_application_that_runs_and_cannot_be_asked_keeps_its_folder(
    state: Path, screens: Callable[..., Any]
) -> None:
    at = f"--data-dir {state}"
    _, screen = await typed(screens, f"backup create {at} --json")
    made = json.loads(screen.shown)
    # A lock of this process would not keep this process out.
    holder = subprocess.Popen(
        [sys.executable, "-c", "import sys,pathlib\nfrom clawd_desktop.core.safeio import FolderLock\n"
         "FolderLock(pathlib.Path(sys.argv[1])).acquire(); print('held', flush=True); sys.stdin.read()", str(state)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        assert await asyncio.to_thread(holder.stdout.readline) == b"held\n"
        before = (state / "clawd-desktop" / "backups.json").read_bytes()
        for line in ("create", "prune"):
            code, screen = await typed(screens, f"backup {line} {at}")
            assert (code, screen.shown) == (Exit.IN_USE, "")
        for line in ("list", f"verify {made['id']}", f"show {made['path']}"):
            assert (await typed(screens, f"backup {line} {at}"))[0] == Exit.OK, line
        damage(Path(made["path"]))
        assert (await typed(screens, f"backup verify {made['id']} {at}"))[0] == Exit.FAILED
        assert (state / "clawd-desktop" / "backups.json").read_bytes() == before
    finally:
        holder.communicate()
    lock = FolderLock(state)
    lock.acquire()
    lock.release()


async def test_another_computer_is_not_replaced_by_this_one(screens: Callable[..., Any], tmp_path: Path) -> None:
    code, screen = await typed(screens, "backup list --url ws://127.0.0.1:1")
    assert (code, screen.shown) == (Exit.NOT_RUNNING, "")
    code, screen = await typed(screens, f"backup create --data-dir {tmp_path / 'none'}")
    assert (code, screen.shown) == (Exit.FAILED, "")
    with contextlib.suppress(FileNotFoundError):
        assert not [*(tmp_path / "none-backups").iterdir()]


def test_the_whole_program(state: Path) -> None:
    """As a person starts it, with nothing running."""
    command = [sys.executable, "-m", "clawd_desktop", "--data-dir", str(state), "--port", "1", "backup"]
    made = subprocess.run([*command, "create", "--json"], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert made.returncode == 0, made.stderr
    path = json.loads(made.stdout)["path"]
    assert subprocess.run([*command, "verify", path], capture_output=True, cwd=ROOT, timeout=120).returncode == 0
    damage(Path(path))
    assert subprocess.run([*command, "verify", path], capture_output=True, cwd=ROOT, timeout=120).returncode == 1


async def test_any_backup_becomes_one_portable_file(state: Path, tmp_path: Path, screens: Callable[..., Any]) -> None:
    (tmp_path / "words").write_text(f"{WORDS}\n")
    _, screen = await typed(screens, f"backup create --json --data-dir {state}")
    made = json.loads(screen.shown)
    target = tmp_path / "portable.age"
    line = f"backup export {made['id']} {target} --passphrase-file {tmp_path}/words --json --data-dir {state}"
    code, screen = await typed(screens, line)
    exported = json.loads(screen.shown)
    assert (code, exported["path"], exported["sealed"]) == (Exit.OK, str(target), True)
    again = f"backup export {target} {tmp_path}/open --open-with {tmp_path}/words --data-dir {state}"
    code, screen = await typed(screens, again)
    assert code is Exit.OK
    assert "read back, locked" in screen.shown, "it stays as it was"
    assert (tmp_path / "open").read_bytes() == target.read_bytes()
    code, screen = await typed(screens, f"backup export {target} {tmp_path}/other --data-dir {state}")
    assert (code, "--open-with" in screen.noted) == (Exit.FAILED, True)
    code, screen = await typed(screens, f"backup list --remote --json --data-dir {state}")
    assert [place["kind"] for place in json.loads(screen.shown)["places"]] == ["store"]


async def test_one_is_tried_out(tmp_path: Path, screens: Callable[..., Any]) -> None:
    async with running(tmp_path / "state") as app:
        code, screen = await typed(screens, "backup drill", app)
        assert (code, "There is no backup to try out." in screen.noted) == (Exit.FAILED, True)
        _, screen = await typed(screens, "backup create --json", app)
        made = json.loads(screen.shown)
        code, screen = await typed(screens, "backup drill", app)
        assert code == Exit.OK, screen.shown
        for shown in (made["path"], "Start a gateway on the copy", "it comes back whole."):
            assert shown in screen.shown
        _, screen = await typed(screens, "backup list", app)
        assert "Last tried out " in screen.shown
        damage(Path(made["path"]))
        code, screen = await typed(screens, f"backup drill {made['id']} --json", app)
        assert (code, json.loads(screen.shown)["ok"]) == (Exit.FAILED, False)
        code, screen = await typed(screens, f"backup drill {made['id']}", app)
        assert "FAILED" in screen.shown
        assert "it does NOT come back" in screen.shown
