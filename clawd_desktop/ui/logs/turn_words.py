"""How a turn ended and what it used, in words; for every view that shows turns."""

from __future__ import annotations

from clawd_desktop.operations.trace_tree import Sums
from clawd_desktop.operations.units import Unit, told
from clawd_desktop.ui import words
from clawd_desktop.ui.i18n import mark, tr

_STATES = {
    "finished": mark("Answered"), "failed": mark("Failed"), "aborted": mark("Stopped"),
    "unfinished": mark("End not seen"),
}  # fmt: skip


def state_word(state: str) -> str:
    """How a turn ended."""
    return tr(_STATES.get(state, state))


def facts_of(sums: Sums) -> str:
    """What the turn took and used, in one line."""
    said = [tr("{time} in all", time=told(sums.total_s, Unit.SECONDS))]
    if sums.first_token_s is not None:
        said.append(tr("first word after {time}", time=told(sums.first_token_s, Unit.SECONDS)))
    if sums.model:
        said.append(f"{sums.provider}/{sums.model}")
    if sums.usage.total:
        said.append(
            tr("{read} tokens read, {written} written", read=words.amount(sums.usage.input),
               written=words.amount(sums.usage.output))
        )  # fmt: skip
    if money := words.money(sums.usage.cost):
        said.append(money)
    if sums.tools:
        said.append(words.count(sums.tools, tr("{n} tool"), tr("{n} tools")))
    if sums.failovers:
        said.append(words.count(sums.failovers, tr("{n} change of model"), tr("{n} changes of model")))
    return " · ".join(said)
