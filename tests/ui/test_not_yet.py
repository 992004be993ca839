"""A page that is not built says so, and what works today."""

from __future__ import annotations

import pytest
from ui.staging import Stage, texts

from clawd_desktop.ui.not_yet import not_yet
from clawd_desktop.ui.windows import BY_ID

pytestmark = pytest.mark.qt


def test_it_is_honest_and_useful(stage: Stage) -> None:
    said = texts(not_yet(stage.services.theme, BY_ID["sandbox"]))
    assert said[0] == "Sandbox comes in a later version."
    assert "runs no commands" in said[1]
