"""Keeps what was typed and not sent, per conversation, in memory and in one small file."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clawd_desktop.core.errors import NotFound, Unreadable
from clawd_desktop.core.safeio import make_folder, read_file, write_file
from clawd_desktop.core.values import JsonObject, JsonValue, as_list, as_object, as_text

# The conversation that has no key yet because nothing was sent in it.
NEW = ""
_MOST = 200
_FILE_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Draft:
    """Typed text and the long texts that were pasted beside it. Pictures are not kept."""

    text: str = ""
    pasted: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text.strip() or self.pasted)


class Drafts:
    """Drafts by session key, the least recently changed first; at most 200 are kept.

    `changed` is called with each change; `saved` tells whether a snapshot was taken since. A file that cannot be
    understood is left as it is until the next draft replaces it: an empty list of drafts is a usable one.
    """

    def __init__(self, path: Path, changed: Callable[[], None]) -> None:
        self._path = path
        self._changed = changed
        self._drafts: dict[str, Draft] = {}
        self._touched: set[str] = set()
        self.saved = True

    def get(self, key: str) -> Draft:
        """The draft of the conversation, an empty one when there is none."""
        return self._drafts.get(key, Draft())

    def set(self, key: str, draft: Draft) -> None:
        """Keep the draft; an empty one is forgotten."""
        if draft == self.get(key):
            return
        self._touched.add(key)
        self.saved = False
        self._drafts.pop(key, None)
        if draft:
            self._drafts[key] = draft
        while len(self._drafts) > _MOST:
            del self._drafts[next(iter(self._drafts))]
        self._changed()

    def load(self) -> None:
        """Read the file; what was typed meanwhile wins. Blocks: for a worker thread or a start. Raises StorageFault."""
        try:
            found: JsonValue = json.loads(read_file(self._path, limit=_FILE_LIMIT))
        except (NotFound, Unreadable, ValueError):
            return
        stored = {key: _draft(value) for key, value in as_object(as_object(found).get("drafts")).items()}
        newer = {key: draft for key, draft in self._drafts.items() if key in self._touched}
        kept = {key: draft for key, draft in stored.items() if draft and key not in self._touched}
        self._drafts = kept | newer

    def snapshot(self) -> bytes:
        """What belongs into the file now; until the next change it counts as saved."""
        self.saved = True
        drafts: JsonObject = {
            key: {"text": draft.text, "pasted": list(draft.pasted)} for key, draft in self._drafts.items()
        }
        return json.dumps({"version": 1, "drafts": drafts}, ensure_ascii=False).encode("utf-8", "replace")

    def save(self, data: bytes) -> None:
        """Write a snapshot. Blocks: for a worker thread. Raises StorageFault."""
        make_folder(self._path.parent)
        write_file(self._path, data)


def _draft(value: JsonValue) -> Draft:
    fields = as_object(value)
    return Draft(as_text(fields.get("text")), tuple(as_text(item) for item in as_list(fields.get("pasted"))))
