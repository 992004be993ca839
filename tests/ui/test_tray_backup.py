"""How far a backup is, as the tray says it."""

from __future__ import annotations

import pytest

from clawd_desktop.backup.progress import Progress
from clawd_desktop.ui.tray_backup import backup_course

pytestmark = pytest.mark.qt


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (Progress("write"), "Backing up…"),
        (Progress("write", 1, 3), "Backing up, 33 %"),
        (Progress("verify", 4, 3), "Reading a backup back, 100 %"),
        (Progress("extract", 1, 2), "Reading a backup back, 50 %"),
    ],
)
def test_each_stage(progress: Progress, said: str) -> None:
    assert backup_course(progress) == said
