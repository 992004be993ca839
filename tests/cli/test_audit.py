"""`clawd-desktop audit` against the running application."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli.test_devices import typed
from running_gateway import Refusal, running

from clawd_desktop.cli.audit import _columns
from clawd_desktop.cli.exits import Exit


async def test_who_did_what_for_people_and_for_programs(tmp_path: Path, screens) -> None:
    async with running(tmp_path) as app:
        async with app.client() as client:
            with pytest.raises(Refusal):
                await client.call("device.pair.reject", requestId="r\x1b[31m7")
        code, screen = await typed(app, screens, "audit")
        assert code is Exit.OK
        head, *lines = screen.shown.splitlines()
        assert head.split() == ["when", "who", "what", "of", "what", "result"]
        assert "application.start" in lines[0]
        line = next(line for line in lines if "device.pair.reject" in line)
        assert "client:cli at this computer" in line
        assert line.endswith("refused (INVALID_REQUEST)")
        assert "\x1b[31m" not in screen.shown
        _, screen = await typed(app, screens, "audit --json --limit 2")
        found = json.loads(screen.shown)["entries"]
        assert len(found) == 2
        assert found[0]["seq"] + 1 == found[1]["seq"], "the newest last"


def test_a_long_subject_leaves_the_table_readable() -> None:
    row = _columns({"ts": 0, "actor": "a", "act": "config.changed", "subject": "monitoring.rules, " * 30, "ok": True})
    assert len(row[3]) == 60
    assert row[3].endswith("…")
