"""The whole application in a network of its own: who reaches it, and that it refuses to open itself unguarded.

Security case 1.2 (bind 0.0.0.0 and its like), and the inventory of listening sockets.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from network_driver import LAN, PORT, SETUP, TAILNET

STRONG = "zanzibar-mule-42-velvet"
DRIVER = Path(__file__).parents[1] / "network_driver.py"
OK, REFUSED = "HTTP/1.1 200 OK", "ConnectionRefusedError"


@cache
def own_network() -> str:
    """Why there is no network namespace here, "" when there is."""
    if sys.platform != "linux" or shutil.which("unshare") is None or shutil.which("ip") is None:
        return "network namespaces need Linux, unshare and ip"
    done = subprocess.run(["unshare", "-rn", "sh", "-c", SETUP], capture_output=True, text=True, check=False)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


async def inside(**gateway: Any) -> dict[str, Any]:
    """What the application with this `gateway` section does in a network of its own."""
    if reason := own_network():
        pytest.skip(reason)
    config = json.dumps({"gateway": {"auth": {"password": STRONG}} | gateway})
    root = Path(__file__).parents[2]
    environ = {name: value for name, value in os.environ.items() if "GATEWAY" not in name}
    environ["PYTHONPATH"] = f"{root}:{root / 'tests'}"
    script = f'{SETUP} && exec "$@"'
    process = await asyncio.create_subprocess_exec(
        "unshare", "-rn", "sh", "-c", script, "sh", sys.executable, str(DRIVER), config,
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()[-2000:]
    found: dict[str, Any] = json.loads(out)
    return found


def told(found: dict[str, Any], notice_id: str) -> str:
    return str(found["notices"].get(notice_id, {}).get("text", ""))


async def test_by_itself_it_is_for_this_computer_alone() -> None:
    found = await inside()
    assert found["addresses"] == [f"ws://127.0.0.1:{PORT}", f"ws://[::1]:{PORT}"]
    assert len(found["listening"]) == 2
    assert "any" not in found["listening"]
    assert found["answers"] == {"127.0.0.1": OK, LAN: REFUSED, TAILNET: REFUSED}
    assert (found["certificate"], told(found, "gateway.exposed")) == ("", "")


async def test_lan_with_tls_is_reached_at_every_address_and_says_so() -> None:
    found = await inside(bind="lan", tls={"enabled": True})
    assert found["listening"] == ["any"]
    assert found["addresses"] == [f"wss://{host}:{PORT}" for host in ("127.0.0.1", "[::1]", "0.0.0.0", "[::]")]
    assert found["answers"] == {"127.0.0.1": OK, LAN: OK, TAILNET: OK}
    assert all(f"wss://{host}:{PORT}" in told(found, "gateway.exposed") for host in (LAN, TAILNET))
    assert found["certificate"] in told(found, "gateway.exposed") != ""


async def test_tailnet_is_reached_there_and_here_and_nowhere_else() -> None:
    found = await inside(bind="tailnet", tls={"enabled": True})
    assert found["addresses"][-1] == f"wss://{TAILNET}:{PORT}"
    assert found["answers"] == {"127.0.0.1": OK, LAN: REFUSED, TAILNET: OK}


async def test_a_custom_address_is_reached_there_and_here_and_nowhere_else() -> None:
    found = await inside(bind="custom", customBindHost=LAN, tls={"enabled": True})
    assert found["answers"] == {"127.0.0.1": OK, LAN: OK, TAILNET: REFUSED}


async def test_behind_a_proxy_without_tls_nobody_else_gets_past_it() -> None:
    found = await inside(bind="lan", trustedProxies=["10.1.2.4"])
    assert found["answers"] == {"127.0.0.1": OK, LAN: "HTTP/1.1 403 Forbidden", TAILNET: "HTTP/1.1 403 Forbidden"}
    assert "through the trusted proxy alone" in told(found, "gateway.exposed")


@pytest.mark.parametrize(
    ("gateway", "words"),
    [
        ({"bind": "lan"}, "without encryption"),
        ({"bind": "custom", "customBindHost": "0.0.0.0"}, "without encryption"),
        ({"bind": "custom", "customBindHost": "*"}, "is no address of this computer"),
        ({"bind": "lan", "tls": {"enabled": True}, "auth": {"password": "password1234"}}, "with this password"),
        ({"bind": "lan", "tls": {"enabled": True, "certPath": "nowhere.pem", "keyPath": "k.pem"}}, "cannot be read"),
    ],
)
async def test_it_does_not_open_itself_unguarded(gateway: dict[str, Any], words: str) -> None:
    """Nor does it listen on loopback instead: the owner is told, and asked to choose."""
    found = await inside(**gateway)
    assert (found["phase"], found["addresses"], found["listening"]) == ("failed", [], [])
    notice = found["notices"]["gateway.port"]
    assert words in notice["text"]
    assert {action["id"] for action in notice["actions"]} <= {"settings:gateway", "gateway.retry"}
    assert notice["actions"]


async def test_an_address_where_a_kind_of_binding_belongs_opens_nothing() -> None:
    """The setting is not usable, so its default counts: this computer alone, with the mistake named."""
    found = await inside(bind="0.0.0.0")
    assert "any" not in found["listening"]
    assert found["answers"][LAN] == found["answers"][TAILNET] == REFUSED
    assert "gateway.bind" in told(found, "config")
