"""The log: one private file a day that viewers can follow, without secrets, and never in the way."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clawd_desktop.operations import logs
from clawd_desktop.operations.redaction import Redactor


@pytest.fixture
def log_to(tmp_path: Path) -> Iterator[tuple[logs.DailyFile, logging.Logger]]:
    handler = logs.set_up(tmp_path / "logs", Redactor(), level="info", console=False)
    yield handler, logging.getLogger("clawd.test")
    logging.getLogger("clawd").removeHandler(handler)
    handler.close()


def lines(handler: logs.DailyFile) -> list[dict[str, object]]:
    return [json.loads(line) for line in handler.path.read_text(encoding="utf-8").splitlines()]


def test_a_line_has_the_shape_that_viewers_read(log_to: tuple[logs.DailyFile, logging.Logger]) -> None:
    handler, log = log_to
    log.warning("hello %s", "wörld\r\nsecond\x1b[31m")
    (line,) = lines(handler)
    assert line["0"] == "hello wörld\r\nsecond\x1b[31m"
    meta = line["_meta"]
    assert isinstance(meta, dict)
    assert (meta["logLevelName"], json.loads(str(meta["name"]))) == ("WARN", {"subsystem": "test"})
    assert str(line["time"]).endswith("Z")
    assert handler.path.read_bytes().count(b"\n") == 1, "one record is one line, whatever is in it"
    assert b"\x1b" not in handler.path.read_bytes()


def test_the_file_is_private_under_any_umask(log_to: tuple[logs.DailyFile, logging.Logger]) -> None:
    handler, log = log_to
    before = os.umask(0)
    try:
        log.info("x")
    finally:
        os.umask(before)
    assert handler.path.stat().st_mode & 0o777 == 0o600
    assert handler.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_traceback_is_kept_without_its_secrets(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.learn("canary-secret")
    handler = logs.set_up(tmp_path, redactor, level="debug", console=False)
    try:
        raise ValueError("with canary-secret inside")
    except ValueError:
        logging.getLogger("clawd.test").exception("it broke")
    (line,) = lines(handler)
    assert "ValueError" in str(line["0"])
    assert "canary-secret" not in handler.path.read_text(encoding="utf-8")
    handler.close()


def test_a_log_folder_that_vanishes_is_made_again(log_to: tuple[logs.DailyFile, logging.Logger]) -> None:
    handler, log = log_to
    log.info("one")
    handler.path.unlink()
    handler.path.parent.rmdir()
    log.info("two")
    assert [line["0"] for line in lines(handler)] == ["two"]


def test_a_log_that_cannot_be_written_stops_nothing_and_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "logs"
    blocked.write_text("a file stands where the folder should be", encoding="utf-8")
    handler = logs.set_up(blocked, Redactor(), level="info", console=False)
    logging.getLogger("clawd.test").info("lost")
    assert str(blocked) in handler.fault
    blocked.unlink()
    logging.getLogger("clawd.test").info("found")
    assert handler.fault == ""
    assert [line["0"] for line in lines(handler)] == ["found"]
    handler.close()


def test_old_files_go_and_others_stay(tmp_path: Path) -> None:
    now = time.time()
    for days in (0, 6, 8, 400):
        logs.log_path(tmp_path, now - days * 86_400).touch()
    (tmp_path / "mine.log").touch()
    logs.prune(tmp_path, now)
    expected = {logs.log_path(tmp_path, now - days * 86_400).name for days in (0, 6)}
    assert {path.name for path in tmp_path.iterdir()} == {*expected, "mine.log"}


def test_levels_have_clawdbots_names() -> None:
    assert logs.LEVELS["silent"] > logs.LEVELS["fatal"] > logs.LEVELS["error"] > logs.LEVELS["info"]


class TestTail:
    """Following a file by byte offsets."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "x.log"
        path.write_bytes(b"one\ntwo\nthree\npart")
        return path

    def test_from_the_start_and_on(self, path: Path) -> None:
        first = logs.tail(path, None, 500, 1000)
        assert (first.lines, first.cursor, first.reset) == (("one", "two", "three"), 14, False)
        path.write_bytes(path.read_bytes() + b"ial\nfour\n")
        more = logs.tail(path, first.cursor, 500, 1000)
        assert (more.lines, more.truncated) == (("partial", "four"), False)
        assert logs.tail(path, more.cursor, 500, 1000).lines == ()

    def test_only_the_newest_lines(self, path: Path) -> None:
        found = logs.tail(path, None, 2, 1000)
        assert (found.lines, found.truncated) == (("two", "three"), True)

    def test_a_partial_first_line_is_dropped(self, path: Path) -> None:
        assert logs.tail(path, None, 500, 12).lines == ("three",)

    @pytest.mark.parametrize("cursor", [10_000, 0])
    def test_a_cursor_that_is_beyond_or_too_far_behind_starts_again(self, path: Path, cursor: int) -> None:
        assert logs.tail(path, cursor, 500, 12).reset

    def test_no_file_yet(self, tmp_path: Path) -> None:
        assert logs.tail(tmp_path / "none.log", None, 5, 5).lines == ()
