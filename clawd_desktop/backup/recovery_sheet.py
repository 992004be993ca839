"""The sheet of paper that still helps when the computer is gone: what the backup is, where, and how anybody opens it.

It needs no part of this program: `age`, `zstd` and `tar` are enough. Does no I/O.
"""

from __future__ import annotations

import html
import shlex
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

ClosedWith: TypeAlias = Literal["nothing", "passphrase", "keys"]
_Kind: TypeAlias = Literal["text", "item", "command", "secret", "line"]
_WIDTH = 78
_KEY_FILE = "key.txt"
_PACKED_FILE = "backup.tar.zst"
_PLAIN_FILE = "backup.tar"
_FOLDER = "opened"
# In a name, for the time that nobody knows yet.
DATE = "DATE"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the sheet. `file` is the backup's name, `places` are the folders or remotes where it lies.

    `made` is its time, "" when the sheet is for backups to come, and `holds` are its areas, both as a person reads
    them. `identity` is the secret key, "" when it is kept elsewhere; the passphrase is never here: it is written on the
    paper by hand.
    """

    file: str
    host: str
    made: str
    places: tuple[str, ...]
    closed_with: ClosedWith
    holds: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    identity: str = field(default="", repr=False)

    @property
    def is_secret(self) -> bool:
        """Whether the sheet alone opens the backup, which whoever prints it must be told."""
        return bool(self.identity)


@dataclass(frozen=True, slots=True)
class _Part:
    kind: _Kind
    text: str


_Sections: TypeAlias = tuple[tuple[str, tuple[_Part, ...]], ...]


def text(sheet: Sheet) -> str:
    """The sheet as plain text, at most 78 columns wide except for what must stand in one line."""
    lines = [_TITLE, "=" * len(_TITLE)]
    for title, parts in _sections(sheet):
        lines += ["", title, "-" * len(title)]
        lines += [line for part in parts for line in _PLAIN[part.kind](_printable(part.text))]
    return "\n".join(lines) + "\n"


def page(sheet: Sheet) -> str:
    """The sheet as one HTML page that loads nothing and runs nothing, to be printed from any browser."""
    body = "".join(
        f"<section><h2>{html.escape(title)}</h2>"
        + "".join(_TAGS[part.kind].format(html.escape(_printable(part.text))) for part in parts)
        + "</section>\n"
        for title, parts in _sections(sheet)
    )
    return _PAGE.format(title=_TITLE, style=_STYLE, body=body)


def commands(sheet: Sheet) -> tuple[str, ...]:
    """What to type, in order, in the folder where the backup lies, to have its files in a folder "opened" there."""
    file = shlex.quote(_printable(sheet.file))
    unpack = f"mkdir {_FOLDER}", f"tar --extract --file {_PLAIN_FILE} --directory {_FOLDER}"
    if sheet.closed_with == "nothing":
        return f"zstd --decompress -o {_PLAIN_FILE} {file}", *unpack
    key = f"--identity {_KEY_FILE} " if sheet.closed_with == "keys" else ""
    return (
        f"age --decrypt {key}--output {_PACKED_FILE} {file}",
        f"zstd --decompress -o {_PLAIN_FILE} {_PACKED_FILE}",
        *unpack,
    )


_TITLE = "Recovery sheet for a backup of Clawd Desktop"


def _sections(sheet: Sheet) -> _Sections:
    return (
        ("The backup", _what(sheet)),
        ("What opens it", _KEYS[sheet.closed_with](sheet)),
        ("With Clawd Desktop", _with_the_program(sheet)),
        ("Without Clawd Desktop", _by_hand(sheet)),
        ("What is in it", _inside(sheet)),
    )


def _what(sheet: Sheet) -> tuple[_Part, ...]:
    if not sheet.made:
        return (
            _Part("text", f"Backups of the computer {sheet.host} are files such as this; in the place of {DATE} stands "
                  "when one was made and four letters more:"),
            _Part("item", sheet.file),
            _Part("text", "They lie in:"),
            *(_Part("item", place) for place in sheet.places),
            _Part("text", "Take the newest, and write its name in the place of this one in the lines below."),
        )  # fmt: skip
    return (
        _Part("text", "The file:"),
        _Part("item", sheet.file),
        _Part("text", f"It was made: {sheet.made}, on the computer {sheet.host}."),
        _Part("text", "It lies in:"),
        *(_Part("item", place) for place in sheet.places),
        _Part("text", "A later backup of the same computer has a later time in its name; this sheet is good for it "
              "as long as the key or the passphrase stays the same."),
    )  # fmt: skip


def _open_to_all(sheet: Sheet) -> tuple[_Part, ...]:
    return (_Part("text", "Nothing is needed: it is not closed, and whoever has the file can read it."),)


def _passphrase(sheet: Sheet) -> tuple[_Part, ...]:
    return (
        _Part("text", "A passphrase, which nobody can replace. Write it here by hand, with every capital and space:"),
        _Part("line", ""),
        _Part("line", ""),
        _Part("text", "Keep this sheet where neither the computer nor the backup is."),
    )


def _keys(sheet: Sheet) -> tuple[_Part, ...]:
    if not sheet.identity:
        return (
            _Part("text", "One of the secret keys that belong to these public ones, which nobody can replace:"),
            *(_Part("item", recipient) for recipient in sheet.recipients),
            _Part("text", "Where the secret key is kept:"),
            _Part("line", ""),
        )
    return (
        _Part("text", "This secret key, which nobody can replace. Whoever has it and the file can read everything: "
              "keep this sheet locked away, where neither the computer nor the backup is."),
        _Part("secret", sheet.identity),
        _Part("text", "To type it: after KEY-1 there is no letter B, I or O and no further 1; what looks like an O "
              "is a zero. A single wrong letter is noticed."),
    )  # fmt: skip


_KEYS: dict[ClosedWith, Callable[[Sheet], tuple[_Part, ...]]] = {
    "nothing": _open_to_all,
    "passphrase": _passphrase,
    "keys": _keys,
}


def _with_the_program(sheet: Sheet) -> tuple[_Part, ...]:
    return (
        _Part("text", "Install it on any computer, and choose the file on its page Backup & restore, or type:"),
        _Part("command", f"clawd-desktop restore {shlex.quote(_printable(sheet.file))}"),
    )


_PROGRAMS: dict[ClosedWith, str] = {
    "nothing": "Two common programs are enough: zstd and tar.",
    "passphrase": "Three common programs are enough: age, zstd and tar.",
    "keys": "Three common programs are enough: age, zstd and tar.",
}
_FIRST: dict[ClosedWith, str] = {
    "nothing": "",
    "passphrase": " The first line asks for the passphrase.",
    "keys": f" Put the secret key, as it is, into a file {_KEY_FILE} beside it.",
}


def _by_hand(sheet: Sheet) -> tuple[_Part, ...]:
    return (
        _Part("text", f"{_PROGRAMS[sheet.closed_with]} Every Linux has them in its packages, macOS in Homebrew "
              "(https://age-encryption.org, https://facebook.github.io/zstd)."),
        _Part("text", f"Copy the file into an empty folder.{_FIRST[sheet.closed_with]} Open a terminal in that folder "
              f"and type these lines, one after the other. The files are then in the folder {_FOLDER}."),
        *(_Part("command", command) for command in commands(sheet)),
    )  # fmt: skip


def _inside(sheet: Sheet) -> tuple[_Part, ...]:
    return (
        *((_Part("text", f"It holds: {', '.join(sheet.holds)}."),) if sheet.holds else ()),
        _Part("text", "Each part is a folder below areas. The file manifest.json says where each lay on the "
              "computer, and lists every file with its size, time and SHA-256."),
    )  # fmt: skip


def _printable(line: str) -> str:
    """The text without what paper cannot show, or would show as something else."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in line)


def _wrapped(line: str, first: str, other: str) -> list[str]:
    return textwrap.wrap(
        line, _WIDTH, initial_indent=first, subsequent_indent=other, break_long_words=False, break_on_hyphens=False
    )  # fmt: skip


_PLAIN: dict[_Kind, Callable[[str], list[str]]] = {
    "text": lambda line: _wrapped(line, "", ""),
    "item": lambda line: [f"  - {line}"],
    "command": lambda line: [f"    {line}"],
    "secret": lambda line: ["", line, ""],
    "line": lambda line: ["", "_" * _WIDTH],
}
_TAGS: dict[_Kind, str] = {
    "text": "<p>{}</p>",
    "item": '<p class="item">{}</p>',
    "command": "<pre>{}</pre>",
    "secret": '<pre class="secret">{}</pre>',
    "line": '<div class="line">{}</div>',
}
# Black on white whatever the browser prefers: it is for paper.
_STYLE = (
    "@page{size:auto;margin:15mm 18mm}"
    "body{font:10.5pt/1.35 sans-serif;color:#000;background:#fff;max-width:174mm;margin:0 auto;padding:0 1em}"
    "h1{font-size:16pt}h2{font-size:12pt;border-bottom:1px solid #000;margin:1em 0 .3em}p{margin:.3em 0}"
    "section{break-inside:avoid}p,pre{overflow-wrap:anywhere}.item{margin-left:1.2em}"
    "pre{font:10pt/1.5 monospace;margin:.4em 0 .4em .6em;white-space:pre-wrap}"
    # So that a command which takes two lines of paper is seen to be one.
    "pre{border-left:2px solid #000;padding-left:.6em}"
    ".secret{border:1px solid #000;padding:.6em;margin-left:0;font-size:10.5pt}"
    ".line{border-bottom:1px solid #000;height:2.2em}"
)
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
{body}</body>
</html>
"""
