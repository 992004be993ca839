"""Turns English source texts into the person's language; every text that is shown goes through `tr`."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from clawd_desktop.config.paths import resource

CONTEXT = "clawd"
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}


def tr(text: str, /, **values: object) -> str:
    """The text in the person's language, with `{name}` places filled from `values`.

    The text must be a literal: the test of the translations collects them from the source.
    """
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**values) if values else translated


def mark(text: str) -> str:
    """The text unchanged; tells the collector that a table's text is shown later through `tr`."""
    return text


def language(setting: str, system: str) -> str:
    """The language to use: the setting if we speak it, else the system's if we speak it, else English.

    `setting` is "system" or a key of LANGUAGES; `system` is a locale name such as "zh_TW" or "de_DE".
    """
    if setting in LANGUAGES:
        return setting
    return "zh_CN" if system.startswith("zh") else "en"


class Languages:
    """Installs the translation that is wanted and takes the former one out."""

    def __init__(self, application: QCoreApplication) -> None:
        self._application = application
        self._translator: QTranslator | None = None
        self.current = "en"

    def use(self, setting: str) -> bool:
        """Switch to the language of the setting; returns whether it differs from before.

        Windows that are open keep their texts until they are built again.
        """
        wanted = language(setting, QLocale.system().name())
        if wanted == self.current:
            return False
        if self._translator is not None:
            self._application.removeTranslator(self._translator)
            self._translator = None
        if wanted != "en":
            translator = QTranslator(self._application)
            if translator.load(str(resource(f"translations/clawd_{wanted}.qm"))):
                self._application.installTranslator(translator)
                self._translator = translator
        self.current = wanted
        return True
