"""The dialog in which a rule is changed: value, how long, where it ends, how much it matters."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.values import JsonObject
from clawd_desktop.operations.alert_rules import Comparison, Importance, Rule
from clawd_desktop.operations.units import Unit, parsed, told
from clawd_desktop.ui.alerts.words import IMPORTANCES, title_of
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.palette import PAGE_MARGIN, SPACE
from clawd_desktop.ui.widgets.text import label

_WIDTH = 420


class RuleEditor(QDialog):
    """`patch` is what the configuration is to say of the rule; the dialog closes only when all of it can be read."""

    def __init__(self, rule: Rule, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._rule = rule
        self.patch: JsonObject = {}
        self.setWindowTitle(tr(rule.title))
        self.setMinimumWidth(_WIDTH)
        self.value = QLineEdit(told(rule.value, rule.unit))
        self.lasting = QLineEdit(told(rule.for_s, Unit.SECONDS))
        self.over = QLineEdit(told(rule.over_at, rule.unit))
        self.severity = QComboBox()
        for importance, (_, _, word) in IMPORTANCES.items():
            self.severity.addItem(tr(word), importance.word)
        self.severity.setCurrentIndex(list(Importance).index(rule.severity))
        self.trouble = label("", "bad", wrap=True)
        self.trouble.hide()
        form = QFormLayout()
        form.setVerticalSpacing(3 * SPACE)
        form.setHorizontalSpacing(4 * SPACE)
        above = rule.comparison is Comparison.ABOVE
        form.addRow(tr("Wrong above") if above else tr("Wrong below"), self.value)
        form.addRow(tr("For at least"), self.lasting)
        form.addRow(tr("Over at"), self.over)
        form.addRow(tr("Severity"), self.severity)
        save = QPushButton(tr("Save"))
        save.setProperty("role", "primary")
        save.setDefault(True)
        buttons = QDialogButtonBox()
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole).setAutoDefault(False)
        buttons.addButton(save, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        layout.setSpacing(4 * SPACE)
        layout.addWidget(label(title_of(rule.metric), "heading", wrap=True))
        layout.addLayout(form)
        layout.addWidget(self.trouble)
        layout.addWidget(buttons)

    def _take(self) -> None:
        try:
            self.patch = self._read()
        except BadInput as error:
            self.trouble.setText(error.sentence())
            self.trouble.show()
            return
        self.accept()

    def _read(self) -> JsonObject:
        unit = self._rule.unit
        value, over = parsed(self.value.text(), unit), parsed(self.over.text(), unit)
        lasting = parsed(self.lasting.text(), Unit.SECONDS)
        wrong_side = over > value if self._rule.comparison is Comparison.ABOVE else over < value
        if wrong_side:
            raise BadInput(tr("It would be over while it is still wrong."), hint=tr("Choose another end."))
        return {
            "value": self.value.text().strip(),
            "for": f"{lasting:g}s",
            "clear": self.over.text().strip(),
            "severity": str(self.severity.currentData()),
        }
