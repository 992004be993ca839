"""What buttons ask for is done, or refused with a sentence."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from clawd_desktop.agent.pause import PauseSwitch
from clawd_desktop.agent.queue import Lanes
from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import BadInput, SecretsFault, SecretsState
from clawd_desktop.gateway.actions import Actions
from clawd_desktop.system.processes import PortOwner


class Host:
    def __init__(self, owner: PortOwner | None) -> None:
        self.owner = owner
        self.started = 0
        self.restarts: list[str] = []

    async def start(self) -> bool:
        self.started += 1
        return True

    def restart_later(self, reason: str, delay_s: float) -> None:
        self.restarts.append(reason)


class Keyring:
    def __init__(self, state: SecretsState) -> None:
        self.state = state

    async def retry(self) -> SecretsState:
        return self.state

    def sentence(self) -> str:
        return f"The keyring is {self.state}."


class Desk:
    """Pairs whoever is named."""

    async def approve(self, request_id: str) -> None:
        raise BadInput(f"approved {request_id}")

    async def reject(self, request_id: str) -> None:
        raise BadInput(f"rejected {request_id}")


def actions(host: Host, done: list[str], state: SecretsState = SecretsState.OK) -> Actions:
    async def attach() -> None:
        done.append("attached")

    pauses = PauseSwitch(Lanes(lambda: 1), EventBus(), ManualClock())
    return Actions(host, pauses, Keyring(state), None, Desk(), attach, lambda: done.append("quit"))  # type: ignore[arg-type]


async def test_the_program_that_holds_the_port_is_ended_and_the_gateway_started() -> None:
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    host = Host(PortOwner(program.pid, "python"))
    await actions(host, []).run("gateway.stop_owner")
    assert not psutil.pid_exists(program.pid)
    program.poll()
    assert host.started == 1


@pytest.mark.parametrize("owner", [None, PortOwner(None, "", "bob")])
async def test_an_unknown_program_is_not_ended(owner: PortOwner | None) -> None:
    with pytest.raises(BadInput, match="not known"):
        await actions(Host(owner), []).run("gateway.stop_owner")


async def test_the_applications_own_actions() -> None:
    done: list[str] = []
    host = Host(None)
    table = actions(host, done)
    for action in ("gateway.attach", "app.quit", "gateway.retry", "gateway.restart", "secrets.retry"):
        await table.run(action)
    assert (done, host.started, host.restarts) == (["attached", "quit"], 1, ["gateway restarting"])


@pytest.mark.parametrize("action", ["secrets.retry", "secrets.unlock"])
async def test_a_keyring_that_still_does_not_answer_is_no_success(action: str) -> None:
    with pytest.raises(SecretsFault, match="The keyring is locked"):
        await actions(Host(None), [], SecretsState.LOCKED).run(action)


@pytest.mark.parametrize("action", ["", "format.disk", "assistant.pause", "assistant.pause:soon", "assistant.pause:-1"])
async def test_what_is_not_in_the_table_is_refused(action: str) -> None:
    with pytest.raises(BadInput):
        await actions(Host(None), []).run(action)


@pytest.mark.parametrize(
    ("action", "done"), [("pairing.approve:r1", "approved r1"), ("pairing.reject:r1", "rejected r1")]
)
async def test_devices_are_let_in_or_turned_away(action: str, done: str) -> None:
    with pytest.raises(BadInput, match=done):
        await actions(Host(None), []).run(action)


async def test_others_bring_actions_of_their_own() -> None:
    done: list[str] = []

    async def once(argument: str) -> None:
        done.append(argument)

    table = actions(Host(None), [])
    table.also({"approval.once": once})
    await table.run("approval.once:a:1")
    assert done == ["a:1"]
