"""Whose archive it is, what its parts were, and whose workspaces they are."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from foreign_archives import ROOT, openclaw_list

from clawd_desktop.backup.foreign_origin import course, kind_of, openclaw
from clawd_desktop.backup.manifest import Damaged, TooNew

DATE = "20261126_031500"


def members(*paths: str) -> list[str]:
    return [f"{ROOT}/manifest.json", *(f"{ROOT}/payload/posix{path}" for path in paths)]


def encoded(**changes: object) -> bytes:
    return json.dumps(openclaw_list([("state", "/s")], "/s") | changes).encode()


@pytest.mark.parametrize(
    ("paths", "kind"),
    [
        ([DATE, f"{DATE}/config/x"], "course"),
        ([f"{DATE}/config/manifest.json"], "course"),
        (members("/s/x"), "openclaw"),
        ([f"{DATE}/manifest.json"], "openclaw"),
        (["a/x", "b/x"], ""), (["x"], ""), (["a/x"], ""), (["a/manifest.json", "b/manifest.json"], ""),
        (["2026-11-26/config/x"], ""),
    ],
)  # fmt: skip
def test_whose_it_is(paths: list[str], kind: str) -> None:
    if kind:
        assert kind_of(paths) == kind
    else:
        with pytest.raises(Damaged):
            kind_of(paths)


def test_the_time_of_the_script_is_one_of_the_zone() -> None:
    for name in ("Europe/Berlin", "Asia/Shanghai"):
        zone = ZoneInfo(name)
        found = course([f"{DATE}/config/openclaw.json", f"{DATE}/config/moltbot.json"], "main", zone)
        assert datetime.fromtimestamp(found.created_ms / 1000, zone).strftime("%Y%m%d_%H%M%S") == DATE
        assert found.config == "moltbot.json"
    with pytest.raises(Damaged, match="is no time"):
        course(["20269999_999999/config/x"], "main", None)
    with pytest.raises(Damaged, match="does not write"):
        course([f"{DATE}/config/x", f"{DATE}/configs/x"], "main", None)


def test_parts_and_where_they_were() -> None:
    wire = openclaw_list(
        [("state", "/s"), ("config", "/etc/oc.json"), ("credentials", "/c"), ("workspace", "/w"), ("moon", "/m")], "/s",
        ["/s/workspace", "/s/workspace-ops", "/w"],
    )  # fmt: skip
    paths = members("/s/x", "/etc/oc.json", "/c/x", "/w/x", "/m/x", "/s/workspace/x")
    found = openclaw(json.dumps(wire).encode(), paths, "main")
    assert [(part.prefix[len(ROOT) + 14 :], part.what, part.below, part.agent) for part in found.parts] == [
        ("/s", "state", "", ""), ("/etc/oc.json", "config", "", ""), ("/c", "state", "credentials", ""),
        ("/w", "workspace", "", "w"), ("/m", "none", "", ""), ("/s/workspace", "workspace", "", "main"),
        ("/s/workspace-ops", "workspace", "", "ops"),
    ]  # fmt: skip
    assert (found.was("workspace-w"), found.was("config"), found.was("sessions")) == ("/w", "/s", "/s")
    assert found.skipped == (("/gone", "missing"),)
    assert found.config == "openclaw.json"


def test_a_computer_with_windows() -> None:
    wire = openclaw_list([], "C:\\Users\\u\\.openclaw", ["C:\\Users\\u\\.openclaw\\workspace"])
    wire["paths"] = {**wire["paths"], "configPath": "C:\\Users\\u\\.openclaw\\openclaw.json"}  # type: ignore[dict-item]
    there = f"{ROOT}/payload/windows/C/Users/u/.openclaw"
    wire["assets"] = [{"kind": "state", "sourcePath": "C:\\Users\\u\\.openclaw", "archivePath": there}]
    wire["platform"] = "win32"
    found = openclaw(json.dumps(wire).encode(), [f"{ROOT}/manifest.json", f"{there}/workspace/x"], "main")
    assert [(part.prefix, part.what) for part in found.parts] == [(there, "state"), (f"{there}/workspace", "workspace")]
    assert (found.system, found.config) == ("Windows", "openclaw.json")


def test_two_workspaces_never_become_one() -> None:
    folders = ["/a/notes", "/b/notes", "/c/Notes", "/s/workspace", "/s/workspace-x y"]
    wire = openclaw_list([("workspace", folder) for folder in folders], "/s")
    found = openclaw(json.dumps(wire).encode(), members(*(f"{folder}/f" for folder in folders)), "main")
    agents = [part.agent for part in found.parts]
    assert len(set(agents)) == len(agents)
    assert agents[0] == "main"
    assert "x-y" in agents


@pytest.mark.parametrize(
    ("text", "found"),
    [("2026-11-26T07:00:00.000Z", 1_795_676_400_000), ("2026-11-26T07:00:00", 0), ("soon", 0), (5, 0)],
)
def test_a_time_that_is_none_is_not_known(text: object, found: int) -> None:
    assert openclaw(encoded(createdAt=text), members("/s/x"), "main").created_ms == found


def test_a_later_form_is_named() -> None:
    with pytest.raises(TooNew, match="form 7"):
        openclaw(encoded(schemaVersion=7), members("/s/x"), "main")


def test_odd_values_are_no_trouble() -> None:
    found = openclaw(encoded(runtimeVersion=5, platform=None, paths=[], skipped=[5, {}]), members("/s/x"), "main")
    assert (found.version, found.system, found.skipped) == ("OpenClaw unknown", "", ())
