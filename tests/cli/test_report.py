"""`clawd-desktop report`: shown before it leaves, saved here, the same with and without the application."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running_gateway import PASSWORD, Running, free_port, running

from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.exits import Exit, NotRunning
from clawd_desktop.cli.target import Target


async def shut() -> int | None:
    return None


async def typed(screens: Callable[[], Any], line: str, app: Running | None = None) -> tuple[Exit, Any]:
    """What a command did and showed."""

    async def find() -> Target:
        if app is None:
            raise NotRunning("No gateway answers.")
        return Target(f"ws://127.0.0.1:{app.port}", password=PASSWORD)

    screen = screens()
    return await run(parse(line.split()), find, screen.console, io.StringIO(), shut), screen


async def test_of_the_running_application(tmp_path: Path, screens: Callable[[], Any]) -> None:
    target = tmp_path / "out" / "r.zip"
    async with running(tmp_path / "state") as app:
        code, screen = await typed(screens, f"report --out {target}", app)
        assert code is Exit.OK
        assert "Nothing was sent." in screen.shown
        assert "Never in a report: conversations" in screen.shown
        assert target.stat().st_mode & 0o777 == 0o600
        with zipfile.ZipFile(target) as archive:
            assert json.loads(archive.read("status.json"))["phase"] == "running"
        code, screen = await typed(screens, f"report --out {target}", app)
        assert code is Exit.FAILED
        assert "is there already" in screen.noted
        code, screen = await typed(screens, "report --preview --parts config status", app)
        assert "== config.json" in screen.shown
        assert "== facts.json" not in screen.shown
        code, screen = await typed(screens, "report --preview --json --parts status", app)
        assert json.loads(json.loads(screen.shown)["parts"][0]["text"])["phase"] == "running"


async def test_without_the_application(
    tmp_path: Path, screens: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line = f"report --data-dir {tmp_path / 'state'} --port {free_port()}"
    code, screen = await typed(screens, f"{line} --json --parts packages facts")
    made = json.loads(screen.shown)
    assert [part["name"] for part in made["parts"]] == ["facts", "packages"]
    assert Path(made["path"]).parent == tmp_path
    assert zipfile.is_zipfile(made["path"])
    code, screen = await typed(screens, f"{line} --parts nothing")
    assert code is Exit.FAILED
    assert "There is no part 'nothing'." in screen.noted
