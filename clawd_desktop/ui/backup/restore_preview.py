"""What a restore would do, area by area and file by file, where a person chooses what is to come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from clawd_desktop.backup.present import Choice
from clawd_desktop.ui.backup.restore_model import RestoreModel
from clawd_desktop.ui.backup.restore_outline import RestoreOutline
from clawd_desktop.ui.backup.restore_tree import Mark, Node, choice_of, tally
from clawd_desktop.ui.backup.restore_words import course_of_it, plan
from clawd_desktop.ui.backup.words import area
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.theme import Theme
from clawd_desktop.ui.widgets.buttons import button
from clawd_desktop.ui.widgets.layouts import clear
from clawd_desktop.ui.widgets.page import WIDEST, column, scrolled
from clawd_desktop.ui.widgets.status_dot import StatusDot
from clawd_desktop.ui.widgets.text import label, line


class Preview(QWidget):
    """`restore` is called with what was chosen, `compare` with a file that would change, `back` to leave."""

    def __init__(
        self,
        theme: Theme,
        restore: Callable[[Choice | None], None],
        compare: Callable[[Node], None],
        back: Callable[[], None],
    ) -> None:
        super().__init__()
        self._theme = theme
        self._restore = restore
        self._compare = compare
        self._warned: list[tuple[Node, QWidget]] = []
        self._title = label("", "heading", wrap=True)
        self._origin = label("", "muted", wrap=True, selectable=True)
        self._notes = label("", "warning", wrap=True, selectable=True)
        self.tree = RestoreOutline(theme, self._open)
        self.whole = QCheckBox(tr("Show also what stays the same"))
        self.whole.toggled.connect(self._show_whole)
        self.compare = button(tr("Show the difference"), self._compare_current)
        self._warnings = QVBoxLayout()
        self._warnings.setSpacing(2 * SPACE)
        self._plan = label("", "strong", wrap=True)
        self.back = button(tr("Cancel"), back)
        self.restore = button(tr("Restore"), self._go, role="primary")
        self._lay_out()

    def show_trees(self, title: str, origin: str, roots: Sequence[Node], notes: Sequence[str]) -> None:
        """Show it; `notes` are about the whole backup."""
        self._title.setText(title)
        self._origin.setText(origin)
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self.whole.setChecked(False)
        model = RestoreModel(self._theme, roots, self.tree)
        model.chosen.connect(self._show_choice)
        self.tree.use(model)
        self.tree.selectionModel().currentChanged.connect(self._show_current)
        model.modelReset.connect(self._show_current)
        clear(self._warnings)
        self._warned = [(root, self._warning(root)) for root in roots if root.warnings]
        for _, warning in self._warned:
            self._warnings.addWidget(warning)
        self.tree.setCurrentIndex(model.index(0, 0))
        self._show_current()
        self._show_choice()
        self.tree.setFocus()

    def refocus(self) -> None:
        """Give the keyboard back to the tree, at the place where it was."""
        self.tree.setFocus()

    def _show_whole(self, whole: bool) -> None:
        self.tree.show_whole(whole)

    def _show_choice(self) -> None:
        self.tree.viewport().update()
        chosen = tally(self.tree.rows.roots)
        self._plan.setText(plan(chosen))
        self.restore.setEnabled(chosen.can_come)
        for root, warning in self._warned:
            warning.setVisible(root.mark is not Mark.OFF)

    def _show_current(self, *_: QModelIndex) -> None:
        self.compare.setEnabled(_can_be_compared(self.tree.current()))

    def _open(self, node: Node) -> None:
        if _can_be_compared(node):
            self._compare(node)

    def _compare_current(self) -> None:
        node = self.tree.current()
        if node is not None:
            self._open(node)

    def _go(self) -> None:
        self._restore(choice_of(self.tree.rows.roots))

    def _warning(self, root: Node) -> QWidget:
        made = QWidget()
        sign = StatusDot(self._theme)
        sign.show_icon("warning", "warning")
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        text = " ".join(tr(text) for text in root.warnings)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(tr("{area}: {text}", area=area(root.area), text=text), wrap=True), 1)
        return made

    def _lay_out(self) -> None:
        content, page = column()
        head = QVBoxLayout()
        head.setSpacing(SPACE)
        for part in (self._title, self._origin, self._notes):
            head.addWidget(part)
        tools = QHBoxLayout()
        tools.addWidget(self.whole)
        tools.addStretch(1)
        tools.addWidget(self.compare)
        page.addLayout(head)
        page.addWidget(self.tree)
        page.addLayout(tools)
        page.addLayout(self._warnings)
        page.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scrolled(content, tr("What a restore would do")), 1)
        whole.addWidget(line())
        whole.addWidget(self._foot())

    def _foot(self) -> QWidget:
        outer, inner = QWidget(), QWidget()
        inner.setMaximumWidth(WIDEST)
        across = QHBoxLayout(outer)
        across.setContentsMargins(PAGE_MARGIN, 4 * SPACE, PAGE_MARGIN, 4 * SPACE)
        across.addStretch(1)
        across.addWidget(inner, 1000)
        across.addStretch(1)
        text = QVBoxLayout()
        text.setSpacing(SPACE)
        text.addWidget(self._plan)
        text.addWidget(label(course_of_it(), "muted", wrap=True))
        row = QHBoxLayout(inner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        row.addLayout(text, 1)
        row.addSpacing(2 * SPACE)
        for each in (self.back, self.restore):
            row.addWidget(each, 0, Qt.AlignmentFlag.AlignBottom)
        return outer


def _can_be_compared(node: Node | None) -> bool:
    return node is not None and node.change is not None and node.change.state == "changed"
