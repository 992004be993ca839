"""Changes a JSON5 text by as few characters as possible, so that comments, order and formatting stay."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from clawd_desktop.config.json5 import Member, Node, read
from clawd_desktop.config.merge import merge_patch, same
from clawd_desktop.core.values import JsonObject, JsonValue

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_LINE_REST = re.compile(r"[ \t]*(?:/\*(?:[^*\n\r]|\*(?!/))*\*/[ \t]*)*(?://[^\n\r\u2028\u2029]*)?")
_BLANKS = " \t"
_INLINE_WIDTH = 100


def edit(text: str, patch: JsonObject) -> str:
    """The text with an RFC 7396 change: null deletes, objects merge, everything else replaces.

    Comments outside deleted or replaced values stay, except one behind a deleted member on its line.
    Raises Unreadable when the text is not JSON5.
    """
    document = read(text)
    editor = _Editor(text, "\r\n" if "\r\n" in text else "\n", _unit(text))
    if document.root.members is None:
        editor.replace(document.root, merge_patch({}, patch))
    else:
        editor.object(document.root, patch)
    return editor.result()


def replace_strings(text: str, replacements: dict[tuple[int, int], str]) -> str:
    """The text with the spans (start, end) replaced by JSON strings of the given values."""
    for (start, end), value in sorted(replacements.items(), reverse=True):
        text = text[:start] + json.dumps(value, ensure_ascii=False) + text[end:]
    return text


def render(value: JsonValue, indent: str = "", unit: str = "  ", newline: str = "\n") -> str:
    """The value as JSON5 text that starts in a line indented by `indent`; short arrays of plain values on one line."""
    if isinstance(value, dict) and value:
        rows = [
            f"{_key(key, quoted=True)}: {render(item, indent + unit, unit, newline)}" for key, item in value.items()
        ]
        return _block("{", rows, "}", indent, unit, newline)
    if isinstance(value, list) and value:
        line = json.dumps(value, ensure_ascii=False)
        if len(line) <= _INLINE_WIDTH and not any(isinstance(item, dict | list) for item in value):
            return line
        return _block("[", [render(item, indent + unit, unit, newline) for item in value], "]", indent, unit, newline)
    return json.dumps(value, ensure_ascii=False)


def _block(opening: str, rows: list[str], closing: str, indent: str, unit: str, newline: str) -> str:
    inner = f",{newline}{indent}{unit}".join(rows)
    return f"{opening}{newline}{indent}{unit}{inner}{newline}{indent}{closing}"


def _key(key: str, *, quoted: bool) -> str:
    return key if not quoted and _IDENTIFIER.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def _unit(text: str) -> str:
    found = re.search(r"\n([ \t]+)[^\s/*]", text)
    return found.group(1) if found else "  "


@dataclass(slots=True)
class _Editor:
    text: str
    newline: str
    unit: str
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    def result(self) -> str:
        pieces: list[str] = []
        done = 0
        for start, end, piece in sorted(self.edits, key=lambda one: (one[0], one[1])):
            begin = max(start, done)
            pieces += [self.text[done:begin], piece]
            done = max(begin, end)
        return "".join([*pieces, self.text[done:]])

    def object(self, node: Node, patch: JsonObject) -> None:
        members = node.members or []
        last = {member.key: member for member in members}
        gone = {key for key, value in patch.items() if value is None and key in last}
        for key, value in patch.items():
            if value is not None and key in last:
                self.change(last[key].node, value)
        added = {key: merge_patch(None, value) for key, value in patch.items() if value is not None and key not in last}
        kept = [member for member in members if member.key not in gone]
        for member in members:
            if member.key in gone:
                self.delete(member)
        if added:
            self.insert(node, kept[-1] if kept else None, added)
        elif kept and gone and not (members[-1].comma >= 0) and kept[-1].comma >= 0:
            self.edits.append((kept[-1].comma, kept[-1].comma + 1, ""))

    def change(self, node: Node, value: JsonValue) -> None:
        if isinstance(value, dict) and node.members is not None:
            self.object(node, value)
            return
        new = merge_patch(None, value)
        if not same(node.value, new):
            self.replace(node, new)

    def replace(self, node: Node, value: JsonValue) -> None:
        indent = self.indent_at(node.start)
        self.edits.append((node.start, node.end, render(value, indent, self.unit, self.newline)))

    def delete(self, member: Member) -> None:
        end = member.comma + 1 if member.comma >= 0 else member.node.end
        begin = self.line_start(member.start)
        rest = self.line_rest(end)
        if not self.text[begin : member.start].strip(_BLANKS) and self.at_line_end(rest) and begin > 0:
            self.edits.append((begin, self.after_newline(rest), ""))
            return
        start = member.start
        if member.comma < 0:
            while self.text[start - 1] in _BLANKS:
                start -= 1
        else:
            while self.text[end] in _BLANKS:
                end += 1
        self.edits.append((start, end, ""))

    def insert(self, node: Node, after: Member | None, added: JsonObject) -> None:
        members = node.members or []
        quoted = not members or self.text[members[0].start] in "\"'"
        if members and not self.is_broken(node.start, members[0].start):
            self.insert_inline(node, after, added, quoted)
            return
        outer = self.indent_at(node.start)
        first = members[0] if members else None
        indent = self.indent_at(first.start) if first else outer + self.unit
        rows = [f"{_key(k, quoted=quoted)}: {render(v, indent, self.unit, self.newline)}" for k, v in added.items()]
        comma = "," if members and members[-1].comma >= 0 else ""
        body = f",{self.newline}{indent}".join(rows) + comma
        if after is None:
            self.insert_into_emptied(node, body, indent, outer)
        else:
            self.insert_behind(after, f"{self.newline}{indent}{body}", node)

    def insert_behind(self, after: Member, body: str, node: Node) -> None:
        if after.comma < 0:
            self.edits.append((after.node.end, after.node.end, ","))
        start = after.comma + 1 if after.comma >= 0 else after.node.end
        rest = self.line_rest(start)
        if self.at_line_end(rest):
            self.edits.append((rest, rest, body))
        elif self.text.startswith("}", rest) and rest == node.end - 1:
            closing = f"{self.newline}{self.indent_at(node.start)}"
            self.edits.append((rest, rest, body + closing))
        else:
            self.edits.append((start, start, body))

    def insert_into_emptied(self, node: Node, body: str, indent: str, outer: str) -> None:
        end = node.end - 1
        begin = self.line_start(end)
        if begin > node.start and not self.text[begin:end].strip(_BLANKS):
            self.edits.append((begin, begin, f"{indent}{body}{self.newline}"))
        else:
            self.edits.append((end, end, f"{self.newline}{indent}{body}{self.newline}{outer}"))

    def insert_inline(self, node: Node, after: Member | None, added: JsonObject, quoted: bool) -> None:
        members = node.members or []
        rows = [f"{_key(key, quoted=quoted)}: {json.dumps(value, ensure_ascii=False)}" for key, value in added.items()]
        body = ", ".join(rows) + ("," if members[-1].comma >= 0 else "")
        if after is None:
            self.edits.append((members[0].start, members[0].start, body + " "))
        elif after.comma >= 0:
            self.edits.append((after.comma + 1, after.comma + 1, f" {body}"))
        else:
            self.edits.append((after.node.end, after.node.end, f", {body}"))

    def line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def indent_at(self, at: int) -> str:
        start = self.line_start(at)
        line = self.text[start:at]
        return line[: len(line) - len(line.lstrip(_BLANKS))]

    def is_broken(self, start: int, end: int) -> bool:
        return "\n" in self.text[start:end] or "\r" in self.text[start:end]

    def line_rest(self, at: int) -> int:
        found = _LINE_REST.match(self.text, at)
        return found.end() if found else at

    def at_line_end(self, at: int) -> bool:
        return self.text[at : at + 1] in ("\n", "\r")

    def after_newline(self, at: int) -> int:
        return at + (2 if self.text.startswith("\r\n", at) else 1)
