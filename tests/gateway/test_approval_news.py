"""The owner is shown the whole command, with nothing hidden in it, and only the buttons that mean something."""

from __future__ import annotations

from typing import Any

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import NotFound
from clawd_desktop.core.notices import NoticeBoard, Severity
from clawd_desktop.gateway.approval_news import ApprovalNews, notice_of
from clawd_desktop.operations.announcer import offered
from clawd_desktop.sandbox.approvals import Approval, Approvals, Asker, Command


def approval(command: Command) -> Approval:
    return Approval("a1", command, Asker(), 5, 10)


def test_the_whole_command_is_shown_with_what_is_invisible_in_it() -> None:
    hostile = "echo safe\x1b[2K\u202e" + " " * 5000 + "; rm -rf ~\nrm x" + "y" * 90_000 + "END"
    notice = notice_of(approval(Command(hostile, cwd="/tmp\u202e", host="node", agent_id="main")))
    first, second = notice.text.split("\n")
    assert first.startswith("echo safe\\u{1b}[2K\\u{202e} \\{5000 blanks} ; rm -rf ~\\nrm x")
    assert first.endswith("yEND")
    assert second == "To be run on a node in /tmp\\u{202e} for agent main."
    assert notice.severity is Severity.ACTION


@pytest.mark.parametrize(
    ("command", "labels", "always"),
    [
        (Command("ls -l"), ["Allow once", "Always", "Deny"], True),
        (Command("ls -l", host="node"), ["Allow once", "Always", "Deny"], False),
        (Command("ls; rm x"), ["Allow once", "Deny"], False),
        (Command("sh -c x", host="gateway"), ["Allow once", "Deny"], False),
        (Command("ls", host="sandbox"), ["Allow once", "Deny"], False),
    ],
)
def test_the_buttons(command: Command, labels: list[str], always: bool) -> None:
    notice = notice_of(approval(command))
    assert [action.label for action in notice.actions] == labels
    assert ("Always would allow " in notice.text) is always
    assert [action.id for action in notice.actions][-1] == "approval.deny:a1"


def test_a_notification_that_may_be_cut_off_offers_no_permission() -> None:
    for command in ("ls", "ls " + "x" * 500):
        notice = notice_of(approval(Command(command)))
        assert [action.label for action in offered(notice)] == ["Deny"]


async def test_one_event_and_one_notice_for_as_long_as_it_waits() -> None:
    bus, clock, said = EventBus(), ManualClock(), list[tuple[str, Any]]()
    board, approvals = NoticeBoard(bus), Approvals(bus, clock)
    news = ApprovalNews(approvals, board, clock, lambda *event: said.append(event))
    stop = news.listen(bus)
    decisions = {"allow-once": news.allow_once, "allow-always": news.allow_always, "deny": news.deny}
    for decision, act in decisions.items():
        asked = approvals.ask(Command("ls"), Asker(), timeout_ms=60_000)
        assert [notice.id for notice in board.current()] == [f"approval.{asked.id}"]
        await act(asked.id)
        assert board.current() == ()
        assert said[-1] == (
            "exec.approval.resolved",
            {"id": asked.id, "decision": decision, "ts": clock.wall_ms(), "resolvedBy": "owner"},
        )
        with pytest.raises(NotFound):
            await act(asked.id)
    approvals.ask(Command("ls"), Asker("c1"), timeout_ms=60_000)
    said.clear()
    approvals.left("c1")
    assert (board.current(), said) == ((), []), "nobody decided it"
    stop()
    approvals.ask(Command("ls"), Asker(), timeout_ms=60_000)
    assert (board.current(), said) == ((), [])
