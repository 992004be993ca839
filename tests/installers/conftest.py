"""Makes the parts of installers/dev.py importable, and copies of the checkout in which it can be run for real."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "installers"))

APPLICATION = 'import sys\nprint("started", sys.argv[1:])\nsys.exit(7)\n'


def wheel(folder: Path, name: str) -> str:
    """Make a tiny wheel and return its line for a lock file."""
    folder.mkdir(exist_ok=True)
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": "VALUE = 1\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digest = {path: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
              for path, text in files.items()}  # fmt: skip
    record = "".join(f"{path},sha256={digest[path]},{len(text)}\n" for path, text in files.items())
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(inside, text)
    return f"{name}==1.0 \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Checkout:
    """A copy of what dev.py needs, in a folder with a space, with a lock of one tiny package from a local folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.wheels = root.parent / "wheels"
        self.lock = root / "installers" / "requirements"
        shutil.copytree(ROOT / "installers", root / "installers", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "clawd_desktop" / "cli", root / "clawd_desktop" / "cli")
        shutil.copytree(ROOT / "clawd_desktop" / "core", root / "clawd_desktop" / "core")
        shutil.copy(ROOT / "clawd_desktop" / "__init__.py", root / "clawd_desktop")
        (root / "clawd_desktop" / "__main__.py").write_text(APPLICATION, encoding="utf-8")
        self.write_lock(runtime=wheel(self.wheels, "tiny"), model="", dev="")

    def write_lock(self, **files: str) -> None:
        """Replace lock files."""
        for name, text in files.items():
            (self.lock / f"{name}.txt").write_text(text, encoding="utf-8")

    def add_wheel(self, name: str) -> str:
        """Put another package where pip finds it; returns its line for a lock file."""
        return wheel(self.wheels, name)

    def dev(self, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run dev.py as a person would, without a screen and without a network."""
        clean = {
            name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "DISPLAY", "WAYLAND"))
        }
        local = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": self.wheels.as_uri(), "PIP_CONFIG_FILE": os.devnull}
        return subprocess.run(
            [sys.executable, str(self.root / "installers" / "dev.py"), *arguments],
            cwd=cwd or self.root.parent,
            env=clean | local | environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh copy without an environment."""
    return Checkout(tmp_path / "a clone")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy whose environment was made by a real run; tests that share it leave it whole."""
    made = Checkout(tmp_path_factory.mktemp("ready") / "a clone")
    said = made.dev("run", "version")
    assert said.returncode == 7, said.stderr
    return made
