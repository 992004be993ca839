"""Opening, reading back, sending and failing, with an assistant that does what the test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import StorageFault
from clawd_desktop.core.events import MessageStored, RunStarted, RunText, SessionChanged
from clawd_desktop.core.messages import Image, user_message
from clawd_desktop.ui.chat.conversation import PAGE, Conversation, Phase
from clawd_desktop.ui.chat.rows import Mark
from clawd_desktop.ui.operations import Operations
from tests.ui.chat.scripted_chat import MAIN, ScriptedChat, answer


class Stage:
    """A conversation without a window."""

    def __init__(self, count: int = 3) -> None:
        self.bus, self.clock = EventBus(), ManualClock()
        self.chat = ScriptedChat(self.bus, self.clock)
        self.chat.add(MAIN, "Main", [user_message(f"m{number}", now_ms=number + 1) for number in range(count)])
        self.owner = QWidget()
        operations = Operations(self.owner)
        self.one = Conversation(lambda: self.chat, self.clock.wall_ms, lambda change: None, operations, self.owner)
        self.unsent: list[tuple[str, str]] = []
        self.one.unsent.connect(lambda key, text, pictures, sentence: self.unsent.append((text, sentence)))

    def texts(self) -> list[str]:
        return [row.text for row in self.one.transcript.rows]

    async def open(self) -> None:
        self.one.open(MAIN)
        await until(lambda: self.one.phase is not Phase.LOADING)


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until the condition holds; the test's own time limit ends a vain wait."""
    while not condition():
        await asyncio.sleep(0)


async def test_the_newest_page_is_shown_and_older_ones_on_request() -> None:
    stage = Stage(PAGE * 2 + 5)
    await stage.open()
    assert stage.texts() == [f"m{number}" for number in range(PAGE + 5, PAGE * 2 + 5)]
    stage.one.older()
    stage.one.older()
    await until(lambda: len(stage.texts()) == 2 * PAGE)
    stage.one.older()
    await until(lambda: len(stage.texts()) == 2 * PAGE + 5)
    stage.one.older()
    assert stage.chat.history_calls == [None, PAGE + 5, 5]
    assert stage.texts() == [f"m{number}" for number in range(2 * PAGE + 5)]


async def test_what_happens_while_loading_is_neither_lost_nor_doubled() -> None:
    stage = Stage()
    stage.chat.waiting = asyncio.Event()
    stage.one.open(MAIN)
    stored = stage.chat.messages[MAIN][-1]
    stage.one.receive(
        [
            MessageStored(MAIN, stored[0], stored[1]),
            RunStarted("r", MAIN, 1, 1),
            RunText("r", MAIN, 2, "so far", "so far"),
        ]
    )
    assert stage.one.transcript.rows == []
    stage.chat.waiting.set()
    await until(lambda: stage.one.phase is Phase.READY)
    assert stage.texts() == ["m0", "m1", "m2", "so far"]


async def test_a_page_that_comes_too_late_is_not_shown() -> None:
    stage = Stage()
    stage.chat.add("other", "Other", [user_message("other", now_ms=1)])
    stage.chat.waiting = asyncio.Event()
    stage.one.open(MAIN)
    await until(lambda: len(stage.chat.history_calls) == 1)
    stage.one.open("other")
    stage.chat.waiting.set()
    await until(lambda: stage.one.phase is Phase.READY)
    assert stage.texts() == ["other"]


async def test_a_history_that_cannot_be_read_says_why_and_opens_later() -> None:
    stage = Stage()
    stage.chat.failure = StorageFault("The disk is gone.", hint="Connect it.")
    await stage.open()
    assert stage.one.phase is Phase.FAILED
    assert stage.one.failure == "The disk is gone. Connect it."
    await stage.open()
    assert stage.texts() == ["m0", "m1", "m2"]


async def test_older_messages_that_cannot_be_read_are_asked_for_again() -> None:
    stage = Stage(PAGE + 5)
    await stage.open()
    stage.chat.failure = StorageFault("The disk is slow.")
    stage.one.older()
    await until(lambda: stage.chat.failure is None)
    stage.one.older()
    await until(lambda: len(stage.chat.history_calls) == 2)
    await until(lambda: stage.one.older() or len(stage.texts()) == PAGE + 5)


async def test_a_message_is_shown_at_once_and_confirmed() -> None:
    stage = Stage(0)
    await stage.open()
    stage.one.send("hello", ())
    assert [(row.text, row.mark) for row in stage.one.transcript.rows] == [("hello", Mark.SENDING)]
    await until(lambda: bool(stage.chat.sent))
    await until(lambda: stage.one.transcript.rows[0].mark is Mark.NONE)
    assert stage.chat.sent == [(MAIN, "hello", ())]


async def test_a_message_that_cannot_be_stored_comes_back() -> None:
    stage = Stage()
    await stage.open()
    stage.chat.failure = StorageFault("The disk is full.")
    stage.one.send("hello", ())
    await until(lambda: bool(stage.unsent))
    assert stage.unsent == [("hello", "The disk is full.")]
    assert stage.texts() == ["m0", "m1", "m2"]


async def test_a_new_conversation_gets_its_key_with_its_first_message() -> None:
    stage = Stage()
    opened: list[str] = []
    stage.one.opened.connect(opened.append)
    stage.one.open("")
    assert stage.one.phase is Phase.NEW
    stage.one.send("first", ())
    await until(lambda: bool(stage.chat.sent))
    assert opened == [stage.one.key] == [stage.chat.sent[0][0]]


async def test_of_many_texts_in_a_batch_only_the_last_is_applied() -> None:
    stage = Stage(0)
    await stage.open()
    stage.one.receive([RunStarted("r", MAIN, 1, 1)])
    changes: list[int] = []
    stage.one.transcript._watch = lambda change: changes.append(change.at)
    stage.one.receive([RunText("r", MAIN, n, "x" * n, "x") for n in range(1, 200)])
    assert stage.texts() == ["x" * 199]
    assert len(changes) == 1


async def test_trying_again_sends_what_failed() -> None:
    stage = Stage(0)
    await stage.open()
    stage.bus.subscribe(MessageStored, lambda event: stage.one.receive([event]))
    stage.one.send("question", ())
    await until(lambda: MAIN in stage.chat.running)
    from clawd_desktop.core.events import RunFailed

    stage.one.receive([RunFailed(stage.chat.running.pop(MAIN), MAIN, 3, "No key.", "model.no_key", 1, 2)])
    stage.one.retry(stage.one.transcript.rows[-1].uid)
    await until(lambda: len(stage.chat.sent) == 2)
    assert [text for _, text, _ in stage.chat.sent] == ["question", "question"]
    assert "No key." not in stage.texts()


async def test_events_of_other_conversations_are_not_ours_and_a_reset_reloads() -> None:
    stage = Stage()
    await stage.open()
    stage.one.receive([MessageStored("other", "x", answer("not ours", 1))])
    assert stage.texts() == ["m0", "m1", "m2"]
    stage.chat.messages[MAIN] = []
    stage.one.receive([SessionChanged(MAIN, reset=True)])
    await until(lambda: stage.one.phase is Phase.READY)
    assert stage.texts() == []


async def test_pictures_of_other_clients_are_shown(tmp_path: Path) -> None:
    import base64

    from PySide6.QtGui import QImage

    from clawd_desktop.ui.chat.attachments import encoded

    picture = QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(0)
    image = Image(base64.b64encode(encoded(picture)).decode(), "image/png")
    stage = Stage(0)
    await stage.open()
    stage.one.receive([MessageStored(MAIN, "p", user_message("", now_ms=1, images=(image,)))])
    await until(lambda: bool(stage.one.transcript.rows[0].thumbnails))


async def test_unfolding_and_more() -> None:
    stage = Stage(1)
    await stage.open()
    row = stage.one.transcript.rows[0]
    stage.one.toggle(row.uid)
    stage.one.more(row.uid)
    changed = stage.one.row(row.uid)
    assert changed is not None
    assert (changed.expanded, changed.shown) == (True, row.shown * 2)
    assert stage.one.last_said() == "m0"
    stage.one.stop()
    await until(lambda: stage.chat.stopped == [MAIN])
