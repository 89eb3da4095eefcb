import dataclasses

import pytest

from hubbub.client.gui.kit.palette import DARK, LIGHT, Palette, contrast, mix, rgb

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
]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_read_stands_out_from_its_ground(palette: Palette) -> None:
    faint = {
        (ink, ground): round(contrast(getattr(palette, ink), getattr(palette, ground)), 2)
        for ink, ground in READ
        if contrast(getattr(palette, ink), getattr(palette, ground)) < 4.5
    }
    assert faint == {}


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
