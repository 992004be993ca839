"""What methods answer, by topic: the types behind the method table, from which the reference page is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

# An object whose keys are not ours to name.
Open: TypeAlias = Mapping[str, object]
