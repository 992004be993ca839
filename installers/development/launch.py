"""Starts the application in place of this process, with windows where there is a screen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from development.console import say
from development.places import ROOT

NO_SCREEN = (
    "No screen here (neither DISPLAY nor WAYLAND_DISPLAY is set): the gateway runs without windows. Ctrl+C ends it."
)


def has_screen(platform: str, environ: Mapping[str, str]) -> bool:
    """Is there a screen to show windows on? Windows and macOS always have one."""
    return not platform.startswith("linux") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def wants_windows(arguments: Sequence[str]) -> bool:
    """Do the arguments start the application itself, and not one of its commands? Wrong ones end here, with usage."""
    sys.path.insert(0, str(ROOT))
    from clawd_desktop.cli.arguments import parse

    return parse(arguments).command == "app"


def run(python: Path, arguments: Sequence[str], headless: bool) -> int:
    """Become the application (on Windows, wait for it and return its exit code)."""
    if headless:
        say(NO_SCREEN)
    # Without compiled modules each start would compile them anew, which takes longer than the start itself.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [str(python), "-P", "-m", "clawd_desktop", *(["serve"] if headless else []), *arguments]
    if os.name != "nt":
        os.execve(command[0], command, environ)
    return subprocess.call(command, env=environ)
