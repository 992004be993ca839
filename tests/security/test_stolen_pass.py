"""A one-time pass that another user of this computer read among a browser's arguments is worth nothing to them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from gateway_rig import connect_params, rig

AS_NOBODY = """
import os, socket, sys
os.setuid(65534)
s = socket.socket()
s.connect(("127.0.0.1", int(sys.argv[1])))
s.sendall(
    b"GET / HTTP/1.1\\r\\nHost: 127.0.0.1:%s\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n"
    b"Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\n\\r\\n" % sys.argv[1].encode()
)
s.recv(65536)
text = sys.stdin.buffer.read()
s.sendall(bytes((0x81, 0x80 | 126)) + len(text).to_bytes(2, "big") + bytes(4) + text)
answer = b""
while b'"res"' not in answer:
    answer += s.recv(65536)
print(b'"ok":true' in answer)
"""


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can be somebody else")
async def test_another_user_cannot_use_a_pass_and_ends_it(tmp_path: Path) -> None:
    async with rig(tmp_path) as gateway:
        stolen, own = gateway.gate._passes.issue(), gateway.gate._passes.issue()
        frame = {"type": "req", "id": "1", "method": "connect", "params": connect_params(auth={"password": stolen})}
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", AS_NOBODY, str(gateway.port), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        said, _ = await child.communicate(json.dumps(frame).encode())
        assert said.strip() == b"False"
        socket = await gateway.socket()
        assert not (await socket.connect(auth={"password": stolen}))["ok"], "it was used up"
        socket = await gateway.socket()
        assert (await socket.connect(auth={"password": own}))["ok"]
