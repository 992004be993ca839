"""Settings, Appearance: light or dark, and the language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from clawd_desktop.ui.i18n import LANGUAGES, tr
from clawd_desktop.ui.settings.context import Context
from clawd_desktop.ui.settings.rows import setting_row, titled_card
from clawd_desktop.ui.widgets.page import column, scrolled

_WIDTH = 260


def choice_of(name: str, choices: Sequence[tuple[str, str]], chosen: str, changed: Callable[[str], None]) -> QComboBox:
    """A list of (value, words); `changed` gets the value that was chosen."""
    made = QComboBox()
    made.setAccessibleName(name)
    made.setFixedWidth(_WIDTH)
    for value, words in choices:
        made.addItem(words, value)
    made.setCurrentIndex(max(0, made.findData(chosen)))
    made.activated.connect(lambda index: changed(str(made.itemData(index))))
    return made


def looks_page(context: Context) -> QWidget:
    """Build the page."""
    content, page = column()
    themes = (("system", tr("As the desktop")), ("light", tr("Light")), ("dark", tr("Dark")))
    languages = (("system", tr("As the system")), *LANGUAGES.items())
    memory, restyle = context.memory.now, context.restyle
    theme = choice_of(tr("Colours"), themes, memory.theme, lambda value: restyle(theme=value))
    language = choice_of(tr("Language"), languages, memory.language, lambda value: restyle(language=value))
    rows = [
        setting_row(tr("Colours"), tr("Light, dark, or whatever the desktop uses now."), theme),
        setting_row(tr("Language"), tr("Of windows and menus; the assistant answers in yours anyway."), language),
    ]
    page.addWidget(titled_card(tr("Appearance"), rows))
    page.addStretch(1)
    return scrolled(content, tr("Appearance"))
