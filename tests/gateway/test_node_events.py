"""What nodes tell becomes what was meant, or a refusal that says why not."""

from __future__ import annotations

import pytest

from clawd_desktop.agent.runs import Submission
from clawd_desktop.gateway.methods.table import Client, MethodError, Role, checked
from clawd_desktop.gateway.node_events import EventParams, NodeReports
from clawd_desktop.gateway.node_feed import NodeFeed

noted: list[tuple[str, str]] = []
NODE = Client("c1", "node-host", "node", "1", "ios", Role.NODE, (), "", True, "device", 3, 1, device_id="n1")


async def took(event: str, **params: object) -> list[Submission]:
    """What the assistant was asked after this event."""
    asked: list[Submission] = []
    noted.clear()

    async def submit(submission: Submission) -> None:
        asked.append(submission)

    async def note(session_key: str, text: str) -> None:
        noted.append((session_key, text))

    reports = NodeReports(submit, note, lambda: "main", NodeFeed(lambda key: key))
    await reports.take(NODE, checked(EventParams, {"event": event, **params}, "node.event"))
    return asked


async def test_words_go_to_the_main_session_with_little_thinking() -> None:
    (asked,) = await took("voice.transcript", payload={"text": " hi "})
    assert (asked.session_key, asked.text, asked.thinking, asked.origin) == ("main", "hi", "low", "node")
    assert not asked.commands, "a node starts no conversation afresh"
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


@pytest.mark.parametrize(
    ("event", "payload", "told"),
    [
        ("exec.started", {"runId": "r", "command": "ls"}, ("main", "Exec started (node=n1, id=r): ls")),
        (
            "exec.finished",
            {"sessionKey": "work", "command": "ls", "exitCode": 2, "output": " a\nb "},
            ("work", "Exec finished (node=n1, code 2): ls\na\nb"),
        ),
        ("exec.finished", {"timedOut": True, "exitCode": 0}, ("main", "Exec finished (node=n1, timeout)")),
        ("exec.denied", {"command": "rm", "reason": "allowlist"}, ("main", "Exec denied (node=n1, allowlist): rm")),
    ],
)
async def test_reports_of_commands_wait_for_the_assistants_next_turn(
    event: str, payload: dict[str, object], told: tuple[str, str]
) -> None:
    assert await took(event, payload=payload) == []
    assert noted == [told]
