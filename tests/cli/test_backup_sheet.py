"""`clawd-desktop backup sheet`: on the screen, in a file of its owner, and for programs."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.exits import Exit, NotRunning
from clawd_desktop.cli.target import Target


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "clawdbot.json").write_text('{backup: {sealed: {passphrase: "keyring:backup.sealed.passphrase"}}}')
    return folder


async def typed(screens: Callable[..., Any], state: Path, *words: str) -> tuple[Exit, Any]:
    async def find() -> Target:
        raise NotRunning("No gateway answers.")

    async def shut() -> int | None:
        return None

    screen = screens()
    line = ["backup", "sheet", *words, "--data-dir", str(state)]
    return await run(parse(line), find, screen.console, io.StringIO(), shut), screen


async def test_it_is_shown(state: Path, screens: Callable[..., Any]) -> None:
    done, screen = await typed(screens, state)
    assert done is Exit.OK
    assert screen.out.getvalue().startswith("Recovery sheet for a backup of Clawd Desktop\n")
    assert "age --decrypt" in screen.out.getvalue()


async def test_it_is_written_for_its_owner_only(state: Path, screens: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "sheet.html"
    _, screen = await typed(screens, state, str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Write the passphrase on it by hand" in screen.out.getvalue()
    done, screen = await typed(screens, state, str(file))
    assert done is not Exit.OK
    assert "is there already" in screen.err.getvalue()


async def test_programs_read_it(state: Path, screens: Callable[..., Any], tmp_path: Path) -> None:
    _, screen = await typed(screens, state, str(tmp_path / "a.txt"), "--json")
    found = json.loads(screen.out.getvalue())
    assert found["path"] == str(tmp_path / "a.txt")
    assert found["closedWith"] == "passphrase"
    assert found["commands"][0].startswith("age --decrypt")
