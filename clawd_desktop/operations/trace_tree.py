"""Turns what was noted while a run went on into a tree of spans and into sums; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from clawd_desktop.core.messages import Usage
from clawd_desktop.core.values import JsonObject, as_float, as_int, as_object, as_text

ENDS = ("finished", "failed", "aborted")
STOPPED = "It had not ended when the run did."
LEAST_GAP_S = 0.0005  # What is shorter between two steps is no step of its own.


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that happened in a run, `at` seconds after it was queued.

    `kind` is queued, started, prompted, asked (a model), spoke (its first word), answered, tool, result, stored,
    finished, failed or aborted; `facts` hold no text of the conversation.
    """

    at: float
    kind: str
    facts: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trace:
    """All marks of one run, oldest first. `started_ms` is the wall clock when it was queued, `cut` that some lack."""

    run_id: str
    session_key: str
    session_id: str
    started_ms: int
    marks: tuple[Mark, ...]
    cut: bool = False

    @property
    def end(self) -> Mark | None:
        """How it ended, None when that was not seen."""
        return next((mark for mark in reversed(self.marks) if mark.kind in ENDS), None)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a run: `start` and `seconds` count from when the run was queued.

    `name` is run, wait, read, prompt, model, first token, speaking, tool or store. `error` is "" when it went well.
    """

    name: str
    start: float
    seconds: float
    facts: JsonObject = field(default_factory=dict)
    error: str = ""
    children: tuple[Span, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Span]]:
        """This span and all below it with their depth, in the order they began."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a run took and used; times in seconds, `first_token_s` counts from when it was queued."""

    state: str
    total_s: float
    wait_s: float
    model_s: float
    tool_s: float
    first_token_s: float | None
    usage: Usage
    provider: str
    model: str
    calls: int
    tools: int
    failovers: int
    error: str


def tree(trace: Trace) -> Span:
    """The run as nested spans; what was open when it ended is closed there and says so."""
    grower = _Grower()
    for mark in trace.marks:
        grower.take(mark)
    return grower.whole(trace)


def sums(trace: Trace) -> Sums:
    """What the run took and used; a run of which no end was seen has the state "unfinished"."""
    root, end = tree(trace), trace.end
    models = [span for span in root.children if span.name == "model"]
    tools = [span for span in root.children if span.name == "tool"]
    asked = [mark.facts for mark in trace.marks if mark.kind == "asked"]
    last = asked[-1] if asked else {}
    return Sums(
        state=end.kind if end else "unfinished",
        total_s=root.seconds,
        wait_s=sum(span.seconds for span in root.children if span.name == "wait"),
        model_s=sum(span.seconds for span in models),
        tool_s=sum(span.seconds for span in tools),
        first_token_s=next((first.start + first.seconds for span in models for first in span.children[:1]), None),
        usage=sum((usage_of(mark.facts) for mark in trace.marks if mark.kind == "answered"), Usage()),
        provider=as_text(last.get("provider")),
        model=as_text(last.get("model")),
        calls=sum(1 for mark in trace.marks if mark.kind == "prompted"),
        tools=len(tools),
        failovers=sum(1 for facts in asked if facts.get("reason")),
        error=root.error,
    )


def usage_of(facts: JsonObject) -> Usage:
    """The usage in the facts of an answer."""
    used = as_object(facts.get("usage"))
    return Usage(
        as_int(used.get("input")),
        as_int(used.get("output")),
        as_int(used.get("cacheRead")),
        as_int(used.get("cacheWrite")),
        as_float(used.get("cost")),
    )


class _Grower:
    """Walks the marks of a run and closes a span whenever one ends."""

    def __init__(self) -> None:
        self._done: list[Span] = []
        self._open: dict[str, Span] = {}  # a model under "", a tool under the id of its call
        self._spoke: float | None = None
        self._until = 0.0  # where the last closed span ended

    def take(self, mark: Mark) -> None:
        """The next mark."""
        match mark.kind:
            case "started":
                self._close(Span("wait", 0.0, mark.at))
            case "prompted":
                self._prompted(mark)
            case "asked":
                self._spoke = None
                self._open[""] = Span("model", mark.at, 0.0, mark.facts)
            case "spoke":
                self._spoke = mark.at
            case "answered":
                self._end("", mark)
            case "tool":
                self._open[as_text(mark.facts.get("callId"))] = Span("tool", mark.at, 0.0, mark.facts)
            case "result":
                self._end(as_text(mark.facts.get("callId")), mark)
            case "finished" | "failed" | "aborted":
                self._end_all(mark.at, "" if mark.kind == "finished" else STOPPED)
            case "stored":
                self._close(Span("store", self._until, mark.at - self._until, mark.facts))

    def whole(self, trace: Trace) -> Span:
        """The run as one span."""
        end = trace.end
        total = max((mark.at for mark in trace.marks), default=0.0)
        self._end_all(total, STOPPED)
        facts: JsonObject = dict(end.facts) if end else {}
        error = as_text(facts.pop("error", ""))
        children = tuple(sorted(self._done, key=lambda span: span.start))
        return Span("run", 0.0, total, facts, error, children)

    def _end_all(self, at: float, error: str) -> None:
        for name in tuple(self._open):
            self._end(name, Mark(at, "", {"error": error}))

    def _prompted(self, mark: Mark) -> None:
        began = max(self._until, mark.at - as_float(mark.facts.get("seconds")))
        if began - self._until > LEAST_GAP_S:
            self._close(Span("read", self._until, began - self._until))
        self._close(Span("prompt", began, mark.at - began, mark.facts))

    def _end(self, name: str, mark: Mark) -> None:
        opened = self._open.pop(name, None)
        if opened is None:
            return
        facts: JsonObject = {**opened.facts, **mark.facts}
        error = as_text(facts.pop("error", ""))
        ended = replace(opened, seconds=mark.at - opened.start, facts=facts, error=error)
        self._close(self._spoken(ended, mark) if opened.name == "model" else ended)

    def _spoken(self, model: Span, ended: Mark) -> Span:
        # A model may think before it speaks: what the answer was measured by counts, where there is such a measure.
        measured = ended.facts.get("firstTokenS")
        spoke = model.start + as_float(measured) if measured is not None else self._spoke
        if spoke is None:
            return model
        first = Span("first token", model.start, spoke - model.start)
        return replace(model, children=(first, Span("speaking", spoke, ended.at - spoke)))

    def _close(self, span: Span) -> None:
        self._done.append(span)
        self._until = span.start + span.seconds
