"""Variables of the environment stand over the configuration, or beside it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from clawd_desktop.config.environment import (
    LiveVariables,
    config_variables,
    with_overrides,
    with_variables,
)
from clawd_desktop.core.values import JsonObject


@pytest.mark.parametrize(
    ("raw", "environ", "result"),
    [
        ({}, {}, {}),
        ({}, {"CLAWDBOT_GATEWAY_PORT": "81"}, {"gateway": {"port": 81}}),
        ({"gateway": {"port": 1, "x": 2}}, {"CLAWDBOT_GATEWAY_PORT": "81"}, {"gateway": {"port": 81, "x": 2}}),
        ({}, {"CLAWDBOT_GATEWAY_PORT": "many"}, {}),
        ({}, {"CLAWDBOT_GATEWAY_PORT": "70000"}, {}),
        ({"gateway": "wrong"}, {"CLAWDBOT_GATEWAY_PORT": "81"}, {"gateway": "wrong"}),
        ({}, {"CLAWDBOT_GATEWAY_PASSWORD": "p"}, {"gateway": {"auth": {"password": "p"}}}),
        ({}, {"CLAWDBOT_GATEWAY_TOKEN": "t"}, {"gateway": {"auth": {"token": "t"}}}),
        (
            {"gateway": {"auth": {"password": "mine"}}},
            {"CLAWDBOT_GATEWAY_PASSWORD": "p"},
            {"gateway": {"auth": {"password": "mine"}}},
        ),
        (
            {"agents": {"defaults": {"model": {"primary": "a/b", "fallbacks": ["c/d"]}}}},
            {"CLAWDBOT_AGENT_MODEL": "e/f"},
            {"agents": {"defaults": {"model": {"primary": "e/f", "fallbacks": ["c/d"]}}}},
        ),
        (
            {"agents": {"defaults": {"model": "a/b"}}},
            {"CLAWDBOT_AGENT_MODEL": "e/f"},
            {"agents": {"defaults": {"model": {"primary": "e/f"}}}},
        ),
    ],
)
def test_the_environment_stands_over_the_file(raw: JsonObject, environ: Mapping[str, str], result: JsonObject) -> None:
    before = repr(raw)
    assert with_overrides(raw, environ) == result
    assert repr(raw) == before


def test_the_files_own_variables_fill_what_the_environment_lacks() -> None:
    raw: JsonObject = {"env": {"A": "1", "bad-name": "x", "N": 3, "vars": {"A": "2", "B": "3"}, "shellEnv": {}}}
    assert config_variables(raw) == {"A": "2", "B": "3"}
    assert with_variables({"B": "outside", "C": ""}, raw) == {"A": "2", "B": "outside"}


def test_whoever_keeps_the_variables_sees_what_they_are_now() -> None:
    now = [{"A": "1"}]
    kept = LiveVariables(lambda: now[0])
    assert (kept["A"], kept.get("B"), len(kept), dict(kept)) == ("1", None, 1, {"A": "1"})
    now[0] = {"B": "2", "C": "3"}
    assert (kept.get("A"), kept["B"], len(kept), sorted(kept)) == (None, "2", 2, ["B", "C"])
