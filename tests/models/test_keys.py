"""Keys are found in order: configuration, environment, stored profiles; and are shown nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import NotFound
from clawd_desktop.models.keys import Key, KeyFinder, choose_profile
from clawd_desktop.models.providers import BY_ID

ANTHROPIC = BY_ID["anthropic"]
NOW = 1_760_000_000_000


class Drawer:
    """Secrets in memory that counts how often it is asked."""

    def __init__(self, **kept: str) -> None:
        self.kept = {name.replace("__", "."): value for name, value in kept.items()}
        self.asked = 0

    async def get(self, name: str) -> str | None:
        self.asked += 1
        return self.kept.get(name)

    async def set(self, name: str, value: str) -> None:
        self.kept[name] = value

    async def delete(self, name: str) -> None:
        self.kept.pop(name, None)


def store(state: Path, agent: str, **profiles: dict) -> None:
    folder = state / "agents" / agent / "agent"
    folder.mkdir(parents=True)
    named = {name.replace("_", ":", 1): value for name, value in profiles.items()}
    (folder / "auth-profiles.json").write_text(json.dumps({"version": 1, "profiles": named}))


def finder(state: Path, drawer: Drawer | None = None, **environ: str) -> KeyFinder:
    return KeyFinder(drawer or Drawer(), environ, state, ManualClock())


async def test_the_configuration_comes_first(tmp_path: Path) -> None:
    keys = finder(tmp_path, ANTHROPIC_API_KEY="from-env")
    assert await keys.find(ANTHROPIC, " literal ") == Key("literal", "config")


async def test_then_the_environment(tmp_path: Path) -> None:
    store(tmp_path, "main", anthropic_default={"type": "api_key", "provider": "anthropic", "key": "stored"})
    keys = finder(tmp_path, ANTHROPIC_API_KEY=" ", ANTHROPIC_OAUTH_TOKEN="sk-ant-oat01 ")
    assert await keys.find(ANTHROPIC, "") == Key("sk-ant-oat01", "env:ANTHROPIC_OAUTH_TOKEN")


async def test_then_the_profiles_of_the_agent_and_of_main(tmp_path: Path) -> None:
    store(tmp_path, "main", anthropic_a={"type": "api_key", "provider": "anthropic", "key": "main key"})
    store(tmp_path, "work", anthropic_b={"type": "token", "provider": "anthropic", "token": "work token"})
    keys = finder(tmp_path)
    assert await keys.find(ANTHROPIC, "", "work") == Key("work token", "profile:anthropic:b")
    assert await keys.find(ANTHROPIC, "", "other") == Key("main key", "profile:anthropic:a")
    assert (await keys.find(BY_ID["openai"], "")).value == ""


async def test_a_reference_is_resolved_and_remembered_for_a_while(tmp_path: Path) -> None:
    drawer = Drawer(models__providers__anthropic__apiKey="kept")
    clock = ManualClock()
    keys = KeyFinder(drawer, {}, tmp_path, clock)
    ref = "keyring:models.providers.anthropic.apiKey"
    assert [(await keys.find(ANTHROPIC, ref)).value for _ in range(3)] == ["kept"] * 3
    assert drawer.asked == 1
    clock.advance(301)
    await keys.find(ANTHROPIC, ref)
    keys.forget(ref)
    await keys.find(ANTHROPIC, ref)
    assert drawer.asked == 3


async def test_a_variable_in_the_configuration(tmp_path: Path) -> None:
    assert (await finder(tmp_path, MINE="m").find(ANTHROPIC, "${MINE}")).value == "m"
    with pytest.raises(NotFound, match="MINE"):
        await finder(tmp_path).find(ANTHROPIC, "${MINE}")


async def test_a_reference_to_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="keyring"):
        await finder(tmp_path).find(ANTHROPIC, "keyring:gone")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"profiles":[]}', '{"profiles":{"a":7}}', "\x00"])
async def test_a_strange_profile_file_holds_no_key(text: str, tmp_path: Path) -> None:
    store(tmp_path, "main")
    (tmp_path / "agents/main/agent/auth-profiles.json").write_text(text)
    assert (await finder(tmp_path).find(ANTHROPIC, "")).value == ""


def test_likely_needs_no_keyring(tmp_path: Path) -> None:
    assert finder(tmp_path).likely(ANTHROPIC, "keyring:x")
    assert finder(tmp_path, ANTHROPIC_API_KEY="k").likely(ANTHROPIC, "")
    assert not finder(tmp_path).likely(ANTHROPIC, "")


PROFILES = {
    "anthropic:old": {"type": "token", "provider": "anthropic", "token": "expired", "expires": NOW - 1},
    "anthropic:oauth": {"type": "oauth", "provider": "anthropic", "access": "a", "refresh": "r"},
    "anthropic:one": {"type": "api_key", "provider": "anthropic", "key": "1"},
    "anthropic:two": {"type": "token", "provider": "anthropic", "token": "2", "expires": NOW + 1},
    "anthropic:odd": {"type": "api_key", "provider": "openai", "key": "3"},
}


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({}, "1"),
        ({"lastGood": {"anthropic": "anthropic:two"}}, "2"),
        ({"order": {"anthropic": ["anthropic:gone", "anthropic:old", "anthropic:two"]}}, "2"),
        ({"order": {"anthropic": ["anthropic:odd"]}}, "1"),
        ({"order": "nonsense", "lastGood": 5}, "1"),
    ],
)
def test_the_order_of_profiles(more: dict, value: str) -> None:
    assert choose_profile({"profiles": PROFILES} | more, "anthropic", NOW).value == value


def test_a_key_is_not_shown(canary: str) -> None:
    assert canary not in repr(Key(canary, "config"))


async def test_every_key_is_learned_before_it_is_used(tmp_path: Path) -> None:
    learned: list[str] = []
    keys = KeyFinder(
        Drawer(a="from the keyring"),
        {"E": "a variable", "ANTHROPIC_API_KEY": "keyring:a"},
        tmp_path,
        ManualClock(),
        learned.append,
    )
    for configured in ("keyring:a", "${E}", "literal"):
        await keys.find(ANTHROPIC, configured)
    store(tmp_path, "main", openai_one={"provider": "openai", "type": "api_key", "key": "a profile"})
    await keys.find(BY_ID["openai"], "")
    assert list(dict.fromkeys(learned)) == ["from the keyring", "a variable", "literal", "a profile"]
    assert await keys.reveal("Clawd Desktop") == "Clawd Desktop"
    assert "Clawd Desktop" not in learned, "a header in plain text may be no secret"
    found = await keys.find(ANTHROPIC, "")
    assert found == Key("from the keyring", "env:ANTHROPIC_API_KEY"), "a variable of the configuration may be moved"


async def test_what_was_remembered_is_forgotten_for_all(tmp_path: Path) -> None:
    drawer = Drawer(a="old")
    keys = finder(tmp_path, drawer)
    assert await keys.reveal("keyring:a") == "old"
    drawer.kept["a"] = "new"
    assert await keys.reveal("keyring:a") == "old"
    keys.forget()
    assert await keys.reveal("keyring:a") == "new"
