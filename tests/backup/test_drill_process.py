"""The gateway of a drill starts apart from everything of this user, is bounded, and is gone afterwards."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from clawd_desktop.backup import drill_process
from clawd_desktop.backup.drill_process import Trial, end, environment, free_port, last_words, memory_of, trial
from clawd_desktop.backup.one_at_a_time import NICE
from clawd_desktop.core.errors import Unavailable


def test_the_environment_knows_nothing_of_this_user(tmp_path: Path) -> None:
    given = {
        "PATH": "/bin", "LANG": "C.UTF-8", "TZ": "UTC", "HOME": "/home/me", "XDG_CONFIG_HOME": "/home/me/.config",
        "XDG_RUNTIME_DIR": "/run/user/1", "DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1/bus", "OPENAI_API_KEY": "sk", "HTTPS_PROXY": "http://p",
        "CLAWDBOT_STATE_DIR": "/home/me/.clawdbot", "MOLTBOT_GATEWAY_PASSWORD": "theirs", "OPENCLAW_CONFIG_PATH": "/c",
        "CLAWDBOT_GATEWAY_PORT": "18789", "CLAWD_SECRETS_FILE": "/home/me/secrets.json", "PYTHONPATH": "/home/me/lib",
        "SSH_AUTH_SOCK": "/run/agent", "TELEGRAM_TOKEN": "t",
    }  # fmt: skip
    made = environment(given, tmp_path, "ours")
    assert {name for name, value in made.items() if given.get(name) == value} == {"PATH", "LANG", "TZ"}
    assert not set(made) & {
        "DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "OPENAI_API_KEY", "HTTPS_PROXY", "SSH_AUTH_SOCK",
        "CLAWDBOT_STATE_DIR", "MOLTBOT_GATEWAY_PASSWORD", "OPENCLAW_CONFIG_PATH", "CLAWDBOT_GATEWAY_PORT",
        "TELEGRAM_TOKEN",
    }  # fmt: skip
    inside = (
        "HOME", "USERPROFILE", "APPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME",
        "TMPDIR", "CLAWD_SECRETS_FILE",
    )  # fmt: skip
    assert all(made[name].startswith(str(tmp_path)) for name in inside)
    assert str(tmp_path) in made["DBUS_SESSION_BUS_ADDRESS"]
    assert made["CLAWDBOT_GATEWAY_PASSWORD"] == "ours"


def test_a_real_one_starts_is_nice_and_is_gone_with_its_block(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    with trial(tmp_path, state, dict(os.environ)) as running:
        running.check()
        assert running.password not in repr(running)
        process = psutil.Process(running.process.pid)
        if sys.platform == "linux":
            assert process.nice() == NICE
        assert running.password not in " ".join(process.cmdline())
    assert running.process.returncode is not None
    with pytest.raises(Unavailable, match="ended with"):
        running.check()


def test_one_that_ends_or_grows_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    log.write_text("first\nNo such module.\n")
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    running = Trial(1, "x", process, log)
    try:
        running.check()
        monkeypatch.setattr(drill_process, "MOST_BYTES", 1)
        with pytest.raises(Unavailable, match="MiB of memory"):
            running.check()
    finally:
        end(process)
    with pytest.raises(Unavailable, match=r"ended with \d+\. No such module\."):
        running.check()
    assert memory_of(process.pid) == 0
    assert last_words(tmp_path / "none") == ""


def test_one_that_does_not_end_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill_process, "END_WITHIN_S", 0.2)
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], stdin=subprocess.PIPE)
    began = time.monotonic()
    end(process)
    assert process.returncode != 0
    assert time.monotonic() - began < 10


def test_it_ends_when_who_started_it_is_killed(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    code = (
        "import os, sys, time\nfrom pathlib import Path\nfrom clawd_desktop.backup.drill_process import trial\n"
        f"with trial(Path({str(tmp_path)!r}), Path({str(state)!r}), dict(os.environ)) as running:\n"
        "    print(running.process.pid, flush=True)\n    time.sleep(600)\n"
    )
    root = Path(__file__).parents[2]
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=root)
    assert owner.stdout is not None
    child = psutil.Process(int(owner.stdout.readline()))
    owner.kill()
    owner.wait()
    owner.stdout.close()
    with contextlib.suppress(psutil.NoSuchProcess):
        child.wait(30)
    assert not child.is_running()


def test_a_free_port_is_one() -> None:
    assert 1_024 <= free_port() <= 65_535
