"""Asks the Tailscale program, where there is one, by which names this computer is known in its tailnet."""

from __future__ import annotations

import asyncio
import contextlib
import shutil

import orjson

from clawd_desktop.core.values import as_object, as_text

ASK_S = 3.0


async def tailnet_names() -> tuple[str, ...]:
    """The full and the short name of this computer in its tailnet, in lower case; none when it cannot be told.

    Source: `tailscale status --json`, Self.DNSName.
    """
    program = shutil.which("tailscale")
    if program is None:
        return ()
    try:
        process = await asyncio.create_subprocess_exec(
            program, "status", "--json", "--peers=false",
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return ()
    try:
        async with asyncio.timeout(ASK_S):
            answer, _ = await process.communicate()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return ()
    return names_in(answer)


def names_in(answer: bytes) -> tuple[str, ...]:
    """The names that a status tells of; none when it is not one."""
    try:
        status = as_object(orjson.loads(answer))
    except orjson.JSONDecodeError:
        return ()
    name = as_text(as_object(status.get("Self")).get("DNSName")).rstrip(".").lower()
    return tuple(dict.fromkeys((name, name.partition(".")[0]))) if name else ()
