"""Turns what happens in a run into changes of the transcript: the growing answer, tools, remarks, failures."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from clawd_desktop.core.events import (
    Event,
    MessageStored,
    RunAborted,
    RunEvent,
    RunFailed,
    RunFinished,
    RunModel,
    RunQueued,
    RunStarted,
    RunText,
    RunTool,
    ToolPhase,
)
from clawd_desktop.core.messages import Message
from clawd_desktop.ui.chat.rows import Mark, Row, RowKind, ToolUse, error_row, new_uid, note_row, readable
from clawd_desktop.ui.chat.transcript import Stored, Transcript
from clawd_desktop.ui.chat.visible import visible
from clawd_desktop.ui.i18n import tr

RUN_EVENTS = (RunQueued, RunStarted, RunText, RunTool, RunModel, RunFinished, RunFailed, RunAborted)


class RunRows:
    """Applies events of the open session to its transcript, whatever order they come in.

    `running` are the runs that have begun and not ended; `finished` is called with each answer that is complete.
    """

    def __init__(self, transcript: Transcript, now_ms: Callable[[], int], finished: Callable[[Row], None]) -> None:
        self._transcript = transcript
        self._now_ms = now_ms
        self._finished = finished
        self._live: dict[str, int] = {}
        self.running: set[str] = set()
        self._apply: dict[type[Event], Callable[..., None]] = {
            RunQueued: self._queued,
            RunStarted: self._started,
            RunText: self._text,
            RunTool: self._tool,
            RunModel: self._model,
            RunFinished: self._ended,
            RunFailed: self._failed,
            RunAborted: self._aborted,
        }

    def apply(self, event: RunEvent) -> None:
        """Change the transcript as the event says."""
        self._apply[type(event)](event)

    def forget(self) -> None:
        """The transcript was emptied: no row is live any more."""
        self._live.clear()
        self.running.clear()

    def stored(self, event: MessageStored, thumbnails: tuple[bytes, ...] = ()) -> None:
        """Show a message that was written; the one a person sees already is not shown twice."""
        if self._transcript.detached or self._known(event.message_id):
            return
        if event.message.role == "toolResult":
            self._transcript.result(event.message)
        elif event.message.role == "user":
            self._said(event, thumbnails)
        else:
            self._answered(Stored(event.message_id, event.message, thumbnails), event.run_id)

    def _known(self, message_id: str) -> bool:
        return bool(message_id) and self._transcript.find(lambda row: row.message_id == message_id) is not None

    def _said(self, event: MessageStored, thumbnails: tuple[bytes, ...]) -> None:
        text = visible(event.message.text)
        # What was sent here stands there already without an id; if another client's message is mistaken for it, the own
        # one follows as a new row and the end is the same.
        mine = self._unconfirmed(event.run_id, text)
        rows = self._transcript.new_rows(Stored(event.message_id, event.message, thumbnails), event.run_id)
        if mine is None or not rows:
            self._transcript.append(*rows)
            return
        waiting = Mark.QUEUED if self.running - {event.run_id} else Mark.NONE
        new = replace(rows[0], uid=mine.uid, mark=waiting, day=mine.day, lead=mine.lead)
        self._transcript.put(replace(new, thumbnails=new.thumbnails or mine.thumbnails))

    def _unconfirmed(self, run_id: str, text: str) -> Row | None:
        waiting = [row for row in self._transcript.rows[-200:] if row.kind is RowKind.USER and not row.message_id]
        same_run = [row for row in waiting if row.run_id and row.run_id == run_id]
        return next(iter(same_run or [row for row in waiting if row.text == text and not row.run_id]), None)

    def _answered(self, stored: Stored, run_id: str) -> None:
        rows = [row for row in self._transcript.new_rows(stored, run_id) if not self._shown_tool(row)]
        live = self._live_row(run_id) or self._unstored(run_id)
        said = next((row for row in rows if row.kind is RowKind.ASSISTANT), None)
        if live is not None and said is not None:
            self._put_answer(live, said)
            rows.remove(said)
        elif live is not None and live.mark is Mark.LIVE:
            self._transcript.remove(live.uid)
        self._live.pop(run_id, None)
        self._add(run_id, *rows)
        if stored.message.stop_reason == "toolUse" and run_id in self.running:
            self._begin(run_id)

    def _unstored(self, run_id: str) -> Row | None:
        """The answer of a run that ended before its message was heard of."""
        answer = self._transcript.find(lambda row: row.kind is RowKind.ASSISTANT and row.run_id == run_id)
        return answer if run_id and answer is not None and not answer.message_id else None

    def _shown_tool(self, row: Row) -> bool:
        call_id = row.tool.call_id if row.tool is not None else ""
        return bool(call_id) and self._tool_row(call_id) is not None

    def _put_answer(self, live: Row, said: Row) -> None:
        # What was shown whole while it grew stays whole: the end must not jump away under the reader.
        shown = max(said.shown, len(live.text))
        row = replace(
            said, uid=live.uid, day=live.day, lead=live.lead, shown=shown, time_ms=said.time_ms or live.time_ms
        )
        self._transcript.put(row)
        if live.mark is Mark.LIVE:
            self._finished(row)

    def _queued(self, event: RunQueued) -> None:
        if self.running:
            self._mark_said(event.run_id, Mark.QUEUED)

    def _started(self, event: RunStarted) -> None:
        self._mark_said(event.run_id, Mark.NONE)
        self.running.add(event.run_id)
        self._begin(event.run_id)

    def _text(self, event: RunText) -> None:
        self.running.add(event.run_id)
        row = self._live_row(event.run_id) or self._begin(event.run_id)
        if row is not None:
            self._transcript.put(replace(row, text=visible(event.text)))

    def _tool(self, event: RunTool) -> None:
        row = self._tool_row(event.call_id)
        if event.phase is ToolPhase.START:
            tool = ToolUse(event.call_id, visible(event.name), readable(event.data), running=True)
            if row is not None:
                self._transcript.put(replace(row, tool=tool))
                return
            live = self._live_row(event.run_id)
            new = Row(new_uid(), RowKind.TOOL, tool.name, self._now_ms(), run_id=event.run_id, tool=tool)
            self._add(event.run_id, new, live=live)
        elif row is not None and row.tool is not None:
            done = event.phase is ToolPhase.RESULT
            tool = replace(row.tool, result=readable(event.data), running=not done, failed=event.is_error)
            self._transcript.put(replace(row, tool=tool))

    def _model(self, event: RunModel) -> None:
        live = self._live_row(event.run_id)
        if live is not None:
            live = replace(live, detail=visible(event.model))
            self._transcript.put(live)
        if not event.reason:
            return
        text = tr("Answered by {model} because: {reason}", model=f"{event.provider}/{event.model}", reason=event.reason)
        self._add(event.run_id, note_row(text, self._now_ms(), event.run_id), live=live)

    def _ended(self, event: RunFinished) -> None:
        live = self._end(event.run_id)
        if live is None:
            return
        rows = self._finished_rows(event.message, event.run_id)
        if rows:
            self._put_answer(live, rows[0])
        elif live.text:
            self._put_answer(live, replace(live, mark=Mark.NONE))
        else:
            self._transcript.remove(live.uid)

    def _finished_rows(self, message: Message | None, run_id: str) -> list[Row]:
        if message is None:
            return []
        rows = self._transcript.new_rows(Stored("", message), run_id)
        return [row for row in rows if row.kind is RowKind.ASSISTANT]

    def _failed(self, event: RunFailed) -> None:
        live = self._end(event.run_id)
        if live is not None and live.text:
            self._transcript.put(replace(live, mark=Mark.BROKEN))
        elif live is not None:
            self._transcript.remove(live.uid)
        facts = {
            "code": event.code,
            "message": event.sentence,
            "run": event.run_id,
            "session": event.session_key,
            "startedAt": event.started_at,
            "endedAt": event.ended_at,
        }
        row = error_row(event.sentence, json.dumps(facts, ensure_ascii=False, indent=2), event.ended_at, event.run_id)
        shown = self._transcript.find(lambda row: row.kind is RowKind.ERROR and row.run_id == event.run_id)
        if shown is not None:
            self._transcript.put(replace(shown, text=row.text, detail=row.detail))
            return
        self._add(event.run_id, row)
        self._finished(row)

    def _aborted(self, event: RunAborted) -> None:
        live = self._end(event.run_id)
        if live is not None and live.text:
            self._transcript.put(replace(live, mark=Mark.STOPPED))
        elif live is not None:
            self._transcript.remove(live.uid)
            self._add(event.run_id, note_row(tr("Stopped before an answer."), self._now_ms(), event.run_id))

    def _begin(self, run_id: str) -> Row | None:
        if self._transcript.detached or self._live_row(run_id) is not None:
            return None
        row = Row(new_uid(), RowKind.ASSISTANT, "", self._now_ms(), run_id=run_id, mark=Mark.LIVE)
        self._live[run_id] = row.uid
        self._add(run_id, row)
        return self._live_row(run_id)

    def _add(self, run_id: str, *rows: Row, live: Row | None = None) -> None:
        """Put rows where the run is: before its answer that has not begun, else before messages that wait for later."""
        if live is not None and not live.text:
            self._transcript.append(*rows, before=live.uid)
            return
        waiting = None
        for row in reversed(self._transcript.rows):
            if row.mark is not Mark.QUEUED or row.run_id == run_id:
                break
            waiting = row.uid
        self._transcript.append(*rows, before=waiting)

    def _end(self, run_id: str) -> Row | None:
        live = self._live_row(run_id)
        self._live.pop(run_id, None)
        self.running.discard(run_id)
        self._mark_said(run_id, Mark.NONE)
        return live

    def _live_row(self, run_id: str) -> Row | None:
        uid = self._live.get(run_id)
        return None if uid is None else self._transcript.find(lambda row: row.uid == uid)

    def _tool_row(self, call_id: str) -> Row | None:
        return self._transcript.find(lambda row: row.tool is not None and row.tool.call_id == call_id)

    def _mark_said(self, run_id: str, mark: Mark) -> None:
        row = self._transcript.find(lambda row: row.kind is RowKind.USER and row.run_id == run_id)
        if row is not None and row.mark is not mark and row.mark is not Mark.SENDING:
            self._transcript.put(replace(row, mark=mark))
