"""The file itself: each check with what is wrong and what is right."""

from __future__ import annotations

import pytest
from audit_stage import PATHS, Row, name, prove, prove_complete, prove_repair

from clawd_desktop.config.audit_file import CHECKS, difference
from clawd_desktop.config.merge import merge_patch
from clawd_desktop.config.schema.check import Issue
from clawd_desktop.core.values import JsonObject

FILE = PATHS.config_file
VARIABLE = Issue("models.providers.own.apiKey", "The environment variable OWN_KEY is not set or empty.")
KEPT = Issue("", "No copy of this version could be kept: the disk is full.")
ROWS = (
    Row("config.file.broken", {"gateway": {"port": "many"}}, {"gateway": {"port": 18789}}),
    Row("config.file.broken", {}, {}, {"issues": (Issue("", "line 3: a comma is missing."),)}, {"issues": (VARIABLE,)}),
    Row("config.file.variables", {}, {}, {"issues": (VARIABLE,)}, {"issues": (Issue("", "something else."),)}),
    Row("config.file.gone", {}, {}, {"not_in_force": "The file is gone."}, {}),
    Row("config.file.writable", {}, {}, {"modes": ((FILE, 0o620),)}, {"modes": ((FILE, 0o600),)}),
    Row("config.file.readable", {}, {}, {"modes": ((FILE, 0o644),)}, {"modes": ((FILE, 0o600),)}),
    Row("config.state.readable", {}, {}, {"state_mode": 0o755}, {"state_mode": 0o700}),
    Row("config.file.unknown", {"gateway": {"prot": 1}}, {"gateway": {"port": 1}}),
    Row("config.file.warnings", {}, {"gateway": {"prot": 1}}, {"warnings": (KEPT,)}, {}),
    Row("config.file.old", {"agent": {"workspace": "~/clawd"}}, {"agents": {"defaults": {"workspace": "~/clawd"}}}),
    Row("config.file.old", {"gateway": {"ssl": {"enabled": True}, "port": 18790}}, {"gateway": {"tls": {}}}),
    Row("config.file.old", {"whatsapp": {"allowFrom": ["1"]}}, {"gateway": {"auth": {"mode": "none"}}}),
    Row("config.file.effect", {"cron": {"enabled": True}}, {"cron": {"enabled": False}}),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_it_is_found_where_it_is_and_only_there(row: Row) -> None:
    prove(row)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_its_repair_helps(row: Row) -> None:
    prove_repair(row)


def test_every_check_has_its_row() -> None:
    prove_complete(CHECKS, ROWS)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"a": 1}),
        ({"a": 1}, {}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "d": [1, 2]}}),
        ({"a": {"b": 1}}, {"a": 2}),
        ({"a": [1]}, {"a": [1]}),
    ],
)
def test_a_difference_makes_the_one_into_the_other(before: JsonObject, after: JsonObject) -> None:
    assert merge_patch(before, difference(before, after)) == after
