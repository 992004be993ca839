"""`clawd-desktop metrics` against the running application: for people, for spreadsheets, for programs."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running_gateway import PASSWORD, Running, running

from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.exits import Exit
from clawd_desktop.cli.metrics import _bar, _quoted
from clawd_desktop.cli.target import Target


async def shut() -> int | None:
    return None


async def typed(app: Running, screens: Callable[[], Any], *words: str) -> tuple[Exit, Any]:
    """What a command did and showed."""

    async def find() -> Target:
        return Target(f"ws://127.0.0.1:{app.port}", password=PASSWORD)

    screen = screens()
    code = await run(parse(["metrics", *words]), find, screen.console, io.StringIO(), shut)
    return code, screen


async def test_all_values_are_shown_with_their_units(tmp_path: Path, screens) -> None:
    async with running(tmp_path) as app, app.client() as client:
        assert (await typed(app, screens))[1].shown == "Nothing is measured yet.\n"
        async with asyncio.timeout(30):
            while not (await client.call("metrics.get"))["ts"]:
                await asyncio.sleep(0.05)
        code, screen = await typed(app, screens)
        assert code is Exit.OK
        row = next(line for line in screen.shown.splitlines() if line.startswith("process.memory"))
        assert "MiB" in row
        assert "Memory of Clawd Desktop" in row
        _, screen = await typed(app, screens, "--json")
        assert json.loads(screen.shown)["gateway"]["activeConnections"] >= 1
        _, screen = await typed(app, screens, "--csv")
        rows = list(csv.reader(io.StringIO(screen.shown)))
        assert rows[0] == ["key", "value"]
        assert float(dict(rows[1:])["process.threads"]) > 1
        _, screen = await typed(app, screens, "process.memory", "--since", "10m")
        assert screen.shown.splitlines()[0].split() == ["TIME", "LOWEST", "MEAN", "HIGHEST"]
        assert "MiB" in screen.shown
        _, screen = await typed(app, screens, "process.memory", "--csv")
        rows = list(csv.reader(io.StringIO(screen.shown)))
        assert rows[0] == ["time", "low", "mean", "high"]
        assert float(rows[1][2]) > 20_000_000
        _, screen = await typed(app, screens, "process.memory", "--json", "--since", "30d")
        assert json.loads(screen.shown)["key"] == "process.memory"
        _, screen = await typed(app, screens, "backup.age")
        assert screen.shown == "Nothing is known of backup.age in that time.\n"
        code, screen = await typed(app, screens, "made.up")
        assert (code, 'The metric "made.up" is not known.' in screen.noted) == (Exit.FAILED, True)


@pytest.mark.parametrize("text", ["", "1", "h", "0m", "1y", "x5m", "99999d", "nan"])
def test_a_time_that_is_none_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["metrics", "a", "--since", text])
    assert "is no time such as 30m" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1_800), ("1.5h", 5_400), ("30d", 2_592_000)])
def test_a_time_is_understood(text: str, seconds: float) -> None:
    assert parse(["metrics", "--since", text]).since_s == seconds


def test_bars_and_commas() -> None:
    assert [_bar(value, 8.0) for value in (None, 0.0, 4.0, 8.0)] == ["", "▁", "▅", "█"]
    assert _bar(1.0, 0.0) == ""
    assert _quoted('a,"b"') == '"a,""b"""'
    assert _quoted("plain") == "plain"
