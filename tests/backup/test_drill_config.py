"""Nothing that reaches anybody is taken over into the configuration of a trial."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clawd_desktop.backup.drill_config import trial_config
from clawd_desktop.config.pipeline import load
from clawd_desktop.config.schema import Config
from clawd_desktop.config.schema.check import checked
from clawd_desktop.config.schema.root import SECTIONS
from clawd_desktop.core.errors import NotFound
from clawd_desktop.core.values import as_list, as_object


def nothing_there(path: Path) -> bytes:
    raise NotFound(str(path))


SPARE = Path("/scratch/spare")
FULL = """{
  gateway: {bind: "lan", port: 4711, auth: {password: "canary-1"}, tls: {enabled: true}},
  session: {mainKey: "home", scope: "global", store: "/canary-2"},
  agents: {
    defaults: {workspace: "~/canary-3", model: {primary: "x/canary-4"}, heartbeat: {every: "1m"}},
    list: [{id: "Main", workspace: "/canary-5"}, {id: "work", default: true, agentDir: "/canary-6"}, {id: "third"}],
  },
  channels: {telegram: {botToken: "canary-7"}},
  hooks: {enabled: true, token: "canary-8"},
  cron: {enabled: true},
  monitoring: {sinks: {w: {type: "webhook", url: "http://canary-9"}}, deadMan: {url: "http://canary-10"}},
  logging: {file: "/canary-11"},
  diagnostics: {otel: {enabled: true, endpoint: "http://canary-12"}},
  models: {providers: {x: {baseUrl: "http://canary-13", apiKey: "canary-14", models: [{id: "m", name: "m"}]}}},
  backup: {destinations: [{path: "/canary-15"}], drill: {enabled: true}},
  env: {vars: {X: "canary-16"}},
}"""


def test_only_names_come_over_and_all_that_works_by_itself_is_off() -> None:
    found = load(FULL, Path("/x/clawdbot.json"), {}, nothing_there)
    assert found.issues == ()
    made = trial_config(found.config, {"main": Path("/scratch/w/main"), "work": Path("/scratch/w/work")}, SPARE)
    text = json.dumps(made)
    assert "canary" not in text
    assert "~" not in text
    config = Config.model_validate(made)
    assert checked(made).issues == ()
    assert config.agents.default_id == "work"
    assert {agent.id: agent.workspace for agent in config.agents.list} == {
        "work": "/scratch/w/work", "Main": "/scratch/w/main", "third": "/scratch/spare",
    }  # fmt: skip
    assert config.agents.defaults.workspace == "/scratch/w/work"
    assert (config.session.main_key, config.session.scope) == ("home", "global")
    gateway = config.gateway
    assert (gateway.bind, gateway.auth.mode, gateway.auth.password, gateway.tls.enabled, gateway.tailscale.mode) == (
        "loopback", "password", None, False, "off",
    )  # fmt: skip
    off = (config.backup.enabled, config.backup.drill.enabled, config.cron.enabled, config.update.check_on_start)
    assert off == (False, False, False, False)
    assert (config.agents.defaults.memory_search.enabled, config.agents.defaults.heartbeat.every) == (False, "0m")


def test_a_new_section_does_not_come_over_by_itself() -> None:
    allowed = {"gateway", "session", "agents", "cron", "update", "backup", "monitoring", "diagnostics"}
    raw = {key: {} for key in SECTIONS}
    assert set(trial_config(Config(raw), {}, SPARE)) == allowed  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["../../../.ssh", "/home/u/.ssh", "a/b", ".."])
def test_an_agent_whose_name_is_a_path_is_not_in_the_trial(tmp_path: Path, name: str) -> None:
    config = Config.model_validate({"agents": {"list": [{"id": name, "default": True}, {"id": "ops"}]}})
    made = trial_config(config, {"ops": tmp_path / "ops"}, tmp_path / "spare")
    agents = [as_object(one) for one in as_list(as_object(made["agents"])["list"])]
    assert [(one["id"], one["default"]) for one in agents] == [("ops", True)]
