"""Takes a person's regular expressions into the redactor only in a form that is quick on every text; pure.

What is logged is partly written by strangers. An expression that tries again and again (`(a+)+$`) could be made to hold
up the whole application by one line, so what repeats is bounded, and what cannot be bounded is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from clawd_desktop.core.errors import BadInput

# By how many things inside an expression may repeat: how often each may, so that no place of a text is tried more
# than some hundred times.
_BOUNDS = {1: 128, 2: 11, 3: 5}
# A line is cut to this length where there are such expressions: the time that one may take grows with it.
LONGEST = 8 * 1024
_MOST_OPTIONAL = 8
_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d*)(,?)(\d*)\})[?+]?")
_GROUP = re.compile(r"\((?:\?(?::|>|P<\w+>))?")
_FLAGS = re.compile(r"\(\?[aimsux]+\)")
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.S)


@dataclass(slots=True)
class _Group:
    """What an open group holds so far."""

    varies: bool = False


@dataclass(slots=True)
class _Scan:
    """A pattern in pieces; `repeats` are the places of the pieces that repeat without (or with a wide) bound."""

    pieces: list[str] = field(default_factory=list)
    repeats: list[tuple[int, int]] = field(default_factory=list)
    optional: int = 0
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    closed: _Group | None = None


def compiled(patterns: Iterable[str]) -> tuple[tuple[re.Pattern[str], ...], tuple[str, ...]]:
    """The expressions that can be used, and a sentence for each that cannot."""
    found: list[re.Pattern[str]] = []
    troubles: list[str] = []
    for pattern in patterns:
        try:
            found.append(quick(pattern))
        except BadInput as error:
            troubles.append(error.sentence())
    return tuple(found), tuple(troubles)


def quick(pattern: str) -> re.Pattern[str]:
    """The expression with its inner repetitions bounded. Raises BadInput with the reason when that is not enough."""
    scan = _Scan()
    place = 0
    while place < len(pattern):
        place = _step(pattern, place, scan)
    last = _last_piece(scan.pieces)
    inner = [(at, least) for at, least in scan.repeats if at != last]
    if len(inner) > max(_BOUNDS) or scan.optional > _MOST_OPTIONAL:
        raise _refusal(pattern, f"at most {max(_BOUNDS)} parts before its end may repeat")
    for at, least in inner:
        most = _BOUNDS[len(inner)]
        suffix = scan.pieces[at][-1] if scan.pieces[at][-1] in "?+" and len(scan.pieces[at]) > 1 else ""
        scan.pieces[at] = f"{{{least},{max(least, most)}}}{suffix}"
    try:
        made = re.compile("".join(scan.pieces))
    except re.error as error:
        raise _refusal(pattern, str(error)) from error
    if made.match(""):
        raise _refusal(pattern, "it fits where nothing stands")
    return made


def _step(pattern: str, place: int, scan: _Scan) -> int:
    """Take one piece in; returns where the next one begins."""
    if flags := _FLAGS.match(pattern, place):
        scan.pieces.append(flags.group())
        return flags.end()
    quantifier = _QUANTIFIER.match(pattern, place)
    if quantifier is not None and quantifier.group() not in ("{}", "{,}"):
        _repeat(pattern, quantifier, scan)
        return quantifier.end()
    closed, scan.closed = None, None
    letter = pattern[place]
    if letter == "(":
        return _open(pattern, place, scan)
    if letter == ")" and len(scan.groups) > 1:
        closed = scan.groups.pop()
        scan.groups[-1].varies = scan.groups[-1].varies or closed.varies
        scan.closed = closed
    elif letter == "|":
        scan.groups[-1].varies = True
    atom = _ATOM.match(pattern, place)
    assert atom is not None
    if re.fullmatch(r"\\[1-9]", atom.group()):
        raise _refusal(pattern, "it looks back at what was found before")
    scan.pieces.append(atom.group())
    return atom.end()


def _open(pattern: str, place: int, scan: _Scan) -> int:
    opening = _GROUP.match(pattern, place)
    assert opening is not None
    if opening.group() == "(" and pattern[place + 1 : place + 2] == "?":
        raise _refusal(pattern, "it looks ahead or back")
    scan.groups.append(_Group())
    scan.pieces.append(opening.group())
    return opening.end()


def _repeat(pattern: str, quantifier: re.Match[str], scan: _Scan) -> None:
    written = quantifier.group()
    least, most = _range(quantifier)
    if scan.closed is not None and scan.closed.varies and most != 1:
        raise _refusal(pattern, "it repeats a group in which something repeats or can be chosen")
    if least != most:
        for group in scan.groups:
            group.varies = True
        if most is None or most - least > 1:
            scan.repeats.append((len(scan.pieces), least))
        else:
            scan.optional += 1
    scan.pieces.append(written)
    scan.closed = None


def _range(quantifier: re.Match[str]) -> tuple[int, int | None]:
    """How often at least and at most (None: without end)."""
    simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
    if quantifier.group()[0] in simple:
        return simple[quantifier.group()[0]]
    least = int(quantifier[1] or 0)
    if not quantifier[2]:
        return least, least
    return least, int(quantifier[3]) if quantifier[3] else None


def _last_piece(pieces: list[str]) -> int:
    """The place of the last piece that is not the end of a group."""
    return next((at for at in range(len(pieces) - 1, -1, -1) if pieces[at] != ")"), -1)


def _refusal(pattern: str, reason: str) -> BadInput:
    return BadInput(
        f"The expression {pattern!r} of logging.redactPatterns is not used: {reason}.", hint="Write it more simply."
    )
