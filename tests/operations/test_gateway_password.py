"""The gateway's password: made once, kept in the real Secret Service, found again, and never anywhere else."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desktop_session import Bus, secret_service
from secrets_stage import start

from clawd_desktop.config.secret_refs import GATEWAY_PASSWORD
from clawd_desktop.core.errors import SecretsFault, SecretsState
from clawd_desktop.operations.gateway_password import NOTICE, SharedSecrets

REFERENCE = "keyring:gateway.auth.password"


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    with secret_service() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


async def test_the_first_start_makes_256_bits_and_a_configuration_that_only_refers_to_them(
    keyring: Bus, tmp_path: Path
) -> None:
    first = await start(tmp_path)
    found = await first.password.find()
    assert found.token is None
    assert found.password is not None
    assert len(base64.urlsafe_b64decode(found.password + "=")) == 32
    assert await first.secrets.get(GATEWAY_PASSWORD) == found.password
    assert first.config.config.gateway.auth.password == REFERENCE
    assert found.password in first.learned, "the log must never show it"
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert REFERENCE.encode() in everything
    assert found.password.encode() not in everything
    assert first.notice(NOTICE) is None


async def test_the_second_start_finds_it_and_changes_nothing(keyring: Bus, tmp_path: Path) -> None:
    made = await (await start(tmp_path)).password.find()
    second = await start(tmp_path)
    before = second.paths.config_file.read_bytes()
    assert await second.password.find() == made
    assert second.paths.config_file.read_bytes() == before
    assert second.notice(NOTICE) is None


async def test_two_that_ask_at_once_on_the_first_start_get_the_same(keyring: Bus, tmp_path: Path) -> None:
    first = await start(tmp_path)
    one, other = await asyncio.gather(first.password.find(), first.password.find())
    assert one == other
    assert await first.secrets.get(GATEWAY_PASSWORD) == one.password


@pytest.mark.parametrize(
    ("auth", "name"),
    [
        ('{"password": "keyring:gateway.auth.password"}', "gateway.auth.password"),
        ('{"password": "keyring:home.gateway"}', "home.gateway"),
        ('{"mode": "token", "token": "keyring:gateway.auth.token"}', "gateway.auth.token"),
    ],
)
async def test_a_lost_keyring_item_is_made_anew_under_its_own_name_and_told(
    keyring: Bus, tmp_path: Path, auth: str, name: str
) -> None:
    first = await start(tmp_path, f'{{"gateway": {{"auth": {auth}}}}}')
    found = await first.password.find()
    made = found.password or found.token
    assert await first.secrets.get(name) == made
    notice = first.notice(NOTICE)
    assert notice is not None
    assert name in notice.text
    assert [action.id for action in notice.actions] == ["password.copy"]
    second = await start(tmp_path)
    assert await second.password.find() == found, "the reference holds again"
    assert second.notice(NOTICE) is None


async def test_a_configuration_without_a_password_gets_one_but_is_not_rewritten(keyring: Bus, tmp_path: Path) -> None:
    first = await start(tmp_path, '{"ui": {}} // mine')
    found = await first.password.find()
    assert found.password == await first.secrets.get(GATEWAY_PASSWORD)
    assert first.paths.config_file.read_text() == '{"ui": {}} // mine'


@pytest.mark.parametrize(
    ("goes", "comes"),
    [((Bus.stop_keyring,), (Bus.start_keyring,)), ((Bus.lock_keyring,), (Bus.stop_keyring, Bus.start_keyring))],
    ids=["absent", "locked"],
)
async def test_without_a_keyring_nothing_is_made_until_it_is_back(
    keyring: Bus, tmp_path: Path, goes: tuple[Callable[[Bus], None], ...], comes: tuple[Callable[[Bus], None], ...]
) -> None:
    first = await start(tmp_path)
    for step in goes:
        step(keyring)
    with pytest.raises(SecretsFault) as fault:
        await first.password.find()
    assert fault.value.state in (SecretsState.ABSENT, SecretsState.LOCKED, SecretsState.DISMISSED)
    assert fault.value.hint
    assert not first.paths.config_file.exists(), "no reference to what does not exist"
    for step in comes:
        step(keyring)
    await first.secrets.retry()
    assert (await first.password.find()).password == await first.secrets.get(GATEWAY_PASSWORD)


@pytest.mark.parametrize("brand", ["CLAWDBOT", "MOLTBOT", "OPENCLAW"])
@pytest.mark.parametrize(
    ("name", "found"),
    [("PASSWORD", SharedSecrets("from outside", None)), ("TOKEN", SharedSecrets(None, "from outside"))],
)
async def test_headless_the_environment_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, brand: str, name: str, found: SharedSecrets
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    first = await start(tmp_path, **{f"{brand}_GATEWAY_{name}": "from outside"})
    assert await first.password.find() == found
    assert await first.password.find() == found, "also once there is a configuration that refers to the keyring"
    assert b"from outside" not in b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())


async def test_one_secret_that_is_known_is_enough_while_the_keyring_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
    auth = '{"password": "in plain text", "token": "keyring:gateway.auth.token"}'
    first = await start(tmp_path, f'{{"gateway": {{"auth": {auth}}}}}')
    assert await first.password.find() == SharedSecrets("in plain text", None)


@pytest.mark.parametrize("text", ['{"gateway": ', '{"gateway": {"port": "high"}}'])
async def test_a_configuration_that_cannot_be_used_is_not_written_over(keyring: Bus, tmp_path: Path, text: str) -> None:
    first = await start(tmp_path, text)
    assert (await first.password.find()).password
    assert first.paths.config_file.read_text() == text


async def test_a_configuration_that_went_away_is_left_for_its_owner_to_bring_back(keyring: Bus, tmp_path: Path) -> None:
    first = await start(tmp_path, '{"gateway": {"auth": {"password": "in plain text"}}}')
    first.paths.config_file.unlink()
    await first.config.load()
    assert await first.password.find() == SharedSecrets("in plain text", None)
    assert not first.paths.config_file.exists()


def test_what_is_found_is_not_shown() -> None:
    assert repr(SharedSecrets("secret", None)) == "SharedSecrets(password=set, token=None)"
