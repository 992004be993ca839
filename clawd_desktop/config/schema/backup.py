"""The `backup` section: when backups are made, where they go, how long they stay, and that they are tried out."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from clawd_desktop.config.schema.base import Count, Days, Fraction, Names, Secret, Section, option, part
from clawd_desktop.config.schema.monitoring import TimeOfDay, Weekday

HoursOfDay = Annotated[int, Field(ge=1, le=24, json_schema_extra={"unit": "h"})]
# As elsewhere, and with T: disks for backups are large.
DiskSize = Annotated[str, Field(pattern=r"^\s*\d+(\.\d+)?\s*([KMGTkmgt]?[Bb]?)\s*$", max_length=30)]
Weekdays = Annotated[tuple[Weekday, ...], Field(min_length=1)]


class Schedule(Section):
    """When backups are made by themselves."""

    kind: Literal["daily", "weekly", "hours"] = option("daily", "How often", "daily, weekly, or every few hours.")
    time: TimeOfDay = option("03:30", "At", "Time of day; what is missed is caught up.")
    days: Weekdays = option(("sun",), "Days", "Of weekly backups.")
    every_hours: HoursOfDay = option(6, "Every", "For every few hours: how many; counted from the time of day.")
    timezone: str | None = option(None, "Time zone", "Such as Europe/Berlin; without: this computer's.")


class Retention(Section):
    """How long backups are kept. What one rule keeps stays; the newest good one of each place always does.

    Source of the 30 days: the backup script of the course.
    """

    days: Days = option(30, "Keep all", "Everything that is younger; 0: only what the other rules keep.")
    daily: Count = option(7, "Days", "Of so many days, the newest of each.")
    weekly: Count = option(4, "Weeks", "Of so many weeks, the newest of each.")
    monthly: Count = option(6, "Months", "Of so many months, the newest of each.")
    max_size: DiskSize | None = option(None, "Largest", "All backups of one place, such as 20GB; the oldest go first.")
    before_restore: Days = option(7, "Before a restore", "How long what a restore replaced can be brought back.")


class Destination(Section):
    """A place for backups. A folder or a store needs `path`, restic and rclone need `repository`."""

    name: str | None = option(None, "Name", "What it is called; without: its folder or repository.")
    kind: Literal["folder", "store", "restic", "rclone"] = option(
        "folder", "Kind", "folder: each is one file; store: a folder in which they share what is equal; or a program."
    )
    path: str | None = option(None, "Folder", "Also on a removable disk or a network share.")
    repository: str | None = option(None, "Repository", "Of restic, or remote:path of rclone.")
    password: Secret | None = option(None, "Password", "Of a restic repository, or of rclone's configuration.")
    enabled: bool = option(True, "On", "Whether backups go there.")

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if self.kind in ("folder", "store") and not (self.path or "").strip():
            raise ValueError("must say its folder, as path")
        if self.kind in ("restic", "rclone") and not (self.repository or "").strip():
            raise ValueError(f"must say the repository of {self.kind}, as repository")
        return self


class Sealed(Section):
    """How backups are locked, so that only who has the key can read them. Nothing set: they are not."""

    recipients: Names = option((), "Keys", "Public keys of age (age1...); who has one of theirs can open it.")
    passphrase: Secret | None = option(None, "Passphrase", "As keyring:<name>; it opens a backup on any computer.")
    passwords: bool = option(False, "Passwords too", "Keep this computer's passwords in locked backups.")

    @model_validator(mode="after")
    def _has_a_lock(self) -> Self:
        if self.recipients and self.passphrase:
            raise ValueError("must have keys or a passphrase, not both: the format knows one kind of lock")
        if self.passwords and not (self.recipients or self.passphrase):
            raise ValueError("must have keys or a passphrase, as passwords are only kept in locked backups")
        return self


class Drill(Section):
    """The weekly trial: the newest backup is restored aside, started and compared."""

    enabled: bool = option(True, "Try out", "Once a week, without anybody's help.")
    weekly: Weekday = option("sun", "On", "Day of the week.")
    time: TimeOfDay = option("05:00", "At", "Time of day; what is missed is caught up.")


class Backup(Section):
    """Backups: when, what, where to, how long, and whether they work."""

    enabled: bool = option(True, "Planned backups", "Make them by themselves.")
    schedule: Schedule = part(Schedule, "Times", "When they are made.")
    retention: Retention = part(Retention, "Keep", "How long they are kept.")
    destinations: tuple[Destination, ...] = option(
        (), "Places", "Where they go, all of them; none: the folder that this program has for them."
    )
    leave_out: Names = option((), "Leave out", "Areas such as workspace-main or measurements.")
    sealed: Sealed = part(Sealed, "Lock", "Who can read them.")
    drill: Drill = part(Drill, "Trial", "Whether the newest one can be restored, weekly.")
    on_battery: Literal["always", "unlessLow", "never"] = option(
        "unlessLow", "On battery", "Planned ones: always, not while it is low, or never."
    )
    low_battery: Fraction = option(0.3, "Low", "Share of the battery below which it is low.", advanced=True)
    on_metered: bool = option(False, "Metered network", "Send planned ones over a network that costs by volume.")
    notify: Literal["always", "problems", "never"] = option(
        "problems", "Tell", "After each planned one, when one failed or is missing, or never."
    )
