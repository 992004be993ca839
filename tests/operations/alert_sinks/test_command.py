"""Real programs are told: JSON on their input, few variables, no shell, and an end when they do not end."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import psutil
import pytest
from alert_messages import DISK

from clawd_desktop.core.errors import Unavailable
from clawd_desktop.operations.alert_sinks.command import MOST_OUTPUT, CommandSink, scrubbed

ENVIRON = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/h",
    "LC_ALL": "C",
    "OPENAI_API_KEY": "sk-x",
    "CLAWDBOT_GATEWAY_TOKEN": "t",
}
SAVE = (
    "import os, sys, json\n"
    "told = {'in': sys.stdin.read(), 'env': dict(os.environ), 'argv': sys.argv[1:]}\n"
    "json.dump(told, open(sys.argv[1], 'w'))"
)


def sink(code: str, *arguments: str, timeout_s: float = 20) -> CommandSink:
    return CommandSink((sys.executable, "-c", code, *arguments), ENVIRON, timeout_s)


async def test_the_program_gets_the_alert_and_no_secret(tmp_path: Path) -> None:
    await sink(SAVE, str(tmp_path / "out"), "$(touch x); `y`").send(DISK)
    told = json.loads((tmp_path / "out").read_text())
    assert json.loads(told["in"]) == DISK.as_json()
    assert told["argv"][1] == "$(touch x); `y`"
    assert {"OPENAI_API_KEY", "CLAWDBOT_GATEWAY_TOKEN"} & set(told["env"]) == set()
    assert told["env"]["HOME"] == "/h"
    assert set(scrubbed(ENVIRON)) == {"PATH", "HOME", "LC_ALL"}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import sys; print('the reason'); sys.exit(3)", "ended with 3: the reason."),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "ended with -15."),
        ("import sys; sys.stderr.write('bad\\nluck'); sys.exit(1)", "ended with 1: bad luck."),
    ],
)
async def test_one_that_fails_says_why(code: str, said: str) -> None:
    with pytest.raises(Unavailable) as caught:
        await sink(code).send(DISK)
    assert caught.value.message.endswith(said)


async def test_one_that_is_not_there() -> None:
    with pytest.raises(Unavailable, match="/no/such/program could not be started"):
        await CommandSink(("/no/such/program",), ENVIRON, 1).send(DISK)


async def test_one_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open(sys.argv[1], 'w').write(str(child.pid))\n"
        "time.sleep(60)"
    )
    began = time.monotonic()
    with pytest.raises(Unavailable, match="did not end within 2 s and was ended"):
        await sink(code, str(tmp_path / "pid"), timeout_s=2).send(DISK)
    assert time.monotonic() - began < 30
    child = int((tmp_path / "pid").read_text())
    async with asyncio.timeout(10):
        while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.01)


async def test_what_it_started_in_a_group_of_its_own_keeps_nothing_open(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys\n"
        "apart = [sys.executable, '-c', 'import time; time.sleep(60)']\n"
        "open(sys.argv[1], 'w').write(str(subprocess.Popen(apart, start_new_session=True).pid))"
    )
    await sink("pass").send(DISK)
    before = psutil.Process().num_fds()
    with pytest.raises(Unavailable, match="did not end within 2 s"):
        await sink(code, str(tmp_path / "pid"), timeout_s=2).send(DISK)
    await asyncio.sleep(0)
    assert psutil.Process().num_fds() == before
    psutil.Process(int((tmp_path / "pid").read_text())).kill()


async def test_one_that_never_stops_talking_is_read_and_mostly_forgotten() -> None:
    code = f"import sys; sys.stdin.read(); sys.stdout.write('x' * {40 * MOST_OUTPUT}); sys.exit(1)"
    with pytest.raises(Unavailable) as caught:
        await sink(code).send(DISK)
    assert len(caught.value.message) < 400


async def test_one_that_does_not_read_is_no_failure() -> None:
    await sink("import sys; sys.stdin.close()").send(DISK)
