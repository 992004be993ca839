"""`clawd-desktop logs` against the running application."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from pathlib import Path

import pytest
from cli.test_devices import shut, typed
from gateway_rig import until
from running_gateway import PASSWORD, running

from clawd_desktop.cli import logs
from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.exits import Exit
from clawd_desktop.cli.target import Target
from clawd_desktop.core.tasks import spawn, stop

LOG = logging.getLogger("clawd.gateway.test")


async def test_lines_for_people_and_for_programs(tmp_path: Path, screens) -> None:
    async with running(tmp_path) as app:
        LOG.warning("careful\x1b[31m\nsecond")
        logging.getLogger("clawd.other").error("broken")
        LOG.info("all is well")
        code, screen = await typed(app, screens, "logs")
        assert code is Exit.OK
        assert "all is well" in screen.shown
        assert "\x1b[31m" not in screen.shown
        assert "\n    second" in screen.shown, "a second line cannot pass itself off as one of the log"
        _, screen = await typed(app, screens, "logs --level warn --subsystem gateway")
        assert [word in screen.shown for word in ("careful", "broken", "all is well")] == [True, False, False]
        _, screen = await typed(app, screens, "logs --limit 1 --json")
        (line,) = [json.loads(each) for each in screen.shown.splitlines()]
        assert line["0"] == "all is well"


async def test_following_shows_what_comes_also_after_a_rotation(tmp_path: Path, screens, monkeypatch) -> None:
    monkeypatch.setattr(logs, "_EVERY_S", 0.01)
    async with running(tmp_path) as app:

        async def find() -> Target:
            return Target(f"ws://127.0.0.1:{app.port}", password=PASSWORD)

        screen = screens()
        line = parse(["logs", "--follow", "--limit", "1"])
        task = spawn(run(line, find, screen.console, io.StringIO(), shut), name="logs")
        try:
            for text in ("first", "second"):
                LOG.info("the %s line", text)
                await until(lambda text=text: f"the {text} line" in screen.shown, seconds=10)  # type: ignore[misc]
            async with app.client() as client:
                path = Path(str((await client.call("logs.tail"))["file"]))
            path.rename(path.with_suffix(".old"))
            LOG.info("the third line")
            await until(lambda: "the third line" in screen.shown, seconds=10)
            await asyncio.sleep(0.1)
            assert screen.shown.count("the third line") == 1
            assert screen.shown.count("the second line") == 1
        finally:
            await stop(task)


@pytest.mark.parametrize(
    ("text", "level", "part"),
    [
        ('{"0": "x", "_meta": {"logLevelName": "WARN", "name": "{\\"subsystem\\": \\"a.b\\"}"}}', "WARN", "a.b"),
        ('{"0": "x", "_meta": {"logLevelName": "LOUD", "name": 5}}', "INFO", ""),
        ("2026-01-01 plain text", "INFO", ""),
        ("[1]", "INFO", ""),
    ],
)
def test_any_line_can_be_read(text: str, level: str, part: str) -> None:
    line = logs.parsed(text)
    assert (logs.level_of(line), logs.part_of(line)) == (level, part)


def test_what_is_wanted() -> None:
    def line(level: str, part: str) -> logs.JsonObject:
        return {"0": part, "_meta": {"logLevelName": level, "name": json.dumps({"subsystem": part})}}

    lines = [line("INFO", "a"), line("ERROR", "a.b"), line("WARN", "ab")]
    assert list(logs.wanted(lines, "", "")) == lines
    assert list(logs.wanted(lines, "warn", "")) == lines[1:]
    assert list(logs.wanted(lines, "", "a")) == lines[:2]
