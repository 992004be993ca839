"""`clawd-desktop profile` for people and programs, with the running application behind it."""

from __future__ import annotations

import json
from pathlib import Path

from cli.test_traces import typed
from running_gateway import running

from clawd_desktop.cli.exits import Exit
from clawd_desktop.operations.stalls import Seen, Stall, StallStack


async def test_processor_time(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        file = tmp_path / "cpu.json"
        code, shown, noted = await typed(app, "profile", "cpu", "--seconds", "0.3", "--all", "--out", str(file))
        assert code is Exit.OK
        assert "sampling cost" in shown
        assert "MainThread" in shown
        assert "Watching for 0.3 s" in noted
        assert "speedscope" in noted
        assert json.loads(file.read_text())["$schema"] == "https://www.speedscope.app/file-format-schema.json"
        made = json.loads((await typed(app, "profile", "cpu", "--seconds", "0.2", "--json"))[1])
        assert [thread["name"] for thread in made["threads"]] == ["MainThread"]
        code, _, noted = await typed(app, "profile", "cpu", "--seconds", "61")
        assert code is Exit.FAILED
        assert "seconds" in noted


async def test_memory(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        code, _, noted = await typed(app, "profile", "memory", "--compare")
        assert code is Exit.FAILED
        assert "no snapshot to compare with" in noted
        code, shown, _ = await typed(app, "profile", "memory", "--trace")
        assert code is Exit.OK
        for word in ("resident", "objects, counted in", "dict", "Tracing of lines takes"):
            assert word in shown
        code, shown, _ = await typed(app, "profile", "memory", "--compare")
        assert code is Exit.OK
        for word in ("resident", "type", "line", "+"):
            assert word in shown
        _, shown, _ = await typed(app, "profile", "memory", "--compare")
        assert "Lines were not traced" in shown
        file = tmp_path / "memory.json"
        await typed(app, "profile", "memory", "--out", str(file))
        made = json.loads(file.read_text())
        assert made["totalMemory"] == made["processMemory"]["rss"] > 10_000_000
        assert "tracing" not in made


async def test_stalls(gateways, screens) -> None:  # type: ignore[no-untyped-def]
    import io

    from cli.test_traces import shut

    from clawd_desktop.cli.arguments import parse
    from clawd_desktop.cli.commands import run
    from clawd_desktop.core.clock import ManualClock
    from clawd_desktop.gateway.methods.profiles import ProfileMethods
    from clawd_desktop.gateway.methods.table import NoParams
    from clawd_desktop.operations.profiling import Profiler

    kept: list[Stall] = []
    methods = ProfileMethods(Profiler(ManualClock(), lambda: tuple(kept)))
    async with gateways() as gateway:

        async def stalls(gateway, params):  # type: ignore[no-untyped-def]
            return methods.stalls(None, NoParams())  # type: ignore[arg-type]

        gateway.methods |= {"profile.stalls": stalls}
        screen = screens()
        await run(parse(["profile", "stalls"]), gateway.find, screen.console, io.StringIO(), shut)
        assert screen.shown == "The event loop has not stood still.\n"
        kept += [Stall(at, 1.5, (StallStack(0.25, Seen.BUSY, ("a.py:1 in f",)),)) for at in (1, 2)]
        screen = screens()
        await run(parse(["profile", "stalls"]), gateway.find, screen.console, io.StringIO(), shut)
        assert screen.shown.count("for 1.50 s:\n  after 0.25 s, busy:\n    a.py:1 in f\n") == 2
        screen = screens()
        await run(parse(["profile", "stalls", "--json"]), gateway.find, screen.console, io.StringIO(), shut)
        assert [row["at"] for row in json.loads(screen.shown)["stalls"]] == [2, 1]
