"""Turns the words of the command line into values, or says what they should have been."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from clawd_desktop.core.values import JsonObject, JsonValue


def path(text: str) -> Path:
    """An absolute path; relative ones count from the current folder. Raises ArgumentTypeError when it is none."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty")
    return Path(os.path.abspath(Path(text).expanduser()))


def port(text: str) -> int:
    """A port number. Raises ArgumentTypeError when it is none."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; ports are 1 to 65535")
    return int(text)


def count(text: str) -> int:
    """A number from 1 to 100000. Raises ArgumentTypeError when it is none."""
    if not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 100000")
    return int(text)


def seconds(text: str) -> float:
    """Seconds, at most a day. Raises ArgumentTypeError when it is none."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 86400")
    return number


def ago(text: str) -> float:
    """Seconds, from a number with its unit. Raises ArgumentTypeError when it is none."""
    units = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
    number, unit = text[:-1], units.get(text[-1:].lower(), 0)
    try:
        length = float(number) * unit
    except ValueError:
        length = 0.0
    if not 0 < length <= 3_650 * 86_400:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 30m, 1h or 30d")
    return length


def url(text: str) -> str:
    """A gateway's address as one of a WebSocket. Raises ArgumentTypeError when it is none."""
    schemes = {"ws://": "ws://", "wss://": "wss://", "http://": "ws://", "https://": "wss://"}
    for scheme, socket_scheme in schemes.items():
        if text.startswith(scheme) and len(text) > len(scheme):
            return socket_scheme + text[len(scheme) :]
    raise argparse.ArgumentTypeError(f"{text!r} is no address such as ws://127.0.0.1:18789")


def params(text: str) -> JsonObject:
    """A JSON object. Raises ArgumentTypeError when it is none."""
    try:
        value: JsonValue = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError("the parameters are a JSON object, such as '{\"limit\": 5}'")
    return value


def area_path(text: str) -> str:
    """An area and a path in it. Raises ArgumentTypeError when it is none."""
    area, _, inside = text.partition("/")
    if not area or not inside.strip("/"):
        raise argparse.ArgumentTypeError(f"{text!r} is no file of an area such as workspace-main/notes.md")
    return f"{area}/{inside.strip('/')}"
