"""A first start on a fresh computer: icon, menu, a typed message, an answer, another program, a clean end."""

from __future__ import annotations

import asyncio
import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from desktop_session import Desktop, desktop_session, wait_until
from e2e import panel
from e2e.app_process import PATIENCE, App, app_on

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import SystemClock
from clawd_desktop.storage.sessions import SessionStore

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(180)]
LONGEST_END_S = 5.0


def test_the_first_start_from_the_icon_to_the_end(home: Path) -> None:
    with desktop_session() as desktop, app_on(desktop, home) as app:
        assert panel.colours(desktop) == 1, "the place of the icon is empty before"
        app.start()
        panel.wait_for_icon(desktop)
        assert panel.icon_property(desktop, "Status") == "Active"
        app.wait_for_gateway()

        panel.choose(desktop, "Open chat")
        desktop.wait_for_focus("Chat — Clawd Desktop")
        desktop.type("Hello there, who are you?")
        desktop.key("Return")
        answers(app, 1)
        assert app.said("user") == ["Hello there, who are you?"]

        goes_on_in_the_terminal(app)
        password = password_in_the_keyring(desktop, app)
        assert app.history(password) == [
            text for message in zip(app.said("user"), app.said("assistant"), strict=True) for text in message
        ]
        lies_nowhere_else(password, (home, desktop.programs.folder))
        ends_well(app)
        opens_clean(app)
        lies_nowhere_else(password, (home, desktop.programs.folder))


def answers(app: App, count: int) -> None:
    wait_until(lambda: len(app.said("assistant")) == count, f"answer {count} on the disk", patience=PATIENCE)
    assert all(app.said("assistant")), "an answer of the embedded model is empty"


def goes_on_in_the_terminal(app: App) -> None:
    done = app.run("chat", "What did I say to you before?")
    assert done.returncode == 0, done.stderr
    answers(app, 2)
    assert done.stdout.strip() == app.said("assistant")[1].strip()
    assert len(list(app.state.glob("agents/main/sessions/*.jsonl"))) == 1, "it was another conversation"


def password_in_the_keyring(desktop: Desktop, app: App) -> str:
    instance = json.loads((app.state / "clawd-desktop" / "secrets.json").read_text())["instance"]
    service = f"clawd-desktop/{instance}/gateway.auth.password"
    password = desktop.run("secret-tool", "lookup", "service", service, "username", "clawd-desktop").strip()
    assert len(base64.urlsafe_b64decode(password + "=")) * 8 == 256
    return password


def lies_nowhere_else(password: str, folders: tuple[Path, ...]) -> None:
    found = [place for place, content in contents(folders) if any(form in content for form in forms(password))]
    assert found == []


def contents(folders: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    """All files below the folders, and what every process was started with."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                yield str(path), path.read_bytes()
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            try:
                yield f"{process}/{name}", (process / name).read_bytes()
            except OSError:
                continue


def forms(secret: str) -> list[bytes]:
    """The secret as text, as its 32 bytes, in hexadecimal, in base64 at each of its three offsets, in UTF-16."""
    text, raw = secret.encode(), base64.urlsafe_b64decode(secret + "=")
    inner = [base64.b64encode(b"?" * offset + text)[4:-4] for offset in range(3)]
    return [
        text,
        raw,
        text.hex().encode(),
        raw.hex().encode(),
        *inner,
        base64.b64encode(raw)[:-4],
        secret.encode("utf-16-le"),
    ]


def ends_well(app: App) -> None:
    tree = app.tree()
    assert len(tree) > 1, "the embedded model runs in a process of its own"
    seconds, code = app.end()
    print(f"SIGTERM to exit: {seconds:.2f} s")
    assert (code, seconds < LONGEST_END_S) == (0, True), f"{seconds:.1f} s\n{app.log}"
    assert [process for process in tree if process.is_running()] == []
    assert "Traceback" not in app.log


def opens_clean(app: App) -> None:
    files = sorted(path.name for path in app.state.glob("agents/main/sessions/*"))
    assert [Path(name).suffix for name in files] == [".jsonl", ".json"]

    async def read() -> list[str]:
        store = SessionStore(app.state, SystemClock(), EventBus(), "test")
        await store.open()
        try:
            return [message["role"] for _, message in (await store.read("main", 10)).messages]  # type: ignore[misc]
        finally:
            await store.close()

    assert asyncio.run(read()) == ["user", "assistant", "user", "assistant"]
    assert sorted(path.name for path in app.state.glob("agents/main/sessions/*")) == files
    assert os.stat(app.state).st_mode & 0o077 == 0
    assert psutil.pid_exists(os.getpid())
