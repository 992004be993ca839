"""Each line has a colour of the theme, and severities have those that mean them."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.palette import DARK, LIGHT
from clawd_desktop.ui.widgets.graph.colours import LINES, limit_role, line_role

pytestmark = pytest.mark.qt


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_the_lines_differ_and_are_in_the_theme(tokens: object) -> None:
    colours = tokens.colours()  # type: ignore[attr-defined]
    assert len({colours[role] for role in LINES}) == len(LINES)


def test_a_fifth_line_begins_again_and_every_severity_has_a_colour() -> None:
    assert line_role(4) == line_role(0) == "line_1"
    assert [limit_role(one) for one in ("info", "warning", "critical", "odd")] == ["info", "warning", "bad", "warning"]
