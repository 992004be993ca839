"""Folders that assistants may have: what is wrong and what is right."""

from __future__ import annotations

from pathlib import Path

import pytest
from audit_stage import Row, name, prove, prove_complete, prove_repair

from clawd_desktop.config.audit_places import CHECKS
from clawd_desktop.config.paths import find_paths
from clawd_desktop.core.values import JsonObject, JsonValue


def workspace(folder: str) -> JsonObject:
    """A workspace for all."""
    return {"agents": {"defaults": {"workspace": folder}}}


def two(one: str, other: str) -> JsonObject:
    """Two agents with their own workspaces."""
    rows: list[JsonValue] = [{"id": "a", "workspace": one}, {"id": "b", "workspace": other}]
    return {"agents": {"list": rows}}


ROWS = (
    Row("config.workspace.dangerous", workspace("/"), workspace("~/clawd")),
    Row("config.workspace.dangerous", workspace("~"), workspace("~/work/clawd")),
    Row("config.workspace.dangerous", workspace("~/clawd/.."), workspace("/srv/clawd")),
    Row("config.workspace.dangerous", workspace("/etc"), workspace("/etcetera")),
    Row("config.workspace.dangerous", workspace("~/.clawdbot"), workspace("~/.clawdbot/workspace")),
    Row("config.workspace.dangerous", workspace("/home"), workspace("/home/me/clawd")),
    Row("config.workspace.dangerous", workspace("~/.clawdbot/clawd-desktop/x"), workspace("~/.clawdbot/canvas")),
    Row("config.workspace.shared", workspace("/tmp/clawd"), workspace("~/tmp/clawd")),
    Row("config.workspace.common", two("~/a", "~/a"), two("~/a", "~/b")),
    Row("config.skills.folder", {"skills": {"load": {"extraDirs": ["/tmp/skills"]}}},
        {"skills": {"load": {"extraDirs": ["~/skills"]}}}),
    Row("config.state.shared", {}, {}, {"paths": find_paths({}, Path("/home/me"), Path("/var/tmp/state"))}),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_it_is_found_where_it_is_and_only_there(row: Row) -> None:
    prove(row)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_its_repair_helps(row: Row) -> None:
    prove_repair(row)


def test_every_check_has_its_row() -> None:
    prove_complete(CHECKS, ROWS)
