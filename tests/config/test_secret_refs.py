"""Every plain secret is found, and none is ever answered as an empty text."""

from __future__ import annotations

import re

import pytest

from clawd_desktop.config import secret_refs
from clawd_desktop.config.json5 import parse
from clawd_desktop.config.json5_edit import edit
from clawd_desktop.config.merge import merge_patch
from clawd_desktop.config.schema.describe import schema
from clawd_desktop.config.secret_refs import (
    is_reference,
    plain_secrets,
    plan_move,
    reference_name,
    references,
    resolve,
    secret_variables,
)
from clawd_desktop.core.errors import NotFound
from clawd_desktop.core.values import JsonObject, JsonValue, as_object

CANARY = "canary-value"


class Keyring:
    """A keyring in memory."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    async def get(self, name: str) -> str | None:
        return self.values.get(name)

    async def set(self, name: str, value: str) -> None:
        self.values[name] = value

    async def delete(self, name: str) -> None:
        self.values.pop(name, None)


@pytest.mark.parametrize(
    ("value", "reference", "name"),
    [
        ("keyring:gateway.auth.password", True, "gateway.auth.password"),
        ("keyring:channels.telegram.accounts.a-1.botToken", True, "channels.telegram.accounts.a-1.botToken"),
        ("${TOKEN}", True, None),
        ("Bearer ${TOKEN}", True, None),
        ("$${TOKEN}", False, None),
        ("keyring:", False, None),
        ("keyring:a b", False, None),
        ("plain", False, None),
    ],
)
def test_references_are_told_from_plain_text(value: str, reference: bool, name: str | None) -> None:
    assert is_reference(value) is reference
    assert reference_name(value) == name


async def test_references_are_resolved() -> None:
    keyring = Keyring({"a.b": "secret", "empty": ""})
    assert await resolve("keyring:a.b", keyring) == "secret"
    assert await resolve("plain", keyring) == "plain"
    for missing in ("keyring:none", "keyring:empty", "keyring:", "keyring:a b"):
        with pytest.raises(NotFound, match="not in the keyring"):
            await resolve(missing, keyring)


def test_plain_secrets_are_found_wherever_they_stand() -> None:
    raw: JsonObject = {
        "gateway": {
            "auth": {"password": CANARY, "token": "keyring:x", "mode": "password"},
            "remote": {"token": CANARY},
        },
        "models": {"providers": {"my ai": {"apiKey": CANARY, "baseUrl": "http://x", "headers": {"X-Api-Key": CANARY}}}},
        "channels": {
            "telegram": {"accounts": {"a": {"botToken": CANARY}}, "tokenFile": "/x"},
            "own": {"secret": CANARY},
        },
        "agents": {"list": [{"id": "a", "memorySearch": {"remote": {"apiKey": CANARY}}}], "defaults": {"maxTokens": 5}},
        "env": {"OPENAI_API_KEY": CANARY, "PATH": "/bin", "vars": {"BOT_TOKEN": CANARY, "LANG": "C", "E": "${X}"}},
        "skills": {"entries": {"s": {"apiKey": CANARY, "env": {"S_SECRET": CANARY, "S_MODE": "x"}}}},
        "hooks": {"token": "", "mappings": [{"sessionKey": "agent:main:main"}]},
    }
    found = plain_secrets(raw)
    assert {secret.value for secret in found} == {CANARY}
    assert [secret.name for secret in found] == [
        "gateway.auth.password", "gateway.remote.token", "models.providers.my_ai.apiKey",
        "models.providers.my_ai.headers.X-Api-Key", "channels.telegram.accounts.a.botToken", "channels.own.secret",
        "agents.list.0.memorySearch.remote.apiKey", "env.OPENAI_API_KEY", "env.vars.BOT_TOKEN",
        "skills.entries.s.apiKey", "skills.entries.s.env.S_SECRET",
    ]  # fmt: skip
    assert CANARY not in repr(found) + repr(plan_move(raw, found))


def test_a_move_puts_references_in_place_and_touches_nothing_else() -> None:
    text = "{gateway: {auth: {password: 'p1'}}, /* rows */ agents: {list: [{id: 'a', x: {apiKey: 'k1'}}, {id: 'b'}]}}"
    raw = as_object(parse(text))
    move = plan_move(raw, plain_secrets(raw))
    assert move.secrets == {"gateway.auth.password": "p1", "agents.list.0.x.apiKey": "k1"}
    moved = as_object(parse(edit(text, move.patch)))
    assert moved == merge_patch(raw, move.patch)
    assert moved["agents"] == {"list": [{"id": "a", "x": {"apiKey": "keyring:agents.list.0.x.apiKey"}}, {"id": "b"}]}
    assert plain_secrets(moved) == ()
    assert "/* rows */" in edit(text, move.patch)
    assert parse(text) == raw


def test_two_secrets_never_share_a_name() -> None:
    raw: JsonObject = {"p": {"a b": {"token": "1"}, "a_b": {"token": "2"}}}
    assert [secret.name for secret in plain_secrets(raw)] == ["p.a_b.token", "p.a_b.token-2"]


def nested(path: str, value: str) -> JsonObject:
    result: JsonValue = value
    for key in reversed(path.split(".")):
        result = {{"*": "X_API_KEY"}.get(key, key): result}
    return as_object(result)


def test_every_key_that_the_schema_calls_sensitive_is_found() -> None:
    _, hints = schema()
    sensitive = [path for path, hint in hints.items() if as_object(hint).get("sensitive")]
    leaves = [path for path in sensitive if f"{path}.*" not in hints]
    assert len(leaves) > 20
    for path in leaves:
        assert [secret.value for secret in plain_secrets(nested(path, CANARY))] == [CANARY], path


def test_variables_whose_names_say_that_they_are_secret() -> None:
    environ = {"OPENAI_API_KEY": "a", "BOT_TOKEN": "b", "PASSWORD": "c", "KEYBOARD": "d", "HOME": "e"}
    assert list(secret_variables(environ)) == ["a", "b", "c"]


def test_all_names_that_a_configuration_refers_to() -> None:
    raw = {"a": {"token": "keyring:x"}, "b": [{"k": "keyring:y"}, "keyring:x"], "c": "plain", "d": "${VAR}"}
    assert references(raw) == ("x", "y")  # type: ignore[arg-type]


def test_a_hash_of_a_password_is_no_secret_in_plain_text() -> None:
    text = "$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$" + "A" * 43
    assert plain_secrets({"gateway": {"auth": {"password": text}}}) == ()


def test_no_letter_that_counts_as_the_last_one_of_a_secret_s_name_is_passed_over() -> None:
    words = {
        secret_refs._SECRET_KEY: "token password passphrase secret api_key private_key accessKey credential",
        secret_refs._VARIABLE: "KEY TOKEN SECRET PASSWORD PASSWD PASS CREDENTIAL CREDENTIALS",
        secret_refs._HEADER: "authorization proxy-authorization cookie x-key x-token x-secret x-auth",
    }
    every = "".join(map(chr, range(0x110000)))
    for pattern, names in words.items():
        for name in names.split():
            assert pattern.search(name), "a word of the pattern"
            assert pattern.search(f"{name}\n"), "as the end of a line counts as the end"
            ends = re.findall(name[-1], every, re.IGNORECASE)
            assert {*ends, "\n"} <= secret_refs._LAST_LETTERS, name
