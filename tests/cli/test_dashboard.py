"""`dashboard`: the link, who may have it, and when a browser is opened."""

from __future__ import annotations

import json

import pytest

from clawd_desktop.cli import dashboard
from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.dashboard import has_screen, show
from clawd_desktop.cli.door import LocalPass
from clawd_desktop.cli.exits import Exit, NotRunning
from clawd_desktop.core.errors import BadInput

PAGE = "http://127.0.0.1:18789/"
LINK = f"{PAGE}#pass=clawd-pass-x"


async def there() -> LocalPass | None:
    return LocalPass("clawd-pass-x", ("ws://127.0.0.1:18789",), PAGE, 60_000)


class Browser:
    def __init__(self) -> None:
        self.opened: list[str] = []

    def __call__(self, link: str) -> bool:
        self.opened.append(link)
        return True


async def test_the_link_is_printed_and_opened(screens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dashboard, "has_screen", lambda environ: True)
    screen, browser = screens(), Browser()
    assert await show(parse(["dashboard"]), screen.console, there, browser) is Exit.OK
    assert (screen.shown, screen.noted) == (f"{LINK}\n", "It works once, within 60 seconds.\n")
    assert browser.opened == [LINK]


@pytest.mark.parametrize(("line", "screen_there"), [("dashboard --no-open", True), ("dashboard", False)])
async def test_no_browser_where_none_is_wanted_or_can_be_seen(
    screens, monkeypatch: pytest.MonkeyPatch, line: str, screen_there: bool
) -> None:
    monkeypatch.setattr(dashboard, "has_screen", lambda environ: screen_there)
    screen, browser = screens(), Browser()
    await show(parse(line.split()), screen.console, there, browser)
    assert screen.shown == f"{LINK}\n"
    assert browser.opened == []


async def test_json_for_programs(screens) -> None:
    screen = screens()
    await show(parse(["dashboard", "--json", "--no-open"]), screen.console, there, Browser())
    assert json.loads(screen.shown) == {"url": LINK, "expiresInMs": 60_000, "opened": False}
    assert screen.noted == ""


async def test_nothing_runs(screens) -> None:
    with pytest.raises(NotRunning, match="does not run"):
        await show(parse(["dashboard"]), screens().console, dashboard.nobody_there, Browser())


async def test_the_page_is_off(screens) -> None:
    async def off() -> LocalPass | None:
        return LocalPass("x", (), "", 60_000)

    with pytest.raises(BadInput, match="switched off"):
        await show(parse(["dashboard"]), screens().console, off, Browser())


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
        ({"SSH_CONNECTION": "x"}, "darwin", False),
        ({}, "win32", True),
    ],
)
def test_where_there_is_a_screen(environ: dict[str, str], platform: str, expected: bool) -> None:
    assert has_screen(environ, platform) is expected


def test_a_pass_is_not_shown_by_its_holder() -> None:
    assert "clawd-pass-x" not in repr(LocalPass("clawd-pass-x", (), "", 1))
