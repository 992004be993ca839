"""The yardstick of the gateway's speed: a bare aiohttp WebSocket server that reads JSON and answers JSON."""

from __future__ import annotations

import asyncio
import sys

import orjson
from aiohttp import WSMsgType, web


async def echo(request: web.Request) -> web.WebSocketResponse:
    """Answer each text message with its own id, until the client goes."""
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.TEXT:
            frame = orjson.loads(message.data)
            answer = {"type": "res", "id": frame["id"], "ok": True, "payload": {"ok": True}}
            await socket.send_str(orjson.dumps(answer).decode())
    return socket


async def serve(port: int) -> None:
    """Listen on 127.0.0.1 until the process is stopped; says the port on standard output."""
    application = web.Application()
    application.router.add_get("/", echo)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
