"""Where the settings want backups, and how those at remote places are called."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from clawd_desktop.backup.shown import listed_json
from clawd_desktop.backup.targets import Target, is_remote, place_of, targets_of, token_of, usual
from clawd_desktop.config.paths import find_paths
from clawd_desktop.config.schema.backup import Backup


def test_all_that_are_on_each_once(tmp_path: Path) -> None:
    paths = find_paths({}, tmp_path, tmp_path / "state")
    section = Backup.model_validate({"destinations": [
        {"path": "~/b", "name": " Stick "}, {"path": "~/b"}, {"kind": "store", "path": "~/b"},
        {"path": "/off", "enabled": False},
        {"kind": "restic", "repository": "sftp:x:/r", "password": "keyring:r"},
        {"kind": "rclone", "repository": "drive:b"},
    ]})  # fmt: skip
    found = targets_of(section, paths)
    assert [(one.kind, one.where) for one in found] == [
        ("folder", str(tmp_path / "b")), ("store", str(tmp_path / "b")), ("restic", "sftp:x:/r"), ("rclone", "drive:b"),
    ]  # fmt: skip
    assert [one.title for one in found[1:]] == [str(tmp_path / "b"), "restic sftp:x:/r", "rclone drive:b"]
    assert (found[2].password, found[2].remote, found[1].remote) == ("keyring:r", True, False)
    assert found[1].folder == tmp_path / "b"
    assert targets_of(Backup(), paths) == ()


def test_a_plan_is_quick_and_a_person_gets_a_file() -> None:
    kinds = {cause: usual(Path("/b"), cause).kind for cause in ("person", "schedule", "update", "migration", "restore")}  # type: ignore[arg-type]
    assert kinds == {
        "person": "folder", "schedule": "store", "update": "store", "migration": "store", "restore": "folder",
    }  # fmt: skip


def test_addresses() -> None:
    address = Target("restic", "sftp:user@host:/a#b").address("0123")
    assert is_remote(address)
    assert (place_of(address), token_of(address)) == ("restic:sftp:user@host:/a#b", "0123")
    for path in ("/a/restic:x#1", "restic:x", "C:\\b#c", ""):
        assert not is_remote(path)


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("rest:https://anna:s3cret@host:8000/r", "rest:https://anna:…@host:8000/r"),
        ("rest:https://anna:s3@cr:et@host/r", "rest:https://anna:…@host/r"),
        ("rest:http://:s3cret@host/", "rest:http://:…@host/"),
        ("sftp://anna@host//r", "sftp://anna@host//r"),
        ("sftp:anna@host:/r", "sftp:anna@host:/r"),
        ("rest:https://host/a:b@c", "rest:https://host/a:b@c"),
    ],
)
def test_a_password_in_an_address_is_seen_nowhere(where: str, shown: str) -> None:
    target = Target("restic", where)
    assert (target.shown, target.title) == (shown, f"restic {shown}")
    assert target.key == place_of(target.address("0123")) == f"restic:{shown}"
    assert (target.where, target.address("0123")) == (where, f"restic:{shown}#0123")
    listed = orjson.dumps(listed_json((), (), None, None, places=((target, ""),)))
    assert b"s3" not in listed
