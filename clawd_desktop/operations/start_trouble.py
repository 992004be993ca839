"""Tells once why the application cannot start yet: on the terminal and, where there is one, on the screen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TextIO

_log = logging.getLogger("clawd.app")


class StartTrouble:
    """`show` puts a sentence on the screen and returns what takes it away; None where there is no screen."""

    def __init__(self, terminal: TextIO, show: Callable[[str], Callable[[], None]] | None) -> None:
        self._terminal = terminal
        self._show = show
        self._told = ""
        self._take_away: Callable[[], None] | None = None

    def tell(self, sentence: str) -> None:
        """Say it, unless it was the last that was said."""
        if sentence == self._told:
            return
        self.over()
        self._told = sentence
        _log.error("%s", sentence)
        self._terminal.write(f"{sentence} Waiting for it; Ctrl+C ends.\n")
        if self._show is not None:
            self._take_away = self._show(sentence)

    def over(self) -> None:
        """The application has started, or ends."""
        self._told = ""
        take_away, self._take_away = self._take_away, None
        if take_away is not None:
            take_away()
