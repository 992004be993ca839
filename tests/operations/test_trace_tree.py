"""Marks become a tree in which everything has its place, whatever is missing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clawd_desktop.core.messages import Usage
from clawd_desktop.operations.trace_tree import ENDS, STOPPED, Mark, Trace, sums, tree

KINDS = ("queued", "started", "prompted", "asked", "spoke", "answered", "tool", "result", "stored", *ENDS)


def trace(*marks: Mark) -> Trace:
    return Trace("r", "k", "s", 1, marks)


WHOLE = trace(
    Mark(0.0, "queued"),
    Mark(1.0, "started"),
    Mark(2.0, "prompted", {"seconds": 0.5, "tokens": 10}),
    Mark(2.0, "asked", {"provider": "p", "model": "m"}),
    Mark(2.5, "spoke"),
    Mark(4.0, "answered", {"usage": {"input": 3, "output": 4, "cost": 0.5}, "firstTokenS": 0.25}),
    Mark(4.5, "stored", {"role": "assistant"}),
    Mark(4.5, "finished", {"provider": "p", "model": "m"}),
)


def test_each_step_has_its_stretch() -> None:
    root = tree(WHOLE)
    assert (root.name, root.start, root.seconds, root.error) == ("run", 0.0, 4.5, "")
    assert [(span.name, span.start, span.seconds) for span in root.children] == [
        ("wait", 0.0, 1.0), ("read", 1.0, 0.5), ("prompt", 1.5, 0.5), ("model", 2.0, 2.0), ("store", 4.0, 0.5),
    ]  # fmt: skip
    model = root.children[3]
    assert [(span.name, span.start, span.seconds) for span in model.children] == [
        ("first token", 2.0, 0.25), ("speaking", 2.25, 1.75),
    ]  # fmt: skip
    assert [depth for depth, _ in root.walk()] == [0, 1, 1, 1, 1, 2, 2, 1]


def test_the_sums() -> None:
    added = sums(WHOLE)
    assert (added.state, added.total_s, added.wait_s, added.model_s, added.tool_s) == ("finished", 4.5, 1.0, 2.0, 0.0)
    assert (added.first_token_s, added.usage, added.calls) == (2.25, Usage(3, 4, cost=0.5), 1)


def test_what_did_not_end_is_closed_at_the_end_and_says_so() -> None:
    cut = trace(Mark(0.0, "started"), Mark(1.0, "asked"), Mark(2.0, "tool", {"callId": "c"}), Mark(3.0, "aborted"))
    assert [(span.name, span.seconds, span.error) for span in tree(cut).children[1:]] == [
        ("model", 2.0, STOPPED), ("tool", 1.0, STOPPED),
    ]  # fmt: skip
    assert sums(trace(Mark(0.0, "started"))).state == "unfinished"
    assert sums(trace()).total_s == 0


@given(
    st.lists(
        st.builds(
            Mark,
            st.floats(0, 1e6),
            st.sampled_from(KINDS),
            st.dictionaries(
                st.sampled_from(["seconds", "callId", "error", "usage", "firstTokenS"]),
                st.one_of(st.none(), st.floats(-10, 1e6), st.text(max_size=5), st.just({"input": 3})),
            ),
        )
    )
)
def test_marks_in_any_order_and_of_any_content_never_break_it(marks: list[Mark]) -> None:
    root = tree(trace(*marks))
    assert sum(1 for _ in root.walk()) <= 1 + 4 * len(marks)
    sums(trace(*marks))
