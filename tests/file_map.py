"""Writes the file map of README.md from the first line of each module's docstring.

    python tests/file_map.py

`tests/test_readme.py` compares the two.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "clawd_desktop"
BEGIN, END = "<!-- file map: written by tests/file_map.py -->", "<!-- end of file map -->"


def said(path: Path) -> str:
    """The first line of the module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()[0]


def file_map() -> str:
    """All modules by room, each with its line."""
    lines = []
    for folder in sorted({path.parent for path in PACKAGE.rglob("*.py")}):
        name = folder.relative_to(ROOT).as_posix()
        head = folder / "__init__.py"
        lines.append(f"\n**`{name}/`** {said(head) if head.exists() else ''}\n")
        lines += [f"- `{path.name}` {said(path)}" for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    return "\n".join(lines).strip()


def with_map(readme: str) -> str:
    """The README with the map of now."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{file_map()}\n\n{END}{after}"


if __name__ == "__main__":
    file = ROOT / "README.md"
    file.write_text(with_map(file.read_text(encoding="utf-8")), encoding="utf-8")
