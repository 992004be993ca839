"""What was used on the last days, from the ledger's own files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from clawd_desktop.core.messages import Usage
from clawd_desktop.operations.usage_history import DayUsage, parse_line, read_days

TODAY = date(2026, 3, 2)


def line(day: str, tokens: int, cost: float, provider: str = "openai") -> str:
    row = {"day": day, "input": tokens, "output": 1, "cacheRead": 2, "cacheWrite": 3, "cost": cost}
    return json.dumps({**row, "provider": provider, "model": "m"}) + "\n"


def write(folder: Path, month: str, *lines: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{month}.jsonl").write_text("".join(lines))


def test_days_are_added_up_over_months_and_priced_or_counted(tmp_path: Path) -> None:
    write(tmp_path, "2026-02", line("2026-02-27", 5, 0.5), line("2026-02-28", 10, 0.25), line("2026-02-28", 10, 0))
    write(tmp_path, "2026-03", line("2026-03-02", 7, 0, "local"), "{torn", "[]\n", line("2026-03-03", 9, 1))
    found = read_days(tmp_path, TODAY, 3, lambda provider: provider == "local")
    assert found == (
        DayUsage("2026-02-28", Usage(20, 2, 4, 6, 0.25), 1),
        DayUsage("2026-03-02", Usage(7, 1, 2, 3, 0.0), 0),
    )


def test_today_alone_and_without_end(tmp_path: Path) -> None:
    write(tmp_path, "1999-12", line("1999-12-31", 1, 0.1))
    write(tmp_path, "2026-03", line("2026-03-01", 1, 0.1), line("2026-03-02", 1, 0.1))
    assert [day.day for day in read_days(tmp_path, TODAY, 1, lambda _: False)] == ["2026-03-02"]
    assert [day.day for day in read_days(tmp_path, TODAY, 10**9, lambda _: False)] == [
        "1999-12-31", "2026-03-01", "2026-03-02",
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "2026-03", line("2026-03-02", 1, 0.1))
    (tmp_path / "2026-02.jsonl").mkdir()
    assert len(read_days(tmp_path, TODAY, 30, lambda _: False)) == 1
    assert read_days(tmp_path / "nothing", TODAY, 30, lambda _: False) == ()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"day": 5}'])
def test_a_line_that_is_no_run(text: str) -> None:
    assert parse_line(text) is None
