"""Makes characters that hide or reorder text visible, so that what is shown is what was said."""

from __future__ import annotations

import re

# Bidirectional overrides and isolates reorder what a person reads (CVE-2021-42574); zero-width and tag characters hide
# text; C0 and C1 controls do nothing good on a screen; U+FDD0, U+FDD1 and U+FFFC have a meaning inside Qt's documents.
# Joiners (U+200C, U+200D) and the plain marks (U+200E, U+200F) stay: scripts and emoji need them.
_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180e\u200b\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufdd0\ufdd1\ufff9-\ufffc\ud800-\udfff\U000e0000-\U000e007f]"
)
_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029]")


def visible(text: str) -> str:
    """The text with every hiding or reordering character written as `⟨U+202E⟩` and all line ends as a line feed."""
    return _HIDDEN.sub(_named, _BREAKS.sub("\n", text))


def one_line(text: str, limit: int) -> str:
    """The visible text on one line, cut with an ellipsis to at most `limit` characters; for titles and names."""
    line = " ".join(visible(text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _named(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match.group()):04X}⟩"
