"""What a check of the installation or the configuration found, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How much a finding matters."""

    OK = 0
    INFO = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of one check.

    `id` names check and cause ("disk.low", "config.auth.none"), `category` the group it is shown in. `repair` says what
    a repair would do, "" when there is none.
    """

    id: str
    category: str
    level: Level
    title: str
    description: str = ""
    recommendation: str = ""
    repair: str = ""


@dataclass(frozen=True, slots=True)
class Mended:
    """What a repair did, or would do (`done` is False in a dry run); `backup` is the copy that was made before."""

    finding_id: str
    done: bool
    text: str
    backup: str = ""
