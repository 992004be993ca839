"""The tool policy as a table: every layer must agree, deny wins, names come in any spelling."""

from __future__ import annotations

from typing import Any

import pytest

from clawd_desktop.config.schema.tool_policy import Policy, ProfiledPolicy
from clawd_desktop.tools.policy import GROUPS, Layer, allowed, layers_of


@pytest.mark.parametrize(
    ("tool", "layer", "may"),
    [
        ("sessions_list", Layer(), True),
        ("sessions_list", Layer(allow=("sessions_list",)), True),
        ("sessions_list", Layer(allow=(" Sessions_List ",)), True),
        ("SESSIONS_LIST", Layer(allow=("sessions_list",)), True),
        ("sessions_list", Layer(allow=("exec",)), False),
        ("sessions_list", Layer(allow=("sessions_*",)), True),
        ("session_status", Layer(allow=("sessions_*",)), False),
        ("sessions_list", Layer(allow=("*",)), True),
        ("sessions_list", Layer(allow=("*",), deny=("sessions_list",)), False),
        ("sessions_list", Layer(deny=("*_list",)), False),
        ("sessions_list", Layer(deny=("group:sessions",)), False),
        ("agents_list", Layer(deny=("group:sessions",)), True),
        ("agents_list", Layer(allow=("group:clawdbot",)), True),
        ("agents_list", Layer(allow=("Group:OpenClaw",)), True),
        ("read", Layer(allow=("group:clawdbot",)), False),
        ("exec", Layer(allow=("bash",)), True),
        ("bash", Layer(deny=("exec",)), False),
        ("apply_patch", Layer(allow=("exec",)), True),
        ("apply_patch", Layer(allow=("exec",), deny=("apply-patch",)), False),
        ("apply-patch", Layer(allow=("apply_patch",)), True),
        ("exec", Layer(allow=("apply_patch",)), False),
        ("sessions_list", Layer(allow=("sessions_lis?",)), False),
        ("sessions_list", Layer(allow=("[s]essions_list",)), False),
        ("sessions_list", Layer(allow=("",)), False),
        ("sessions_list", Layer(allow=("unknown_tool",)), False),
    ],
)
def test_one_layer(tool: str, layer: Layer, may: bool) -> None:
    assert allowed(tool, [layer]) is may


@pytest.mark.parametrize(
    ("general", "agent", "group", "subagents", "tool", "may"),
    [
        ({}, None, None, None, "sessions_list", True),
        ({"profile": "minimal"}, None, None, None, "session_status", True),
        ({"profile": "minimal"}, None, None, None, "sessions_list", False),
        ({"profile": "minimal", "alsoAllow": ["sessions_list"]}, None, None, None, "sessions_list", True),
        ({"profile": "full"}, None, None, None, "agents_list", True),
        ({"profile": "coding"}, None, None, None, "sessions_history", True),
        ({"profile": "coding"}, None, None, None, "agents_list", False),
        ({"profile": "messaging"}, None, None, None, "sessions_list", True),
        ({"profile": "minimal"}, {"profile": "full"}, None, None, "sessions_list", True),
        ({"profile": "full"}, {"profile": "minimal"}, None, None, "sessions_list", False),
        ({"alsoAllow": ["x"]}, None, None, None, "sessions_list", True),
        ({"allow": ["x"], "alsoAllow": ["sessions_list"]}, None, None, None, "sessions_list", True),
        ({"allow": []}, None, None, None, "sessions_list", True),
        ({"deny": ["sessions_list"]}, {"allow": ["sessions_list"]}, None, None, "sessions_list", False),
        ({}, {"deny": ["sessions_list"]}, None, None, "sessions_list", False),
        ({}, {}, {"deny": ["sessions_list"]}, None, "sessions_list", False),
        ({}, {}, {"allow": ["sessions_list"]}, None, "agents_list", False),
        ({}, None, None, {}, "sessions_list", False),
        ({}, None, None, {}, "image", True),
        ({}, None, None, {"allow": ["web_fetch"]}, "image", False),
        ({}, None, None, {"allow": ["sessions_list"]}, "sessions_list", False),
    ],
)  # fmt: skip
def test_all_layers(general: Any, agent: Any, group: Any, subagents: Any, tool: str, may: bool) -> None:
    layers = layers_of(
        ProfiledPolicy.model_validate(general),
        None if agent is None else ProfiledPolicy.model_validate(agent),
        None if group is None else Policy.model_validate(group),
        None if subagents is None else Policy.model_validate(subagents),
    )
    assert allowed(tool, layers) is may


def test_groups_name_tools_and_no_groups() -> None:
    assert all(not name.startswith("group:") for names in GROUPS.values() for name in names)
