"""Where backups go: each folder with the room that is left there, and a way to open it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import SPACE
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.card import Card
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.text import label, line


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of backups. `free` and `total` are bytes of its disk, `there` that the folder exists.

    `fault` says why nobody knows how much room there is.
    """

    folder: Path
    there: bool
    free: int = 0
    total: int = 0
    fault: str = ""


def look_at(folders: Sequence[Path]) -> tuple[Place, ...]:
    """Each folder as it is now; asks the disk, so for a worker thread."""
    return tuple(_look_at(folder) for folder in folders)


def _look_at(folder: Path) -> Place:
    there = folder.is_dir()
    existing = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    try:
        disk = shutil.disk_usage(existing)
    except OSError as fault:
        return Place(folder, there, fault=fault.strerror or str(fault))
    return Place(folder, there, disk.free, disk.total)


class PlacesCard(Card):
    """`open_folder` shows one of them in the file manager."""

    def __init__(self, open_folder: Callable[[Path], None]) -> None:
        super().__init__()
        self._open = open_folder
        self._shown: object = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(3 * SPACE)
        self.body.addLayout(self._rows)
        note = tr(
            "A backup that you make is one file, which age, zstd and tar open too. Planned ones keep equal files once."
        )
        self.body.addWidget(label(note, "caption", wrap=True))

    def show_places(self, places: Sequence[Place], needed: int, home: str) -> None:
        """Show them; `needed` is what the newest backup takes, in bytes."""
        wanted = tuple((place, self._room(place, needed)) for place in places)
        said = [(place.folder, place.there, text) for place, text in wanted]
        if self._shown == said:
            return
        self._shown = said
        clear(self._rows)
        for number, (place, (text, role)) in enumerate(wanted):
            if number:
                self._rows.addWidget(line())
            self._rows.addWidget(self._row(place, words.folder(str(place.folder), home), text, role))

    def _row(self, place: Place, name: str, text: str, role: str) -> QWidget:
        made = QWidget()
        column = QVBoxLayout()
        column.setSpacing(SPACE // 2)
        column.addWidget(label(name, "strong", wrap=True, selectable=True))
        column.addWidget(label(text, role, wrap=True))
        show = button(tr("Open folder"), lambda: self._open(place.folder))
        show.setAccessibleName(tr("Open the folder {name}", name=name))
        show.setEnabled(place.there)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3 * SPACE)
        row.addLayout(column, 1)
        row.addWidget(show, 0, Qt.AlignmentFlag.AlignTop)
        return made

    def _room(self, place: Place, needed: int) -> tuple[str, str]:
        """What is to be said of a place, and its role."""
        if place.fault:
            return tr("It cannot be reached: {why}.", why=place.fault), "bad"
        free = tr("{free} free of {total}", free=words.size(place.free), total=words.size(place.total))
        if place.free < needed:
            return tr("{free}: too little for another backup.", free=free), "bad"
        return free if place.there else tr("{free}; the folder is made with the first backup.", free=free), "muted"
