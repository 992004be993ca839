"""The commands end to end against a listening gateway: output, exit code, and a sentence for each failure."""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys

import pytest

from clawd_desktop import __version__
from clawd_desktop.cli.arguments import parse
from clawd_desktop.cli.commands import COMMANDS, run
from clawd_desktop.cli.exits import Exit
from clawd_desktop.cli.target import Target
from clawd_desktop.core.errors import SecretsFault, SecretsState, Unavailable
from clawd_desktop.core.tasks import spawn
from clawd_desktop.core.values import JsonObject


async def shut() -> int | None:
    """The door of an application that does not run."""
    return None


async def nobody() -> Target:
    raise AssertionError("this command needs no gateway")


async def test_version_needs_no_gateway(screens) -> None:
    screen = screens()
    assert await run(parse(["version"]), nobody, screen.console, io.StringIO(), shut) is Exit.OK
    assert screen.shown == f"clawd-desktop {__version__}\n"


async def test_version_as_json(screens) -> None:
    screen = screens()
    await run(parse(["version", "--json"]), nobody, screen.console, io.StringIO(), shut)
    assert json.loads(screen.shown)["version"] == __version__


@pytest.mark.parametrize("line", ["status", "call health", "chat hi", "quit"])
async def test_nothing_running_is_a_sentence_and_an_exit_code(screens, line: str) -> None:
    async def find() -> Target:
        return Target("ws://127.0.0.1:9")

    screen = screens()
    assert await run(parse(line.split()), find, screen.console, io.StringIO(), shut) is Exit.NOT_RUNNING
    assert screen.shown == ""
    assert screen.noted == "No gateway answers at ws://127.0.0.1:9.\nStart it with: clawd-desktop serve\n"


@pytest.mark.parametrize("line", ["status", "status --json"])
async def test_status_looks_at_the_application_whose_gateway_does_not_answer(screens, line: str) -> None:
    async def find() -> Target:
        return Target("ws://127.0.0.1:9")

    async def look() -> JsonObject:
        return {"phase": "failed", "reason": "Port 9 is used by discard, pid 17."}

    screen = screens()
    assert await run(parse(line.split()), find, screen.console, io.StringIO(), shut, look) is Exit.NOT_RUNNING
    assert "Port 9 is used by discard, pid 17." in screen.shown
    assert screen.noted == "No gateway answers at ws://127.0.0.1:9.\n", "it need not be started: it runs"


async def test_an_application_that_says_nothing_of_itself_does_not_hide_the_reason(screens) -> None:
    async def find() -> Target:
        return Target("ws://127.0.0.1:9")

    async def look() -> JsonObject:
        raise Unavailable("Clawd Desktop is running but does not answer.")

    screen = screens()
    assert await run(parse(["status"]), find, screen.console, io.StringIO(), shut, look) is Exit.NOT_RUNNING
    assert screen.noted.startswith("No gateway answers at ws://127.0.0.1:9.")


async def test_a_wrong_secret_is_refused(gateways, screens) -> None:
    screen = screens()
    async with gateways() as gateway:

        async def find() -> Target:
            return Target(gateway.url, password="wrong")

        assert await run(parse(["status"]), find, screen.console, io.StringIO(), shut) is Exit.REFUSED
    assert "password mismatch" in screen.noted


async def test_a_keyring_that_fails_is_a_sentence(screens) -> None:
    async def find() -> Target:
        raise SecretsFault("The keyring is locked.", state=SecretsState.LOCKED, hint="Unlock it.")

    screen = screens()
    assert await run(parse(["status"]), find, screen.console, io.StringIO(), shut) is Exit.FAILED
    assert screen.noted == "The keyring is locked.\nUnlock it.\n"


async def test_call_prints_the_payload(gateways, screens) -> None:
    async def echo(gateway, params):
        return {"asked": params, "words": "你好"}

    screen = screens()
    async with gateways() as gateway:
        gateway.methods["echo"] = echo
        line = ["call", "echo", "--params", '{"n": 1}']
        assert await run(parse(line), gateway.find, screen.console, io.StringIO(), shut) is Exit.OK
    assert json.loads(screen.shown) == {"asked": {"n": 1}, "words": "你好"}


@pytest.mark.parametrize(
    ("message", "code"), [("unknown method: nope", Exit.FAILED), ("missing scope: operator.admin", Exit.REFUSED)]
)
async def test_a_refused_call_prints_the_gateways_words(gateways, screens, message: str, code: Exit) -> None:
    async def refuse(gateway, params):
        raise gateway.Refuse("INVALID_REQUEST", message)

    screen = screens()
    async with gateways() as gateway:
        gateway.methods["nope"] = refuse
        assert await run(parse(["call", "nope"]), gateway.find, screen.console, io.StringIO(), shut) is code
    assert (screen.shown, screen.noted) == ("", f"{message}\n")


async def test_status_as_json_is_the_whole_report(gateways, screens) -> None:
    async def status(gateway, params):
        return {"desktop": {"phase": "running", "uptimeS": 1.5}}

    screen = screens()
    async with gateways() as gateway:
        gateway.methods["status"] = status
        assert await run(parse(["status", "--json"]), gateway.find, screen.console, io.StringIO(), shut) is Exit.OK
    assert json.loads(screen.shown) == {"phase": "running", "uptimeS": 1.5}


async def test_a_piped_question_is_sent_whole(gateways, screens) -> None:
    async def send(gateway, params):
        final = {"runId": params["idempotencyKey"], "sessionKey": "main", "state": "final"}
        spawn(gateway.tell("chat", final), name="answer")
        return {"runId": params["idempotencyKey"], "status": "started"}

    async with gateways() as gateway:
        gateway.methods["chat.send"] = send
        question = io.StringIO("first line\nsecond line\n")
        assert await run(parse(["chat"]), gateway.find, screens().console, question, shut) is Exit.OK
        assert gateway.calls[0][1]["message"] == "first line\nsecond line\n"


async def test_an_empty_question_is_not_sent(gateways, screens) -> None:
    screen = screens()
    async with gateways() as gateway:
        assert await run(parse(["chat", "-"]), gateway.find, screen.console, io.StringIO(" \n"), shut) is Exit.FAILED
        assert gateway.calls == []
    assert "There is no message to send." in screen.noted


async def test_quit_through_the_door_needs_no_gateway(screens) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE)

    async def door() -> int | None:
        process.stdin.close()
        return process.pid

    screen = screens()
    waited = spawn(process.wait(), name="reap")
    assert await run(parse(["quit"]), nobody, screen.console, io.StringIO(), door) is Exit.OK
    assert await waited == 1
    assert screen.noted == "Quit.\n"


async def test_an_application_whose_exit_code_nobody_has_asked_for_counts_as_gone(screens) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read()

        async def door() -> int | None:
            return process.pid

        screen = screens()
        assert await run(parse(["quit", "--timeout", "5"]), nobody, screen.console, io.StringIO(), door) is Exit.OK


async def test_an_application_that_does_not_end_is_told(screens) -> None:
    async def door() -> int | None:
        return os.getpid()

    screen = screens()
    code = await run(parse(["quit", "--timeout", "0.05"]), nobody, screen.console, io.StringIO(), door)
    assert code is Exit.TIMEOUT
    assert "did not end within 0.05 s" in screen.noted


async def test_quit_over_the_socket_waits_until_it_is_gone(gateways, screens) -> None:
    async def status(gateway, params):
        return {"desktop": {"pid": 0}}

    async def leave(gateway, params):
        spawn(gateway.drop(1001, b"quit"), name="drop")
        return {"ok": True}

    screen = screens()
    async with gateways() as gateway:
        gateway.methods |= {"status": status, "desktop.quit": leave}
        assert await run(parse(["quit"]), gateway.find, screen.console, io.StringIO(), shut) is Exit.OK
    assert screen.noted == "Quit.\n"


async def test_quit_that_does_not_end_is_told(gateways, screens) -> None:
    async def fine(gateway, params):
        return {}

    screen = screens()
    async with gateways() as gateway:
        gateway.methods |= {"status": fine, "desktop.quit": fine}
        code = await run(parse(["quit", "--timeout", "0.1"]), gateway.find, screen.console, io.StringIO(), shut)
    assert code is Exit.TIMEOUT
    assert "did not end within 0.1 s" in screen.noted


async def test_another_programs_gateway_is_not_quit(gateways, screens) -> None:
    async def status(gateway, params):
        return {}

    async def unknown(gateway, params):
        raise gateway.Refuse("INVALID_REQUEST", "unknown method: desktop.quit")

    screen = screens()
    async with gateways() as gateway:
        gateway.methods |= {"status": status, "desktop.quit": unknown}
        assert await run(parse(["quit"]), gateway.find, screen.console, io.StringIO(), shut) is Exit.REFUSED
    assert "another program's gateway" in screen.noted


def test_every_command_that_is_not_the_application_has_a_row() -> None:
    assert set(COMMANDS) == {
        "status", "call", "chat", "dashboard", "devices", "nodes", "metrics", "alerts", "services", "logs", "audit",
        "resources", "doctor", "report", "trace", "inspect", "profile", "quit", "hash-password", "version", "backup",
        "restore",
    }  # fmt: skip
