"""What the tray says of a backup that is being made or read."""

from __future__ import annotations

from clawd_desktop.backup.progress import Progress
from clawd_desktop.ui.i18n import mark, tr

_STAGES = {"write": mark("Backing up"), "verify": mark("Reading a backup back")}


def backup_course(progress: Progress) -> str:
    """How far it is, in whole percent: a menu that changes with every file cannot be read."""
    said = tr(_STAGES.get(progress.stage, _STAGES["verify"]))
    if not progress.total_bytes:
        return tr("{what}…", what=said)
    share = min(100, 100 * progress.done_bytes // progress.total_bytes)
    return tr("{what}, {share} %", what=said, share=share)
