"""`clawd-desktop trace` and `inspect` for people and programs, with the running application behind them."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest
from running_gateway import PASSWORD, Running, running

from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import run
from clawd_desktop.cli.console import Console
from clawd_desktop.cli.exits import Exit
from clawd_desktop.cli.target import Target
from clawd_desktop.cli.traces import seconds, waterfall


class Pipe(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]


async def shut() -> int | None:
    return None


async def typed(app: Running, *line: str) -> tuple[Exit, str, str]:
    """What a command came to: its code, what it printed, and what it said beside."""

    async def find() -> Target:
        return Target(f"ws://127.0.0.1:{app.port}", password=PASSWORD)

    out, err = Pipe(), Pipe()
    code = await run(parse(line), find, Console(out, err, {}), io.StringIO(), shut)
    return code, out.getvalue(), err.getvalue()


async def asked(app: Running) -> None:
    async with app.client() as client:
        await client.call("chat.send", sessionKey="main", message="hello", idempotencyKey="run-1")
        await client.call("agent.wait", runId="run-1", timeoutMs=10_000)
        async with asyncio.timeout(20):
            while not (await client.call("traces.list"))["traces"]:  # it is kept a moment after the answer
                await asyncio.sleep(0.02)


async def test_a_real_run_is_listed_shown_replayed_and_exported(tmp_path: Path) -> None:
    async with running(tmp_path / "state") as app:
        assert (await typed(app, "trace"))[1] == "No run is kept yet.\n"
        await asked(app)
        for line in (("trace",), ("trace", "list")):
            code, shown, _ = await typed(app, *line)
            assert code is Exit.OK
            for word in ("run-1", "agent:main:main", "finished", "test/echo", "15"):
                assert word in shown
        listed = json.loads((await typed(app, "trace", "--json"))[1])
        assert listed["traces"][0]["runId"] == "run-1"

        code, shown, _ = await typed(app, "trace", "show", "run-1")
        assert code is Exit.OK
        for word in ("run-1 of agent:main:main: finished", "model test/echo", "first token", "store assistant", "|##"):
            assert word in shown
        assert "first question, tokens about: identity " in shown
        assert json.loads((await typed(app, "trace", "show", "run-1", "--json"))[1])["state"] == "finished"

        code, shown, _ = await typed(app, "trace", "replay", "run-1")
        assert (code, shown) == (Exit.OK, "The same: 1 model calls and 1 messages came out as they were recorded.\n")

        file = tmp_path / "trace.json"
        code, shown, noted = await typed(app, "trace", "export", "run-1", "--out", str(file))
        assert (code, shown) == (Exit.OK, "")
        assert "ui.perfetto.dev" in noted
        assert json.loads(file.read_text())["traceEvents"]
        assert json.loads((await typed(app, "trace", "export", "run-1", "--json"))[1])["runId"] == "run-1"

        code, _, noted = await typed(app, "trace", "show", "nothing")
        assert code is Exit.FAILED
        assert "There is no trace of run 'nothing'" in noted


async def test_a_conversation_is_inspected(tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        await asked(app)
        code, shown, _ = await typed(app, "inspect", "main")
        assert code is Exit.OK
        for word in ("agent:main:main", "2 (user 1, assistant 1)", "test/echo 1", "largest messages", "run-1"):
            assert word in shown
        made = json.loads((await typed(app, "inspect", "main", "--json"))[1])
        assert (made["exists"], made["messageCount"]) == (True, 2)
        code, shown, noted = await typed(app, "inspect", "nothing")
        assert (code, shown) == (Exit.FAILED, "")
        assert "There is no conversation" in noted
        code, shown, _ = await typed(app, "inspect", "nothing", "--json")
        assert (code, json.loads(shown)["exists"]) == (Exit.FAILED, False)


async def test_a_replay_that_differs_has_an_exit_code(gateways, screens) -> None:  # type: ignore[no-untyped-def]
    async with gateways() as gateway:

        async def differs(gateway, params):  # type: ignore[no-untyped-def]
            return {"runId": "r", "same": False, "difference": "Message 1 differs.", "end": {"kind": "reply"}}

        gateway.methods |= {"traces.replay": differs}
        screen = screens()
        code = await run(parse(["trace", "replay", "r"]), gateway.find, screen.console, io.StringIO(), shut)
        assert (code, screen.shown) == (Exit.FAILED, "Not the same. Message 1 differs.\n")


def test_the_waterfall() -> None:
    spans = [
        {"depth": 0, "name": "run", "start": 0.0, "duration": 4000.0, "facts": {}},
        {"depth": 1, "name": "wait", "start": 0.0, "duration": 1000.0, "facts": {}},
        {"depth": 1, "name": "model", "start": 1000.0, "duration": 3000.0, "facts": {"provider": "p", "model": "m"},
         "error": "It broke."},
        {"depth": 2, "name": "speaking", "start": 4000.0, "duration": 0.0, "facts": {}},
    ]  # fmt: skip
    assert waterfall(spans) == [  # type: ignore[arg-type]
        "run              4.00 s  |########################################|",
        "  wait           1.00 s  |##########                              |",
        "  model p/m      3.00 s  |          ##############################|  It broke.",
        "    speaking     0.0 ms  |                                       #|",
    ]
    assert waterfall([]) == []


@pytest.mark.parametrize(("ms", "told"), [(None, ""), (True, ""), (0, "0.0 ms"), (12.34, "12.3 ms"), (1500, "1.50 s")])
def test_times(ms: object, told: str) -> None:
    assert seconds(ms) == told  # type: ignore[arg-type]
