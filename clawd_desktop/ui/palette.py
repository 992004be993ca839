"""The colours, sizes and distances of all windows as tables."""

from __future__ import annotations

from dataclasses import dataclass, fields

SPACE = 4
RADIUS = 8
PAGE_MARGIN = 24
CARD_PADDING = 16
SMALL, BODY, HEADING, TITLE = 12, 13, 15, 20


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme as `#RRGGBB`, named for what they are used for.

    `accent` is for shapes; `accent_fill` carries text of colour `on_accent`; `accent_text` is text on any ground.
    `*_soft` are grounds for text of the colour before them. `line_1` to `line_4` are the lines of graphs, in the order
    in which they are taken; who cannot see red or green tells the first two apart by blue and orange.
    """

    dark: bool
    window: str
    surface: str
    sunken: str
    hover: str
    selected: str
    border: str
    outline: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_fill: str
    accent_hover: str
    on_accent: str
    accent_text: str
    accent_soft: str
    good: str
    good_soft: str
    warning: str
    warning_soft: str
    bad: str
    bad_soft: str
    info: str
    info_soft: str
    code: str
    skeleton: str
    line_1: str
    line_2: str
    line_3: str
    line_4: str

    def colours(self) -> dict[str, str]:
        """All colours by name."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "dark"}


LIGHT = Tokens(
    dark=False,
    window="#F7F7F8",
    surface="#FFFFFF",
    sunken="#EFEFF2",
    hover="#E6E6EA",
    selected="#DEDEE4",
    border="#E2E2E7",
    outline="#85858F",
    text="#1B1B1F",
    muted="#5A5A64",
    faint="#85858F",
    accent="#D9442F",
    accent_fill="#C93B27",
    accent_hover="#B43320",
    on_accent="#FFFFFF",
    accent_text="#B93521",
    accent_soft="#FBEBE8",
    good="#17703A",
    good_soft="#E6F4EB",
    warning="#85540A",
    warning_soft="#FBF1DC",
    bad="#B3231B",
    bad_soft="#FCEAE9",
    info="#1D5BB8",
    info_soft="#E8F0FB",
    code="#F1F1F4",
    skeleton="#E9E9ED",
    line_1="#2563C9",
    line_2="#C2570C",
    line_3="#0F7A6E",
    line_4="#8A3FC4",
)

DARK = Tokens(
    dark=True,
    window="#17171A",
    surface="#202024",
    sunken="#121214",
    hover="#2A2A2F",
    selected="#323238",
    border="#303036",
    outline="#787883",
    text="#ECECEF",
    muted="#A9A9B3",
    faint="#787883",
    accent="#FF6B57",
    accent_fill="#FF6B57",
    accent_hover="#FF8372",
    on_accent="#1F0A06",
    accent_text="#FF8473",
    accent_soft="#3A221E",
    good="#57C98B",
    good_soft="#15301F",
    warning="#F0B64A",
    warning_soft="#352813",
    bad="#FF8F86",
    bad_soft="#3B1D1B",
    info="#83B7FF",
    info_soft="#182A42",
    code="#17171A",
    skeleton="#2A2A2F",
    line_1="#7FB2FF",
    line_2="#FFA552",
    line_3="#4FD0BE",
    line_4="#CBA2FF",
)
