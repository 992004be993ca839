"""What a button starts ends in words, whatever happens."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from shiboken6 import isValid
from ui.staging import settled

from clawd_desktop.core.acting import APPLICATION, OWNER_HERE, actor
from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.tasks import spawn
from clawd_desktop.ui.operations import Operations

pytestmark = pytest.mark.qt


async def refuse() -> None:
    raise BadInput("It is wrong.", hint="Do it right.")


async def crash() -> None:
    raise ZeroDivisionError("nothing to share")


async def test_a_busy_button_cannot_be_pressed_until_it_ends() -> None:
    window, go = QWidget(), asyncio.Event()
    button = QPushButton(parent=window)

    async def wait() -> None:
        await go.wait()

    Operations(window).start("Wait", wait, busy=button)
    assert not button.isEnabled()
    go.set()
    await settled(button.isEnabled)


@pytest.mark.parametrize(("action", "said"), [(refuse, "It is wrong. Do it right."), (crash, "nothing to share")])
async def test_a_failure_is_told_where_the_window_wants_it(action: object, said: str) -> None:
    window, told = QWidget(), list[str]()
    Operations(window).start("Try", action, report=told.append)  # type: ignore[arg-type]
    await settled(lambda: told)
    assert said in told[0]


async def test_a_failure_without_a_place_is_a_dialog_that_can_be_copied(qapp: QApplication) -> None:
    window = QWidget()
    window.show()
    Operations(window).start("Try it", refuse)
    await settled(lambda: window.findChild(QMessageBox))
    box = window.findChild(QMessageBox)
    assert box.informativeText() == "It is wrong. Do it right."
    next(button for button in box.buttons() if button.text() == "Copy details").click()
    await settled(lambda: "bad_input" in qapp.clipboard().text())
    window.close()


async def test_what_a_button_starts_is_done_by_the_owner() -> None:
    window, seen = QWidget(), list[str]()

    async def act() -> None:
        seen.append(actor())

    Operations(window).start("Act", act)
    await settled(lambda: seen)
    assert (seen, actor()) == ([OWNER_HERE], APPLICATION)


async def test_a_deleted_window_is_told_nothing() -> None:
    window, go, told = QWidget(), asyncio.Event(), list[str]()

    async def late() -> None:
        await go.wait()
        raise BadInput("Too late.")

    operations = Operations(window)
    operations.start("Late", late, report=told.append)
    window.deleteLater()
    await settled(lambda: not isValid(window))
    go.set()
    await settled(lambda: not [task for task in asyncio.all_tasks() if task.get_name() == "ui: Late"])
    assert told == []


def test_nothing_is_begun_when_the_application_has_ended(qapp: QApplication) -> None:
    begun = []

    async def act() -> None:
        begun.append(True)

    Operations(QWidget()).start("Too late", act)
    qapp.processEvents()
    assert not begun


async def test_nothing_is_begun_while_the_last_work_is_waited_for() -> None:
    window = QWidget()

    async def act() -> None:
        raise AssertionError

    loop = asyncio.get_running_loop()
    ending = spawn(loop.shutdown_default_executor(), name="ends")
    await asyncio.sleep(0)
    Operations(window).start("Too late", act)
    await ending
    assert window.findChild(QMessageBox) is None
