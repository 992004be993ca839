"""Where the secrets lie is remembered, and looked for nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import SecretsFault, SecretsState
from clawd_desktop.system.secrets_place import SecretsPlace


class Ring:
    title, remark = "Ring", ""

    def __init__(self, instance: str, recorded: str) -> None:
        self.instance, self.recorded = instance, recorded
        self.id = recorded or "ring"
        self.kept: dict[str, str] = {}

    def is_locked(self) -> bool:
        return False

    def read(self, name: str) -> str | None:
        return self.kept.get(name)

    def write(self, name: str, value: str) -> None:
        self.kept[name] = value

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


def place(folder: Path) -> SecretsPlace:
    return SecretsPlace(folder, {}, ManualClock(), Ring)


def ring(place: SecretsPlace) -> Ring:
    found = place.backend()
    assert isinstance(found, Ring)
    return found


def test_reading_writes_nothing(tmp_path: Path) -> None:
    asked = place(tmp_path / "state")
    assert asked.title == asked.remark == ""
    assert asked.backend().read("a") is None
    assert asked.title == "Ring"
    assert not (tmp_path / "state").exists()


def test_the_instance_and_the_keyring_are_remembered(tmp_path: Path) -> None:
    first = place(tmp_path)
    first.store("a", "1")
    second = ring(place(tmp_path))
    assert second.instance == ring(first).instance
    assert second.recorded == "ring"
    assert "1" not in json.loads((tmp_path / "secrets.json").read_text())


def test_two_folders_are_two_instances(tmp_path: Path) -> None:
    assert ring(place(tmp_path / "a")).instance != ring(place(tmp_path / "b")).instance


def test_a_damaged_record_is_not_replaced_by_a_new_instance(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("damaged")
    with pytest.raises(SecretsFault) as caught:
        place(tmp_path).store("a", "1")
    assert caught.value.state is SecretsState.BROKEN
    assert (tmp_path / "secrets.json").read_text() == "damaged"


def test_a_vault_restored_without_its_record_is_used_and_not_replaced(tmp_path: Path) -> None:
    place(tmp_path).open_vault("a good passphrase", ())
    (tmp_path / "secrets.json").unlink()
    again = place(tmp_path)
    assert again.backend().is_locked()
    with pytest.raises(SecretsFault):
        again.open_vault("another passphrase", ())


def test_going_back_to_the_keyring_asks_any_keyring(tmp_path: Path) -> None:
    asked = place(tmp_path)
    asked.open_vault("a good passphrase", ())
    asked.store("a", "1")
    asked.return_to_keyring(("a", "none"))
    assert ring(asked).recorded == ""
    assert ring(asked).kept == {"a": "1"}
    assert json.loads((tmp_path / "secrets.json").read_text())["backend"] == "ring"
