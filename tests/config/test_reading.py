"""A reading says what stands on disk, understood or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from clawd_desktop.config.history import History
from clawd_desktop.config.reading import Reader
from clawd_desktop.config.saving import InvalidConfig
from clawd_desktop.core.clock import ManualClock


def reader(folder: Path) -> Reader:
    return Reader(folder / "c.json", {}, History(folder / "h", ManualClock()))


def test_what_is_wrong_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text("{gateway: {port: 0, bind: 'x'}}")
    reading = reader(tmp_path).read()
    assert reading.reason == f"{tmp_path / 'c.json'}: gateway.port: must be greater than or equal to 1. (and 1 more)"
    assert not reading.valid


def test_a_good_file_is_kept_and_one_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    one = reader(tmp_path)
    assert one.read().valid
    (tmp_path / "c.json").write_text("{}")
    good = one.read()
    assert (good.valid, good.reason, len(good.stamp)) == (True, "", 1)
    assert len(list((tmp_path / "h").iterdir())) == 1


def test_the_newest_version_that_is_still_valid_comes_back(tmp_path: Path) -> None:
    one = reader(tmp_path)
    for text in ("{ui: {seamColor: '#111111'}}", "{ui: {seamColor: '#222222'}}"):
        (tmp_path / "c.json").write_text(text)
        one.read()
    (tmp_path / "c.json").write_text("{")
    good, when = one.last_good(one.read())
    assert good.loaded is not None
    assert good.loaded.config.ui.seam_color == "#222222"
    assert when.startswith("20")


def test_texts_are_checked_before_they_are_saved(tmp_path: Path) -> None:
    assert reader(tmp_path).checked("{ui: {}}").config.ui.seam_color is None
    with pytest.raises(InvalidConfig, match="ui: must be an object"):
        reader(tmp_path).checked("{ui: 1}")
