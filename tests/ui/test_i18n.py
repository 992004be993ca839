"""Both languages are complete, agree in their places, and the built file is the current one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ui.staging import Stage
from ui.translation_sources import LANGUAGES, TRANSLATIONS, release, sources, translated

from clawd_desktop.ui import i18n
from clawd_desktop.ui.i18n import tr

pytestmark = pytest.mark.qt
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_language
def test_every_text_is_translated_and_no_translation_is_left_over(language: str) -> None:
    found = translated(language)
    assert sorted(found) == sources(), "run: python tests/ui/translation_sources.py"
    assert [source for source, text in found.items() if not text] == []


@every_language
def test_translations_fill_the_same_places(language: str) -> None:
    wrong = [
        source
        for source, text in translated(language).items()
        if set(re.findall(r"\{\w+\}", source)) != set(re.findall(r"\{\w+\}", text))
    ]
    assert wrong == []


@every_language
def test_the_built_file_is_current(language: str, tmp_path: Path) -> None:
    release(language, tmp_path / "built.qm")
    assert (tmp_path / "built.qm").read_bytes() == (TRANSLATIONS / f"clawd_{language}.qm").read_bytes()


@pytest.mark.parametrize(
    ("setting", "system", "used"),
    [
        ("system", "zh_TW", "zh_CN"),
        ("system", "de_DE", "en"),
        ("zh_CN", "de_DE", "zh_CN"),
        ("en", "zh_CN", "en"),
        ("?", "C", "en"),
    ],
)
def test_the_language_follows_the_setting_then_the_system(setting: str, system: str, used: str) -> None:
    assert i18n.language(setting, system) == used


def test_switching_changes_what_is_said_and_can_go_back(stage: Stage) -> None:
    languages = stage.shell.languages
    assert languages.use("zh_CN")
    assert tr("Settings") == "设置"
    assert not languages.use("zh_CN")
    assert languages.use("en")
    assert tr("Settings") == "Settings"


def test_places_are_filled_and_other_braces_stay() -> None:
    assert tr("{n} answers", n=3) == "3 answers"
    assert tr("Not {known} {} anywhere") == "Not {known} {} anywhere"
