"""The backup section has defaults that are safe, and refuses what cannot be done."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from clawd_desktop.config.schema import Config
from clawd_desktop.config.schema.check import checked
from clawd_desktop.core.values import JsonObject


def test_by_default_one_is_made_each_day_and_kept_as_in_the_course() -> None:
    found = Config().backup
    assert (found.enabled, found.schedule.kind, found.schedule.time) == (True, "daily", "03:30")
    kept = found.retention
    assert (kept.days, kept.daily, kept.weekly, kept.monthly, kept.max_size, kept.before_restore) == (
        30, 7, 4, 6, None, 7,
    )  # fmt: skip
    assert (found.drill.enabled, found.drill.weekly) == (True, "sun")
    assert (found.on_battery, found.on_metered, found.notify) == ("unlessLow", False, "problems")
    assert (found.destinations, found.leave_out) == ((), ())
    assert (found.sealed.recipients, found.sealed.passphrase, found.sealed.passwords) == ((), None, False)


def test_all_of_it_is_understood() -> None:
    raw: JsonObject = {
        "backup": {
            "schedule": {"kind": "hours", "everyHours": 4, "time": "1:15", "timezone": "Europe/Berlin"},
            "retention": {"days": 14, "maxSize": "1.5 TB", "beforeRestore": 3},
            "destinations": [
                {"name": "USB", "path": "/media/usb"},
                {"kind": "restic", "repository": "sftp:nas:/b", "password": "keyring:restic", "enabled": False},
                {"kind": "rclone", "repository": "cloud:backups"},
            ],
            "leaveOut": ["measurements"],
            "sealed": {"passphrase": "keyring:backup", "passwords": True},
            "drill": {"weekly": "wed", "time": "12:00"},
            "onBattery": "never", "lowBattery": 0.5, "onMetered": True, "notify": "always",
        }
    }  # fmt: skip
    assert checked(raw).issues == checked(raw).warnings == ()
    found = Config.model_validate(raw).backup
    assert [(one.kind, one.enabled) for one in found.destinations] == [
        ("folder", True), ("restic", False), ("rclone", True),
    ]  # fmt: skip
    assert (found.schedule.every_hours, found.retention.before_restore, found.drill.weekly) == (4, 3, "wed")


@pytest.mark.parametrize(
    ("raw", "place", "words"),
    [
        ({"schedule": {"kind": "yearly"}}, "backup.schedule.kind", "must be"),
        ({"schedule": {"time": "24:00"}}, "backup.schedule.time", "must"),
        ({"schedule": {"days": []}}, "backup.schedule.days", "must"),
        ({"schedule": {"everyHours": 0}}, "backup.schedule.everyHours", "must"),
        ({"schedule": {"everyHours": 25}}, "backup.schedule.everyHours", "must"),
        ({"retention": {"days": -1}}, "backup.retention.days", "must"),
        ({"retention": {"maxSize": "much"}}, "backup.retention.maxSize", "must"),
        ({"destinations": [{"path": "/a"}, {}]}, "backup.destinations.1", "must say its folder, as path"),
        ({"destinations": [{"kind": "restic", "path": "/a"}]}, "backup.destinations.0", "the repository of restic"),
        ({"destinations": [{"kind": "ftp", "path": "/a"}]}, "backup.destinations.0.kind", "must be"),
        ({"sealed": {"passwords": True}}, "backup.sealed", "passwords are only kept in locked backups"),
        ({"sealed": {"recipients": ["age1x"], "passphrase": "x"}}, "backup.sealed", "not both"),
        ({"onBattery": True}, "backup.onBattery", "must be"),
        ({"lowBattery": 30}, "backup.lowBattery", "must"),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_counts(raw: JsonObject, place: str, words: str) -> None:
    found = checked({"backup": {**raw, "notify": "never"}})
    assert [issue.path for issue in found.issues] == [place]
    assert words in found.issues[0].message
    assert found.config.backup.notify == "never"


def test_passphrases_are_no_plain_values_in_errors() -> None:
    with pytest.raises(ValidationError) as caught:
        Config.model_validate({"backup": {"sealed": {"recipients": ["age1x"], "passphrase": "swordfish"}}})
    assert "swordfish" not in str(caught.value)
