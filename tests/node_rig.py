"""Clients with a device key of their own against the whole application: operators and nodes over real sockets."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway_rig import Device
from pydantic import TypeAdapter
from running_gateway import PASSWORD, Client, Json, Running

NODE: Json = {"id": "node-host", "version": "1.0", "platform": "linux", "mode": "node", "displayName": "Workshop"}
OPERATOR: Json = {"id": "cli", "version": "1.0", "platform": "linux", "mode": "cli", "displayName": "Desk"}


async def join(socket: Client, device: Device, /, **params: object) -> Json:
    """The hello to a connect that the device signed. Raises Refusal."""
    challenge = await socket._next()
    known: Json = {"minProtocol": 3, "maxProtocol": 3, "client": OPERATOR, "auth": {"password": PASSWORD}}
    asked = {key: value for key, value in (known | params).items() if value is not None}
    nonce = challenge["payload"]["nonce"]  # type: ignore[index]
    asked["device"] = device.claim(asked, nonce, time.time_ns() // 1_000_000)
    socket.hello = await socket.call("connect", **asked)
    return socket.hello


@asynccontextmanager
async def operator(app: Running, device: Device | None = None, **params: object) -> AsyncIterator[Client]:
    """A connected operator with a device key."""
    async with app.client(connect=False) as client:
        await join(client, device or Device(), **params)
        yield client


@asynccontextmanager
async def node(app: Running, device: Device, *commands: str, **params: object) -> AsyncIterator[Client]:
    """A connected node that declares these commands."""
    known: Json = {"role": "node", "client": NODE, "commands": list(commands), "caps": ["system"]}
    async with app.client(connect=False) as client:
        await join(client, device, **(known | params))
        yield client


async def answer(client: Client, device: Device, **result: object) -> Json:
    """The node answers the call that it was sent last; returns what the call was."""
    asked = await client.until("node.invoke.request")
    client.events.clear()
    await client.call("node.invoke.result", id=asked["id"], nodeId=device.id, **result)
    return asked


def conforms(kind: object, value: object) -> None:
    """The answer has the keys that it is documented with, and at no depth any others."""
    assert TypeAdapter(kind).validate_python(value, strict=True) == value
