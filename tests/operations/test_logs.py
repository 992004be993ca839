"""The log as a whole: set up first, changed while it runs, complete at the end."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from operations.http_log_server import log_server
from operations.log_rig import log_in, texts, until, written

from clawd_desktop.operations import logs
from clawd_desktop.operations.log_files import Place
from clawd_desktop.operations.log_settings import Plan, ToConsole, ToFile, ToServer
from clawd_desktop.operations.redaction import Redactor

LOG = logging.getLogger("clawd.test")


def test_a_line_has_the_shape_that_viewers_read(tmp_path: Path) -> None:
    with log_in(tmp_path) as desk:
        LOG.warning("hello %s", "wörld\r\nsecond\x1b[31m")
        desk.flush()
        (line,) = written(desk.path)
        assert line["0"] == "hello wörld\r\nsecond\x1b[31m"
        assert desk.path.read_bytes().count(b"\n") == 1, "one record is one line, whatever is in it"
        assert b"\x1b" not in desk.path.read_bytes()


def test_what_was_logged_before_the_configuration_is_there_and_both_threads_end(tmp_path: Path) -> None:
    desk = logs.set_up(tmp_path, Redactor(), level="info", console=False)
    LOG.info("early")
    desk.close()
    assert texts(desk.path) == ["early"]
    LOG.info("after the end")
    assert texts(desk.path) == ["early"]


def test_setting_up_again_takes_the_place_of_the_log_before(tmp_path: Path) -> None:
    first = logs.set_up(tmp_path / "a", Redactor(), level="info", console=False)
    LOG.info("one")
    second = logs.set_up(tmp_path / "b", Redactor(), level="info", console=False)
    LOG.info("two")
    second.close()
    assert (texts(first.path), texts(second.path)) == (["one"], ["two"])


def use(desk: logs.LogDesk, plan: Plan) -> None:
    """Apply the plan once what was logged before is written by the one before."""
    desk.flush()
    desk.apply(plan)


def test_every_setting_counts_from_the_next_line_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = ToFile(Place(tmp_path))
    with log_in(tmp_path) as desk:
        LOG.debug("hidden")
        use(desk, Plan((file,), "debug"))
        LOG.debug("shown")
        use(desk, Plan((file,), "error", {"test": "debug", "other": "silent"}))
        LOG.debug("shown by its part")
        logging.getLogger("clawd.else").warning("hidden")
        logging.getLogger("clawd.other").critical("hidden")
        use(desk, Plan((file, ToConsole("compact", "warn")), "info"))
        LOG.info("not on the terminal")
        LOG.warning("also on the terminal")
        LOG.debug("hidden: the part's level is gone")
        use(desk, Plan((ToFile(Place(tmp_path), "text"),), "info"))
        LOG.info("as text")
        desk.flush()
        lines = desk.path.read_text().splitlines()
        assert [word in " ".join(lines) for word in ("shown", "shown by its part", "hidden")] == [True, True, False]
        assert lines[-1].endswith(" INFO  test: as text")
    shown: list[str] = []
    until(lambda: (shown.append(capsys.readouterr().err), "also on the terminal" in "".join(shown))[1])
    assert "not on the terminal" not in "".join(shown)


def test_a_file_that_was_named(tmp_path: Path) -> None:
    with log_in(tmp_path) as desk:
        desk.apply(Plan((ToFile(Place(tmp_path, tmp_path / "own" / "my.log")),), "info"))
        LOG.info("x")
        desk.flush()
        assert desk.path == tmp_path / "own" / "my.log"
        assert texts(desk.path) == ["x"]


def test_a_place_that_stays_keeps_what_waits_for_it(tmp_path: Path) -> None:
    with log_server() as server:
        server.status = 503
        target = ToServer(server.url, flush_s=0.01)
        with log_in(tmp_path, target) as desk:
            LOG.info("one")
            until(lambda: bool(desk.faults))
            desk.apply(Plan((ToFile(Place(tmp_path)), target), "debug"))
            server.status = 204
            LOG.info("two")
            until(lambda: {"one", "two"} <= set(server.taken))


def test_lines_of_libraries_about_failures_are_there_too(tmp_path: Path) -> None:
    with log_in(tmp_path) as desk:
        logging.getLogger("asyncio").error("Task exception was never retrieved")
        desk.flush()
        assert "Task exception was never retrieved" in texts(desk.path)


SCRIPT = """
import logging, os, sys, threading
from pathlib import Path
from clawd_desktop.operations import logs
from clawd_desktop.operations.redaction import Redactor
from clawd_desktop.operations import log_handler
log_handler.PATIENCE_S.update({level: 30.0 for level in log_handler.PATIENCE_S})  # also on a busy computer
desk = logs.set_up(Path(sys.argv[1]), Redactor(), level="info", console=False)
log = logging.getLogger("clawd.test")
for number in range(500):
    log.info("line %d", number)
"""


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("", "line 499"),
        ("sys.exit(3)", "line 499"),
        ("log.warning('the last'); os._exit(1)", "the last"),
        ("log.error('the last'); os.abort()", "the last"),
        ("log.critical('the last'); os.kill(os.getpid(), 9)", "the last"),
        ("1 / 0", "the program ended with an error that nobody expected"),
        ("t = threading.Thread(target=lambda: 1 / 0, name='worker'); t.start(); t.join(); os._exit(1)",
         "the thread worker ended"),
    ],
    ids=["end", "exit", "hard exit", "abort", "kill", "exception", "thread"],
)  # fmt: skip
def test_the_last_words_are_on_the_disk_however_the_process_ends(tmp_path: Path, end: str, last: str) -> None:
    subprocess.run([sys.executable, "-c", SCRIPT + end, str(tmp_path)], capture_output=True, timeout=50, check=False)
    (file,) = tmp_path.glob("*.log")
    found = texts(file)
    assert found[:500] == [f"line {number}" for number in range(500)]
    assert found[-1].startswith(last)
