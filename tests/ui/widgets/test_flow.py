"""A flow goes on in the next line where there is no more room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from ui.staging import Stage

from clawd_desktop.ui.widgets.flow import Flow

pytestmark = pytest.mark.qt


class Block(QWidget):
    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(40, 20)


def test_parts_go_on_in_the_next_line(stage: Stage) -> None:
    whole = QWidget()
    flow = Flow(whole, gap=10, line_gap=4)
    blocks = [Block() for _ in range(3)]
    for block in blocks:
        flow.addWidget(block)
    whole.resize(100, 60)
    whole.show()
    assert [(block.x(), block.y()) for block in blocks] == [(0, 0), (50, 0), (0, 24)]
    assert flow.heightForWidth(100) == 44
    assert flow.heightForWidth(200) == 20
    assert flow.sizeHint() == QSize(140, 20)
    blocks[0].hide()
    assert flow.heightForWidth(100) == 20
    whole.hide()


def test_parts_can_be_taken_out(stage: Stage) -> None:
    whole = QWidget()
    flow = Flow(whole)
    flow.addWidget(Block())
    assert flow.count() == 1
    assert flow.takeAt(0) is not None
    assert flow.takeAt(0) is None
    assert flow.itemAt(0) is None
