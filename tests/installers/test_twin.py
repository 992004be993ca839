"""An environment that shares the packages of another one."""

from __future__ import annotations

import subprocess
from pathlib import Path

from development import suite, twin
from development.packages import normal, site_packages
from development.places import VENV, program


def says(python: Path, code: str) -> str:
    done = subprocess.run([str(python), "-I", "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_all_is_there_but_what_is_left_out(tmp_path: Path) -> None:
    there = site_packages(program(VENV, "python"))
    for _ in range(2):  # made anew each time
        python = twin.make(VENV, tmp_path / "twin", suite.QT | suite.TOOLS)
        here = site_packages(python)
        assert not (here / "gone.py").exists()
        (here / "gone.py").touch()
    assert here.is_relative_to(tmp_path)
    assert says(python, "import aiohttp, pydantic, pytest, apsw, uvloop; print('all there')") == "all there"
    assert "No module named" in says(python, "import PySide6")
    assert not (here / "shiboken6").exists()
    listed = "from importlib.metadata import distributions; print(*(found.name for found in distributions()))"
    names = {normal(name) for name in says(python, listed).split()}
    wanted = {normal(name) for name in says(program(VENV, "python"), listed).split()}
    assert names == wanted - suite.QT - suite.TOOLS
    file = Path("aiohttp") / "__init__.py"
    assert (here / file).read_bytes() == (there / file).read_bytes()
