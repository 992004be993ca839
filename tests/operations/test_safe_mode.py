"""Three crashes within five minutes, or a wish, mean safe mode."""

from __future__ import annotations

import pytest

from clawd_desktop.operations.safe_mode import SafeMode, safe_mode

MIN = 60_000


@pytest.mark.parametrize(
    ("crashes", "on"),
    [
        ((), False), ((1,), False), ((1, 2), False), ((1, 2, 3), True), ((0, MIN, 5 * MIN), True),
        ((0, MIN, 5 * MIN + 1), False), ((0, 1, 2, 10 * MIN), False), ((0, 20 * MIN, 21 * MIN, 22 * MIN), True),
        ((3 * MIN, 0, MIN), True),
    ],
)  # fmt: skip
def test_when(crashes: tuple[int, ...], on: bool) -> None:
    assert safe_mode(crashes, asked=False).on is on


def test_why() -> None:
    assert safe_mode((1, 2, 3), asked=False).reason == "It ended unexpectedly 3 times within 5 minutes."
    assert safe_mode((), asked=True) == SafeMode(True, "It was started with --safe-mode.")
