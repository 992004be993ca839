"""What opens a store is found without asking anybody twice, and a store is never written in the open by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from backup_desk_stage import DeskStage

from clawd_desktop.backup import store_format
from clawd_desktop.backup.sealing import Keys, Lock, new_identity
from clawd_desktop.backup.store import Store
from clawd_desktop.backup.store_keys import StoreKeys
from clawd_desktop.core.errors import BadInput, SecretsFault


@pytest.fixture
def stage(tmp_path: Path) -> DeskStage:
    return DeskStage(tmp_path)


async def test_open_and_locked_ones_lie_beside_each_other(stage: DeskStage, tmp_path: Path) -> None:
    keys = StoreKeys(stage.secrets)
    plain, nothing = await keys.prepared(tmp_path, None)
    locked, identity = await keys.prepared(tmp_path, Lock("words"))
    assert nothing == Keys()
    assert plain.root.parent == locked.root.parent == tmp_path
    assert plain.root != locked.root
    assert await keys.prepared(tmp_path, Lock("words")) == (locked, identity)
    assert await keys.known(plain) is None
    assert await StoreKeys(stage.secrets).keys(locked, Lock("words")) == identity
    Store(locked, tmp_path / "cache", identity)
    with pytest.raises(BadInput, match="another lock"):
        await StoreKeys(stage.secrets).prepared(tmp_path, Lock("others"))


async def test_a_passphrase_can_be_changed_when_the_keyring_has_its_key(stage: DeskStage, tmp_path: Path) -> None:
    await stage.secrets.use_vault("opens the vault")
    place, identity = await StoreKeys(stage.secrets).prepared(tmp_path, Lock("old"))
    again = StoreKeys(stage.secrets)
    assert await again.known(place) == identity
    assert await StoreKeys(stage.secrets).keys(place, Lock("new")) == identity
    assert store_format.unlock(place, Keys("new")) == identity.identities[0]
    with pytest.raises(BadInput):
        store_format.unlock(place, Keys("old"))


async def test_one_that_came_to_nothing_goes_with_its_key(stage: DeskStage, tmp_path: Path) -> None:
    await stage.secrets.use_vault("opens the vault")
    keys = StoreKeys(stage.secrets)
    place, _ = await keys.prepared(tmp_path, Lock("words"))
    name = store_format.read(place).id
    assert await stage.secrets.get(f"backup.store.{name}")
    await keys.discard(place)
    assert not place.root.exists()
    assert await stage.secrets.get(f"backup.store.{name}") is None


async def test_the_keys_of_others_need_a_keyring(stage: DeskStage, tmp_path: Path) -> None:
    person = new_identity()
    lock = Lock(recipients=(person.recipient,))
    with pytest.raises(SecretsFault):
        await StoreKeys(stage.secrets).prepared(tmp_path, lock)
    assert not list(tmp_path.glob("clawd-backups*"))
    await stage.secrets.use_vault("opens the vault")
    place, identity = await StoreKeys(stage.secrets).prepared(tmp_path, lock)
    assert store_format.unlock(place, Keys(identities=(person.secret,))) == identity.identities[0]
    assert await StoreKeys(stage.secrets).keys(place, lock) == identity
