"""What windows remember between starts: look, language, place on the screen, last page; losing it harms nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from clawd_desktop.core import safeio
from clawd_desktop.core.errors import ClawdError
from clawd_desktop.core.values import JsonValue, as_object, as_text

_FILE = "desktop-windows.json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """`geometry` is Qt's own form as hexadecimal text; `on_close` is "", "background" or "quit"."""

    theme: str = "system"
    language: str = "system"
    page: str = "overview"
    geometry: str = ""
    on_close: str = ""


class Memory:
    """Reads and writes what windows remember: beside the configuration, in which Clawdbot refuses unknown keys."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self.now = self._load()

    def keep(self, **changes: str) -> None:
        """Remember the changes (keys of Remembered). Raises StorageFault."""
        wanted = replace(self.now, **changes)
        if wanted != self.now:
            self.now = wanted
            safeio.make_folder(self._path.parent)
            safeio.write_file(self._path, json.dumps(asdict(wanted), indent=1).encode())

    def _load(self) -> Remembered:
        try:
            found: JsonValue = json.loads(safeio.read_file(self._path, limit=65_536))
        except (ClawdError, ValueError):
            return Remembered()
        known = as_object(found)
        texts = {key: as_text(known.get(key), default) for key, default in asdict(Remembered()).items()}
        return Remembered(**texts)
