"""A wrong key is named with what is allowed, and everything else still counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.config.schema.check import checked
from clawd_desktop.config.schema.root import SECTIONS
from clawd_desktop.core.values import JsonObject, JsonValue

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "mode", "enabled", "models", "defaults", "list", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("raw", "path", "message"),
    [
        ({"gateway": {"port": "high"}}, "gateway.port", "must be a whole number."),
        ({"gateway": {"port": 70_000}}, "gateway.port", "must be less than or equal to 65535."),
        ({"gateway": {"mode": "far"}}, "gateway.mode", "must be 'local' or 'remote'."),
        ({"gateway": {"controlUi": {"enabled": "maybe"}}}, "gateway.controlUi.enabled", "must be true or false."),
        ({"messages": "x"}, "messages", "must be an object { }."),
        ({"session": {"resetTriggers": "/new"}}, "session.resetTriggers", "must be a list [ ]."),
        ({"ui": {"seamColor": {}}}, "ui.seamColor", "must be a text."),
        ({"agents": {"list": [{"id": "a"}, {"name": "b"}]}}, "agents.list.1.id", "is missing."),
        ({"commands": {"native": 7}}, "commands.native", "must be true or false or 'auto'."),
        (
            {"messages": {"groupChat": {"mentionPatterns": ["("]}}},
            "messages.groupChat.mentionPatterns.0",
            "must be a regular expression: missing ), unterminated subpattern at position 0.",
        ),
        ({"bindings": [{"agentId": {}}]}, "bindings.0.agentId", "must be a text."),
    ],
)
def test_what_is_wrong_is_named(raw: JsonObject, path: str, message: str) -> None:
    assert checked(raw).issues == ((path, message),)


def test_a_wrong_key_takes_nothing_else_with_it() -> None:
    raw: JsonObject = {
        "gateway": {"port": 0, "bind": "moon", "auth": {"password": "p", "mode": "open"}, "mode": "remote"},
        "agents": {"list": [{"id": ""}, {"id": "b"}, {"id": ""}, {"id": "d"}]},
        "ui": 5,
        "talk": {"voiceId": "v"},
    }
    result = checked(raw)
    gateway = result.config.gateway
    assert (gateway.port, gateway.bind, gateway.auth.password, gateway.mode) == (18789, "loopback", "p", "remote")
    assert [agent.id for agent in result.config.agents.list] == ["b", "d"]
    assert result.config.ui.seam_color is None
    assert result.config.talk.voice_id == "v"
    assert len(result.issues) == 6
    assert raw["gateway"]["port"] == 0  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("raw", "paths"),
    [
        ({"foo": 1}, ["foo"]),
        ({"gateway": {"foo": 1, "auth": {"bar": 2}}}, ["gateway.foo", "gateway.auth.bar"]),
        ({"models": {"providers": {"p": {"models": [{"id": "m", "foo": 1}]}}}}, ["models.providers.p.models.0.foo"]),
        ({"env": {"FOO": "x"}, "broadcast": {"123": ["a"]}, "gateway": {"tls": {"ciphers": "x"}}}, []),
        ({"channels": {"own": {"anything": 1}}, "skills": {"entries": {"s": {"config": {"a": 1}}}}}, []),
        ({"$schema": "x", "bindings": []}, []),
        ({"gateway": {"control_ui": {}}}, ["gateway.control_ui"]),
    ],
)
def test_unknown_keys_are_warned_of_and_kept(raw: JsonObject, paths: list[str]) -> None:
    result = checked(raw)
    assert [issue.path for issue in result.warnings] == paths
    assert result.issues == ()
    assert result.config.raw == raw


def test_a_section_that_is_null_is_one_that_is_not_there() -> None:
    assert checked({"gateway": None}).config.gateway.port == 18789


@pytest.fixture(scope="module")
def _all_models() -> None:
    """Models are built when they are first used, which would take the first example too long."""
    checked({key: {} for key in SECTIONS})


@pytest.mark.usefixtures("_all_models")
@given(st.dictionaries(st.sampled_from([*SECTIONS, "bindings", "other"]), JSON, max_size=3))
def test_no_json_is_too_odd(raw: dict[str, JsonValue]) -> None:
    result = checked(raw)
    for key in SECTIONS:
        assert result.config.section(key) is not None
