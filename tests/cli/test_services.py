"""`clawd-desktop services` for people and programs."""

from __future__ import annotations

import io
import json

from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.exits import Exit

WELL = {"name": "gateway", "title": "The gateway", "state": "well", "sinceMs": 1, "restarts": 0}
ILL = {
    "name": "sampler", "title": "The sampler", "state": "down", "sinceMs": 1, "restarts": 5, "fault": "It ended.",
    "faultMs": 1,
}  # fmt: skip


async def shut() -> int | None:
    return None


async def typed(gateway, screens, line: str):
    screen = screens()
    code = await run(parse(line.split()), gateway.find, screen.console, io.StringIO(), shut)
    return code, screen


async def test_list_and_restart(gateways, screens) -> None:
    async with gateways() as gateway:

        async def listed(gateway, params):
            return {"selfRepair": False, "services": [WELL, ILL]}

        async def restarted(gateway, params):
            if params["name"] == "nothing":
                raise gateway.Refuse("INVALID_REQUEST", "There is no service 'nothing'.")
            return WELL

        gateway.methods |= {"services.list": listed, "services.restart": restarted}
        for line in ("services", "services list"):
            code, screen = await typed(gateway, screens, line)
            assert code == Exit.OK
            for shown in ("gateway", "well", "sampler", "down", "5", "It ended.", "Self-repair is switched off"):
                assert shown in screen.shown
        _, screen = await typed(gateway, screens, "services --json")
        assert json.loads(screen.shown)["services"] == [WELL, ILL]
        code, screen = await typed(gateway, screens, "services restart gateway")
        assert (code, screen.shown) == (Exit.OK, "The gateway was started again.\n")
        _, screen = await typed(gateway, screens, "services restart gateway --json")
        assert json.loads(screen.shown) == WELL
        code, screen = await typed(gateway, screens, "services restart nothing")
        assert code == Exit.FAILED
        assert "There is no service" in screen.noted
