"""The bar says how far work is, and that it is being stopped."""

from __future__ import annotations

import pytest
from ui.staging import Stage, texts

from clawd_desktop.backup.progress import Progress
from clawd_desktop.ui.backup.work_bar import WorkBar

pytestmark = pytest.mark.qt


def test_it_counts_and_begins_anew(stage: Stage) -> None:
    bar = WorkBar()
    bar.begin()
    assert "It begins." in texts(bar)
    bar.show_progress(Progress("extract", 0, 100 << 20, "a"), 1.0)
    bar.show_progress(Progress("extract", 50 << 20, 100 << 20, "b"), 2.0)
    assert "Unpacking · 50 MiB of 100 MiB · 50 MiB/s · 1 s left" in texts(bar)
    assert bar.bar.value() / bar.bar.maximum() == 0.5
    bar.begin()
    assert bar.bar.maximum() == 0


def test_once_it_is_being_stopped_nothing_else_is_said(stage: Stage) -> None:
    bar = WorkBar()
    bar.begin()
    bar.stopping()
    assert bar.is_stopping
    bar.show_progress(Progress("safety", 1, 2, "a"), 1.0)
    assert "It is being stopped." in texts(bar)
    bar.begin()
    assert not bar.is_stopping
