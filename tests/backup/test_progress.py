"""Long work ends when somebody wants it to."""

from __future__ import annotations

import pytest

from clawd_desktop.backup.progress import Progress, Stopped, go_on, never, unwatched


def test_it_goes_on_until_somebody_stops_it() -> None:
    go_on(never)
    unwatched(Progress("write"))
    with pytest.raises(Stopped, match="was stopped"):
        go_on(lambda: True)
