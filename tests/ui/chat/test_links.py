"""Only http, https and mailto lead anywhere, and their whole host is shown (security case M01)."""

from __future__ import annotations

import pytest

from clawd_desktop.ui.chat.links import openable, shown


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("https://example.org/a?b=c#d", "example.org"),
        ("HTTP://Example.ORG:8080", "example.org"),
        ("https://google.com@evil.example/", "evil.example"),
        ("https://xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
        ("https://аррӏе.com/login", "xn--80ak6aa92e.com"),
        ("http://[::1]:18789/", "::1"),
        ("mailto:someone@example.org?subject=hi", "someone@example.org"),
    ],
)
def test_the_host_that_will_be_asked_is_named(target: str, host: str) -> None:
    link = openable(target)
    assert link is not None
    assert link.host == host


@pytest.mark.parametrize(
    "target",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "smb://host/share",
        "clawd://page/chat",
        "vbscript:x",
        "//example.org",
        "example.org",
        "https://",
        "https:\\\\evil.example",
        "https://good.example\\@evil.example/",
        "https://exa mple.org",
        "https://example.org/\u202e",
        "https://example.org/\n",
        "mailto:",
        "https://example.org/" + "x" * 5000,
    ],
)
def test_everything_else_is_inert(target: str) -> None:
    assert openable(target) is None


def test_the_address_is_shown_as_it_is_sent() -> None:
    link = openable("https://аррӏе.com/ü")
    assert link is not None
    assert shown(link) == "https://xn--80ak6aa92e.com/%C3%BC"


@pytest.mark.parametrize("field", ["attach", "Attachment", "%61ttach", "insert", "bcc"])
def test_a_mail_link_attaches_no_files_and_hides_no_reader(field: str) -> None:
    assert openable(f"mailto:a@example.com?subject=x&{field}=/etc/passwd") is None
    assert openable("mailto:a@example.com?subject=x&body=y") is not None
