"""One sink: in order, within its limit, never a storm, its fault said once and taken back."""

from __future__ import annotations

import asyncio

import pytest
from alert_messages import DISK, told
from alert_stage import until

from clawd_desktop.core.bus import EventBus
from clawd_desktop.core.clock import ManualClock
from clawd_desktop.core.errors import Unavailable
from clawd_desktop.core.notices import NoticeBoard
from clawd_desktop.operations.alert_lane import MOST_LEFT, MOST_TOLD, WINDOW_S, Lane, digest
from clawd_desktop.operations.alert_sinks.port import Kind, Told


class Phone:
    """A sink that keeps what it is told, fails, hangs or breaks."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.fault: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, told: Told) -> None:
        await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        self.told.append(told)


class Stubborn(Phone):
    """A sink that does not even stop when it is asked to."""

    async def send(self, told: Told) -> None:
        while not self.gate.is_set():
            try:
                await self.gate.wait()
            except asyncio.CancelledError:
                continue


def lane(phone: Phone, limit_s: float = 5.0) -> tuple[Lane, ManualClock, NoticeBoard]:
    clock, notices = ManualClock(), NoticeBoard(EventBus())
    return Lane("phone", phone, limit_s, clock, notices), clock, notices


async def test_in_order_and_the_same_only_once_in_half_a_minute() -> None:
    phone = Phone()
    made, clock, _ = lane(phone)
    for number in (1, 2, 2, 3, 1):
        made.post(told(title=f"T{number}"))
    await until(lambda: len(phone.told) == 3)
    assert [one.title for one in phone.told] == ["T1", "T2", "T3"]
    clock.advance(30)
    made.post(told(title="T1"))
    await until(lambda: len(phone.told) == 4)


async def test_ten_thousand_messages_are_a_few() -> None:
    phone = Phone()
    made, clock, _ = lane(phone)
    for number in range(10_000):
        made.post(told(id=f"a{number}", title=f"T{number}"))
        made.tick()
        clock.advance(0.03)
        await asyncio.sleep(0)
    assert len(phone.told) == MOST_TOLD
    clock.advance(WINDOW_S)
    made.tick()
    await until(lambda: len(phone.told) == MOST_TOLD + 1)
    assert phone.told[-1].kind is Kind.DIGEST
    assert phone.told[-1].title == f"{10_000 - MOST_TOLD} messages that were held back"
    assert len(phone.told[-1].members) == MOST_LEFT
    made.tick()
    await asyncio.sleep(0)
    assert len(phone.told) == MOST_TOLD + 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Unavailable("It is closed.", hint="Open it."), "It is closed. Open it."),
        (ZeroDivisionError("a bug with a s3cret"), "It failed: ZeroDivisionError."),
    ],
)
async def test_a_fault_is_said_once_and_taken_back(
    fault: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    phone = Phone()
    phone.fault = fault
    made, _, notices = lane(phone)
    for number in range(3):
        made.post(told(title=f"T{number}"))
    await until(lambda: made._task is not None and made._task.done())
    (notice,) = notices.current()
    assert (notice.id, notice.title, notice.text) == ("sink.phone", "Alerts do not reach phone", said)
    assert caplog.text.count("Alerts do not reach phone") == 1
    phone.fault = None
    made.post(told(title="works"))
    await until(lambda: phone.told)
    await until(lambda: not notices.current())


@pytest.mark.parametrize("kind", [Phone, Stubborn])
async def test_one_that_never_answers_is_left_behind(kind: type[Phone]) -> None:
    phone = kind()
    phone.gate.clear()
    made, _, notices = lane(phone, limit_s=0.05)
    outcome = await made.try_now(DISK)
    assert (outcome.ok, outcome.text) == (False, "It did not answer within 0.05 s.")
    assert [notice.id for notice in notices.current()] == ["sink.phone"]
    made.post(told(title="next"))
    await until(lambda: made._task is not None and made._task.done())
    phone.gate.set()


async def test_what_is_held_is_told_together_and_one_alone_as_it_is() -> None:
    phone = Phone()
    made, _, _ = lane(phone)
    made.hold(DISK)
    made.tick()
    await until(lambda: phone.told == [DISK])
    made.hold(told(id="a", title="A"))
    made.hold(told(id="b", title="B"))
    made.hold(told(id="a", title="Over: A", kind=Kind.RECOVERED))
    made.tick()
    await until(lambda: len(phone.told) == 2)
    assert (phone.told[1].title, phone.told[1].text) == ("3 messages that were held back", "Still so: B.")


async def test_close_tells_no_more() -> None:
    phone = Phone()
    phone.gate.clear()
    made, _, _ = lane(phone)
    made.post(DISK)
    made.post(told(title="second"))
    await asyncio.sleep(0)
    await made.close()
    phone.gate.set()
    await asyncio.sleep(0)
    assert phone.told == []


def test_the_words_of_a_digest() -> None:
    over = (told(id="a"), told(id="a", kind=Kind.RECOVERED))
    assert digest(over, 2, 0).text == "All of it is over."
    many = tuple(told(id=str(number), title=f"T{number}") for number in range(8))
    assert digest(many, 8, 0).text == "Still so: T7; T6; T5; T4; T3, and 3 more."
