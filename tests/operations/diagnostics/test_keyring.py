"""The keyring is really written, read and cleaned: a real Secret Service that works, is locked, hangs, is absent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desktop_session import Bus, private_bus, secret_service

from clawd_desktop.core.errors import SecretsState
from clawd_desktop.core.findings import Finding, Level
from clawd_desktop.operations.diagnostics import keyring
from clawd_desktop.operations.diagnostics.ground import Ground

Grounds = Callable[..., Ground]
REFERS = '{gateway: {auth: {password: "keyring:gateway.auth.password"}}}'
NEEDS_NONE = '{gateway: {auth: {password: "kept in the environment"}}}'


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    with secret_service() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        yield bus


def look(ground: Ground) -> tuple[Finding, ...]:
    return asyncio.run(keyring.works(ground))


def test_one_that_works_keeps_nothing_of_the_probe(service: Bus, grounds: Grounds) -> None:
    ground = grounds(REFERS)
    assert look(ground) == ()
    assert asyncio.run(ground.secrets.get(keyring.PROBE)) is None


def test_one_that_is_locked(service: Bus, grounds: Grounds) -> None:
    service.lock_keyring()
    (one,) = look(grounds(REFERS))
    assert (one.id, one.level) == ("keyring.works.locked", Level.WARNING)


def test_one_that_hangs(service: Bus, grounds: Grounds) -> None:
    service.pause_keyring()
    try:
        (one,) = look(grounds(REFERS))
    finally:
        service.resume_keyring()
    assert (one.id, one.level) == ("keyring.works.hanging", Level.ERROR)


def test_none_at_all(grounds: Grounds, monkeypatch: pytest.MonkeyPatch) -> None:
    with private_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
        (one,) = look(grounds(REFERS))
        assert (one.id, one.level) == ("keyring.works.absent", Level.ERROR)
        assert "CLAWD_SECRETS_FILE" in one.recommendation
        (one,) = look(grounds(NEEDS_NONE))
        assert one.level is Level.INFO, "nothing is kept there"


def test_a_secrets_file(grounds: Grounds, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text("{}")
    file.chmod(0o600)
    assert look(grounds(REFERS, CLAWD_SECRETS_FILE=str(file))) == ()
    assert file.read_text() == "{}\n"
    file.chmod(0o644)
    (one,) = look(grounds(REFERS, CLAWD_SECRETS_FILE=str(file)))
    assert (one.id, "can be read by other users" in one.description) == ("keyring.works.broken", True)


def test_every_state_has_words() -> None:
    for state in set(SecretsState) - {SecretsState.OK}:
        one = keyring.fault_finding(state, "It is so.", needed=True)
        assert one.title
        assert one.recommendation


def test_secrets_that_are_referred_to(grounds: Grounds, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    file.write_text('{"gateway.auth.password": "x"}')
    file.chmod(0o600)
    assert asyncio.run(keyring.complete(grounds(REFERS, CLAWD_SECRETS_FILE=str(file)))) == ()
    file.write_text("{}")
    (one,) = asyncio.run(keyring.complete(grounds(REFERS, CLAWD_SECRETS_FILE=str(file))))
    assert (one.level, one.description) == (Level.ERROR, "gateway.auth.password.")
