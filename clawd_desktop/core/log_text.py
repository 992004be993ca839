"""Reads lines of a log that is kept as text, so that whoever shows it knows time, level and part as with JSON."""

from __future__ import annotations

import json
import re

from clawd_desktop.core.values import JsonObject

_LINE = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+Z) (DEBUG|INFO|WARN|ERROR|FATAL) +([\w.]*): (.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\([nrt\\])")
_MEANT = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}


def read_text_line(line: str) -> JsonObject | None:
    """The line as the JSON form of the log has it (keys "0", time, _meta); None when it is no such line."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    moment, level, part, text = found.groups()
    return {
        "0": _ESCAPED.sub(lambda one: _MEANT[one[1]], text),
        "time": moment,
        "_meta": {"logLevelName": level, "name": json.dumps({"subsystem": part}), "date": moment},
    }
