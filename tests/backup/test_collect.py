"""What the areas hold is found, all of it, each thing once; what is not taken is said."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from backup_stage import filled, ground_at, put

from clawd_desktop.backup.areas import SECRET
from clawd_desktop.backup.collect import Collected, area_names, collect
from clawd_desktop.core.errors import BadInput, StorageFault
from clawd_desktop.operations.audit_chain import AuditEntry
from clawd_desktop.operations.audit_files import AuditFiles


def paths(collected: Collected, area: str) -> set[str]:
    return {one.entry.path for one in collected.found if one.entry.area == area and one.entry.kind != "folder"}


def left(collected: Collected) -> dict[str, str]:
    return {one.path: one.reason for one in collected.left_out}


def test_every_area_holds_its_own(tmp_path: Path) -> None:
    found = collect(filled(tmp_path))
    assert not found.warnings
    assert paths(found, "config") == {
        "clawdbot.json", "clawdbot.json.bak", "clawdbot.json.bak.1", "parts/more.json5",
        "config-history/1795000000000-0123456789abcdef.json5",
    }  # fmt: skip
    assert paths(found, "approvals") == {"exec-approvals.json", "credentials/telegram-pairing.json"}
    assert paths(found, "sessions") == {"agents/main/sessions/sessions.json", "agents/main/sessions/s1.jsonl"}
    assert paths(found, "agents") == {"agents/main/agent/models.json"}
    assert paths(found, "automation") == {"cron/jobs.json", "cron/runs/j.jsonl"}
    assert paths(found, "memory") == {"memory/main.sqlite"}
    assert paths(found, "measurements") == {"usage/2026-11.jsonl", "clawd-desktop/metrics.sqlite"}
    assert paths(found, "other") == {"somebody/else.txt"}
    assert paths(found, "workspace-main") == {"MEMORY.md", "memory/2026-11-26.md", ".env.example", "today.md"}
    assert not paths(found, "secrets")
    assert [root.area for root in found.roots] == [
        "config", "approvals", "sessions", "memory", "automation", "channels", "skills", "settings", "measurements",
        "agents", "workspace-main", "other",
    ]  # fmt: skip
    entries = [(one.entry.area, one.entry.path) for one in found.found]
    assert len(set(entries)) == len(entries)
    kinds = {one.entry.path for one in found.found if one.entry.area == "workspace-main" and one.entry.kind == "folder"}
    assert kinds == {"memory", "empty"}


def test_secrets_stay_out_with_a_reason_or_come_as_an_area(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    plain = left(collect(ground))
    held = {
        "credentials/oauth.json", "credentials/whatsapp", "identity", "devices", "gateway", ".env",
        "clawd-desktop/vault.json", "agents/main/agent/auth-profiles.json",
    }  # fmt: skip
    assert {path for path, reason in plain.items() if reason == SECRET} == held
    sealed = collect(ground, secrets=True)
    assert SECRET not in left(sealed).values()
    assert "credentials/whatsapp/default/creds.json" in paths(sealed, "secrets")
    assert ".env" in paths(sealed, "workspace-main")
    assert not [one for one in sealed.found if one.clean]
    assert not sealed.values


def test_each_thing_of_the_state_folder_is_taken_or_named(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    found = collect(ground)
    known = {one.entry.path for one in found.found if one.entry.area != "workspace-main"} | set(left(found))
    known.add("credentials")  # what is in it is taken or named one by one
    for folder, inner, names in os.walk(ground.paths.state):
        for name in (*inner, *names):
            path = Path(folder, name).relative_to(ground.paths.state)
            apart = path.parts[0] == "credentials"
            assert any(str(one) in known for one in ((path, *path.parents[:-2]) if apart else (path, *path.parents)))


def test_chosen_areas_alone(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    found = collect(ground, ("sessions", "workspace-main"))
    assert {one.entry.area for one in found.found} == {"sessions", "workspace-main"}
    assert {one.area for one in found.left_out} <= {"sessions", "workspace-main"}
    with pytest.raises(BadInput, match="There is no area workspaces") as refused:
        collect(ground, ("workspaces",))
    assert "workspace-main" in refused.value.hint
    assert "other" in area_names(ground)


def test_the_index_is_read_before_transcripts_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from clawd_desktop.backup import collect as module

    ground = filled(tmp_path)
    sessions = ground.paths.state / "agents" / "main" / "sessions"
    real = module.walk
    before = (sessions / "sessions.json").stat().st_mtime_ns

    def walk(*given: object) -> object:
        put(sessions / "s2.jsonl", "{}\n")
        put(sessions / "sessions.json", {"agent:main:main": {"sessionId": "s1"}, "agent:main:b": {"sessionId": "s2"}})
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "walk", walk)
    found = {one.entry.path: one for one in collect(ground, ("sessions",)).found}
    index = found["agents/main/sessions/sessions.json"]
    assert index.data is not None
    assert "agent:main:b" not in json.loads(index.data)
    assert index.entry.mtime_ns == before
    assert "agents/main/sessions/s2.jsonl" in found


def test_the_chain_of_what_was_done_is_whole_though_it_grows(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    files = AuditFiles(ground.paths.own / "audit")
    files.append([AuditEntry(0, 1_795_000_000_000, "person", "a", "b")] * 3)
    found = {one.entry.path: one for one in collect(ground).found}
    files.append([AuditEntry(0, 1_795_000_000_000, "person", "a", "c")] * 2)
    head = found["clawd-desktop/audit/head.json"]
    assert head.data is not None
    put(tmp_path / "copy" / "head.json", head.data)
    for path in (ground.paths.own / "audit").glob("*.jsonl"):
        put(tmp_path / "copy" / path.name, path.read_bytes())
    assert not AuditFiles(tmp_path / "copy").verify()


def test_a_configuration_that_lies_elsewhere(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    put(tmp_path / "etc" / "real.json5", "{}")
    (tmp_path / "etc" / "my.json5").symlink_to("real.json5")
    put(tmp_path / "etc" / "parts" / "x.json5", "{}")
    put(tmp_path / "etc" / "unrelated", "x")
    put(tmp_path / "outside.json5", "{}")
    elsewhere = replace(ground.paths, config_file=tmp_path / "etc" / "my.json5")
    included = (tmp_path / "etc" / "parts" / "x.json5", tmp_path / "outside.json5", tmp_path / "etc" / "gone.json5")
    found = collect(replace(ground, paths=elsewhere, included=included))
    history = "config-history/1795000000000-0123456789abcdef.json5"
    assert paths(found, "config") == {"my.json5", "parts/x.json5", history}
    assert {"clawdbot.json", "clawdbot.json.bak"} <= paths(found, "other")
    assert any("gone.json5" in warning for warning in found.warnings)


def test_approvals_that_lie_elsewhere(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    state = tmp_path / "elsewhere"
    put(state / "exec-approvals.json", {"not": "in force"})
    put(state / "clawdbot.json", "{}")
    elsewhere = replace(ground.paths, state=state, config_file=state / "clawdbot.json")
    found = collect(replace(ground, paths=elsewhere, included=()))
    approvals = [one for one in found.found if one.entry.area == "approvals"]
    assert [one.root / one.inner for one in approvals] == [tmp_path / ".clawdbot" / "exec-approvals.json"]
    assert "exec-approvals.json" in paths(found, "other")


def test_backups_caches_and_other_areas_are_not_entered(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    home = replace(ground, workspaces={"main": tmp_path, "kid": tmp_path / "clawd"})
    put(tmp_path / "backups" / "old.tar.zst", "x")
    put(tmp_path / "cache" / "x", "x")
    put(tmp_path / "mine", "x")
    found = collect(home)
    assert paths(found, "workspace-main") == {"mine"}
    assert "MEMORY.md" in paths(found, "workspace-kid")
    assert {"backups", "cache"} <= set(left(found))
    assert ".clawdbot" not in left(found)


def test_a_workspace_in_the_state_folder_is_an_area_of_its_own(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    put(ground.paths.state / "workspace" / "a.md", "x")
    inside = replace(ground, workspaces={"main": ground.paths.state / "workspace"})
    found = collect(inside)
    assert paths(found, "workspace-main") == {"a.md"}
    assert "workspace/a.md" not in paths(found, "other")
    whole = collect(replace(ground, workspaces={"main": ground.paths.state}))
    assert "workspace/a.md" in paths(whole, "other")
    assert not paths(whole, "workspace-main")


def test_a_workspace_that_is_not_there_or_closed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from clawd_desktop.backup import collect as module

    ground = filled(tmp_path)
    gone = collect(replace(ground, workspaces={"main": tmp_path / "gone"}))
    assert any("There is no folder" in warning for warning in gone.warnings)
    usual = tmp_path / "not yet"
    never = collect(replace(ground, paths=replace(ground.paths, workspace=usual), workspaces={"main": usual}))
    assert never.warnings == ()
    assert any("There is no folder" in left.reason for left in never.left_out)

    def refuse(*given: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "walk", refuse)
    with pytest.raises(StorageFault, match="access is denied"):
        collect(ground)
    closed = collect(replace(ground, paths=replace(ground.paths, state=tmp_path / "none")))
    assert any("Permission denied" in warning for warning in closed.warnings)


def test_nothing_there(tmp_path: Path) -> None:
    found = collect(ground_at(tmp_path))
    assert not found.found
    assert not found.roots


def test_links_in_the_state_folder(tmp_path: Path) -> None:
    ground = filled(tmp_path)
    state = ground.paths.state
    os.rename(state / "clawdbot.json", tmp_path / "dotfile.json")
    (state / "clawdbot.json").symlink_to(tmp_path / "dotfile.json")
    os.rename(state / "skills", tmp_path / "skills")
    (state / "skills").symlink_to(tmp_path / "skills")
    found = collect(ground)
    assert "clawdbot.json" in paths(found, "config")
    assert any("skills" in warning for warning in found.warnings)
    assert not paths(found, "skills")
