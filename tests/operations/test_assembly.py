"""What operations is made of is tested through the application: tests/test_app.py starts and closes it whole."""

from __future__ import annotations

import dataclasses

from clawd_desktop.operations.assembly import Needs, OperationsServices


def test_what_is_given_and_offered_cannot_be_changed_afterwards() -> None:
    for bundle in (Needs, OperationsServices):
        assert dataclasses.is_dataclass(bundle)
        assert bundle.__dataclass_params__.frozen  # type: ignore[attr-defined]
