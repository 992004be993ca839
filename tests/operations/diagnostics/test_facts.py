"""Facts are measured here and now, and hold no secret."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from clawd_desktop.operations.diagnostics.facts import addresses, as_json, existing, file_limit, gather, open_files
from clawd_desktop.operations.diagnostics.ground import Ground


def test_figures_are_those_of_this_computer(ground: Ground) -> None:
    facts = gather(ground)
    assert facts.system.total_memory == psutil.virtual_memory().total
    assert 0 < facts.system.free_memory <= facts.system.total_memory
    assert facts.system.cpu_count == os.cpu_count()
    assert facts.system.platform == sys.platform
    assert facts.process.pid == os.getpid()
    assert facts.process.memory > 10_000_000
    assert facts.storage.disk_total >= facts.storage.disk_free > 0
    assert facts.storage.state == ground.paths.state


def test_open_files_and_their_limit(tmp_path: Path) -> None:
    before = open_files(psutil.Process())
    with (tmp_path / "x").open("w"):
        assert open_files(psutil.Process()) == before + 1
    assert file_limit() >= 0


def test_secrets_in_variables_are_not_shown(grounds: Callable[..., Ground]) -> None:
    ground = grounds(CLAWDBOT_GATEWAY_PASSWORD="hunter2-secret", CLAWDBOT_GATEWAY_PORT="18790", HOME="/x")
    env = dict(gather(ground).process.env)
    assert env == {"CLAWDBOT_GATEWAY_PASSWORD": "(set)", "CLAWDBOT_GATEWAY_PORT": "18790"}
    assert gather(ground).network.port == 18790


def test_the_json_has_the_lessons_names(ground: Ground) -> None:
    shown = json.loads(json.dumps(as_json(gather(ground))))
    assert set(shown) == {"timestamp", "system", "processes", "network", "storage"}
    lesson = {"platform", "arch", "release", "uptime", "totalMemory", "freeMemory", "loadAverage", "cpuCount"}
    assert lesson <= set(shown["system"])
    assert {"pid", "memoryUsage", "uptime", "argv", "env"} <= set(shown["processes"])
    assert {"homeDir", "tempDir", "clawdDir"} <= set(shown["storage"])


def test_addresses_are_those_that_others_use() -> None:
    for one in addresses():
        assert one.family in ("IPv4", "IPv6")
        assert not one.address.startswith("127.")


def test_the_nearest_folder_that_is_there(tmp_path: Path) -> None:
    assert existing(tmp_path / "a" / "b") == tmp_path
    assert existing(tmp_path) == tmp_path
