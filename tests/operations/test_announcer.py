"""What matters is said once, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

import pytest

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.notices import Notice, NoticeAction, NoticeBoard, Severity
from clawd_desktop.operations.announcer import SURELY_SHOWN, Announcer, digest_of, offered
from clawd_desktop.system.notifications.port import Notification


class Paper:
    """A notifier that writes down what it is asked to show."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.shown: list[Notification] = []

    async def show(self, notification: Notification) -> bool:
        self.said.append(f"+{notification.id} {notification.text}")
        self.shown.append(notification)
        return True

    async def withdraw(self, notification_id: str) -> None:
        self.said.append(f"-{notification_id}")

    async def close(self) -> None:
        self.said.append("closed")


class Hush:
    """Quiet as long as `on`, but not for `topics`."""

    def __init__(self, *topics: str, on: bool = False, digest: bool = True) -> None:
        self.on = on
        self.digest = digest
        self._topics = set(topics)
        self._listeners: list[Callable[[], None]] = []

    def holds(self, topics: Collection[str]) -> bool:
        return self.on and not self._topics & set(topics)

    def on_end(self, listener: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def end(self) -> None:
        self.on = False
        for listener in self._listeners:
            listener()
        await settle()


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("severity", "said"),
    [(Severity.INFO, []), (Severity.WARNING, ["+a x", "-a"]), (Severity.ACTION, ["+a x", "-a"])],
)
async def test_only_what_matters(severity: Severity, said: list[str]) -> None:
    bus, paper = EventBus(), Paper()
    board = NoticeBoard(bus)
    Announcer(board, paper, bus, Hush())
    board.set(Notice("a", severity, "A", "x"))
    await settle()
    board.clear("a")
    await settle()
    assert paper.said == said


async def test_the_same_words_are_not_said_twice_and_new_ones_are() -> None:
    bus, paper = EventBus(), Paper()
    board = NoticeBoard(bus)
    announcer = Announcer(board, paper, bus, Hush())
    for text, since in (("x", 1), ("x", 2), ("y", 3)):
        board.set(Notice("a", Severity.ERROR, "A", text, since_ms=since))
        await settle()
    await announcer.close()
    board.set(Notice("b", Severity.ERROR, "B", "z"))
    await settle()
    assert paper.said == ["+a x", "+a y", "closed"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("rm x", ["Allow", "Deny"]),
        ("x" * SURELY_SHOWN, ["Allow", "Deny"]),
        ("x" * SURELY_SHOWN + "; rm y", ["Deny"]),
        ("rm x\nrm y", ["Deny"]),
    ],
)
def test_what_must_be_read_first_is_not_offered_beside_a_text_that_may_be_cut_off(text: str, labels: list[str]) -> None:
    actions = (NoticeAction("allow", "Allow", read_first=True), NoticeAction("deny", "Deny"))
    assert [action.label for action in offered(Notice("a", Severity.ACTION, "A", text, actions))] == labels


async def quiet(hush: Hush, *notices: Notice) -> tuple[Paper, NoticeBoard]:
    bus, paper = EventBus(), Paper()
    board = NoticeBoard(bus)
    Announcer(board, paper, bus, hush)
    for notice in notices:
        board.set(notice)
    await settle()
    return paper, board


def warning(notice_id: str, severity: Severity = Severity.WARNING, **more: object) -> Notice:
    return Notice(notice_id, severity, notice_id.upper(), "x", **more)  # type: ignore[arg-type]


async def test_quiet_lets_through_what_is_excepted_and_tells_the_rest_afterwards() -> None:
    hush = Hush("approvals", "security", on=True)
    paper, board = await quiet(
        hush, warning("a"), warning("b"), warning("c"), warning("approval.1", Severity.ACTION), warning("state.rights")
    )
    assert paper.said == ["+approval.1 x", "+state.rights x"]
    board.clear("b")
    await hush.end()
    assert paper.said[2:] == ["+quiet.digest A; C."]
    assert (paper.shown[-1].title, paper.shown[-1].severity) == ("3 messages while it was quiet", Severity.WARNING)
    await hush.end()
    assert len(paper.said) == 3


async def test_one_that_still_stands_is_said_with_its_buttons() -> None:
    hush = Hush(on=True)
    paper, _ = await quiet(hush, warning("a", actions=(NoticeAction("x", "X"),)))
    assert paper.said == []
    await hush.end()
    assert paper.said == ["+a x"]
    assert [action.id for action in paper.shown[0].actions] == ["x"]


async def test_what_came_and_went_is_said_to_be_over() -> None:
    hush = Hush(on=True)
    paper, board = await quiet(hush, warning("a"), warning("b"))
    board.clear("a")
    board.clear("b")
    await hush.end()
    assert paper.said == ["+quiet.digest A; B. All of it is over."]


async def test_without_a_digest_nothing_is_said_afterwards() -> None:
    hush = Hush(on=True, digest=False)
    paper, _ = await quiet(hush, warning("a"), warning("b"))
    await hush.end()
    assert paper.said == []


@pytest.mark.parametrize(
    ("severity", "announce", "said"),
    [
        (Severity.INFO, None, False), (Severity.INFO, True, True), (Severity.ERROR, False, False),
        (Severity.WARNING, None, True), (Severity.INFO, False, False),
    ],
)  # fmt: skip
async def test_a_notice_may_say_for_itself_whether_it_is_announced(
    severity: Severity, announce: bool | None, said: bool
) -> None:
    paper, _ = await quiet(Hush(), warning("a", severity, announce=announce, sound="bell"))
    assert [one.sound for one in paper.shown] == (["bell"] if said else [])


def test_a_long_digest_is_short() -> None:
    held = {str(number): f"T{number}" for number in range(100)}
    standing = [warning(str(number)) for number in range(9)]
    made = digest_of(held, standing)
    assert (made.title, made.text) == ("100 messages while it was quiet", "0; 1; 2; 3; 4, and 4 more.")
