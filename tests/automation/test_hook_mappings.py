"""Which mapping a request meets and what its templates make of it, as tables."""

from __future__ import annotations

from typing import Any

import pytest

from clawd_desktop.automation.hook_mappings import (
    HookRequest,
    action_for,
    cannot_run,
    mappings_of,
    presets,
    render,
)
from clawd_desktop.automation.hooks import AgentTurn, Wake
from clawd_desktop.config.schema.automation import HookMapping, Hooks
from clawd_desktop.core.errors import BadInput

REQUEST = HookRequest(
    {"a": {"b": [1, {"c": "x"}]}, "t": True, "n": 1.5, "z": None, "source": "s", "l": ["q"]},
    {"x-one": "1", "authorization": "Bearer secret", "x-clawdbot-token": "secret", "cookie": "secret"},
    {"q": "w", "token": "secret"},
    "the/path",
    1_769_500_000_123,
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (None, ""),
        ("plain", "plain"),
        ("{{a.b[1].c}}-{{ a.b[0] }}", "x-1"),
        ("{{a.b}}", '[1,{"c":"x"}]'),
        ("{{t}} {{n}} {{z}}|{{none.at.all}}|{{a.b[9]}}|{{a[0]}}|{{l[0]}}", "true 1.5 |||" + "|q"),
        ("{{payload.source}} {{path}} {{headers.x-one}} {{query.q}}", "s the/path 1 w"),
        ("{{now}}", "2026-01-27T07:46:40.123Z"),
        ("{{headers.authorization}}{{headers.x-clawdbot-token}}{{headers.cookie}}{{query.token}}", ""),
        ("{{}} {{ {{t}}", "{{}} "),
        ("{{a.__class__}}{{a.b.append}}", ""),
    ],
)
def test_templates(template: str | None, text: str) -> None:
    assert render(template, REQUEST) == text


def mapping(**facts: Any) -> HookMapping:
    return HookMapping.model_validate(facts)


@pytest.mark.parametrize(
    ("match", "meets"),
    [
        ({}, True),
        ({"path": "the/path"}, True),
        ({"path": "/the/path/"}, True),
        ({"path": "the"}, False),
        ({"source": "s"}, True),
        ({"source": "other"}, False),
        ({"path": "the/path", "source": "other"}, False),
    ],
)
def test_matching(match: Any, meets: bool) -> None:
    found = action_for([mapping(match=match, action="wake", textTemplate="t")], REQUEST)
    assert found == (Wake("t", "now") if meets else None)


def test_the_first_that_meets_counts_and_everything_is_rendered() -> None:
    wanted = mapping(
        name="N {{source}}", sessionKey="hook:{{query.q}}", messageTemplate="m {{n}}", wakeMode="next-heartbeat",
        deliver=False, model="p/{{source}}", thinking="low", timeoutSeconds=7, allowUnsafeExternalContent=True,
    )  # fmt: skip
    turn = action_for([mapping(match={"path": "x"}), wanted, mapping(action="wake")], REQUEST)
    expected = AgentTurn("m 1.5", "N s", "next-heartbeat", "hook:w", "p/s", "low", 7.0, trusted=True)
    assert turn == expected


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"action": "wake"}, "hook mapping requires text"),
        ({"messageTemplate": "{{none}}"}, "hook mapping requires message"),
        ({"messageTemplate": "x", "channel": "telegram"}, "channel must be last"),
        ({"id": "js", "messageTemplate": "x", "transform": {"module": "m"}}, "hook mapping js has a transform"),
        ({"messageTemplate": "x", "transform": {"module": "m"}}, "mapping-1 has a transform"),
    ],
)
def test_what_cannot_be(facts: Any, error: str) -> None:
    with pytest.raises(BadInput, match=error):
        action_for([mapping(**facts)], REQUEST)


def test_presets_come_after_the_owners_mappings() -> None:
    hooks = Hooks(mappings=(mapping(id="own"),), presets=("gmail", "none"))
    assert [each.id for each in mappings_of(hooks)] == ["own", "gmail"]
    assert cannot_run(hooks) == ("there is no preset none",)
    mail = HookRequest(
        {"messages": [{"id": "7", "from": "a", "subject": "b", "snippet": "c", "body": "d"}]}, {}, {}, "gmail"
    )
    turn = action_for([presets()["gmail"]], mail)
    assert turn == AgentTurn("New email from a\nSubject: b\nc\nd", "Gmail", session_key="hook:gmail:7")
