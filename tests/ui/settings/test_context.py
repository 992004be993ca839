"""What pages of Settings are built from cannot be changed by one of them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from ui.settings_stage import SettingsStage

pytestmark = pytest.mark.qt


def test_it_is_frozen(settings: SettingsStage) -> None:
    with pytest.raises(FrozenInstanceError):
        settings.context.saver = None  # type: ignore[misc, assignment]
