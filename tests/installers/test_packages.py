"""What pip says when it fails, as a sentence; and which settings of the person it must not see."""

from __future__ import annotations

import pytest
from development import packages


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("Temporary failure in name resolution\nERROR: No matching distribution found for x", "cannot be reached"),
        ("ReadTimeoutError: Read timed out.", "cannot be reached"),
        ("ProxyError('Cannot connect to proxy.')", "cannot be reached"),
        ("SSLError(SSLCertVerificationError(1, 'certificate has expired'))", "certificate was refused"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "not the one that the lock names",
        ),
        ("OSError: [Errno 30] Read-only file system: 'x'", "read-only"),
        ("ERROR: Could not install packages: [Errno 13] Permission denied: 'x'", "may not be written"),
        ("ERROR: No matching distribution found for x==1", "no ready-made build for Python"),
        ("/x/.venv/bin/python: No module named pip", "environment is broken"),
        ("something new", "Installing failed."),
    ],
)
def test_a_failure_becomes_a_sentence_with_a_way_on(output: str, sentence: str) -> None:
    failure = packages.explain(output, "Installing")
    assert sentence in failure.message
    assert failure.hint
    assert output in failure.text()


def test_only_the_last_words_of_a_long_output_are_shown() -> None:
    failure = packages.explain("\n".join(f"line {number}" for number in range(100)), "Installing")
    assert "line 99" in failure.text()
    assert "line 50" not in failure.text()


def test_settings_that_would_put_packages_elsewhere_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    environment = packages.pip_environment()
    assert {"PIP_USER", "PYTHONPATH"} & environment.keys() == set()
    assert environment["PIP_INDEX_URL"] == "https://index.example/simple"


@pytest.mark.parametrize(
    ("name", "normal"), [("PySide6_Essentials", "pyside6-essentials"), ("jaraco.context", "jaraco-context")]
)
def test_names_are_compared_as_the_index_does(name: str, normal: str) -> None:
    assert packages.normal(name) == normal
