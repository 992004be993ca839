"""Every page can be reached and shows something, in light, in dark and in Chinese.

The pictures stay in the folder that CLAWD_TOUR_PICTURES names, for people to look at.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from desktop_session import desktop_session
from e2e.app_process import app_on
from e2e.tour import PAGES, SETTINGS, Look, Tour, brightness

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(180)]
LOOKS = {"light": Look("light"), "dark": Look("dark"), "zh": Look("light", "zh_CN")}


def test_all_pages_show_something_in_every_look(home: Path, tmp_path: Path) -> None:
    pictures = Path(os.environ.get("CLAWD_TOUR_PICTURES") or tmp_path)
    with desktop_session() as desktop, app_on(desktop, home) as app:
        titles = {name: take(Tour(desktop, app), name, pictures) for name in LOOKS}
        assert "Traceback" not in app.log
    assert titles["light"] == titles["dark"]
    assert all(len(set(found)) == len(PAGES) + 1 for found in titles.values())
    assert not set(titles["zh"]) & set(titles["light"]), "a page has no Chinese title"
    for page in (*PAGES, "settings"):
        light, dark = (brightness(pictures / f"{page}-{name}.png") for name in ("light", "dark"))
        assert light > 0.7 > 0.3 > dark, page


def take(tour: Tour, name: str, pictures: Path) -> list[str]:
    """Pictures of all pages and the settings; returns the titles that were seen."""
    tour.begin(LOOKS[name])
    titles = []
    for page in PAGES:
        if page != PAGES[0]:
            tour.go_to(page)
        titles.append(tour.title())
        tour.picture(pictures / f"{page}-{name}.png", still_for=1)
    settings = tour.open_settings()
    tour.picture(pictures / f"settings-{name}.png", settings, least=SETTINGS)
    titles.append(tour.desktop.run("xdotool", "getwindowname", settings).strip())
    assert tour.app.end()[1] == 0
    return titles
