"""The icon of the program: the mark on a tile, with how much is unread. Pillow alone, in device pixels."""

from functools import cache
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFont

from hubbub.client.gui.kit.drawing import rounded
from hubbub.client.gui.kit.fonts import ASSETS
from hubbub.client.gui.kit.palette import LIGHT, mix, rgb
from hubbub.client.gui.views.mark import mark

SIZES: Final = (128, 64, 48, 32, 16)
"""What window managers choose from, the largest first: some take the first."""
READABLE: Final = 32
"""Below, there is no room for a number."""
_FINER: Final = 4


def icon(size: int, count: str = "") -> Image.Image:
    """A square picture. count: as it is to be read, of three characters at most."""
    image = _tile(size).copy()
    if count:
        _put_badge(image, count if size >= READABLE else "")
    return image


@cache
def _tile(size: int) -> Image.Image:
    image = rounded(size, size, round(size * 0.23), LIGHT.accent)
    inner = round(size * 0.7)
    bubbles = mark(inner, LIGHT.on_accent, mix(LIGHT.accent, LIGHT.on_accent, 0.45), LIGHT.accent)
    image.alpha_composite(bubbles, ((size - inner) // 2, round(size * 0.16)))
    return image


def _put_badge(image: Image.Image, count: str) -> None:
    """At the lower right, with a clear edge around it."""
    side = image.width * _FINER
    high = round(side * (0.5 if count else 0.56))
    wide = max(high, round(high * (0.44 + 0.34 * len(count))))
    edge = max(_FINER, round(side * 0.035))
    corner = (min(image.width, -(-(wide + edge) // _FINER)), min(image.width, -(-(high + edge) // _FINER)))
    right, low = corner[0] * _FINER, corner[1] * _FINER
    place = (image.width - corner[0], image.width - corner[1])
    hole = Image.new("L", (right, low), 0)
    around = (right - wide - edge, low - high - edge, right + edge, low + edge)
    ImageDraw.Draw(hole).rounded_rectangle(around, high / 2 + edge, fill=255)
    alpha = image.getchannel("A")
    clear = ImageChops.subtract(alpha.crop((*place, *image.size)), hole.resize(corner, Image.Resampling.BOX))
    alpha.paste(clear, place)
    image.putalpha(alpha)
    badge = Image.new("RGBA", (right, low), (*rgb(LIGHT.danger), 0))
    draw = ImageDraw.Draw(badge)
    draw.rounded_rectangle(
        (right - wide, low - high, right - 1, low - 1), high / 2, fill=(*rgb(LIGHT.danger), 255)
    )
    if count:
        font = _font(round(high * (0.72 if len(count) < 2 else 0.64)))
        middle = (right - wide / 2, low - high / 2)
        draw.text(middle, count, fill=(*rgb(LIGHT.on_danger), 255), font=font, anchor="mm")
    image.alpha_composite(badge.resize(corner, Image.Resampling.BOX), place)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(ASSETS / "HubbubInter-Bold.otf", size)
