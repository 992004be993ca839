"""A real nginx in front: its client is counted as itself, and the page works only from the address that was named."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from gateway_rig import Device, connect_params, http, rig, upgrade
from running_gateway import free_port

from clawd_desktop.gateway.admission import AccessPolicy

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://127.0.0.1:{gateway};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_set_header X-Forwarded-For "$http_x_test_client, 127.0.0.7";
      proxy_set_header X-Forwarded-Proto https;
    }}
  }}
}}
"""


@contextlib.asynccontextmanager
async def nginx(folder: Path, gateway: int) -> AsyncIterator[int]:
    """A proxy that says of each request that it comes from the address in X-Test-Client, through another proxy."""
    if NGINX is None:
        pytest.skip("there is no nginx")
    port = free_port()
    (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, port=port, gateway=gateway))
    process = await asyncio.create_subprocess_exec(
        NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), stderr=subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(OSError):
                    (await asyncio.open_connection("127.0.0.1", port))[1].close()
                    break
                await asyncio.sleep(0.01)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def test_behind_nginx(tmp_path: Path) -> None:
    policy = AccessPolicy(
        0, hosts=("clawd.example",), origins=("https://clawd.example",), trusted_proxies=("127.0.0.0/8",)
    )
    async with rig(tmp_path, policy=policy) as gateway, nginx(tmp_path, gateway.port) as port:
        client = ("Host: clawd.example", "X-Test-Client: 203.0.113.9")
        socket = await upgrade(port, (*client, "Origin: https://clawd.example"))
        socket.nonce = (await socket.receive())["payload"]["nonce"]
        answer = await socket.connect()
        assert answer["error"]["message"] == "device identity required", "a proxied client is never local"
        device, params = Device(), connect_params()
        socket = await upgrade(port, client)
        nonce = (await socket.receive())["payload"]["nonce"]
        params["device"] = device.claim(params, nonce, gateway.clock.wall_ms())
        answer = await socket.request("connect", params)
        assert answer["error"]["message"] == "pairing required", "nor is it paired in silence"
        assert gateway.devices.listing()["pending"][0]["remoteIp"] == "203.0.113.9"
        for foreign in ("https://evil.example", "http://clawd.example", f"http://127.0.0.1:{port}"):
            with pytest.raises(ConnectionRefusedError, match="403"):
                await upgrade(port, (*client, f"Origin: {foreign}"))
        for headers, status in (
            (("Host: evil.example", "X-Test-Client: 203.0.113.9"), "403"),
            (("Host: clawd.example", "X-Test-Client: junk"), "400"),
            (("Host: clawd.example", "X-Test-Client: 203.0.113.9", "Forwarded: for=6.6.6.6"), "400"),
        ):
            with pytest.raises(ConnectionRefusedError, match=status):
                await upgrade(port, headers)
        text = "GET /none HTTP/1.1\nHost: clawd.example\nX-Test-Client: 203.0.113.9\nAuthorization: Bearer x\n\n"
        for _ in range(5):
            await http(port, text.replace("GET", "DELETE"))
        assert gateway.gate.limiter.remembered(9).peers["203.0.113.9"].failures == 5
        # Without the header nobody is believed, though the connection itself comes from this computer.
        gateway.server.use_policy(AccessPolicy(0, hosts=("clawd.example",)))
        with pytest.raises(ConnectionRefusedError, match="400"):
            await upgrade(port, client)
