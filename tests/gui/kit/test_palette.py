import dataclasses
from collections.abc import Callable

import pytest

from hubbub.client.gui.kit.palette import DARK, LIGHT, Palette, contrast, mix, rgb
from hubbub.client.gui.timeline.compose import GLOW
from hubbub.client.gui.timeline.look import Shade, shade_of_mine, shade_of_theirs

READ = [
    (ink, ground)
    for ink in ("text", "muted", "faint", "link")
    for ground in ("background", "surface", "raised", "accent_soft")
] + [
    ("text", "pressed"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_pressed"),
    ("on_danger", "danger_pressed"),
    ("on_danger", "danger"),
    ("on_danger", "danger_hover"),
    ("danger", "surface"),
    ("danger", "background"),
    ("danger", "danger_soft"),
    ("success", "surface"),
    ("warning", "surface"),
    ("text", "warning_soft"),
    ("link", "warning_soft"),
    ("warning", "warning_soft"),
    ("text", "danger_soft"),
    ("on_bubble_mine", "bubble_mine"),
    ("muted_mine", "bubble_mine"),
    ("link_mine", "bubble_mine"),
    ("on_bubble_theirs", "bubble_theirs"),
    ("muted", "bubble_theirs"),
    ("faint", "bubble_theirs"),
    ("link", "bubble_theirs"),
    ("accent", "surface"),
    ("accent", "background"),
    ("accent", "raised"),
    ("accent", "accent_soft"),  # a reaction of mine
    ("muted", "line"),  # how much is unread where it is muted
    ("muted", "pressed"),
    ("faint", "pressed"),
    ("link", "pressed"),
    ("danger", "pressed"),
    ("danger", "raised"),
    ("danger", "accent_soft"),  # "Draft" in the row that is open
    ("surface", "text"),  # a toast, a tooltip
    ("accent_soft", "text"),  # what a toast offers
    ("text", "danger_soft"),
    ("muted", "danger_soft"),
    ("muted", "warning_soft"),
    ("on_accent", "muted"),  # what is marked where one writes, while somebody is elsewhere
]
SEEN = [("danger", "bubble_mine"), ("success", "surface"), ("success", "background"), ("faint", "raised")]
"""Icons and marks."""


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_read_stands_out_from_its_ground(palette: Palette) -> None:
    faint = {
        (ink, ground): round(contrast(getattr(palette, ink), getattr(palette, ground)), 2)
        for ink, ground in READ
        if contrast(getattr(palette, ink), getattr(palette, ground)) < 4.5
    }
    assert faint == {}


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_are_seen(palette: Palette) -> None:
    for ink, ground in SEEN:
        assert contrast(getattr(palette, ink), getattr(palette, ground)) >= 3, (ink, ground)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("shade_of", [shade_of_mine, shade_of_theirs])
def test_all_in_a_bubble_can_be_read(palette: Palette, shade_of: Callable[[Palette], Shade]) -> None:
    shade = shade_of(palette)
    glowing = mix(shade.fill, palette.accent, GLOW)
    for ground in (shade.fill, shade.tint, glowing):
        for ink in (shade.text, shade.muted, shade.link, shade.accent):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    assert contrast(shade.danger, shade.fill) >= 4.5
    assert contrast(shade.text, mix(shade.fill, palette.accent, 0.32)) >= 4.5, "marked by the mouse"
    assert shade.tint not in {shade.fill, palette.background}


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_mine_theirs_and_the_page_are_told_apart(palette: Palette) -> None:
    assert len({palette.bubble_mine, palette.bubble_theirs, palette.background}) == 3
    assert len({palette.background, palette.surface, palette.raised, palette.pressed}) == 4


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#abcdef", "#abcdef") == 1


def test_mixes_colours() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert mix("#123456", "#ffffff", 0) == "#123456"


def test_every_colour_is_six_hex_digits() -> None:
    for palette in (LIGHT, DARK):
        for colour in dataclasses.astuple(palette):
            assert len(colour) == 7 and rgb(colour)
