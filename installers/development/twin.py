"""Makes an environment of all packages of another one but some, in seconds: their files are shared, not copied."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Set
from importlib.metadata import Distribution, distributions
from pathlib import Path

from development.console import step
from development.packages import explain, normal, site_packages
from development.places import program


def make(venv: Path, twin: Path, without: Set[str]) -> Path:
    """The Python of `twin`, made anew from `venv` without the packages of these names. Raises Failure."""
    source = program(venv, "python")
    with step(f"Making {twin.name} of what is in {venv.name}, but for {len(without)} packages"):
        command = [str(source), "-I", "-m", "venv", "--without-pip", "--clear", str(twin)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode != 0:
            raise explain(made.stdout + made.stderr, "Making the environment")
        python = program(twin, "python")
        there, here = site_packages(source), site_packages(python)
        for found in distributions(path=[str(there)]):
            if normal(found.name) not in without:
                _share(found, there, here)
    return python


def _share(found: Distribution, there: Path, here: Path) -> None:
    for file in found.files or ():
        source = there / file
        if ".." in file.parts or not source.is_file():  # a program beside the packages
            continue
        target = here / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            _link(source, target)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one that knows no links
        shutil.copy2(source, target)
