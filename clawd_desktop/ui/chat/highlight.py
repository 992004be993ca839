"""Colours code by kind of word: small tables per family of languages instead of a grammar for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

_LONGEST = 20_000


class Tint(StrEnum):
    """What a coloured stretch of code is."""

    COMMENT = "comment"
    STRING = "string"
    NUMBER = "number"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class _Family:
    comments: str
    strings: str
    keywords: str


_QUOTED = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
_C_COMMENTS = r"//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)"
_FAMILIES = {
    "python": _Family(
        r"\#[^\n]*",
        r'[rbfuRBFU]{0,2}(?:"""[\s\S]*?(?:"""|\Z)|\'\'\'[\s\S]*?(?:\'\'\'|\Z)|' + _QUOTED + ")",
        "and as assert async await break case class continue def del elif else except False finally for from "
        "global if import in is lambda match None nonlocal not or pass raise return self True try while with "
        "yield",
    ),
    "script": _Family(
        _C_COMMENTS,
        r"`(?:\\.|[^`\\])*(?:`|\Z)|" + _QUOTED,
        "abstract as async await break case catch class const continue default delete do else enum export "
        "extends false finally for from function get if implements import in instanceof interface let new "
        "null of private protected public readonly return set static super switch this throw true try type "
        "typeof undefined var void while yield",
    ),
    "c": _Family(
        _C_COMMENTS,
        _QUOTED,
        "abstract as auto bool boolean break byte case catch char chan class const continue crate def default "
        "defer do double dyn else enum extends extern false final finally float fn for func fun go if impl "
        "implements import in int interface let long loop match mod move mut namespace new nil null nullptr "
        "object override package private protected pub public range ref return self short signed sizeof "
        "static string struct super switch template this throw throws trait true try type typedef union "
        "unsafe unsigned use using val var virtual void where while",
    ),
    "shell": _Family(
        r"(?<![\w$])\#[^\n]*",
        _QUOTED,
        "case cd do done echo elif else esac eval exec exit export fi for function if in local read return "
        "set shift source sudo then trap unset until while",
    ),
    "data": _Family(r"(?<![\w:])\#[^\n]*|(?<!:)//[^\n]*", _QUOTED, "true false null yes no on off"),
    "sql": _Family(
        r"--[^\n]*|/\*[\s\S]*?(?:\*/|\Z)",
        _QUOTED,
        "add all alter and as asc between by case create delete desc distinct drop else end exists from group "
        "having if in index inner insert into is join key left like limit not null on or order outer primary "
        "references right select set table then union unique update values view when where with",
    ),
    "markup": _Family(r"<!--[\s\S]*?(?:-->|\Z)", _QUOTED, ""),
}
_NAMES = {
    **dict.fromkeys(("py", "python", "python3", "pyi"), "python"),
    **dict.fromkeys(("js", "jsx", "ts", "tsx", "javascript", "typescript", "mjs", "vue", "svelte"), "script"),
    **dict.fromkeys(
        (
            "c",
            "h",
            "cpp",
            "c++",
            "cc",
            "cs",
            "csharp",
            "java",
            "kotlin",
            "kt",
            "swift",
            "go",
            "golang",
            "rust",
            "rs",
            "php",
        )
        + ("scala", "dart", "zig"),
        "c",
    ),
    **dict.fromkeys(("sh", "bash", "zsh", "shell", "console", "fish", "dockerfile", "makefile", "powershell"), "shell"),
    **dict.fromkeys(("json", "json5", "jsonc", "yaml", "yml", "toml", "ini", "conf", "properties"), "data"),
    **dict.fromkeys(("sql", "sqlite", "postgresql", "mysql"), "sql"),
    **dict.fromkeys(("html", "xml", "svg", "css"), "markup"),
}


def tints(language: str, code: str) -> Iterator[tuple[int, int, Tint]]:
    """Start, length and tint of each coloured stretch; nothing for unknown languages and very long code."""
    family = _NAMES.get(language.lower())
    if family is None or len(code) > _LONGEST:
        return
    for match in _pattern(family).finditer(code):
        yield match.start(), match.end() - match.start(), Tint(match.lastgroup or "")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    family = _FAMILIES[name]
    words = "|".join(family.keywords.split())
    keywords = rf"|(?<![\w.\-])(?P<keyword>{words})(?![\w\-])" if words else ""
    flags = re.IGNORECASE if name == "sql" else 0
    return re.compile(
        rf"(?P<comment>{family.comments})|(?P<string>{family.strings})|(?<![\w.])(?P<number>0x[\da-fA-F]+|\d+(?:\.\d+)?)\b{keywords}",
        flags,
    )
