"""What nodes tell becomes what was meant, or a refusal that says why not."""

from __future__ import annotations

import pytest

from clawd_desktop.agent.runs import Submission
from clawd_desktop.gateway.methods.table import Client, MethodError, Role, checked
from clawd_desktop.gateway.node_events import EventParams, NodeReports
from clawd_desktop.gateway.node_feed import NodeFeed

NODE = Client("c1", "node-host", "node", "1", "ios", Role.NODE, (), "", True, "device", 3, 1, device_id="n1")


async def took(event: str, **params: object) -> list[Submission]:
    """What the assistant was asked after this event."""
    asked: list[Submission] = []

    async def submit(submission: Submission) -> None:
        asked.append(submission)

    reports = NodeReports(submit, lambda: "main", NodeFeed(lambda key: key))
    await reports.take(NODE, checked(EventParams, {"event": event, **params}, "node.event"))
    return asked


async def test_words_go_to_the_main_session_with_little_thinking() -> None:
    (asked,) = await took("voice.transcript", payload={"text": " hi "})
    assert (asked.session_key, asked.text, asked.thinking, asked.origin) == ("main", "hi", "low", "node")
    (asked,) = await took("voice.transcript", payloadJSON='{"text": "hi", "sessionKey": "work"}')
    assert asked.session_key == "work"


async def test_a_question_goes_to_the_nodes_own_session() -> None:
    (asked,) = await took("agent.request", payload={"message": "hi", "sessionKey": " ", "timeoutSeconds": 5})
    assert (asked.session_key, asked.timeout_s, asked.thinking) == ("node-n1", 5.0, None)
    one, two = [(await took("agent.request", payload={"message": "hi"}))[0].run_id for _ in range(2)]
    assert one != two


@pytest.mark.parametrize("payload", [None, [], "text", 5, {"message": ""}, {"message": "x" * 20_001}, {"message": 1}])
async def test_what_is_no_question_is_refused(payload: object) -> None:
    with pytest.raises(MethodError, match=r"^invalid agent.request params: "):
        await took("agent.request", payload=payload)


async def test_reports_of_commands_are_logged_and_said_to_go_no_further(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "clawd.gateway.nodes")
    with pytest.raises(MethodError, match="it is logged"):
        await took("exec.finished", payload={"command": "ls\n\x1b[31m", "exitCode": 0})
    assert "ls\\n\\u{1b}[31m" in caplog.text
