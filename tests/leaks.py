"""Looks for secrets in whatever shape a program may have written them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus


def forms(secret: str) -> dict[str, bytes]:
    """The secret in every encoding in which it could still be read, by the encoding's name."""
    raw = secret.encode()
    escaped = json.dumps(secret)[1:-1]
    texts = {
        "plain": secret,
        "json": escaped,
        "json, not ASCII": json.dumps(secret, ensure_ascii=False)[1:-1],
        "json in json": json.dumps(escaped)[1:-1],
        "repr": repr(secret)[1:-1],
        "url": quote(secret, safe=""),
        "url path": quote(secret),
        "form": quote_plus(secret),
        "hex": raw.hex(),
    }
    percent = re.compile("%[0-9A-F]{2}")
    texts |= {
        f"{name}, lower case": percent.sub(lambda found: found.group().lower(), text)
        for name, text in texts.items()
        if name.startswith(("url", "form"))
    }
    found = {name: text.encode() for name, text in texts.items()}
    for encoding in ("utf-16-le", "utf-16-be"):
        found[encoding] = secret.encode(encoding)
    for offset in range(3):
        # What stands before the secret shifts its bits: three shapes, without the characters that it shares.
        encoded = base64.b64encode(bytes(offset) + raw)
        middle = encoded[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6]
        found[f"base64 at {offset}"] = middle
        found[f"base64url at {offset}"] = middle.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def leaks_in(data: bytes, secrets: Iterable[str]) -> list[str]:
    """Which secrets stand in the bytes, and in which shape."""
    return [f"{secret} ({name})" for secret in secrets for name, form in forms(secret).items() if form in data]


def leaks(folder: Path, secrets: Iterable[str], *, apart: Iterable[Path] = ()) -> list[str]:
    """Which files (or their names) under the folder hold one of the secrets, and in which shape."""
    wanted, passed = list(secrets), set(apart)
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path not in passed]
    return [
        f"{path.relative_to(folder)}: {leak}"
        for path in files
        for leak in leaks_in(str(path).encode() + b"\0" + path.read_bytes(), wanted)
    ]
