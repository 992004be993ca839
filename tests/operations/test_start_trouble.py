"""What keeps the application from starting is said once, and taken away when it is over."""

from __future__ import annotations

import io
from collections.abc import Callable

from clawd_desktop.operations.start_trouble import StartTrouble


class Screen:
    def __init__(self) -> None:
        self.shown: list[str] = []

    def show(self, sentence: str) -> Callable[[], None]:
        self.shown.append(sentence)
        return lambda: self.shown.remove(sentence)


def test_the_same_trouble_is_told_once() -> None:
    terminal, screen = io.StringIO(), Screen()
    trouble = StartTrouble(terminal, screen.show)
    trouble.tell("The disk is full.")
    trouble.tell("The disk is full.")
    assert terminal.getvalue() == "The disk is full. Waiting for it; Ctrl+C ends.\n"
    assert screen.shown == ["The disk is full."]


def test_another_trouble_takes_the_place_of_the_first() -> None:
    terminal, screen = io.StringIO(), Screen()
    trouble = StartTrouble(terminal, screen.show)
    trouble.tell("The disk is full.")
    trouble.tell("The disk is gone.")
    assert screen.shown == ["The disk is gone."]
    trouble.over()
    trouble.over()
    assert screen.shown == []


def test_without_a_screen_the_terminal_is_enough() -> None:
    terminal = io.StringIO()
    trouble = StartTrouble(terminal, None)
    trouble.tell("The disk is full.")
    trouble.over()
    trouble.tell("The disk is full.")
    assert terminal.getvalue().count("The disk is full.") == 2
