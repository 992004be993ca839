"""Writes the reference of the configuration from the models of its sections.

    python tests/config_reference.py

`tests/test_config_reference.py` compares the two.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = ROOT / "resources" / "reference" / "configuration.md"
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from clawd_desktop.config import not_yet  # noqa: E402
from clawd_desktop.config.changes import needs_restart  # noqa: E402
from clawd_desktop.config.schema.describe import schema  # noqa: E402
from clawd_desktop.config.schema.root import SECTIONS  # noqa: E402
from clawd_desktop.core.values import JsonObject, as_list, as_object, as_text  # noqa: E402

HEAD = """# Configuration

Written by `python tests/config_reference.py` from the models of the sections: do not edit.

The file is JSON5. `*` stands for any name or number. "restart" says that a change counts only after the gateway has
started again; everything else counts at once. Keys marked "not yet" are understood and kept, but this version does not
act on them. A secret is best written as `keyring:<name>` or `${VARIABLE}`."""


def page() -> str:
    """The page of the models as they are now."""
    whole, hints = schema()
    sections = as_object(whole["properties"])
    parts = [HEAD]
    for key, section in SECTIONS.items():
        node = as_object(sections[key])
        rows = list(_rows(node, key, hints))
        parts.append(f"## {key}\n\n{section.title}. {as_text(node.get('description'))}")
        if rows:
            parts.append("\n".join(("| key | type | default | meaning | |", "|---|---|---|---|---|", *rows)))
    return "\n\n".join(parts) + "\n"


def _rows(node: JsonObject, path: str, hints: JsonObject) -> Iterator[str]:
    for key, value in as_object(node.get("properties")).items():
        yield from _row(as_object(value), f"{path}.{key}", hints)
    for holder in ("items", "additionalProperties"):
        inner = as_object(node.get(holder))
        if inner.get("properties"):
            yield from _rows(inner, f"{path}.*", hints)


def _row(node: JsonObject, path: str, hints: JsonObject) -> Iterator[str]:
    hint = as_object(hints.get(path))
    unit = f" ({hint['unit']})" if hint.get("unit") else ""
    default = node.get("default")
    shown = f"`{json.dumps(default, ensure_ascii=False)}`" if default not in (None, {}, [], "") else ""
    told = f"{as_text(hint.get('label'))}. {as_text(hint.get('help'))}".replace("|", "\\|")
    yield f"| `{path}` | {_type(node)}{unit} | {shown} | {told} | {_remarks(path, hint)} |"
    yield from _rows(node, path, hints)


def _type(node: JsonObject) -> str:
    if choices := [as_object(choice) for choice in as_list(node.get("anyOf"))]:
        return " or ".join(dict.fromkeys(_type(choice) for choice in choices if choice.get("type") != "null"))
    if values := as_list(node.get("enum")):
        return " or ".join(f"`{value}`" for value in values)
    kind = as_text(node.get("type"), "any")
    if kind == "array":
        return f"array of {_type(as_object(node.get('items')))}"
    bounds = [f"{sign} {node[name]:,}" for name, sign in (("minimum", "≥"), ("maximum", "≤")) if name in node]
    return f"{kind} {', '.join(bounds)}".strip()


def _remarks(path: str, hint: JsonObject) -> str:
    patterns = [pattern.split(".") for pattern in not_yet._PATHS]
    keys = path.split(".")
    waits = any(
        len(pattern) <= len(keys) and all(mine in ("*", other) for mine, other in zip(pattern, keys, strict=False))
        for pattern in patterns
    )
    found = (
        ("not yet", waits), ("restart", needs_restart(path)), ("secret", bool(hint.get("sensitive"))),
        ("advanced", bool(hint.get("advanced"))),
    )  # fmt: skip
    return ", ".join(word for word, holds in found if holds)


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(page(), encoding="utf-8")
