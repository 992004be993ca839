"""How much memory processes hold, cheaply enough to be asked for every status report."""

from __future__ import annotations

import os
from collections.abc import Iterable


def resident_bytes(children: Iterable[int | None] = ()) -> int:
    """Resident bytes of this process and of those `children` (process ids) that are alive."""
    import psutil  # 0.04 s: not on the start path

    total = 0
    for pid in (os.getpid(), *(pid for pid in children if pid is not None)):
        try:
            total += psutil.Process(pid).memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total
