"""Locks that are set and taken off: what the file says then, where the secret lies, and what a failure leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from backup_desk_stage import DeskStage

from clawd_desktop.backup.desk import Order
from clawd_desktop.backup.locking import NAME, keep_passwords, lock_no_more, lock_with_key, lock_with_passphrase
from clawd_desktop.backup.sealing import Keys, new_identity
from clawd_desktop.core.errors import BadInput, ClawdError

WORDS = "four words of mine"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskStage:
    monkeypatch.setenv("CLAWD_SECRETS_FILE", str(tmp_path / "secrets"))
    return DeskStage(tmp_path)


class Kept:
    """Secrets in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, name: str) -> str | None:
        return self.kept.get(name)

    async def set(self, name: str, value: str) -> None:
        self.kept[name] = value

    async def delete(self, name: str) -> None:
        self.kept.pop(name, None)


async def test_a_passphrase_is_kept_apart_and_opens_what_is_made_then(stage: DeskStage) -> None:
    await stage.desk()
    secrets = Kept()
    await lock_with_passphrase(stage.config, secrets, WORDS)
    assert secrets.kept == {NAME: WORDS}
    assert WORDS not in stage.paths.config_file.read_text()
    assert stage.config.config.backup.sealed.passphrase == f"keyring:{NAME}"
    await keep_passwords(stage.config, True)
    assert stage.config.config.backup.sealed.passwords
    await lock_no_more(stage.config)
    sealed = stage.config.config.backup.sealed
    assert (sealed.passphrase, sealed.recipients, sealed.passwords) == (None, (), False)
    assert secrets.kept == {NAME: WORDS}, "older backups need it still"


async def test_a_key_takes_the_place_of_a_passphrase_and_locks(stage: DeskStage) -> None:
    desk = await stage.desk()
    await lock_with_passphrase(stage.config, Kept(), WORDS)
    pair = new_identity()
    await lock_with_key(stage.config, pair.recipient)
    assert stage.config.config.backup.sealed.passphrase is None
    assert pair.secret not in stage.paths.config_file.read_text()
    made = await desk.create(Order(areas=("config",)))
    assert made.sealed
    assert (await desk.show(made.id, Keys(identities=(pair.secret,)))).areas == ("config",)


async def test_what_is_no_key_and_what_is_too_short_change_nothing(stage: DeskStage) -> None:
    await stage.desk()
    before = stage.paths.config_file.read_text()
    secrets = Kept()
    with pytest.raises(BadInput):
        await lock_with_key(stage.config, "age1nonsense")
    with pytest.raises(BadInput):
        await lock_with_passphrase(stage.config, secrets, "short")
    assert stage.paths.config_file.read_text() == before
    assert not secrets.kept


@pytest.mark.parametrize("former", ["", "the one before"])
async def test_when_it_cannot_be_saved_the_former_passphrase_stays(stage: DeskStage, former: str) -> None:
    await stage.desk()
    secrets = Kept()
    if former:
        secrets.kept[NAME] = former
    stage.paths.config_file.write_text("{ no json")
    with pytest.raises(ClawdError):
        await lock_with_passphrase(stage.config, secrets, WORDS)
    assert secrets.kept == ({NAME: former} if former else {})
