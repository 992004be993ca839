"""Doctor and reports of the running application are tested through it: tests/gateway/methods/test_diagnostics.py."""

from __future__ import annotations

import dataclasses

from clawd_desktop.operations.diagnostics.running import Diagnostics, Surroundings


def test_what_is_given_and_offered_cannot_be_changed_afterwards() -> None:
    for bundle in (Surroundings, Diagnostics):
        assert dataclasses.is_dataclass(bundle)
        assert bundle.__dataclass_params__.frozen  # type: ignore[attr-defined]
