"""Collects every text that is shown and builds the translation files: run it after changing a text."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
TRANSLATIONS = ROOT / "resources" / "translations"
LANGUAGES = ("zh_CN",)
# Sections whose settings are named whole, also those in tables: pages and the text form speak of them.
WHOLE = ("monitoring", "resources", "cache", "logging", "diagnostics", "backup")


def literals(path: Path) -> Iterator[str]:
    """The literal first arguments of `tr` and `mark` in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("tr", "mark"):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def schema_texts() -> Iterator[str]:
    """Names, explanations and units of the settings that windows show; they come from the schema."""
    from clawd_desktop.config.schema.describe import schema
    from clawd_desktop.core.values import as_object, as_text
    from clawd_desktop.ui.settings.fields import FORMS, fields

    described = schema()
    for groups in FORMS.values():
        for group in groups:
            for field in fields(*described, group.paths):
                yield from (text for text in (field.label, field.help, field.unit) if text)
    hints = {path: as_object(hint) for path, hint in described[1].items() if path.split(".")[0] in WHOLE}
    yield from (
        text for hint in hints.values() for key in ("label", "help", "unit") if (text := as_text(hint.get(key)))
    )


def table_texts() -> Iterator[str]:
    """Names of what is measured, of the rules that are there by default, and of the areas of a backup with warnings."""
    from clawd_desktop.backup.areas import AREAS
    from clawd_desktop.backup.preview import WARNINGS
    from clawd_desktop.config.schema.monitoring import Monitoring
    from clawd_desktop.operations.alert_rules import defaults
    from clawd_desktop.operations.metrics import METRICS

    yield from (metric.title for metric in METRICS)
    yield from (rule.title for rule in defaults(Monitoring()))
    yield from (area.title for area in AREAS)
    yield from WARNINGS.values()


def sources() -> list[str]:
    """Every text that is shown, once, in order."""
    found = {text for path in (ROOT / "clawd_desktop" / "ui").rglob("*.py") for text in literals(path)}
    return sorted(found | set(schema_texts()) | set(table_texts()))


def translated(language: str) -> dict[str, str]:
    """The translations of a language as they lie in its .ts file."""
    file = TRANSLATIONS / f"clawd_{language}.ts"
    if not file.exists():
        return {}
    messages = ElementTree.parse(file).getroot().iter("message")  # noqa: S314  (our own file)
    return {message.findtext("source", ""): message.findtext("translation", "") for message in messages}


def write(language: str, texts: dict[str, str]) -> None:
    """Write the .ts file with these texts."""
    rows = "".join(_row(source, text) for source, text in texts.items())
    doctype = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>'
    body = f'<TS version="2.1" language="{language}" sourcelanguage="en">\n<context>\n    <name>clawd</name>\n{rows}'
    file = TRANSLATIONS / f"clawd_{language}.ts"
    file.write_text(f"{doctype}\n{body}</context>\n</TS>\n", encoding="utf-8")


def _row(source: str, text: str) -> str:
    state = "" if text else ' type="unfinished"'
    parts = f"        <source>{escape(source)}</source>\n        <translation{state}>{escape(text)}</translation>\n"
    return f"    <message>\n{parts}    </message>\n"


def release(language: str, target: Path) -> None:
    """Build the .qm file with Qt's own tool."""
    import PySide6

    found = (path for path in Path(PySide6.__path__[0]).rglob("lrelease*") if path.suffix in ("", ".exe"))
    source = TRANSLATIONS / f"clawd_{language}.ts"
    subprocess.run([next(found), "-silent", str(source), "-qm", str(target)], check=True, capture_output=True)


if __name__ == "__main__":
    for name in LANGUAGES:
        known = translated(name)
        write(name, {source: known.get(source, "") for source in sources()})
        release(name, TRANSLATIONS / f"clawd_{name}.qm")
        missing = [source for source, text in translated(name).items() if not text]
        print(name, len(sources()), "texts,", len(missing), "to translate", *missing, sep="\n" if missing else " ")
