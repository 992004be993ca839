"""What the settings say of backups is what is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from backup_desk_stage import DeskStage

from clawd_desktop.backup.sealing import Keys, Lock, new_identity
from clawd_desktop.backup.wanted import keys_of, make_place
from clawd_desktop.core.errors import StorageFault


async def test_folders_and_rules(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    usual = (await stage.desk()).wanted
    assert usual.folders() == (stage.usual,)
    assert (usual.rules().days, usual.rules().max_bytes, usual.rules().cause_days) == (30, 0, {"restore": 7})
    places = [
        {"path": "~/b"}, {"path": "/c", "enabled": False}, {"kind": "rclone", "repository": "x:y"}, {"path": "~/b"},
    ]  # fmt: skip
    keep = {"days": 1, "daily": 2, "weekly": 3, "monthly": 4, "maxSize": "20G", "beforeRestore": 5}
    wanted = (await stage.desk(destinations=places, retention=keep)).wanted
    assert wanted.folders() == (tmp_path / "b",)
    rules = wanted.rules()
    assert (rules.days, rules.daily, rules.weekly, rules.monthly) == (1, 2, 3, 4)
    assert (rules.max_bytes, rules.cause_days) == (20 << 30, {"restore": 5})
    assert stage.usual in wanted.ground().backup_folders


@pytest.mark.parametrize(
    ("places", "remote"),
    [
        ([], False),
        ([{"path": "/b"}], False),
        ([{"kind": "restic", "repository": "r"}], True),
        ([{"kind": "restic", "repository": "r"}, {"path": "/b"}], False),
        ([{"kind": "restic", "repository": "r"}, {"path": "/b", "enabled": False}], True),
    ],
)
async def test_the_plan(tmp_path: Path, places: list[dict[str, object]], remote: bool) -> None:
    desk = await DeskStage(tmp_path).desk(destinations=places, onBattery="never", schedule={"time": "04:15"})
    plan = desk.wanted.plan()
    assert (plan.remote, plan.on_battery, plan.when.minute, plan.enabled) == (remote, "never", 255, True)


async def test_areas(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    assert (await stage.desk()).wanted.areas() == (), "all"
    areas = (await stage.desk(leaveOut=["sessions"])).wanted.areas()
    assert "config" in areas
    assert not {"sessions", "secrets"} & set(areas)
    assert (await stage.desk(leaveOut=["sessions"])).wanted.areas("restore") == (), "what a restore replaces is saved"
    recipient = new_identity().recipient
    sealed = {"recipients": [recipient], "passwords": True}
    assert "secrets" in (await stage.desk(leaveOut=["sessions"], sealed=sealed)).wanted.areas()


async def test_the_lock_and_the_passwords_that_come_along(tmp_path: Path) -> None:
    stage = DeskStage(tmp_path)
    await stage.secrets.use_vault("opens the vault")
    await stage.secrets.set("gateway.auth.token", "a token")
    await stage.secrets.set("backup.passphrase", "a passphrase")
    assert await (await stage.desk()).wanted.lock() == (None, None)
    assert await (await stage.desk()).wanted.lock(Lock("x")) == (Lock("x"), None)
    desk = await stage.desk(sealed={"passphrase": "keyring:backup.passphrase", "passwords": True})
    lock, passwords = await desk.wanted.lock()
    assert (lock, passwords) == (Lock("a passphrase"), {"backup.passphrase": "a passphrase"})
    plain = tmp_path / "plain"
    plain.write_bytes(b"age-encryption")
    assert await desk.wanted.keys(plain) is None
    assert await desk.wanted.keys(tmp_path / "nothing") is None
    plain.write_bytes(b"age-encryption.org/v1\n")
    assert await desk.wanted.keys(plain) == Keys("a passphrase")


def test_what_opens_a_backup() -> None:
    secret = f"# mine\n{new_identity().secret}\n"
    assert keys_of(secret) == Keys(identities=(secret,))
    assert keys_of(" two words \n") == Keys(" two words ")


def test_a_folder_on_a_disk_that_is_away_is_not_made(tmp_path: Path) -> None:
    usual = tmp_path / "a" / "b"
    make_place(usual, usual)
    make_place(tmp_path / "c", usual)
    assert usual.is_dir()
    assert (tmp_path / "c").is_dir()
    with pytest.raises(StorageFault, match="is not there"):
        make_place(tmp_path / "away" / "d", usual)
    assert not (tmp_path / "away").exists()
