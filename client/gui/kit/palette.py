"""The colours of both themes, and arithmetic on colours. No Tk, no pictures."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Palette:
    """Every colour that the window uses, as #rrggbb. What is written on a ground has a contrast of 4.5 with it."""

    background: str  # the page behind messages
    surface: str  # side pane, cards
    raised: str  # inputs, hover
    line: str  # hairlines, thumbs of scrollbars
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_soft: str  # the selected row
    bubble_mine: str
    on_bubble_mine: str
    muted_mine: str
    bubble_theirs: str
    on_bubble_theirs: str
    link: str
    link_mine: str
    danger: str
    danger_hover: str
    danger_pressed: str
    on_danger: str
    danger_soft: str
    success: str
    warning: str
    warning_soft: str
    scrim: str
    pressed: str  # a raised thing under the pressed button


LIGHT = Palette(
    background="#f3f5f8",
    surface="#ffffff",
    raised="#e9ecf2",
    line="#d9dee6",
    text="#15181e",
    muted="#4f5866",
    faint="#5b6472",
    accent="#3d5bdb",
    accent_hover="#3049bd",
    accent_pressed="#263b9c",
    on_accent="#ffffff",
    accent_soft="#e3e9fd",
    bubble_mine="#dbe4ff",
    on_bubble_mine="#15181e",
    muted_mine="#48557a",
    bubble_theirs="#ffffff",
    on_bubble_theirs="#15181e",
    link="#2f4fd0",
    link_mine="#2743b8",
    danger="#be2337",
    danger_hover="#a51c2e",
    danger_pressed="#8a1524",
    on_danger="#ffffff",
    danger_soft="#fdebed",
    success="#17784a",
    warning="#8a5700",
    warning_soft="#fdf1d3",
    scrim="#c9cdd6",
    pressed="#dbe0e9",
)

DARK = Palette(
    background="#101318",
    surface="#181c22",
    raised="#242a33",
    line="#313843",
    text="#eceff4",
    muted="#a9b2c0",
    faint="#949dac",
    accent="#8aa0ff",
    accent_hover="#a3b5ff",
    accent_pressed="#7289ee",
    on_accent="#0c1228",
    accent_soft="#262f52",
    bubble_mine="#2c3f8f",
    on_bubble_mine="#f2f4fb",
    muted_mine="#c9d2f3",
    bubble_theirs="#20262e",
    on_bubble_theirs="#eceff4",
    link="#9db0ff",
    link_mine="#cbd6ff",
    danger="#ff8088",
    danger_hover="#ff9aa0",
    danger_pressed="#f0666f",
    on_danger="#2b070b",
    danger_soft="#3a1f25",
    success="#5fd39a",
    warning="#f0bd5a",
    warning_soft="#37301c",
    scrim="#0a0c0f",
    pressed="#2d343f",
)


def rgb(colour: str) -> tuple[int, int, int]:
    """The three channels of #rrggbb, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(one: str, other: str, share: float) -> str:
    """one with `share` (0 to 1) of other in it."""
    return "#" + "".join(
        f"{round(a + (b - a) * share):02x}" for a, b in zip(rgb(one), rgb(other), strict=True)
    )


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [value / 255 for value in rgb(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
