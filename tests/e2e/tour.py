"""A walk through the windows on a real screen, with pictures: what tests look at and what the README shows."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from desktop_session import Desktop, wait_until
from e2e import panel
from e2e.app_process import PATIENCE, App

PAGES = ("overview", "chat", "channels", "approvals", "sandbox", "resources", "alerts", "backup", "logs")
# A picture with fewer colours than this shows an empty area.
_BLANK = 40
# The settings show grey bars with about 400 colours, and then themselves with about 800.
SETTINGS = 600
# Some pages come in a moment after their window.
_STILL = 4


@dataclass(frozen=True)
class Look:
    """How the windows shall look."""

    theme: str
    language: str = "en"


@dataclass
class Tour:
    """The main window of a running application, for pictures."""

    desktop: Desktop
    app: App
    window: str = ""

    def begin(self, look: Look) -> None:
        """Start the application with that look and its window at Overview."""
        own = self.app.state / "clawd-desktop"
        own.mkdir(parents=True, exist_ok=True)
        (own / "desktop-windows.json").write_text(json.dumps({"theme": look.theme, "language": look.language}))
        self.app.start("--show", "overview")
        panel.wait_for_icon(self.desktop)
        self.app.wait_for_gateway()
        self.window = self.desktop.wait_for_focus("Clawd Desktop$")

    def go_to(self, page: str) -> None:
        """Open another page with the keyboard."""
        before = self.title()
        self.desktop.key(f"ctrl+{PAGES.index(page) + 1}")
        wait_until(lambda: self.title() != before, f"the page {page}", patience=PATIENCE)

    def open_settings(self) -> str:
        """Open the settings with the keyboard; returns their window."""
        self.desktop.key("ctrl+comma")
        # Not any new window: a tooltip is one too, and may be gone before it is asked for its name.
        wait_until(lambda: self._focused() not in {"", self.window}, "the settings", patience=PATIENCE)
        return self._focused()

    def _focused(self) -> str:
        return next(iter(set(self.desktop.windows(".+")) & {self.desktop.run("xdotool", "getwindowfocus").strip()}), "")

    def title(self) -> str:
        """What the window's title bar says."""
        return self.desktop.run("xdotool", "getwindowname", self.window).strip()

    def picture(
        self, path: Path, window: str = "", *, still_for: int = _STILL, least: int = _BLANK, unlike: Path | None = None
    ) -> Path:
        """A picture of the window, as soon as it has that many colours and so many pictures in a row are the same.

        It is another one than the picture `unlike`.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        former = [unlike.read_bytes()] if unlike is not None else []

        def still() -> bool:
            self.desktop.run("import", "-window", window or self.window, "-strip", str(path))
            former.append(path.read_bytes())
            same = len(former) >= still_for and len(set(former[-still_for:])) == 1
            return same and (unlike is None or former[-1] != former[0]) and colours(path) > least

        wait_until(still, f"{path.name} to show something", patience=PATIENCE)
        return path


def colours(picture: Path) -> int:
    """How many colours a picture has."""
    found = subprocess.run(
        ["identify", "-format", "%k", str(picture)], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    return int(found.stdout)


def brightness(picture: Path) -> float:
    """How bright a picture is, from 0 to 1."""
    found = subprocess.run(
        ["identify", "-format", "%[fx:mean]", str(picture)],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return float(found.stdout)
