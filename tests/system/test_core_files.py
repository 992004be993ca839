"""No core file is left, and what /proc shows of the program still belongs to its user."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import os, resource, subprocess
from clawd_desktop.system.core_files import leave_none
leave_none()
print(resource.getrlimit(resource.RLIMIT_CORE))
print(subprocess.run(["sh", "-c", "ulimit -c"], capture_output=True, text=True).stdout.strip())
print(os.stat("/proc/self/environ").st_uid == os.getuid())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_neither_this_program_nor_its_children_leave_one() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:3] == ["(0, 0)", "0", "True"]
