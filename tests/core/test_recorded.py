"""A recorded run cannot be changed by whoever reads it."""

from __future__ import annotations

import dataclasses

import pytest

from clawd_desktop.core.recorded import RecordedCall, RecordedEnd, RecordedFault, RecordedRun, Replayed


@pytest.mark.parametrize("kind", [RecordedCall, RecordedEnd, RecordedFault, RecordedRun, Replayed])
def test_it_is_frozen(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert dataclasses.fields(kind)
