"""Runs coroutine tests on a fresh loop, keeps every test away from the real home folder, and forbids leftovers."""

from __future__ import annotations

import asyncio
import gc
import inspect
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from clawd_desktop.__main__ import fast_loop
from clawd_desktop.operations import logs

_BRANDS = ("CLAWDBOT_", "MOLTBOT_", "OPENCLAW_")


_finished, _homes = itertools.count(1), itertools.count(1)
_LOOPS = {"server": fast_loop, "asyncio": lambda: None}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--loop asyncio` runs the tests on the loop of a machine that has no uvloop."""
    parser.addoption("--loop", choices=sorted(_LOOPS), default="server", help="which event loop tests run on")


def pytest_collection_finish() -> None:
    """Set aside what thousands of tests are made of, as the program does with its imports: nobody need look at it."""
    gc.collect()
    gc.freeze()


def pytest_runtest_logfinish() -> None:
    """Now and then the same with what tests left behind, which is millions of objects in the end."""
    if next(_finished) % 100 == 0:
        gc.collect()
        gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run `async def` tests to their end on a loop of their own: the server's, Qt's for tests marked `qt`."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    factory = pyfuncitem.funcargs.get("loop_factory") or _LOOPS[pyfuncitem.config.getoption("--loop")]()
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(pyfuncitem.obj(**arguments))
    return True


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home folders are: apart, as pytest reads through all folders beside one that it makes."""
    return tmp_path_factory.mktemp("h", numbered=False)


@pytest.fixture(autouse=True)
def home(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; no Clawdbot, provider or XDG variable of the person who runs the tests is seen."""
    folder = homes / str(next(_homes))
    folder.mkdir()
    for name in list(os.environ):
        if name.startswith((*_BRANDS, "XDG_")) or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_log_goes_on() -> Iterator[None]:
    """The application leaves its log to the end of the process: its last lines belong to the test that caused them."""
    yield
    logs.end()


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guess of a backup's passphrase costs little here: what it costs for real is a test of its own."""
    monkeypatch.setattr("clawd_desktop.backup.age_passphrase.WORK", 10)
