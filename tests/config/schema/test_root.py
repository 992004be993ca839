"""Sections load when they are needed, and starting stays quick and small."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema import Config
from clawd_desktop.config.schema.root import SECTIONS

ROOT = Path(__file__).parents[3]
MEASURE = """
import sys, time
from pydantic import BaseModel
class Any(BaseModel):
    x: int = 1
Any()
def pages():
    try:
        return int(open("/proc/self/statm").read().split()[1]) * 4096
    except OSError:
        return 0
before, begun = pages(), time.process_time()
from clawd_desktop.config.schema import Config
config = Config()
loaded = [name for name in sys.modules if name.startswith("clawd_desktop.config.schema.")]
config.gateway, config.agents, config.models, config.session, config.logging
print(len(loaded), pages() - before, time.process_time() - begun)
"""


def test_nothing_is_loaded_before_it_is_needed_and_little_then() -> None:
    run = subprocess.run(
        [sys.executable, "-c", MEASURE], cwd=ROOT, capture_output=True, text=True, check=True, timeout=50
    )
    modules, grown, seconds = run.stdout.split()
    assert int(modules) == 2
    assert int(grown) < 5 * 1024 * 1024
    # About 0.07 s on an idle machine; the wall is wide because tests run beside others.
    assert float(seconds) < 0.5


def test_sections_are_made_once_and_have_their_defaults() -> None:
    config = Config()
    assert config.gateway is config.gateway
    assert config.canvas_host.port == 18793
    assert [key for key in SECTIONS if config.section(key) is None] == []


def test_a_whole_configuration_can_be_checked_at_once() -> None:
    assert Config.model_validate({"gateway": {"port": 5}, "other": 1}).gateway.port == 5
    with pytest.raises(ValidationError):
        Config.model_validate({"gateway": {"port": "x"}})


def test_defaults_are_shown_for_what_is_there_and_what_is_asked_for() -> None:
    shown = Config({"ui": {}, "odd": [1]}).with_defaults(("cron",))
    assert shown == {"ui": {"assistant": {}}, "odd": [1], "cron": {"enabled": True, "maxConcurrentRuns": 1}}


def test_bindings_are_rows() -> None:
    assert Config({"bindings": [{"agentId": "a"}, 5]}).bindings() == ({"agentId": "a"},)
    assert Config().bindings() == ()


def test_values_do_not_show_in_reprs() -> None:
    assert "canary" not in repr(Config({"talk": {"apiKey": "canary"}}))


def test_a_section_is_described_by_the_class() -> None:
    assert (Config.gateway.key, Config.gateway.title) == ("gateway", "Gateway")
