"""What installers/dev.py can do: one row per command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from development import environment, launch, lock, suite, system
from development.console import Failure, say
from development.places import VENV, program

INTERRUPTED = 130


@dataclass(frozen=True)
class Command:
    """A command, what it is for, and what it does with its arguments; returns the exit code."""

    name: str
    summary: str
    do: Callable[[Sequence[str]], int]


def run(arguments: Sequence[str]) -> int:
    """Set up what the application needs and become it."""
    windows = launch.wants_windows(arguments)
    screen = launch.has_screen(sys.platform, os.environ)
    if windows and screen:
        system.ensure("the windows", system.QT_LIBRARIES)
    python = environment.ensure([environment.runtime_layer()])
    return launch.run(python, arguments, headless=windows and not screen)


def setup(arguments: Sequence[str]) -> int:
    """Set up everything and start nothing."""
    _no(arguments)
    _everything()
    say(f"Ready: {VENV}. Start it with: python3 installers/dev.py run")
    return 0


def test(arguments: Sequence[str]) -> int:
    """Set up everything, with the programs of a real desktop, and run the suite."""
    _everything()
    system.ensure("the tests", system.TEST_PROGRAMS)
    return suite.test(VENV, arguments)


def headless_test(arguments: Sequence[str]) -> int:
    """The suite without Qt."""
    environment.ensure([environment.runtime_layer(), environment.dev_layer()])
    return suite.headless(VENV, arguments)


def check(arguments: Sequence[str]) -> int:
    """Format, lint and types."""
    _no(arguments)
    environment.ensure([environment.runtime_layer(), environment.dev_layer()])
    return suite.check()


def write_lock(arguments: Sequence[str]) -> int:
    """Write installers/requirements anew."""
    # The environment as it stands is good enough: a lock that cannot be installed must be replaceable.
    if not program(VENV, "uv").exists():
        environment.ensure([environment.dev_layer()])
    lock.write(VENV, arguments)
    return 0


COMMANDS = (
    Command("run", "set up and start the application; further arguments go to it", run),
    Command("test", "set up, check and run all tests; with arguments, only pytest with them", test),
    Command("setup", "set up and start nothing", setup),
    Command("check", "format, lint and types", check),
    Command("headless-test", "the tests in an environment without Qt", headless_test),
    Command("lock", "write installers/requirements/*.txt; --upgrade takes newer releases", write_lock),
)


def usage(commands: Sequence[Command] = COMMANDS) -> str:
    """All commands, one a line."""
    rows = "\n".join(f"  {command.name:<14} {command.summary}" for command in commands)
    return f"python3 installers/dev.py COMMAND [arguments]\n\n{rows}"


def main(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name and return its exit code; failures are sentences, never tracebacks."""
    by_name: Mapping[str, Command] = {command.name: command for command in COMMANDS}
    if not arguments or arguments[0] not in by_name:
        asked = bool(arguments) and arguments[0] in ("-h", "--help", "help")
        say(usage() if asked or not arguments else f"There is no command {arguments[0]!r}.\n\n{usage()}")
        return 0 if asked else 2
    try:
        return by_name[arguments[0]].do(arguments[1:])
    except Failure as failure:
        say(failure.text())
        return 1
    except KeyboardInterrupt:
        say("Interrupted; start again to go on.")
        return INTERRUPTED


def _everything() -> None:
    system.ensure("the windows", system.QT_LIBRARIES)
    environment.ensure([environment.runtime_layer(), environment.dev_layer()])


def _no(arguments: Sequence[str]) -> None:
    if arguments:
        raise Failure(f"This command takes no arguments: {' '.join(arguments)}")
