"""The bundle of services cannot be changed by a page."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from ui.staging import Stage

pytestmark = pytest.mark.qt


def test_a_page_cannot_exchange_a_service(stage: Stage) -> None:
    with pytest.raises(FrozenInstanceError):
        stage.services.status = stage.status  # type: ignore[misc]
