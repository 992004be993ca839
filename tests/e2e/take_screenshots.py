"""Takes the pictures of resources/screenshots from the real application in a real desktop.

    python tests/e2e/take_screenshots.py [FOLDER]

Needs the programs of the desktop tests. The conversation comes from a script, everything else is what a person sees.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from desktop_session import Desktop, desktop_session  # noqa: E402
from e2e import panel  # noqa: E402
from e2e.app_process import App, app_on  # noqa: E402
from e2e.busy import keep_busy  # noqa: E402
from e2e.scripted_model import ScriptedModel, scripted_model  # noqa: E402
from e2e.tour import SETTINGS, Look, Tour  # noqa: E402

FOLDER = ROOT / "resources" / "screenshots"
WALL = {"light": "#c9d3dc", "dark": "#20262c"}
MENU_PICTURE = "460x290+0+0"
# What everybody has; it must be free.
PORT = 18789

Talk = tuple[tuple[str, str, str], ...]
# Session, question, answer; the last one is what the pictures show.
ENGLISH: Talk = (
    ("letter", "Make my letter to the landlord friendlier", "Gladly. Paste it here and say what matters most to you."),
    ("lisbon", "A calm weekend in Lisbon in May", "Two days are enough for the river, Alfama and one long lunch."),
    (
        "main",
        "How do I keep a copy of my notes every evening?",
        """### A copy every evening

A small script and a timer are enough:

1. Save this as `~/bin/copy-notes`
2. Make it executable with `chmod +x ~/bin/copy-notes`
3. Let **systemd** start it every day at 21:00

```bash
#!/usr/bin/env bash
set -euo pipefail
target="$HOME/Copies/notes-$(date +%F)"
mkdir -p "$target"
rsync --archive --delete "$HOME/Notes/" "$target/"
```

Shall I write the timer, too?""",
    ),
)
CHINESE: Talk = (
    ("letter", "把我给房东的信写得客气一些", "好的，请把信贴在这里，并告诉我最重要的是什么。"),
    ("lisbon", "五月在里斯本过一个安静的周末", "两天足够看河、逛阿尔法玛，再好好吃一顿午饭。"),
    (
        "main",
        "怎样每天晚上备份我的笔记？",
        """### 每晚一份副本

1. 把下面的内容保存为 `~/bin/copy-notes`
2. 让 **systemd** 每天 21:00 启动它

```bash
#!/usr/bin/env bash
set -euo pipefail
target="$HOME/Copies/notes-$(date +%F)"
mkdir -p "$target"
rsync --archive --delete "$HOME/Notes/" "$target/"
```

要不要我把定时器也写好？""",
    ),
)
TOURS = (("en", ENGLISH, ("light", "dark"), ""), ("zh_CN", CHINESE, ("light",), "-zh"))


def take_all(folder: Path) -> None:
    """All pictures: each language with a home of its own, each theme with a desktop of its own."""
    for language, talk, themes, suffix in TOURS:
        with tempfile.TemporaryDirectory(prefix="clawd-") as made, scripted_model(*(row[2] for row in talk)) as model:
            home = Path(made)
            for number, theme in enumerate(themes):
                os.environ["GTK_THEME"] = "Adwaita:dark" if theme == "dark" else "Adwaita"
                with desktop_session() as desktop, app_on(desktop, home) as app:
                    desktop.run("xsetroot", "-solid", WALL[theme])
                    prepare(app, model, talk if number == 0 else ())
                    take(Tour(desktop, app), Look(theme, language), folder, suffix)


PASSWORD = "only for these pictures"  # noqa: S105  (and gone with their folder)
BUSY_S = 240.0


def prepare(app: App, model: ScriptedModel, talk: Talk) -> None:
    """A configuration that asks the script, and the conversations."""
    app.use_port(PORT)
    app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
    app.state.mkdir(exist_ok=True)
    (app.state / "clawdbot.json").write_text(model.config("ollama", "qwen3:8b"))
    app.start("serve")
    app.wait_for_gateway()
    for session, question, _ in talk:
        done = app.run("chat", "--session", session, question)
        assert done.returncode == 0, done.stderr
    app.end()


def take(tour: Tour, look: Look, folder: Path, suffix: str) -> None:
    """Chat, settings, resources at work, alerts, backups, log, self-test, turns, overview and menu in one look."""
    name = f"{suffix}-{look.theme}.png"
    tour.begin(look)
    tour.go_to("chat")
    tour.picture(folder / f"chat{name}")
    if not suffix:
        settings = tour.open_settings()
        tour.picture(folder / f"settings{name}", settings, least=SETTINGS)
        tour.desktop.key("ctrl+w")
        tour.desktop.wait_for_focus("^Chat")
        tour.go_to("resources")
        asyncio.run(keep_busy(tour.app, PASSWORD, BUSY_S))
        # It changes every two seconds.
        tour.picture(folder / f"resources{name}", still_for=2)
        tour.go_to("alerts")
        tour.picture(folder / f"alerts{name}", still_for=1)
        tour.go_to("backup")
        for key in ("Tab", "space"):
            tour.desktop.key(key)
        time.sleep(5)  # it is read back, too
        tour.picture(folder / f"backup{name}", still_for=2)
        tour.go_to("logs")
        for key, view in (("Tab", "logs"), ("Right", "self-test"), ("Right", "turns")):
            tour.desktop.key(key)
            time.sleep(5)  # the self-test looks at much
            tour.picture(folder / f"{view}{name}", still_for=1)
    tour.go_to("overview")
    tour.picture(folder / f"overview{name}", still_for=2)
    tour.desktop.key("ctrl+w")
    if not suffix:
        tour.desktop.wait_for_no_window("Clawd Desktop$")
        picture_of_the_menu(tour.desktop, folder / f"tray-menu{name}")
    tour.app.end()


def picture_of_the_menu(desktop: Desktop, path: Path) -> None:
    """The upper left corner of the screen with the menu open."""
    panel.open_menu(desktop)
    desktop.run("import", "-window", "root", "-crop", MENU_PICTURE, "+repage", "-strip", str(path))
    desktop.key("Escape")


def make_small(folder: Path) -> None:
    """256 colours are enough for what these pictures show, and take half the space."""
    for picture in folder.glob("*.png"):
        line = ["convert", str(picture), "+dither", "-colors", "256", "-strip", f"PNG8:{picture}"]
        subprocess.run(line, check=True)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    take_all(chosen)
    make_small(chosen)
