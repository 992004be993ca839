"""Every spelling of a key names the same conversation, and no key leads to another folder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.core.errors import BadInput
from clawd_desktop.storage.session_keys import agent_of, canonical, is_agent_id, is_session_id, kind_of


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("main", "agent:main:main"),
        ("", "agent:main:main"),
        (" Main ", "agent:main:main"),
        ("agent:main:main", "agent:main:main"),
        ("agent:work:main", "agent:work:main"),
        ("agent:work", "agent:work:main"),
        ("AGENT:Work:Telegram:Group:-100", "agent:work:telegram:group:-100"),
        ("cron:nightly", "agent:main:cron:nightly"),
        ("my chat", "agent:main:my chat"),
        ("global", "global"),
        ("Unknown", "unknown"),
        ("agent:main:dm:a:b", "agent:main:dm:a:b"),
    ],
)
def test_keys_have_one_spelling(key: str, expected: str) -> None:
    assert canonical(key) == expected


@pytest.mark.parametrize("key", ["main", "home", "agent:boss:main", "agent:boss:home"])
def test_the_main_key_and_the_default_agent_come_from_the_configuration(key: str) -> None:
    assert canonical(key, default_agent="boss", main_key="home") == "agent:boss:home"


@pytest.mark.parametrize(
    "key",
    ["agent:../../etc:main", "agent::main", "agent:-x:main", "a\0b", "a\nb", "x" * 513, "agent:" + "a" * 65 + ":m"],
)
def test_impossible_keys_are_refused(key: str) -> None:
    with pytest.raises(BadInput):
        canonical(key)


@given(st.text(max_size=600))
def test_a_canonical_key_stays_as_it_is(key: str) -> None:
    try:
        name = canonical(key)
    except BadInput:
        return
    assert canonical(name) == name
    assert is_agent_id(agent_of(name))


@pytest.mark.parametrize(
    ("key", "agent"), [("agent:work:main", "work"), ("global", "main"), ("agent:../x:y", "main"), ("odd", "main")]
)
def test_agent_of(key: str, agent: str) -> None:
    assert agent_of(key) == agent


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("global", "global"),
        ("unknown", "unknown"),
        ("agent:main:main", "direct"),
        ("agent:main:discord:channel:5", "group"),
        ("agent:main:telegram:group:-1:topic:3", "group"),
    ],
)
def test_kind_of(key: str, kind: str) -> None:
    assert kind_of(key) == kind


@pytest.mark.parametrize("text", ["", "../x", "a/b", "a\\b", ".x", "a..b", "a\0", "x" * 201, "C:x", "é"])
def test_what_can_be_no_session_id(text: str) -> None:
    assert not is_session_id(text)


@pytest.mark.parametrize("text", ["6f1c9e54-2c1e-4a8e-9a63-0a5a2d9a3b11", "a", "sess_1.2"])
def test_what_can_be_a_session_id(text: str) -> None:
    assert is_session_id(text)
