"""Secrets leave a configuration without a trace, all else stays to the letter, and they can be put back."""

from __future__ import annotations

import contextlib
import json

import pytest
from backup_stage import CANARY, CONFIG, OTHER
from leaks import leaks_in

from clawd_desktop.backup import secrets_out
from clawd_desktop.backup.secrets_out import cleaned, put_back, secret_values
from clawd_desktop.config.json5 import parse
from clawd_desktop.config.schema.describe import schema
from clawd_desktop.config.scrub import MARK
from clawd_desktop.config.secret_refs import plain_secrets
from clawd_desktop.core.errors import SecretsFault, SecretsState, Unreadable
from clawd_desktop.core.values import JsonValue, as_object

STRANGE = "".join(f"\\u{ord(letter):04x}" for letter in CANARY)
FULL = CONFIG % (json.dumps(CANARY, ensure_ascii=False), json.dumps(CANARY), OTHER, f'"{STRANGE}"', OTHER)


def test_no_form_of_a_secret_is_left_and_comments_stay() -> None:
    clean = cleaned(FULL.encode())
    assert not leaks_in(clean.data, [CANARY, OTHER])
    assert STRANGE.encode() not in clean.data
    text = clean.data.decode()
    for kept in ("// What I set by hand. Once it was: token: ", "// stays", '"mode": "local"', '"EDITOR": "vi"',
                 '"keyring:gateway.auth.token"', '"$include": "parts/more.json5"'):  # fmt: skip
        assert kept in text
    assert not plain_secrets(parse(text))  # type: ignore[arg-type]
    assert set(clean.places) == {
        "gateway.auth.password", "models.providers.x.apiKey", "models.providers.x.headers.Authorization",
        "models.providers.x.baseUrl", "env.vars.OPENAI_API_KEY", "channels.telegram.botToken",
    }  # fmt: skip


def test_each_key_that_the_schema_calls_sensitive_is_cleaned() -> None:
    hints = schema()[1]
    sensitive = [path for path, hint in hints.items() if as_object(hint).get("sensitive")]
    leaves = [path for path in sensitive if f"{path}.*" not in hints]
    assert len(leaves) > 30
    for path in leaves:
        value: JsonValue = CANARY
        for key in reversed(path.replace("*", "x").split(".")):
            value = {key: value}
        for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
            assert not leaks_in(cleaned(text.encode()).data, [CANARY]), path


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("{password: 'abc'} // abc", "{password: \"keyring:left-out/password\"} // abc"),
        ("{password: 'abcd'} // abcd", f'{{password: "keyring:left-out/password"}} // {MARK}'),
        ("{/* token: abc*/ a: 1}", f"{{/* token: {MARK}*/ a: 1}}"),
        ("{a: 1, // secret = 'x y', and\n b: 2}", f"{{a: 1, // secret = {MARK}, and\n b: 2}}"),
        ('{password: "local12", mode: "local12"}', '{password: "keyring:left-out/password", mode: "local12"}'),
        ("{env: {EDITOR: 'vi', PAT: 'ghp_012345'}}", "{env: {EDITOR: 'vi', PAT: \"keyring:left-out/env.PAT\"}}"),
        ("{headers: {'X-Own': '${A_HEADER}'}}", "{headers: {'X-Own': '${A_HEADER}'}}"),
        ("{a: {password: '${PASS}'}}", "{a: {password: '${PASS}'}}"),
        ("{password: ''}", "{password: ''}"),
        ("[{token: 'x'}]", '[{token: "keyring:left-out/0.token"}]'),
        ("{maxTokens: 5, tokens: 'x'}", "{maxTokens: 5, tokens: 'x'}"),
        ("{password: 'say \"token: x\"'}", '{password: "keyring:left-out/password"}'),
    ],
)  # fmt: skip
def test_what_is_replaced_and_what_stays(text: str, left: str) -> None:
    assert cleaned(text.encode()).data.decode() == left


def test_secrets_of_other_files_are_taken_out_too() -> None:
    clean = cleaned(f"{{a: 'x {OTHER} y', b: 'short'}} // {OTHER}".encode(), {OTHER, "short"})
    assert clean.data.decode() == f"{{a: \"keyring:left-out/a\", b: 'short'}} // {MARK}"
    assert clean.places == ("a",)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe{\0}\0", b"\xff", b"{'a': 1} x", b"[" * 200])
def test_what_cannot_be_understood_is_not_called_clean(data: bytes) -> None:
    with pytest.raises(Unreadable):
        cleaned(data)
    assert not secret_values(data)


def test_a_text_that_looks_like_a_secret() -> None:
    assert secrets_out.looks_secret(b'{"token": "x"')
    assert secrets_out.looks_secret(b"API_KEY=x")
    assert not secrets_out.looks_secret(b"{'a': 1")


def test_a_restore_puts_back_what_is_there_now() -> None:
    clean = cleaned(FULL.encode()).data.decode()
    back = put_back(clean, FULL)
    assert parse(back) == parse(FULL)
    assert "// stays" in back
    assert not secrets_out.missing(back)
    assert cleaned(back.encode()).data.decode() == clean


def test_where_nothing_is_there_a_reference_says_what_is_missing() -> None:
    clean = cleaned(b"{a: {token: 'secret'}, b: 1}").data.decode()
    for present in ("", "{", "[]", "{a: {token: 5}}"):
        back = put_back(clean, present)
        assert secrets_out.missing(back) == ("a.token",)
        assert not plain_secrets(parse(back))  # type: ignore[arg-type]
    assert parse(put_back(clean, "", config=False)) == {"a": {"token": ""}, "b": 1}
    assert put_back("{a: 1}", FULL) == "{a: 1}"


class Keyring:
    def __init__(self, held: dict[str, str]) -> None:
        self.held = held

    async def get(self, name: str) -> str | None:
        if name == "locked":
            raise SecretsFault("It is locked.", state=SecretsState.LOCKED)
        return self.held.get(name)

    async def set(self, name: str, value: str) -> None:
        self.held[name] = value

    async def delete(self, name: str) -> None:
        self.held.pop(name, None)


async def test_what_the_keyring_holds_comes_along_in_one_member() -> None:
    names = secrets_out.names_in(b"{a: 'keyring:x', b: ['keyring:y', 'keyring:x'], c: 'keyring:z'}")
    assert names == ("x", "y", "z")
    items, warnings = await secrets_out.keyring_items(Keyring({"x": CANARY, "y": OTHER, "q": "not asked"}), names)
    assert items == {"x": CANARY, "y": OTHER}
    assert len(warnings) == 1
    assert " z," in warnings[0]
    assert secrets_out.decode_keyring(secrets_out.encode_keyring(items)) == items
    with pytest.raises(SecretsFault):
        await secrets_out.keyring_items(Keyring({}), ("locked",))
    for data in (b"{", b'{"version":2,"items":{}}', b"[]"):
        with pytest.raises(Unreadable):
            secrets_out.decode_keyring(data)
    assert secrets_out.names_in(b"{") == ()


def test_json_by_name() -> None:
    assert [name for name in ("a.json", "a.json5", "b/a.json.bak.1", "a.jsonl", "json", "a.json/b") if
            secrets_out.is_json(name)] == ["a.json", "a.json5", "b/a.json.bak.1"]  # fmt: skip


def test_plain_json_and_the_same_with_a_comment_are_cleaned_alike() -> None:
    """The short way for plain JSON finds what the long way finds, which a comment makes it go."""
    values = ("a secret of another file",)
    for text in (
        '{"a": {"token": "0123456789abcdef"}}',
        '{"token": "0123456789abcdef", "token": 5}',
        '{"list": [{"password": "p"}, "x"]}',
        '["a text with a secret of another file in it"]',
        '{"headers": {"X-Some": "0123456789"}}',
        '{"monitoring": {"deadMan": {"url": "https://example.org/0123456789"}}}',
        '{"monitoring.deadMan": {"url": "https://example.org/0123456789"}}',
        '{"monitoring.deadMan.url": "https://example.org/0123456789"}',
        '{"monitoring": {"sinks": {"env": {"url": "https://example.org/0123456789"}}}}',
        '"a \\u0073ecret of another file"',
        '{"a": 1, "b": [true, null, 1.5e3, "text"], "tokens": 7}',
        '{"a": "\\ud83d\\ude00"}',
    ):
        plain, long = (secrets_out.cleaned(one.encode(), values) for one in (text, f"{text} // end"))
        assert long.places == plain.places, text
        assert long.data == plain.data + b" // end", text
    assert secrets_out.cleaned(b'{"a": "b"}') == secrets_out.Cleaned(b'{"a": "b"}', ())


def test_depth_is_no_way_around() -> None:
    deep = b'{"a":' * 400 + b'{"token": "0123456789abcdef"}' + b"}" * 400
    with contextlib.suppress(Unreadable):  # nobody can say which secrets it holds, and so it is left out
        assert b"0123456789abcdef" not in secrets_out.cleaned(deep).data


def test_a_password_in_the_address_of_a_repository_is_taken_out_and_comes_back() -> None:
    repository = f"rest:https://anna:{OTHER}@host/r"
    text = json.dumps({"backup": {"destinations": [{"kind": "restic", "repository": repository}]}})
    clean = cleaned(text.encode())
    assert not leaks_in(clean.data, [OTHER])
    assert clean.places == ("backup.destinations.0.repository",)
    assert parse(put_back(clean.data.decode(), text)) == parse(text)
    without = b'{"backup": {"destinations": [{"repository": "sftp:anna@host:/r"}]}}'
    assert cleaned(without).data == without
