"""The commands as a person types them: a process of their own, with this computer's configuration and environment."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from running_gateway import Refusal, running

ROOT = Path(__file__).parents[2]


async def typed(*arguments: str, cwd: Path, stdin: bytes = b"", **environ: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the program."""
    environ = {"PYTHONPATH": str(ROOT), **environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "clawd_desktop", *arguments, cwd=cwd, env=os.environ | environ,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate(stdin)
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_call_with_the_password_of_the_environment(gateways, home: Path) -> None:
    async def health(gateway, params):
        return {"ok": True}

    async with gateways() as gateway:
        gateway.methods["health"] = health
        said = await typed("call", "health", "--url", gateway.url, cwd=home, OPENCLAW_GATEWAY_PASSWORD="a long secret")
    assert (said[0], json.loads(said[1]), said[2]) == (0, {"ok": True}, "")


async def test_the_configuration_of_this_computer_is_used(gateways, home: Path) -> None:
    async def health(gateway, params):
        return {"ok": True}

    async with gateways() as gateway:
        gateway.methods["health"] = health
        (home / ".clawdbot").mkdir()
        port = int(gateway.url.rpartition(":")[2])
        config = {"gateway": {"port": port, "auth": {"password": "${MY_PASSWORD}"}}}
        (home / ".clawdbot" / "clawdbot.json").write_text(json.dumps(config))
        code, out, err = await typed("call", "health", cwd=home, MY_PASSWORD="a long secret")
    assert (code, err) == (0, "")
    assert json.loads(out) == {"ok": True}


async def test_guessers_cannot_lock_the_owner_out(home: Path, tmp_path: Path) -> None:
    async with running(tmp_path) as app:
        for _ in range(8):
            async with app.client(connect=False) as client:
                with pytest.raises(Refusal):
                    await client.connect(auth={"password": "a guess"})
        async with app.client(connect=False) as client:
            with pytest.raises(Refusal, match="too many failed attempts"):
                await client.connect()
        here = ("--data-dir", str(tmp_path), "--port", str(app.port))
        said = await typed("call", "health", *here, cwd=home, CLAWDBOT_GATEWAY_PASSWORD="not needed")
        assert (said[0], json.loads(said[1])["ok"], said[2]) == (0, True, "")
        code, out, _ = await typed("dashboard", "--no-open", *here, cwd=home)
        assert code == 0
        assert re.fullmatch(rf"http://127\.0\.0\.1:{app.port}/#pass=clawd-pass-[\w-]{{43}}\n", out)


async def test_nothing_is_written_by_asking(home: Path) -> None:
    code, out, err = await typed("status", "--port", "9", cwd=home)
    assert (code, out) == (3, "")
    assert "No gateway answers at ws://127.0.0.1:9." in err
    assert [path for path in home.rglob("*") if path.is_file()] == []


async def test_a_closed_pipe_is_no_error(gateways, home: Path) -> None:
    async def much(gateway, params):
        return ["x" * 1000] * 400

    async with gateways() as gateway:
        gateway.methods["much"] = much
        reader, writer = os.pipe()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "clawd_desktop", "call", "much", "--url", gateway.url, cwd=ROOT, stdout=writer,
            stderr=asyncio.subprocess.PIPE, env=os.environ | {"CLAWDBOT_GATEWAY_PASSWORD": "a long secret"},
        )  # fmt: skip
        os.close(writer)
        os.close(reader)
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no such device here")
async def test_an_output_that_takes_nothing_is_a_sentence(home: Path) -> None:
    with open("/dev/full", "rb+", buffering=0) as full:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "clawd_desktop", "version", cwd=ROOT, stdout=full, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, err = await process.communicate()
    assert (process.returncode, err) == (1, b"The result could not be written: No space left on device.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is sent otherwise there")
async def test_ctrl_c_ends_a_command_without_a_traceback(gateways, home: Path) -> None:
    asked = asyncio.Event()

    async def forever(gateway, params):
        asked.set()
        await asyncio.Event().wait()

    async with gateways() as gateway:
        gateway.methods["forever"] = forever
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "clawd_desktop", "call", "forever", "--url", gateway.url, cwd=ROOT,
            stderr=asyncio.subprocess.PIPE, env=os.environ | {"CLAWDBOT_GATEWAY_PASSWORD": "a long secret"},
        )  # fmt: skip
        await asked.wait()
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert (process.returncode, err) == (130, b"")
