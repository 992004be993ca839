"""The rows of the open conversation as a list that tells its watcher what changed; knows neither Qt nor the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from clawd_desktop.core.messages import Message, Text
from clawd_desktop.ui.chat.rows import Row, RowKind, ToolUse, readable, rows_of
from clawd_desktop.ui.chat.visible import visible

# Text kept while a person reads back through years: about 64 MB of memory at the most.
KEPT_CHARACTERS = 16_000_000
_ANSWER = (RowKind.ASSISTANT, RowKind.TOOL)


@dataclass(frozen=True, slots=True)
class Splice:
    """At row `at`, `removed` rows were replaced by `added` new ones."""

    at: int
    removed: int
    added: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A message of the history with its id and its small pictures."""

    message_id: str
    message: Message
    thumbnails: tuple[bytes, ...] = ()


class Transcript:
    """Rows, oldest first. `watch` hears of each change right after it happened.

    `detached` is True when the newest rows were let go because a person read back very far; they are loaded again when
    the person returns to the end.
    """

    def __init__(self, watch: Callable[[Splice], None], day_of: Callable[[int], str]) -> None:
        self._watch = watch
        self._day_of = day_of
        self._results: dict[str, tuple[str, bool]] = {}
        self.rows: list[Row] = []
        self.detached = False

    def reset(self, page: Sequence[Stored] = ()) -> None:
        """Show these messages and nothing else."""
        self._results.clear()
        self.detached = False
        former = len(self.rows)
        self.rows = self._joined(self._rows(page), None)
        self._watch(Splice(0, former, len(self.rows)))

    def prepend(self, page: Sequence[Stored]) -> None:
        """Put older messages before the first row."""
        new = self._joined(self._rows(page), None)
        if not new:
            return
        self.rows[:0] = new
        self._watch(Splice(0, 0, len(new)))
        if len(self.rows) > len(new):
            self._rejoin(len(new))
        self._let_go()

    def append(self, *rows: Row, before: int | None = None) -> None:
        """Put rows at the end, or before the row with uid `before`."""
        at = self.index(before) if before is not None else -1
        at = len(self.rows) if at < 0 else at
        self.rows[at:at] = rows
        self._watch(Splice(at, 0, len(rows)))
        for number in range(at, min(at + len(rows) + 1, len(self.rows))):
            self._rejoin(number)

    def put(self, row: Row) -> None:
        """Replace the row that has the same uid; nothing happens when it is gone."""
        at = self.index(row.uid)
        if at >= 0:
            self.rows[at] = row
            self._watch(Splice(at, 1, 1))

    def remove(self, uid: int) -> None:
        """Take the row out."""
        at = self.index(uid)
        if at >= 0:
            del self.rows[at]
            self._watch(Splice(at, 1, 0))
            if at < len(self.rows):
                self._rejoin(at)

    def index(self, uid: int) -> int:
        """The number of the row, -1 when it is gone. Looks from the end, where things happen."""
        for number in range(len(self.rows) - 1, -1, -1):
            if self.rows[number].uid == uid:
                return number
        return -1

    def find(self, wanted: Callable[[Row], bool]) -> Row | None:
        """The newest row that fits."""
        return next((row for row in reversed(self.rows) if wanted(row)), None)

    def result(self, message: Message) -> None:
        """Join a tool's result to the row of its call, now or when that row is loaded."""
        text = readable("\n".join(part.text for part in message.content if isinstance(part, Text)))
        self._results[message.tool_call_id] = (text, message.is_error)
        row = self.find(lambda row: row.tool is not None and row.tool.call_id == message.tool_call_id)
        if row is not None and row.tool is not None:
            self.put(replace(row, tool=self._with_result(row.tool)))

    def new_rows(self, stored: Stored, run_id: str = "") -> list[Row]:
        """The rows of one message, with tool results that are known already."""
        rows = rows_of(stored.message, stored.message_id, stored.thumbnails, run_id)
        return [row if row.tool is None else replace(row, tool=self._with_result(row.tool)) for row in rows]

    def _rows(self, page: Sequence[Stored]) -> list[Row]:
        for stored in page:
            if stored.message.role == "toolResult":
                self.result(stored.message)
        return [row for stored in page for row in self.new_rows(stored)]

    def _with_result(self, tool: ToolUse) -> ToolUse:
        found = self._results.get(tool.call_id)
        return replace(tool, result=visible(found[0]), failed=found[1], running=False) if found else tool

    def _joined(self, rows: list[Row], former: Row | None) -> list[Row]:
        for number, row in enumerate(rows):
            rows[number] = former = self._join(row, former)
        return rows

    def _join(self, row: Row, former: Row | None) -> Row:
        day = bool(row.time_ms) and (former is None or self._day_of(former.time_ms) != self._day_of(row.time_ms))
        lead = row.kind in _ANSWER and (former is None or day or former.kind not in _ANSWER)
        return row if (row.day, row.lead) == (day, lead) else replace(row, day=day, lead=lead)

    def _rejoin(self, number: int) -> None:
        row = self._join(self.rows[number], self.rows[number - 1] if number else None)
        if row is not self.rows[number]:
            self.rows[number] = row
            self._watch(Splice(number, 1, 1))

    def _let_go(self) -> None:
        total, kept = 0, 0
        for row in self.rows:
            total += len(row.text) + (len(row.tool.result) if row.tool is not None else 0)
            if total > KEPT_CHARACTERS:
                break
            kept += 1
        if kept < len(self.rows):
            removed = len(self.rows) - kept
            del self.rows[kept:]
            self.detached = True
            self._watch(Splice(kept, removed, 0))
