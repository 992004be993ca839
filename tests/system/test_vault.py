"""The encrypted file never loses a secret: not to a second vault, a wrong passphrase, damage or a full disk."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from clawd_desktop.core import safeio
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, Conflict, SecretsFault, SecretsState, StorageFault
from clawd_desktop.system.vault import Vault
from clawd_desktop.system.vault_format import Cost

CHEAP = Cost(iterations=1, lanes=1, memory_kib=64)
PASSPHRASE = "a good passphrase"


def vault(folder: Path) -> Vault:
    return Vault(folder, ManualClock(), CHEAP)


@pytest.fixture
def full(tmp_path: Path) -> Vault:
    made = vault(tmp_path)
    made.create(PASSPHRASE)
    made.write("a", "1")
    made.write("b", "2")
    return made


def test_secrets_survive_a_restart(full: Vault, tmp_path: Path) -> None:
    full.delete("b")
    full.delete("b")
    again = vault(tmp_path)
    assert again.is_locked()
    with pytest.raises(SecretsFault):
        again.read("a")
    again.unlock(PASSPHRASE)
    assert not again.is_locked()
    assert (again.read("a"), again.read("b")) == ("1", None)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("vault*")} == {0o600}


def test_a_vault_is_never_made_over_another(full: Vault, tmp_path: Path) -> None:
    before = (tmp_path / "vault.json").read_bytes()
    with pytest.raises(Conflict):
        vault(tmp_path).create("another passphrase")
    (tmp_path / "vault.json").rename(tmp_path / "elsewhere")
    with pytest.raises(Conflict):
        vault(tmp_path).create("another passphrase")
    assert (tmp_path / "elsewhere").read_bytes() == before


@pytest.mark.parametrize("passphrase", ["", "short"])
def test_a_short_passphrase_is_refused(tmp_path: Path, passphrase: str) -> None:
    with pytest.raises(BadInput):
        vault(tmp_path).create(passphrase)
    assert not vault(tmp_path).exists()


def test_a_wrong_passphrase_says_so_and_changes_nothing(full: Vault, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    again = vault(tmp_path)
    with pytest.raises(SecretsFault) as caught:
        again.unlock("a bad passphrase")
    assert caught.value.state is SecretsState.LOCKED
    assert again.is_locked()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_damage_falls_back_to_the_generation_before_and_keeps_the_evidence(full: Vault, tmp_path: Path) -> None:
    (tmp_path / "vault.json").write_bytes(b"damaged")
    again = vault(tmp_path)
    again.unlock(PASSPHRASE)
    assert (again.read("a"), again.read("b")) == ("1", None)
    assert "damaged" in again.remark
    kept = list(tmp_path.glob("vault.json.damaged-*"))
    assert [path.read_bytes() for path in kept] == [b"damaged"]
    again.write("b", "3")
    later = vault(tmp_path)
    later.unlock(PASSPHRASE)
    assert (later.read("b"), later.remark) == ("3", "")


def test_a_lost_file_falls_back_too(full: Vault, tmp_path: Path) -> None:
    (tmp_path / "vault.json").unlink()
    again = vault(tmp_path)
    assert again.exists()
    again.unlock(PASSPHRASE)
    assert again.read("a") == "1"


@pytest.mark.parametrize("newer", [True, False], ids=["newer version", "both damaged"])
def test_what_cannot_be_used_is_left_as_it_is(full: Vault, tmp_path: Path, newer: bool) -> None:
    for name in ("vault.json", "vault.previous.json"):
        path = tmp_path / name
        path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 9') if newer else b"damaged")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(SecretsFault) as caught:
        vault(tmp_path).unlock(PASSPHRASE)
    assert caught.value.state is SecretsState.BROKEN
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("failing", ["open", "write", "fsync", "replace"])
def test_a_full_disk_leaves_the_old_secret(
    full: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as disk:
        disk.setattr(safeio.calls, failing, fail)
        with pytest.raises(StorageFault):
            full.write("a", "new")
    assert full.read("a") == "1"
    again = vault(tmp_path)
    again.unlock(PASSPHRASE)
    assert (again.read("a"), again.read("b")) == ("1", "2")
    full.write("a", "new")
    assert full.read("a") == "new"


def test_the_default_cost_is_bearable(tmp_path: Path) -> None:
    Cost().check()
    made = Vault(tmp_path, ManualClock())
    made.create(PASSPHRASE)
    made.write("a", "1")
    assert made.read("a") == "1"
