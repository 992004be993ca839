"""What goes wrong on real computers: a clear sentence, nothing lost, and it goes on when the cause has gone."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from desktop_session import desktop_session, wait_until
from e2e import panel
from e2e.app_process import PATIENCE, App, app_on, headless_app
from e2e.scripted_model import scripted_model

from clawd_desktop.cli.exits import Exit

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(180)]
PASSWORD = "e2e-password-0123456789"
HOLD_PORT = "import socket,sys,time; s=socket.create_server(('127.0.0.1', int(sys.argv[-1]))); time.sleep(600)"


@contextmanager
def port_holder(app: App, *line: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program that listens on the application's port."""
    with subprocess.Popen([sys.executable, *line, str(app.port)]) as process:
        try:
            wait_until(lambda: listens(app.port), "the other program to listen")
            yield process
        finally:
            process.kill()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 512 KiB mounted at the folder."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("mounting a small disk needs root on Linux")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k,mode=700", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this computer does not allow mounts")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the space of the disk that there is."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096):
            continue
    return ballast


def test_who_holds_the_port_is_named_and_the_port_taken_when_it_is_free(home: Path) -> None:
    with headless_app(home) as app:
        app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        with port_holder(app, "-c", HOLD_PORT) as other:
            app.start("serve")
            app.wait_for_log(f"Port {app.port} is used by python")
            assert f"pid {other.pid}" in app.log
            asked = app.run("status", "--timeout", "1")
            assert asked.returncode == Exit.TIMEOUT
            assert f"pid {other.pid}" in asked.stdout
            assert "Traceback" not in asked.stderr
        app.wait_for_gateway()
        assert app.json("status", "--json")["notices"] == []
        assert app.end()[1] == 0


def test_a_gateway_of_clawdbot_on_the_port_is_recognised_and_the_ways_on_are_offered(home: Path) -> None:
    entry = home / "node_modules" / "clawdbot" / "dist" / "entry.py"
    entry.parent.mkdir(parents=True)
    entry.write_text(HOLD_PORT)
    with desktop_session() as desktop, app_on(desktop, home) as app:
        with port_holder(app, str(entry), "gateway") as other:
            app.start("--show", "overview")
            panel.wait_for_icon(desktop)
            wait_until(lambda: "⚠ Another gateway runs" in panel.menu(desktop), "the notice", patience=PATIENCE)
            said = "\n".join(path.read_text() for path in home.rglob("*.log"))
            assert f"(clawdbot), pid {other.pid}. Use it, stop it, or let this one listen elsewhere." in said
        app.wait_for_gateway()
        wait_until(lambda: "⚠ Another gateway runs" not in panel.menu(desktop), "the notice to go", patience=PATIENCE)
        assert app.end()[1] == 0


def test_a_file_in_place_of_the_data_folder_is_told_on_the_screen_and_waited_for(home: Path) -> None:
    with desktop_session() as desktop, app_on(desktop, home) as app:
        app.state.write_text("I am not a folder")
        app.start()
        desktop.wait_for_window("^Clawd Desktop$")
        assert f"{app.state}: a file stands in its place. Move that file away." in app.log
        assert app.end()[1] == 0, "it can be ended while it waits"
        assert app.state.read_text() == "I am not a folder"

        app.start()
        desktop.wait_for_window("^Clawd Desktop$")
        app.state.rename(home / "moved away")
        panel.wait_for_icon(desktop)
        desktop.wait_for_no_window("^Clawd Desktop$")
        app.wait_for_gateway()
        assert app.end()[1] == 0
        assert "Traceback" not in app.log


def test_a_disk_that_is_read_only_or_full_loses_nothing(home: Path) -> None:
    with headless_app(home) as app, small_disk(app.state), scripted_model("Fine.") as model:
        app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        (app.state / "clawdbot.json").write_text(model.config())
        remount(app.state, "ro")
        app.start("serve")
        app.wait_for_log("the disk is read-only")
        remount(app.state, "rw")
        app.wait_for_gateway()
        assert app.run("chat", "first").returncode == 0

        ballast = fill(app.state)
        refused = app.run("chat", "second " * 2000)
        assert refused.returncode == Exit.FAILED
        assert "the disk is full. Free some space" in refused.stderr
        assert app.said("user") == ["first"], "what was not kept is not there by half"

        ballast.unlink()
        assert app.run("chat", "third").returncode == 0
        assert app.said("user") == ["first", "third"]
        assert app.end()[1] == 0

        ballast = fill(app.state)
        app.start("serve")
        app.wait_for_gateway()
        assert app.history(PASSWORD) == ["first", "Fine. ", "third", "Fine. "]
        ballast.unlink()
        assert app.end()[1] == 0
        assert "Traceback" not in app.log


def test_a_broken_configuration_is_left_alone_and_a_mended_one_picked_up(home: Path) -> None:
    broken, mended = "{ gateway: { port: 18789, }, agents: [[[ ", "{ ui: { seamColor: '#336699' } } // mended\n"
    with headless_app(home) as app:
        app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        app.state.mkdir()
        file = app.state / "clawdbot.json"
        file.write_text(broken)
        app.start("serve")
        app.wait_for_gateway()
        report = app.json("status", "--json")
        assert report["safeMode"] is True
        assert [notice["title"] for notice in report["notices"]] == ["The configuration cannot be used"]  # type: ignore[attr-defined]
        assert "line 1, column 42" in app.run("status").stdout
        assert file.read_text() == broken

        file.write_text(mended)
        wait_until(lambda: app.json("status", "--json")["safeMode"] is False, "the mended file", patience=PATIENCE)
        config = app.json("call", "config.get")
        assert config["config"]["ui"]["seamColor"] == "#336699"  # type: ignore[index]
        assert file.read_text() == mended
        assert app.end()[1] == 0


def test_without_keyring_and_desktop_the_ways_on_are_told(home: Path) -> None:
    with headless_app(home) as app:
        app.start("serve")
        app.wait_for_log("There is no keyring")
        assert "set CLAWDBOT_GATEWAY_PASSWORD" in app.log
        assert app.end()[1] == 0
        assert "Traceback" not in app.log

        secrets = home / "secrets.json"
        secrets.write_text("{}")
        secrets.chmod(0o600)
        app.environ["CLAWD_SECRETS_FILE"] = str(secrets)
        app.start("serve")
        app.wait_for_gateway()
        assert app.json("status", "--json")["secretsState"] == "ok", "a command finds the password in that file"
        assert app.end()[1] == 0


def test_a_locked_keyring_is_waited_for(home: Path) -> None:
    with desktop_session() as desktop, app_on(desktop, home) as app:
        desktop.bus.lock_keyring()
        app.start()
        panel.wait_for_icon(desktop)
        desktop.wait_for_focus("Unlock")
        assert not listens(app.port)
        wait_until(lambda: "⚠ The gateway is not running" in panel.menu(desktop), "the notice", patience=PATIENCE)
        assert len(desktop.windows("Unlock")) == 1, "one prompt"
        desktop.type("test")
        desktop.key("Return")
        app.wait_for_gateway()
        wait_until(lambda: "⚠ The gateway is not running" not in panel.menu(desktop), "the notice to go")
        assert app.run("status").returncode == 0
        assert app.end()[1] == 0


def test_a_kill_in_the_middle_of_an_answer_keeps_the_message(home: Path) -> None:
    with headless_app(home) as app, scripted_model("one two three four five six seven eight nine", "Again.") as model:
        app.environ["CLAWDBOT_GATEWAY_PASSWORD"] = PASSWORD
        app.state.mkdir()
        (app.state / "clawdbot.json").write_text(model.config())
        app.start("serve")
        app.wait_for_gateway()
        model.hold()
        with app.popen("chat", "Tell me something long") as talk:
            assert talk.stdout is not None
            assert talk.stdout.read(3) == "one"
            app.end(signal.SIGKILL)
            assert "Traceback" not in talk.communicate(timeout=PATIENCE)[1]
            assert talk.returncode == Exit.NOT_RUNNING
        assert app.said("user") == ["Tell me something long"]
        model.go_on()
        app.start("serve")
        app.wait_for_gateway()
        assert app.run("chat", "Once more").returncode == 0
        assert app.history(PASSWORD) == ["Tell me something long", "Once more", "Again. "]
        assert app.end()[1] == 0
        assert "Traceback" not in app.log
