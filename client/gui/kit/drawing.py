"""Antialiased shapes, icons and avatars as Pillow images, in device pixels. No Tk: pictures.py keeps them."""

import functools
import hashlib
import importlib.util
import io
import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from hubbub.client.gui.kit.fonts import ASSETS
from hubbub.client.gui.kit.palette import rgb

Corners = tuple[bool, bool, bool, bool]  # top left, top right, bottom right, bottom left
ALL: Corners = (True, True, True, True)
_FINER = 8  # corners are drawn this much larger and shrunk
_OTHER_FACES = (  # for initials that Inter has no letters for; Pillow looks for them where the system keeps its fonts
    "NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "msyhbd.ttc", "meiryob.ttc", "malgunbd.ttf", "PingFang.ttc",
    "Arial Unicode.ttf", "segoeuib.ttf", "DejaVuSans-Bold.ttf",
)  # fmt: skip
_FACES = (  # grounds of initials: white on each has a contrast of 4.5
    "#c2410c", "#b4305f", "#9333a8", "#6d4ad1", "#3d5bdb", "#0b6fa8", "#0c7a75", "#2b7a3d", "#8a6400", "#a8432f",
)  # fmt: skip


def rounded(
    width: int,
    height: int,
    radius: int,
    fill: str | None,
    border: str | None = None,
    thickness: int = 1,
    corners: Corners = ALL,
) -> Image.Image:
    """A box; fill None leaves its inside clear, corners that are not asked for stay square."""
    radius = max(0, min(radius, width // 2, height // 2))
    image = Image.new("RGBA", (width, height), (*rgb(border or fill or "#000000"), 0))
    outer = _mask(width, height, radius, corners)
    if border is None:
        if fill is not None:
            image.putalpha(outer)
        return image
    inside = (width - 2 * thickness, height - 2 * thickness)
    inner = _mask(max(1, inside[0]), max(1, inside[1]), max(0, radius - thickness), corners)
    image.putalpha(outer)
    ground = Image.new("RGBA", inner.size, (*rgb(fill or border), 255 if fill else 0))
    image.paste(ground, (thickness, thickness), inner)
    return image


def _mask(width: int, height: int, radius: int, corners: Corners) -> Image.Image:
    mask = Image.new("L", (width, height), 255)
    if radius <= 0:
        return mask
    corner = _corner(radius)
    turned = (corner, ImageOps.mirror(corner), ImageOps.flip(ImageOps.mirror(corner)), ImageOps.flip(corner))
    right, bottom = width - radius, height - radius
    places = ((0, 0), (right, 0), (right, bottom), (0, bottom))
    for wanted, image, place in zip(corners, turned, places, strict=True):
        if wanted:
            mask.paste(image, place)
    return mask


@functools.lru_cache(maxsize=64)
def _corner(radius: int) -> Image.Image:
    """The top left quarter of a disc."""
    size = radius * _FINER
    quarter = Image.new("L", (size, size), 0)
    ImageDraw.Draw(quarter).ellipse((0, 0, 2 * size - 1, 2 * size - 1), fill=255)
    return quarter.resize((radius, radius), Image.Resampling.BOX)


def disc(size: int, fill: str) -> Image.Image:
    """A filled circle, even where size is odd."""
    image = Image.new("RGBA", (size, size), (*rgb(fill), 0))
    image.putalpha(_disc_mask(size))
    return image


@functools.lru_cache(maxsize=64)
def _disc_mask(size: int) -> Image.Image:
    large = Image.new("L", (size * _FINER, size * _FINER), 0)
    ImageDraw.Draw(large).ellipse((0, 0, size * _FINER - 1, size * _FINER - 1), fill=255)
    return large.resize((size, size), Image.Resampling.BOX)


def arc(size: int, thickness: int, start: float, sweep: float, colour: str) -> Image.Image:
    """A piece of a ring, degrees clockwise from the top."""
    finer = 4
    large = Image.new("L", (size * finer, size * finer), 0)
    box = (0, 0, size * finer - 1, size * finer - 1)
    ImageDraw.Draw(large).arc(box, start - 90, start - 90 + sweep, fill=255, width=thickness * finer)
    image = Image.new("RGBA", (size, size), (*rgb(colour), 0))
    image.putalpha(large.resize((size, size), Image.Resampling.BOX))
    return image


# -- icons: ttkbootstrap's Bootstrap Icons, read from its files, since importing it costs 0.2 s ------------------------


@functools.cache
def _icon_folder() -> Path:
    spec = importlib.util.find_spec("ttkbootstrap")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("ttkbootstrap")
    return Path(spec.submodule_search_locations[0]) / "assets" / "icons"


@functools.cache
def _glyphs() -> dict[str, int]:
    found: dict[str, int] = json.loads((_icon_folder() / "glyphmap.json").read_text("utf-8"))
    return found


@functools.lru_cache(maxsize=16)
def _icon_font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_icon_folder() / "bootstrap.ttf", size)


def has_icon(name: str) -> bool:
    """Whether Bootstrap Icons has one of that name."""
    return name in _glyphs()


def icon(name: str, size: int, colour: str) -> Image.Image:
    """A Bootstrap icon in a square of size; KeyError for an unknown name."""
    finer = 4
    font = _icon_font(size * finer)
    glyph = chr(_glyphs()[name])
    large = Image.new("L", (size * finer, size * finer), 0)
    ascent, _ = font.getmetrics()
    ImageDraw.Draw(large).text((0, ascent), glyph, font=font, fill=255, anchor="ls")
    image = Image.new("RGBA", (size, size), (*rgb(colour), 0))
    image.putalpha(large.resize((size, size), Image.Resampling.BOX))
    return image


# -- avatars ---------------------------------------------------------------------------------------------------------


def colour_of(name: str) -> str:
    """Always the same colour for the same name, dark enough for white initials."""
    return _FACES[hashlib.blake2s(name.encode(), digest_size=2).digest()[0] % len(_FACES)]


def initials_of(name: str) -> str:
    """One or two letters."""
    words = [
        word
        for word in name.replace("_", " ").replace("-", " ").replace(".", " ").split()
        if word[0].isalnum()
    ]
    if not words:
        return name[:1].upper() or "?"
    return (words[0][0] + (words[1][0] if len(words) > 1 else "")).upper()


def avatar(initials: str, colour: str, size: int) -> Image.Image:
    """Initials on a disc; a figure where no font at hand has those letters."""
    image = disc(size, colour)
    font = _face_font(initials, round(size * (0.42 if len(initials) < 2 else 0.38)))
    if font is None:
        side = round(size * 0.56)
        place = (size - side) // 2
        image.alpha_composite(icon("person-fill", side, "#ffffff"), (place, place))
        return image
    layer = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(layer)
    top = font.getbbox("H", anchor="ls")[1]
    draw.text((size / 2, (size - top) / 2), initials, font=font, fill=255, anchor="ms")
    image.paste(Image.new("RGBA", image.size, (255, 255, 255, 255)), (0, 0), layer)
    return image


def _face_font(letters: str, size: int) -> ImageFont.FreeTypeFont | None:
    """The first font that has all of the letters."""
    for name in (str(ASSETS / "HubbubInter-Bold.otf"), *_OTHER_FACES):
        font = _font(name, size)
        if font and all(_has(font, letter) for letter in letters):
            return font
    return None


@functools.lru_cache(maxsize=64)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(name, size)
    except OSError:  # this system has none of that name
        return None


def _has(font: ImageFont.FreeTypeFont, letter: str) -> bool:
    return bytes(font.getmask(letter)) != bytes(font.getmask("\U0010ffff"))


def round_picture(picture: bytes, size: int) -> Image.Image | None:
    """A picture's middle, cut to a disc; None when the bytes are none that Pillow reads."""
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            cut = ImageOps.fit(ImageOps.exif_transpose(opened).convert("RGBA"), (size, size))
    except (OSError, ValueError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    ground = Image.new("RGBA", (size, size), (255, 255, 255, 0))
    ground.paste(cut, (0, 0), _disc_mask(size))
    return ground


def with_presence(image: Image.Image, colour: str, hollow: bool) -> Image.Image:
    """A dot at the lower right, cut out of the avatar with a gap so that it shows on any ground."""
    size = image.width
    dot = max(5, round(size * 0.27))
    gap = max(1, round(size * 0.05))
    result = image.copy()
    place = size - dot
    hole = Image.new("L", (dot + 2 * gap, dot + 2 * gap), 0)
    hole.paste(255, (0, 0), _disc_mask(dot + 2 * gap))
    result.paste((0, 0, 0, 0), (place - gap, place - gap), hole)
    result.alpha_composite(disc(dot, colour), (place, place))
    if hollow:
        inner = max(1, round(dot * 0.45))
        clear = place + (dot - inner) // 2
        result.paste((0, 0, 0, 0), (clear, clear), _disc_mask(inner))
    return result
