"""Two releases of openclaw-node, one for each protocol, chat through our gateway."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from running_gateway import running

if TYPE_CHECKING:
    from interop.clients import ForeignClients

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]
SPOKEN = [["text", "You said: "], ["text", "hi"]]


@pytest.mark.parametrize(
    ("release", "protocol", "chunks"),
    [
        ("0.1", 3, [*SPOKEN, ["done", ""]]),
        ("0.14", 4, [["agent_start", ""], *SPOKEN, ["agent_end", ""], ["done", ""]]),
    ],
)
async def test_it_connects_twice_and_streams_an_answer(
    foreign: ForeignClients, tmp_path: Path, release: str, protocol: int, chunks: list[list[str]]
) -> None:
    async with running(tmp_path / "state") as app:
        seen = (await foreign.script(app.port, "openclaw_node.mjs", release, "hi", "hi")).json()
    first, second = seen["answers"]
    assert seen["faults"] == []
    assert [answer["hello"]["protocol"] for answer in (first, second)] == [protocol, protocol]
    assert first["health"]["ok"] is True
    assert (first["chunks"], second["chunks"]) == (chunks, chunks)
    assert first["sessions"]["sessions"][0]["key"] == "agent:main:main"
    assert [message["role"] for message in second["history"]["messages"]] == ["user", "assistant"] * 2
