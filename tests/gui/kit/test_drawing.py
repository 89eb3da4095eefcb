import io

import pytest
from PIL import Image

from hubbub.client.gui.kit import drawing
from hubbub.client.gui.kit.palette import contrast


def test_a_rounded_box_is_clear_in_its_corners_and_solid_inside() -> None:
    image = drawing.rounded(40, 20, 8, "#112233")
    assert image.size == (40, 20)
    for corner in ((0, 0), (39, 0), (39, 19), (0, 19)):
        assert image.getpixel(corner)[3] == 0  # type: ignore[index]  # RGBA gives a tuple
    assert image.getpixel((20, 10)) == (0x11, 0x22, 0x33, 255)
    assert image.getpixel((20, 0)) == (0x11, 0x22, 0x33, 255)


def test_its_edge_is_smooth_and_the_same_on_all_sides() -> None:
    image = drawing.rounded(41, 41, 12, "#000000")
    alpha = image.getchannel("A")
    assert len(set(alpha.crop((0, 0, 12, 12)).tobytes())) > 10
    assert alpha.tobytes() == alpha.transpose(Image.Transpose.FLIP_LEFT_RIGHT).tobytes()
    assert alpha.tobytes() == alpha.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes()


def test_corners_can_stay_square() -> None:
    image = drawing.rounded(20, 20, 8, "#000000", corners=(True, False, True, False))
    alphas = [image.getpixel(at)[3] for at in ((0, 0), (19, 0), (19, 19), (0, 19))]  # type: ignore[index]  # RGBA
    assert alphas == [0, 255, 0, 255]


def test_a_border_goes_around_a_box_that_may_be_empty() -> None:
    image = drawing.rounded(20, 20, 6, None, "#ff0000", 2)
    assert image.getpixel((10, 0)) == image.getpixel((10, 1)) == (255, 0, 0, 255)
    assert image.getpixel((10, 2))[3] == 0  # type: ignore[index]  # RGBA


@pytest.mark.parametrize("size", [(1, 1), (2, 30), (30, 3)])
def test_a_box_may_be_smaller_than_its_corners(size: tuple[int, int]) -> None:
    assert drawing.rounded(*size, 16, "#000000", "#ffffff", 2).size == size


def test_icons_fill_their_square_and_have_the_colour() -> None:
    for name in ("search", "paperclip", "x-lg", "three-dots-vertical", "check2-all"):
        image = drawing.icon(name, 20, "#3d5bdb")
        left, top, right, bottom = image.getbbox() or (0, 0, 0, 0)
        assert max(right - left, bottom - top) >= 11, name
        assert image.convert("RGB").getcolors() == [(400, (0x3D, 0x5B, 0xDB))]
    with pytest.raises(KeyError):
        drawing.icon("no-such-icon", 20, "#000000")


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ada Lovelace", "AL"),
        ("bob", "B"),
        ("anna_maria.k", "AM"),
        ("Team kitchen 🍳", "TK"),
        ("🍳", "🍳"),
        ("Édith", "É"),
        ("", "?"),
    ],
)
def test_initials(name: str, initials: str) -> None:
    assert drawing.initials_of(name) == initials


def test_a_name_keeps_its_colour_and_white_is_read_on_all_of_them() -> None:
    colours = {drawing.colour_of(f"person {n}") for n in range(300)}
    assert len(colours) >= 8
    assert all(contrast("#ffffff", colour) >= 4.5 for colour in colours)
    assert drawing.colour_of("ada") == drawing.colour_of("ada")


def test_pictures_are_cut_round_and_what_is_none_is_refused() -> None:
    file = io.BytesIO()
    Image.new("RGB", (60, 30), "#00ff00").save(file, "PNG")
    cut = drawing.round_picture(file.getvalue(), 24)
    assert cut is not None
    assert cut.size == (24, 24)
    assert cut.getpixel((0, 0))[3] == 0  # type: ignore[index]  # RGBA
    assert cut.getpixel((12, 12)) == (0, 255, 0, 255)
    assert drawing.round_picture(b"nothing of that kind", 24) is None
    assert drawing.round_picture(file.getvalue()[:40], 24) is None


def test_presence_is_a_dot_with_a_clear_gap() -> None:
    plain = drawing.avatar("A", "#c2410c", 44)
    dotted = drawing.with_presence(plain, "#00aa00", hollow=False)
    assert dotted.getpixel((38, 38)) == (0, 0xAA, 0, 255)
    assert plain.getpixel((31, 36))[3] == 255  # type: ignore[index]  # RGBA
    assert dotted.getpixel((31, 36))[3] == 0  # type: ignore[index]  # RGBA
    assert drawing.with_presence(plain, "#00aa00", hollow=True).getpixel((38, 38))[3] == 0  # type: ignore[index]  # RGBA


def test_initials_that_no_font_has_are_a_figure_and_no_box() -> None:
    unknown = drawing.avatar("\U0010fffe", "#c2410c", 44)
    assert unknown.tobytes() != drawing.disc(44, "#c2410c").tobytes()
    assert unknown.tobytes() == drawing.avatar("🍳", "#c2410c", 44).tobytes()
    assert unknown.tobytes() != drawing.avatar("A", "#c2410c", 44).tobytes()
