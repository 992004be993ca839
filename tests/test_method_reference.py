"""The reference of gateway methods is the method table."""

from __future__ import annotations

import re
from pathlib import Path

from method_reference import FILE, reference, running_table


def test_the_page_is_what_the_table_says(tmp_path: Path) -> None:
    table = running_table(tmp_path)
    page = reference(table)
    assert FILE.read_text(encoding="utf-8") == page, "run: python tests/method_reference.py"
    assert [name for name in table if f"### {name}\n" not in page] == []
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= {
        "".join(char for char in head.lower() if char.isalnum() or char in "-_")
        for head in re.findall(r"^### (.+)$", page, re.M)
    }, "every link leads somewhere"
    assert not re.search(r"/tmp|/home|pytest", page), "nothing of the computer where it was written"
