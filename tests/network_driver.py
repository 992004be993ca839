"""Runs the application inside a network of its own (a namespace) and says what could be reached from where.

Started by tests as a script: `network_driver.py FOLDER CONFIG`; prints one JSON object.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import sys
import tempfile
from pathlib import Path
from typing import Any

from clawd_desktop.app import main
from clawd_desktop.cli.arguments import SERVE, Arguments
from clawd_desktop.cli.door import ask_for_status
from clawd_desktop.core.errors import ClawdError

PORT = 18_789
LAN, TAILNET = "10.1.2.3", "100.101.102.103"
# Two cards, one as a Tailscale interface is called. Addresses count only inside of the namespace.
SETUP = (
    "ip link set lo up && ip link add eth9 type veth peer name tailscale0 && "
    f"ip addr add {LAN}/24 dev eth9 && ip addr add {TAILNET}/32 dev tailscale0 && "
    "ip link set eth9 up && ip link set tailscale0 up"
)


async def drive(folder: Path, config: str) -> dict[str, Any]:
    """Start the application and ask it from each address of this computer."""
    (folder / "clawdbot.json").write_text(config)
    quit_event = asyncio.Event()
    task = asyncio.get_running_loop().create_task(main(Arguments(command=SERVE, data_dir=folder), None, quit_event))
    status: dict[str, Any] = {}
    async with asyncio.timeout(30):
        while status.get("phase") not in ("running", "failed"):
            with contextlib.suppress(ClawdError):  # its door is not there yet
                status = dict(await ask_for_status(folder / "run"))
            await asyncio.sleep(0.02)
    encrypted = any(address.startswith("wss") for address in status["addresses"])
    found = {
        "phase": status["phase"],
        "addresses": status["addresses"],
        "certificate": status["certificate"],
        "notices": {notice["id"]: notice for notice in status["notices"]},
        "listening": listening(),
        "answers": {host: await _asked(folder, host, encrypted) for host in ("127.0.0.1", LAN, TAILNET)},
    }
    quit_event.set()
    await task
    return found


def listening() -> list[str]:
    """The addresses on which anybody in this namespace listens at the port, as the kernel tells them."""
    found = set()
    for table, width in (("/proc/net/tcp", 8), ("/proc/net/tcp6", 32)):
        for row in Path(table).read_text().splitlines()[1:]:
            address, _, port = row.split()[1].partition(":")
            if row.split()[3] == "0A" and int(port, 16) == PORT:
                found.add("any" if not address.strip("0") else f"{address[-8:]}/{width}")
    return sorted(found)


async def _asked(folder: Path, host: str, encrypted: bool) -> str:
    """The status line of /healthz at that address, or how it failed."""
    context = None
    if encrypted:
        context = ssl.create_default_context(cafile=str(folder / "gateway" / "tls" / "gateway-cert.pem"))
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, PORT, ssl=context)
            writer.write(f"GET /healthz HTTP/1.1\r\nHost: {host}:{PORT}\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            writer.close()
    except (OSError, TimeoutError) as error:
        return type(error).__name__
    return answer.decode().partition("\r\n")[0]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(asyncio.run(drive(Path(scratch), sys.argv[1]))))
