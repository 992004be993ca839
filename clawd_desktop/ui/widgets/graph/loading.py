"""Loads the graph library in a worker: it costs most of a second and 50 MB, which only who looks at graphs pays."""

from __future__ import annotations

import asyncio
import importlib

_LIBRARIES = ("numpy", "pyqtgraph")
_loaded: list[bool] = []


async def load() -> None:
    """Return when graphs can be drawn. The library makes no widget while it loads, so a worker may load it.

    Its modules are loaded one after the other, so that the loop has its turns in between.
    """
    if _loaded:
        return
    for name in _LIBRARIES:
        await asyncio.to_thread(importlib.import_module, name)
    await asyncio.to_thread(importlib.import_module, "clawd_desktop.ui.widgets.graph.plot")
    _loaded.append(True)


def loaded() -> bool:
    """Whether graphs can be drawn at once."""
    return bool(_loaded)
