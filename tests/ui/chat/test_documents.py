"""Documents show text as text: no HTML, no resources, and only safe links."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextCharFormat, QTextDocument

from clawd_desktop.ui.chat.documents import Document, code, prose, remark, table
from clawd_desktop.ui.chat.markdown import split
from clawd_desktop.ui.chat.style import Look


def formats(document: QTextDocument) -> Iterator[QTextCharFormat]:
    return (each.toCharFormat() for each in document.allFormats() if each.isCharFormat())


def links(document: QTextDocument) -> set[str]:
    return {each.anchorHref() for each in formats(document)} - {""}


@pytest.mark.parametrize(
    "text",
    [
        '<img src="https://evil.example/x.png" onerror="alert(1)">',
        "<script>alert(1)</script>",
        "<svg onload=alert(1)><math></math></svg>",
        "&lt;b&gt; &amp;",
    ],
)
def test_html_is_shown_as_it_was_written(plain_look: Look, text: str) -> None:
    assert prose(split(text), plain_look).toPlainText() == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](https://x.example) [b](mailto:a@b.example)", {"https://x.example", "mailto:a@b.example"}),
        ("[a](javascript:alert(1)) [b](data:text/html,x) [c](file:///etc/passwd)", set()),
        ("![tracker](https://evil.example/p.png)", {"https://evil.example/p.png"}),
    ],
)
def test_only_safe_links_lead_anywhere(plain_look: Look, text: str, found: set[str]) -> None:
    assert links(prose(split(text), plain_look)) == found


def test_pictures_are_never_fetched(plain_look: Look) -> None:
    document = prose(split("![tracker](https://evil.example/p.png)"), plain_look)
    assert document.toPlainText() == "tracker"
    assert not any(each.isImageFormat() for each in document.allFormats())
    for kind in QTextDocument.ResourceType:
        assert document.loadResource(kind.value, QUrl("file:///etc/hostname")) is None


def test_code_is_coloured_and_kept(plain_look: Look) -> None:
    document = code(split("```python\nif x:  # why\n\tpass\n```")[0], plain_look)
    assert document.toPlainText() == "if x:  # why\n\tpass"
    assert plain_look.colours["accent_text"] in [each.foreground().color() for each in formats(document)]


def test_a_table_has_its_cells(plain_look: Look) -> None:
    document = table(split("a | b\n--|--:\n**1** | 2")[0], plain_look)
    assert document.toPlainText().split() == ["a", "b", "1", "2"]


def test_plain_text_has_no_marks(plain_look: Look) -> None:
    assert prose(split("*a* [b](https://x.example)", plain=True), plain_look, plain=True).toPlainText() == (
        "*a* [b](https://x.example)"
    )
    assert remark("<b>*x*</b>", plain_look).toPlainText() == "<b>*x*</b>"


def test_a_document_keeps_no_history_of_edits(plain_look: Look) -> None:
    assert not Document(plain_look.body).isUndoRedoEnabled()
