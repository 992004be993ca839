"""The table of kinds: each ceiling is the configured one."""

from __future__ import annotations

import pytest
from resource_stage import MIB

from clawd_desktop.config.legacy import migrated
from clawd_desktop.config.schema import Config
from clawd_desktop.operations.resource_kinds import BY_NAME, KINDS, ceilings_of, memory_limit


@pytest.mark.parametrize(
    ("kind", "sections", "ceiling", "usual"),
    [
        ("agent", {"agents": {"defaults": {"maxConcurrent": 7}}}, 7, 4),
        ("browser", {"tools": {"browser": {"maxInstances": 3}}}, 3, 2),
        ("exec", {"tools": {"exec": {"maxProcesses": 5}}}, 5, 16),
        ("model", {"resources": {"embeddedModels": 2}}, 2, 1),
        ("memory", {}, None, None),
    ],
)
def test_ceilings_come_from_the_configuration(
    kind: str, sections: dict[str, object], ceiling: int | None, usual: int | None
) -> None:
    assert BY_NAME[kind].ceiling(Config.model_validate(sections)) == ceiling
    assert BY_NAME[kind].ceiling(Config()) == usual


def test_the_older_names_of_the_number_of_turns_are_understood() -> None:
    for old in ({"agents": {"maxConcurrentRuns": 5}}, {"performance": {"agents": {"maxConcurrentRuns": 5}}}):
        raw, _ = migrated(old)
        assert BY_NAME["agent"].ceiling(Config.model_validate(raw)) == 5


def test_what_is_not_built_yet_says_so_and_has_its_row() -> None:
    assert {kind.name for kind in KINDS if not kind.built} == {"browser", "exec", "memory"}
    assert [kind.name for kind in KINDS] == ["agent", "model", "browser", "exec", "memory"]


def test_estimates_and_limits_are_in_bytes() -> None:
    config = Config.model_validate(
        {
            "agents": {"memoryLimit": 512},
            "tools": {"browser": {"memoryLimit": 200}},
            "resources": {"reserveMemory": 100, "reserveDisk": 50, "maxCpu": 0.5},
        }
    )
    assert BY_NAME["browser"].needs(config).memory == 200 * MIB, "never more than a browser may use"
    assert BY_NAME["browser"].needs(Config()).memory == 300 * MIB
    assert BY_NAME["memory"].budget(config) == memory_limit(config) == 512 * MIB
    assert BY_NAME["memory"].budget(Config.model_validate({"agents": {"memoryLimit": 0}})) is None
    found = ceilings_of(config)
    assert (found.reserve_memory, found.reserve_disk, found.max_cpu) == (100 * MIB, 50 * MIB, 0.5)
