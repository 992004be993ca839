"""Shows foreign text to a person exactly as it is: nothing invisible, nothing that reorders, nothing cut off."""

from __future__ import annotations

import re

_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
_FEW_BLANKS = 3
_BLANKS = re.compile(f" {{{_FEW_BLANKS + 1},}}")


def shown_whole(text: str) -> str:
    """The whole text in one line of visible characters.

    Control characters, direction marks, zero-width and unusual blanks become escapes such as \\n or \\u{202e}; a long
    run of blanks says how many there are, so that what stands behind it is not pushed out of sight. A backslash is
    doubled, so that no text can look like the escape of another.
    """
    visible = "".join(letter if letter.isprintable() and letter != "\\" else _escape(letter) for letter in text)
    return _BLANKS.sub(lambda run: f" \\{{{len(run.group())} blanks}} ", visible)


def _escape(letter: str) -> str:
    return _NAMED.get(letter) or f"\\u{{{ord(letter):x}}}"
