"""Secrets in plain text are found and offered; after they were moved no copy of them is left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from desktop_session import Bus, secret_service
from leaks import forms, leaks, leaks_in
from secrets_stage import start

from clawd_desktop.core.errors import Conflict, SecretsFault, StorageFault
from clawd_desktop.core.notices import Severity
from clawd_desktop.operations.plain_secrets import NOTICE

# Letters that each encoding writes in another way.
CANARY = 'Can@ry+9/"zwölf" 日\\本?&'
# The first configuration of the course, old spellings included, with what people add to it.
COURSE = """
{
"agent": {
"model": "anthropic/claude-3-5-sonnet-20241022",
"workspace": "~/clawd"
},
"gateway": {
"port": 18789,
"bind": "loopback",
"auth": {
"mode": "password",
"password": "your-secure-password"
},
"controlUi": {
"enabled": true
}
},
"channels": {
"telegram": { "botToken": "123456789:AAE-canary-bot-token-0000000000000000" },
// once it was 123456789:AAE-canary-bot-token-0000000000000000
"whatsapp": {
"enabled": true,
"dmPolicy": "pairing",
"allowFrom": ["+1234567890"]
}
},
"models": { "providers": { "mine": {
"baseUrl": "http://127.0.0.1:9/v1", "apiKey": 'sk-canary-api-key', "headers": { "X-Api-Key": "canary-header" }
} } },
"env": { "vars": { "OPENAI_API_KEY": "sk-canary-of-the-environment", "REGION": "eu" } }
}"""
VALUES = {
    "gateway.auth.password": "your-secure-password",
    "channels.telegram.botToken": "123456789:AAE-canary-bot-token-0000000000000000",
    "models.providers.mine.apiKey": "sk-canary-api-key",
    "models.providers.mine.headers.X-Api-Key": "canary-header",
    "env.vars.OPENAI_API_KEY": "sk-canary-of-the-environment",
}


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    with secret_service() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


async def test_all_are_found_hidden_from_the_log_and_offered_by_name_only(tmp_path: Path) -> None:
    made = await start(tmp_path, COURSE)
    assert {one.name: one.value for one in made.mover.look()} == VALUES
    assert set(made.learned) >= set(VALUES.values())
    notice = made.notice(NOTICE)
    assert notice is not None
    assert notice.severity is Severity.WARNING
    assert [action.id for action in notice.actions] == ["secrets.move"]
    assert all(name in notice.text for name in VALUES)
    assert leaks_in(f"{notice}".encode(), VALUES.values()) == []


async def test_moved_they_are_in_the_keyring_and_nowhere_else(keyring: Bus, tmp_path: Path) -> None:
    made = await start(tmp_path, COURSE)
    state = made.paths.state
    for version in range(3):
        await made.config.merge({"ui": {"assistant": {"name": f"Molty {version}"}}}, None)
    (state / "clawdbot.json.bak.1").write_text(COURSE)
    (state / "clawdbot.json.clobbered.20260101T000000Z").write_text(COURSE[:400])
    (state / "clawdbot.json.bak.2").write_bytes(COURSE.encode("utf-16"))
    assert len(leaks(tmp_path, VALUES.values())) > 20, "the test can see them"
    assert await made.mover.move() == len(VALUES)
    assert leaks(tmp_path, VALUES.values()) == []
    assert {name: await made.secrets.get(name) for name in VALUES} == VALUES
    assert made.notice(NOTICE) is None
    text = made.paths.config_file.read_text()
    assert '"password": "keyring:gateway.auth.password"' in text
    assert '"allowFrom": ["+1234567890"]' in text, "everything else stays as it stood"
    assert made.config.safe_reason == ""
    assert (await made.password.find()).password == "your-secure-password", "nobody is locked out"


async def test_a_canary_of_difficult_letters_leaves_no_trace_in_any_encoding(keyring: Bus, tmp_path: Path) -> None:
    text = json.dumps({"gateway": {"auth": {"password": CANARY}}}, indent=2)
    made = await start(tmp_path, text)
    copy = made.paths.state / "clawdbot.json.bak.3"
    copy.write_text(f"{text} // {CANARY} https://me:{quote(CANARY)}@host https://me:{quote(CANARY, safe='')}@host")
    await made.config.merge({"ui": {"assistant": {"name": "Molty"}}}, None)
    await made.mover.move()
    assert leaks(tmp_path, [CANARY]) == []
    assert await made.secrets.get("gateway.auth.password") == CANARY


async def test_without_a_keyring_everything_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    made = await start(tmp_path, COURSE)
    with pytest.raises(SecretsFault):
        await made.mover.move()
    assert made.paths.config_file.read_text() == COURSE
    assert made.notice(NOTICE) is not None


async def test_a_file_that_changed_meanwhile_is_not_written_over(keyring: Bus, tmp_path: Path) -> None:
    made = await start(tmp_path, COURSE)
    edited = COURSE.replace("loopback", "lan")
    made.paths.config_file.write_text(edited)
    with pytest.raises(Conflict):
        await made.mover.move()
    assert made.paths.config_file.read_text() == edited
    await made.config.load()
    assert await made.mover.move() == len(VALUES)
    assert leaks(tmp_path, VALUES.values()) == [], "what was kept of the conflict is clean, too"


async def test_copies_that_could_not_be_cleaned_are_not_forgotten(
    keyring: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await start(tmp_path, COURSE)

    async def full(values: set[str]) -> tuple[Path, ...]:
        raise StorageFault("The disk is full.")

    with monkeypatch.context() as disk:
        disk.setattr(made.config, "forget_plain_text", full)
        with pytest.raises(StorageFault):
            await made.mover.move()
    notice = made.notice(NOTICE)
    assert notice is not None
    assert "Old copies" in notice.text
    assert leaks(tmp_path, VALUES.values()) != []
    assert await made.mover.move() == 0
    assert leaks(tmp_path, VALUES.values()) == []
    assert made.notice(NOTICE) is None


async def test_a_copy_in_an_included_file_is_told_until_it_is_gone(keyring: Bus, tmp_path: Path) -> None:
    password = "shared-with-the-included-file"
    included = '{"remote": {"password": "shared-with-the-included-file"}}'
    made = await start(tmp_path, "{}")
    (made.paths.state / "more.json5").write_text(included)
    text = f'{{"gateway": {{"$include": "more.json5", "auth": {{"password": "{password}"}}}}}}'
    made.paths.config_file.write_text(text)
    await made.config.load()
    assert await made.mover.move() == 1
    notice = made.notice(NOTICE)
    assert notice is not None
    assert "more.json5" in notice.text
    assert password in (made.paths.state / "more.json5").read_text(), "files that are not ours are left alone"
    (made.paths.state / "more.json5").write_text("{}")
    await made.config.load()
    await made.mover.move()
    assert made.notice(NOTICE) is None


async def test_secrets_of_an_included_file_are_hidden_and_told(tmp_path: Path) -> None:
    made = await start(tmp_path, '{"gateway": {"$include": "more.json5"}}')
    (made.paths.state / "more.json5").write_text('{"auth": {"password": "only-in-the-included-file"}}')
    await made.config.load()
    assert made.mover.look() == ()
    assert "only-in-the-included-file" in made.learned
    notice = made.notice(NOTICE)
    assert notice is not None
    assert "gateway.auth.password" in notice.text
    assert notice.actions == ()


async def test_secrets_of_the_last_good_version_are_hidden_while_the_file_is_broken(tmp_path: Path) -> None:
    await start(tmp_path, COURSE)
    again = await start(tmp_path, '{"gateway": ')
    assert again.config.safe_mode
    again.mover.look()
    assert set(again.learned) >= set(VALUES.values())


async def test_references_and_defaults_are_no_secrets(tmp_path: Path) -> None:
    text = '{"gateway": {"auth": {"password": "keyring:gateway.auth.password", "token": "${MY_TOKEN}"}}}'
    made = await start(tmp_path, text, MY_TOKEN="from outside")
    assert made.mover.look() == ()
    assert made.learned == []
    assert made.notice(NOTICE) is None


@pytest.mark.parametrize("shape", list(forms(CANARY)))
def test_the_search_sees_every_shape(shape: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"..." + forms(CANARY)[shape] + b"...")
    assert leaks(tmp_path, [CANARY]) != []
