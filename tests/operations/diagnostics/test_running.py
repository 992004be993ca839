"""Doctor and reports of the running application are tested through it: tests/gateway/methods/test_diagnostics.py."""

from __future__ import annotations

import dataclasses
import json
import math

from clawd_desktop.operations.diagnostics.running import Diagnostics, Surroundings, finite


def test_what_is_given_and_offered_cannot_be_changed_afterwards() -> None:
    for bundle in (Surroundings, Diagnostics):
        assert dataclasses.is_dataclass(bundle)
        assert bundle.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_what_is_no_number_is_not_told() -> None:
    assert json.dumps(finite({"a": 1.5, "b": math.nan, "c": math.inf})) == '{"a": 1.5}'
