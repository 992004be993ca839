"""A page of settings made from groups of the schema; rare ones stay folded until they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clawd_desktop.core.values import JsonObject
from clawd_desktop.ui.i18n import tr
from clawd_desktop.ui.services import UiServices
from clawd_desktop.ui.settings.editors import editor
from clawd_desktop.ui.settings.fields import Field, Group, fields
from clawd_desktop.ui.settings.rows import setting_row, titled_card
from clawd_desktop.ui.settings.saving import Saver
from clawd_desktop.ui.settings.secret_row import SecretRow
from clawd_desktop.ui.widgets.buttons import button

Described = tuple[JsonObject, JsonObject]


def add_groups(
    page: QVBoxLayout, services: UiServices, saver: Saver, described: Described, groups: Sequence[Group]
) -> None:
    """Add a card for each group to the page, and one button that shows the rare settings of all of them."""
    folded: list[QWidget] = []
    for group in groups:
        found = fields(*described, group.paths)
        usual = [_row(services, saver, field) for field in found if not field.advanced]
        rare = [_row(services, saver, field) for field in found if field.advanced]
        if usual:
            page.addWidget(titled_card(tr(group.title), usual))
        if rare:
            title = tr("{group}, rarely needed", group=tr(group.title)) if usual else tr(group.title)
            folded.append(titled_card(title, rare))
    if folded:
        page.addLayout(_unfolding(folded))
        for card in folded:
            card.hide()
            page.addWidget(card)


def _unfolding(folded: list[QWidget]) -> QHBoxLayout:
    row = QHBoxLayout()

    def switch() -> None:
        hidden = folded[0].isHidden()
        for card in folded:
            card.setVisible(hidden)
        more.setText(tr("Hide rarely needed settings") if hidden else tr("Show rarely needed settings"))

    more = button(tr("Show rarely needed settings"), switch, role="quiet")
    row.addWidget(more)
    row.addStretch(1)
    return row


def _row(services: UiServices, saver: Saver, field: Field) -> QWidget:
    name, help = tr(field.label), tr(field.help) if field.help else ""
    if field.unit:
        help = tr("{text} ({unit})", text=help, unit=tr(field.unit))
    if field.kind == "secret":
        return setting_row(name, help, SecretRow(services, saver, field.path, name))
    save = partial(_save, saver, field.path, name)
    return setting_row(name, help, editor(field, saver.value(field.path), save))


def _save(saver: Saver, path: str, name: str, value: object) -> None:
    saver.set(path, value, name)  # type: ignore[arg-type]
