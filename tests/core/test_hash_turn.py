"""Hashes with several lanes that are asked for at the same time are all computed."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: threads that wait for each other for ever can be ended in no other way.
_BOTH = """
import os, threading
from clawd_desktop.gateway.gate import _matches
from clawd_desktop.system.vault_format import Cost, _derive
known = (
    "$argon2id$v=19$m=65536,t=3,p=4$HF2TSTiG2JRgbDNEqIa4ow$/JfFjJWfakpRZW+8zA9Cnll9zUEX0xHJA33yI9/40HI"
)
work = [lambda: _matches("a", known), lambda: _matches("b", known), lambda: _derive("c", bytes(16), Cost())] * 2
threads = [threading.Thread(target=one, daemon=True) for one in work]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
os._exit(0)
"""


def test_passwords_and_the_vault_do_not_wait_for_each_other_for_ever() -> None:
    subprocess.run([sys.executable, "-c", _BOTH], check=True, timeout=50)
