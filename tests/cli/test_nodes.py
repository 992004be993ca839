"""`clawd-desktop nodes` against the running application and a node on a real socket."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gateway_rig import Device
from node_rig import NODE, answer, node
from running_gateway import PASSWORD, Running, running

from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.exits import Exit
from clawd_desktop.cli.target import Target
from clawd_desktop.core.tasks import spawn


async def shut() -> int | None:
    return None


async def typed(app: Running, screens: Callable[[], Any], *words: str) -> tuple[Exit, Any]:
    """What a command did and showed."""

    async def find() -> Target:
        return Target(f"ws://127.0.0.1:{app.port}", password=PASSWORD)

    screen = screens()
    code = await run(parse(["nodes", *words]), find, screen.console, io.StringIO(), shut)
    return code, screen


async def test_nodes_are_listed_and_described(tmp_path: Path, screens) -> None:
    device = Device()
    async with running(tmp_path) as app:
        assert (await typed(app, screens, "list"))[1].shown == "There are no nodes.\n"
        async with node(app, device, "system.which"):
            _, screen = await typed(app, screens, "list")
            for shown in (device.id[:12], "Workshop", "linux", "system", "127.0.0.1", "connected 0 s ago"):
                assert shown in screen.shown
            _, screen = await typed(app, screens, "list", "--json")
            assert json.loads(screen.shown)["nodes"][0]["nodeId"] == device.id
            for meant in ("workshop", device.id, device.id[:6]):
                code, screen = await typed(app, screens, "describe", meant)
                assert (code, device.id in screen.shown, "system.which" in screen.shown) == (Exit.OK, True, True)
            _, screen = await typed(app, screens, "describe", "Workshop", "--json")
            assert json.loads(screen.shown)["commands"] == ["system.which"]


async def test_it_must_be_clear_which_node_is_meant(tmp_path: Path, screens) -> None:
    one, two = Device(), Device()
    async with running(tmp_path) as app:
        code, screen = await typed(app, screens, "describe", "x")
        assert (code, screen.noted) == (Exit.FAILED, "There is no node 'x'.\nNo node is paired.\n")
        async with node(app, one), node(app, two):
            code, screen = await typed(app, screens, "describe", "workshop")
            assert (code, "means several nodes" in screen.noted) == (Exit.FAILED, True)
            code, screen = await typed(app, screens, "describe", "attic")
            assert screen.noted == "There is no node 'attic'.\nThere are: Workshop, Workshop\n"


async def test_a_node_is_asked_and_its_answer_printed(tmp_path: Path, screens) -> None:
    device = Device()
    words = ("invoke", "Workshop", "system.which", "--params", '{"bins": ["rg"]}')
    async with running(tmp_path) as app, node(app, device, "system.which", client=NODE) as host:
        for more, shown in (((), {"rg": "/usr/bin/rg"}), (("--json",), None)):
            command = spawn(typed(app, screens, *words, *more), name="nodes invoke")
            call = await answer(host, device, ok=True, payload={"rg": "/usr/bin/rg"})
            assert (json.loads(str(call["paramsJSON"])), call["timeoutMs"]) == ({"bins": ["rg"]}, 30_000)
            code, screen = await command
            assert code is Exit.OK
            printed = json.loads(screen.shown)
            assert printed == shown or printed["payload"] == {"rg": "/usr/bin/rg"}
        code, screen = await typed(app, screens, "invoke", "Workshop", "camera.snap")
        assert (code, screen.noted) == (Exit.FAILED, "node command not allowed\ncommand not allowlisted\n")
        code, screen = await typed(app, screens, "invoke", "Workshop", "system.which", "--timeout", "0.5")
        assert (code, screen.noted.splitlines()[0]) == (Exit.TIMEOUT, "The node did not answer within 0.5 s.")
