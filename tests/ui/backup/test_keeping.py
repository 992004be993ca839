"""What the rules say of what is there, and when it can be tidied up."""

from __future__ import annotations

import pytest
from ui.staging import NOW, Stage, texts

from clawd_desktop.backup.retention import DAY_MS, Held, Rules, judge
from clawd_desktop.ui.backup.keeping import KeepingCard

pytestmark = pytest.mark.qt
RULES = Rules(days=5, daily=0, weekly=0, monthly=0)


def aged(days: int) -> Held:
    return Held(f"id-{days}", NOW - days * DAY_MS, 1 << 20, verified=True, cause="person", destination="/b")


def test_only_what_would_go_can_be_tidied_and_only_while_nothing_goes_on(stage: Stage) -> None:
    asked: list[int] = []
    card = KeepingCard(lambda: asked.append(1))
    card.show_verdicts(judge([aged(0), aged(1)], RULES, NOW), RULES)
    assert "All of them stay." in texts(card)
    assert "Tidy up…" not in texts(card)
    card.show_verdicts(judge([aged(0), aged(9)], RULES, NOW), RULES)
    assert "One would go now, which frees 1 MiB." in texts(card)
    assert any(text.startswith("All of the last 5 days are kept.") for text in texts(card))
    card.set_free(False)
    card.tidy.click()
    card.set_free(True)
    card.tidy.click()
    assert asked == [1]
