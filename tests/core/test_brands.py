"""Variables of the environment count under each of the three names."""

from __future__ import annotations

import pytest

from clawd_desktop.core.brands import brand_value


@pytest.mark.parametrize(
    ("environ", "value"),
    [
        ({"CLAWDBOT_PORT": " 7 "}, "7"),
        ({"MOLTBOT_PORT": "7"}, "7"),
        ({"OPENCLAW_PORT": "7"}, "7"),
        ({"CLAWDBOT_PORT": "1", "MOLTBOT_PORT": "2", "OPENCLAW_PORT": "3"}, "2"),
        ({"CLAWDBOT_PORT": "1", "OPENCLAW_PORT": "3"}, "1"),
        ({"CLAWDBOT_PORT": "1", "MOLTBOT_PORT": " "}, "1"),
        ({"PORT": "1", "CLAWDBOT_HOST": "x"}, ""),
    ],
)
def test_the_first_name_that_is_set_counts(environ: dict[str, str], value: str) -> None:
    assert brand_value(environ, "PORT") == value
