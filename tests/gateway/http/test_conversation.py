"""A conversation becomes one message, and nothing is fetched from anywhere."""

from __future__ import annotations

import base64

import pytest

from clawd_desktop.core.errors import BadInput
from clawd_desktop.core.messages import Image
from clawd_desktop.gateway.http.conversation import BEFORE, NOW, Draft, Entry, data_of, decoded, flattened, picture

U, A, T = (Entry("user", "q"), Entry("assistant", "a"), Entry("tool", "t", "calc"))


@pytest.mark.parametrize(
    ("entries", "text"),
    [
        ([], ""),
        ([U], "q"),
        ([A], "a"),
        ([A, A], "a"),
        ([U, A], "q"),
        ([U, A, U], f"{BEFORE}\nUser: q\nAssistant: a\n\n{NOW}\nUser: q"),
        ([U, A, U, A], f"{BEFORE}\nUser: q\nAssistant: a\n\n{NOW}\nUser: q"),
        ([U, T], f"{BEFORE}\nUser: q\n\n{NOW}\nTool:calc: t"),
        ([A, U], f"{BEFORE}\nAssistant: a\n\n{NOW}\nUser: q"),
    ],
)
def test_flattening(entries: list[Entry], text: str) -> None:
    assert flattened(entries) == text


def test_a_draft_sorts_what_is_said() -> None:
    draft = Draft()
    for role, text in (("system", " s "), ("developer", "d"), ("user", " u "), ("nobody", "n"), ("user", " ")):
        draft.add(role, text)
    prompt = draft.prompt()
    assert (prompt.message, prompt.system, prompt.images) == ("u", "s\n\nd", ())


def test_pictures() -> None:
    data = base64.b64encode(b"12345").decode()
    assert picture(f"data:image/PNG;base64,{data}", 5) == Image(data, "image/png")
    assert data_of(f"data:text/plain;charset=utf-8;base64,{data}", "file", 5) == ("text/plain", b"12345")
    for url, error in (
        ("http://x/a.png", "nothing is fetched"),
        ("file:///etc/passwd", "nothing is fetched"),
        ("data:image/png,abc", "nothing is fetched"),
        ("data:image/png;base64", "nothing is fetched"),
        ("data:image/png;base64,@@@", "not valid base64"),
        ("data:image/png;base64,é", "not valid base64"),
        (f"data:image/svg+xml;base64,{data}", "image/svg"),
        (f"data:image/png;base64,{base64.b64encode(b'123456').decode()}", "at most 5"),
    ):
        with pytest.raises(BadInput, match=error):
            picture(url, 5)
    with pytest.raises(BadInput, match="Send image/png"):
        picture(f"data:image/gif;base64,{data}", 5, frozenset({"image/png", "image/x"}))
    assert decoded(data, "x", 5) == b"12345"
