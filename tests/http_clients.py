"""Clients of the gateway's HTTP paths that know nothing of this project: curl and OpenAI's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from running_gateway import PASSWORD, Running

if TYPE_CHECKING:
    from openai import AsyncOpenAI

ENDPOINTS = {"chatCompletions": {"enabled": True}, "responses": {"enabled": True}}
OPENAI_ON = {"http": {"endpoints": ENDPOINTS}}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


async def curl(
    app: Running, path: str, *more: str, body: object = None, token: str | None = PASSWORD, method: str = ""
) -> Answer:
    """The answer that curl gets; a body makes it a POST of JSON, None as token shows none."""
    args = ["curl", "-s", "-i", "--path-as-is", "--max-time", "20", "-H", "Expect:"]
    if token is not None:
        args += ["-H", f"Authorization: Bearer {token}"]
    if body is not None:
        text = body if isinstance(body, str) else json.dumps(body)
        args += ["-X", "POST", "-H", "Content-Type: application/json", "--data-binary", text]
    if method:
        args += ["-X", method]
    process = await asyncio.create_subprocess_exec(
        *args, *more, f"http://127.0.0.1:{app.port}{path}", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    head, _, text = out.decode().partition("\r\n\r\n")
    lines = head.split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return Answer(int(lines[0].split(" ")[1]) if lines[0] else 0, headers, text)


@asynccontextmanager
async def openai_client(app: Running, **options: Any) -> AsyncIterator[AsyncOpenAI]:
    """OpenAI's official client, pointed at the gateway; it repeats nothing by itself."""
    from openai import AsyncOpenAI

    known: dict[str, Any] = {"api_key": PASSWORD, "max_retries": 0, "timeout": 20.0}
    client = AsyncOpenAI(base_url=f"http://127.0.0.1:{app.port}/v1", **(known | options))
    try:
        yield client
    finally:
        await client.close()
