"""Parts of a report: the configuration without secrets, people and a person's own words."""

from __future__ import annotations

import pytest

from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.core.values import JsonObject, JsonValue
from clawd_desktop.operations.diagnostics.report_parts import BY_NAME, PARTS, finding_json, scrubbed


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (
            {"gateway": {"port": 1, "auth": {"password": "x"}}},
            {"gateway": {"port": 1, "auth": {"password": "[hidden]"}}},
        ),
        (
            {"channels": {"telegram": {"allowFrom": ["1", "2"]}}},
            {"channels": {"telegram": {"allowFrom": "[2 not shown]"}}},
        ),
        ({"env": {"vars": {"A": "b"}}}, {"env": "[1 not shown]"}),
        ({"otel": {"endpoint": "https://x/key"}}, {"otel": {"endpoint": "[1 not shown]"}}),
        ({"sinks": {"s": {"command": ["curl", "-u", "a:b"]}}}, {"sinks": {"s": {"command": "[3 not shown]"}}}),
        ({"hooks": {"token": "keyring:x"}}, {"hooks": {"token": "[hidden]"}}),
        ({"a": ["${KEY}", 1, True, None]}, {"a": ["[hidden]", 1, True, None]}),
        ({"monitoring": {"deadMan": {"url": "https://x/1"}}}, {"monitoring": {"deadMan": {"url": "[1 not shown]"}}}),
    ],
)
def test_configurations(raw: JsonObject, shown: JsonValue) -> None:
    assert scrubbed(raw) == shown


def test_a_finding_on_the_wire_has_no_empty_texts() -> None:
    assert finding_json(Finding("a", "g", Level.OK, "t")) == {
        "id": "a", "category": "g", "severity": "ok", "title": "t",
    }  # fmt: skip
    whole = finding_json(Finding("a", "g", Level.ERROR, "t", "d", "r", "m"))
    assert (whole["severity"], whole["description"], whole["recommendation"], whole["repair"]) == (
        "error",
        "d",
        "r",
        "m",
    )


def test_parts_have_names_and_files_of_their_own() -> None:
    assert len(BY_NAME) == len(PARTS) == len({part.file for part in PARTS})
