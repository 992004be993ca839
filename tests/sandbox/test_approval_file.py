"""The list of allowed commands: made, shown without its token, changed only from what was read, never lost."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, Conflict, Unreadable
from clawd_desktop.sandbox.approval_file import ApprovalFile


def made(folder: Path) -> ApprovalFile:
    return ApprovalFile(folder / "deep" / "exec-approvals.json", ManualClock())


def written(file: ApprovalFile, value: object) -> bytes:
    file.path.parent.mkdir(parents=True, exist_ok=True)
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    file.path.write_bytes(data)
    return data


def on_disk(file: ApprovalFile) -> Any:
    return json.loads(file.path.read_bytes())


async def test_the_first_look_makes_the_file(tmp_path: Path) -> None:
    file = made(tmp_path)
    shown = await file.get()
    socket = str(file.path.with_suffix(".sock"))
    assert shown.file == {"version": 1, "socket": {"path": socket}, "defaults": {}, "agents": {}}
    assert (shown.path, shown.exists) == (str(file.path), True)
    assert shown.hash == hashlib.sha256(file.path.read_bytes()).hexdigest()
    assert len(on_disk(file)["socket"]["token"]) == 32
    if sys.platform != "win32":
        assert file.path.stat().st_mode & 0o777 == 0o600
    before = file.path.read_bytes()
    assert await file.get() == shown
    assert file.path.read_bytes() == before


async def test_a_change_names_what_it_was_made_from(tmp_path: Path) -> None:
    file = made(tmp_path)
    first = await file.get()
    wanted = {"version": 1, "agents": {"main": {"security": "allowlist", "allowlist": [{"pattern": "/usr/bin/rg"}]}}}
    for missing in (None, "", "  "):
        with pytest.raises(BadInput, match=r"^exec approvals base hash required; re-run exec.approvals.get and retry$"):
            await file.set(wanted, missing)
    with pytest.raises(Conflict, match=r"^exec approvals changed since last load; re-run exec"):
        await file.set(wanted, "f" * 64)
    assert await file.get() == first
    second = await file.set(wanted, first.hash)
    (entry,) = second.file["agents"]["main"]["allowlist"]  # type: ignore[index,call-overload]
    assert entry["pattern"] == "/usr/bin/rg"
    assert len(entry["id"]) == 36
    assert await file.get() == second
    with pytest.raises(Conflict):
        await file.set({"version": 1}, first.hash)


async def test_without_a_file_no_hash_is_needed(tmp_path: Path) -> None:
    file = made(tmp_path)
    shown = await file.set({"version": 1, "defaults": {"ask": "always"}}, None)
    assert shown.file["defaults"] == {"ask": "always"}


async def test_what_clients_do_not_see_stays(tmp_path: Path) -> None:
    file = made(tmp_path)
    socket = {"path": "/run/x.sock", "token": "secret-token", "more": 1}
    written(file, {"version": 1, "socket": socket, "later": {"x": 1}, "defaults": {"ask": "off"}})
    shown = await file.get()
    assert shown.file == {"version": 1, "socket": {"path": "/run/x.sock"}, "defaults": {"ask": "off"}, "agents": {}}
    await file.set({"version": 1, "socket": {"path": "/run/x.sock", "token": " "}, "agents": {}}, shown.hash)
    assert on_disk(file) == {"version": 1, "socket": socket, "later": {"x": 1}, "defaults": {}, "agents": {}}


async def test_ids_are_given_once(tmp_path: Path) -> None:
    file = made(tmp_path)
    written(file, {"version": 1, "agents": {"main": {"allowlist": [{"pattern": "/bin/ls", "extra": 1}]}}})
    shown = await file.get()
    assert await file.get() == shown
    (kept,) = on_disk(file)["agents"]["main"]["allowlist"]
    assert (kept["pattern"], kept["extra"]) == ("/bin/ls", 1)
    assert shown.file["agents"]["main"]["allowlist"] == [{"id": kept["id"], "pattern": "/bin/ls"}]  # type: ignore[index,call-overload]


async def test_the_old_name_of_the_main_agent(tmp_path: Path) -> None:
    file = made(tmp_path)
    old = [{"id": "1", "pattern": "/A"}, {"id": "2", "pattern": "/b"}]
    default = {"security": "full", "ask": "off", "allowlist": old}
    main = {"security": "deny", "allowlist": [{"id": "3", "pattern": "/a"}]}
    written(file, {"version": 1, "agents": {"default": default, "main": main}})
    shown = await file.get()
    assert shown.file["agents"] == {
        "main": {
            "security": "deny", "ask": "off", "allowlist": [{"id": "3", "pattern": "/a"}, {"id": "2", "pattern": "/b"}],
        }
    }  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        b"{torn", b"[]", b"", b"null", {"agents": {}}, {"version": 2}, {"version": 1, "agents": []},
        {"version": 1, "agents": {"main": 1}}, {"version": 1, "agents": {"main": {"allowlist": {}}}},
        {"version": 1, "agents": {"main": {"allowlist": [{"pattern": 1}]}}}, {"version": 1, "socket": "x"},
    ],
)  # fmt: skip
async def test_what_cannot_be_understood_is_left_as_it_is(tmp_path: Path, content: object) -> None:
    file = made(tmp_path)
    before = written(file, content)
    with pytest.raises(Unreadable, match="is not changed"):
        await file.get()
    with pytest.raises(Unreadable):
        await file.set({"version": 1}, hashlib.sha256(before).hexdigest())
    with pytest.raises(Unreadable):
        await file.allow("main", "/bin/ls", "ls")
    assert file.path.read_bytes() == before


async def test_allowing_always_adds_the_pattern_once(tmp_path: Path) -> None:
    file = made(tmp_path)
    await file.allow("", "/usr/bin/rg", "rg x")
    await file.allow("main", "/usr/bin/rg", "rg y")
    await file.allow("other", "/usr/bin/rg", "rg z")
    agents = on_disk(file)["agents"]
    assert {name: [entry["pattern"] for entry in agent["allowlist"]] for name, agent in agents.items()} == {
        "main": ["/usr/bin/rg"], "other": ["/usr/bin/rg"],
    }  # fmt: skip
    assert agents["main"]["allowlist"][0]["lastUsedCommand"] == "rg x"
