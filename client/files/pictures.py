"""What goes with a file that is sent: its type, and for pictures dimensions, a thumbnail, and bytes without the location. Blocks
while it reads and decodes: call it in a thread. Knows no socket.

Of others' pictures only `shown` decodes any, with bounds of its own. The process's settings of Pillow are left as they are.
"""

import errno
import io
import math
import mimetypes
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct
from PIL import Image, ImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from hubbub.client import errors
from hubbub.client.files import exif, metadata
from hubbub.schemas import limits

PIXELS_MAX: Final = 50_000_000
"""Of a picture that is decoded. A PNG of that size takes 200 MB for a moment, a JPEG 15 MB."""
_PROGRESSIVE_PIXELS_MAX: Final = 36_000_000
"""Of a JPEG in several passes: its decoder keeps all coefficients, up to 6 bytes a pixel."""
_WEBP_PIXELS_MAX: Final = 12_000_000
"""Its decoder and Pillow hold four copies of it."""
THUMBNAIL_SIDE: Final = 320
PICTURE_SIDE: Final = 256
"""Of a profile's picture."""
BYTES_MAX: Final = 128 * 1024 * 1024
"""Of a picture out of which the location is taken: it is held in memory, twice."""

_SCANS_MAX: Final = 100
"""Of a JPEG: encoders write ten. A small file can have a hundred thousand, each of which goes through all pixels once more."""

_UNKNOWN: Final = "application/octet-stream"
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_STRIP_PIXELS: Final = 1_000_000
_READ_AT_ONCE: Final = 1024 * 1024

Opener = Callable[[BinaryIO], ImageFile.ImageFile]


class Prepared(Struct, frozen=True):
    """A file as it is to be sent."""

    data: bytes | None
    """What to send in its place, where a picture's location was taken out; None: the file as it is."""
    type: str
    """Media type: of pictures by content, else by name."""
    width: int
    """As it is shown, in pixels; 0: no picture, or one that is broken or too large to decode."""
    height: int
    thumbnail: bytes
    """JPEG, or PNG where something shines through, at most limits.THUMBNAIL_MAX_BYTES. Empty where there is none, or where the
    picture itself is no larger."""


def prepared(path: Path, keep_location: bool) -> Prepared:
    """Look at a file before it is sent. Raises OSError where it cannot be read, or is a picture so large that its location cannot be
    taken out (EFBIG)."""
    with path.open("rb") as file:
        head, size = file.read(12), os.fstat(file.fileno()).st_size
        data = (
            None if keep_location or not metadata.can_hold_location(head) else _without_location(file, size)
        )
        seen = _seen(file)
    if seen is None:
        return Prepared(data, _type_by_name(path.name), 0, 0, b"")
    return Prepared(data, *seen)


def avatar(path: Path) -> bytes:
    """A profile's picture out of this file: the square in its middle, 256 x 256, JPEG or PNG, at most 64 KiB. Raises OSError where
    it cannot be read, BadRequest where it is no picture that can be used."""
    with path.open("rb") as file:
        try:
            image = _opened(file)
            _load(image, PICTURE_SIDE / min(image.size))
            side = min(image.size)
            left, top = (image.width - side) // 2, (image.height - side) // 2
            box = (left, top, left + side, top + side)
            return _encoded(_upright(_reduced(image, box, PICTURE_SIDE, PICTURE_SIDE), _orientation(image)))
        except _TooLarge as error:
            raise errors.BadRequest(
                f"{path.name} has {error} pixels, which are too many: make it smaller first."
            ) from None
        except Exception as error:  # whatever Pillow makes of broken files
            raise errors.BadRequest(
                f"{path.name} is no picture that can be used: JPEG, PNG, GIF, WebP and BMP are."
            ) from error


def shown(
    file: BinaryIO, width: int, height: int, pixels_max: int = PIXELS_MAX, *, cover: bool = False
) -> Image.Image | None:
    """Anybody's picture for a screen: upright, RGB or RGBA, no larger than width x height, and cut to be just that where it is to
    `cover`. None: it is broken, of no kind that is opened, or has more pixels than `pixels_max`."""
    try:
        image = _opened(file, pixels_max)
        turn = _orientation(image)
        if turn >= 5:
            width, height = height, width
        scales = (width / image.width, height / image.height)
        scale = max(scales) if cover else min(1.0, *scales)
        _load(image, scale)
        box, size = _window(image, width, height) if cover else ((0, 0, *image.size), (width, height))
        if not cover:
            scale = min(1.0, width / image.width, height / image.height)
            size = (max(1, round(scale * image.width)), max(1, round(scale * image.height)))
        return _upright(_reduced(image, box, *size), turn)
    except Exception:  # noqa: BLE001  # Pillow raises anything
        return None


def _window(image: Image.Image, width: int, height: int) -> tuple[tuple[int, int, int, int], tuple[int, int]]:
    """The part in the middle with these proportions, and what it is to be scaled to."""
    scale = max(width / image.width, height / image.height)
    wide, high = max(1, round(width / scale)), max(1, round(height / scale))
    left, top = (image.width - wide) // 2, (image.height - high) // 2
    return (left, top, left + wide, top + high), (width, height)


def _without_location(file: BinaryIO, size: int) -> bytes | None:
    if size > BYTES_MAX:
        raise OSError(
            errno.EFBIG,
            "it is too large to take the location out: make it smaller, or keep the location",
            file.name,
        )
    file.seek(0)
    data = file.read()
    changed = metadata.without_location(data)
    return None if changed == data else changed


def _type_by_name(name: str) -> str:
    """By its extension: the whole name could be taken for an address."""
    kind, packed = mimetypes.guess_type("file" + "".join(Path(name).suffixes[-2:]))
    guess = (f"application/{packed}" if packed else kind or _UNKNOWN).lower()
    return guess if _TYPE.fullmatch(guess) and len(guess) <= limits.FILE_TYPE_MAX_CHARACTERS else _UNKNOWN


# ------------------------------------------------------------------------------------------------------- pictures


class _TooLarge(Exception):
    """Its text is the number of pixels."""


class _NoPicture(Exception):
    """None of the kinds that are opened."""


def _seen(file: BinaryIO) -> tuple[str, int, int, bytes] | None:
    """Type, width, height and thumbnail; None where it is no picture that can be decoded."""
    try:
        image = _opened(file)
        size = os.fstat(file.fileno()).st_size
        kind, (width, height) = str(image.get_format_mimetype()).lower(), image.size
        _load(image, THUMBNAIL_SIDE / max(image.size))
        turn = _orientation(image)
        shown = (height, width) if turn >= 5 else (width, height)
        if max(shown) <= THUMBNAIL_SIDE and size <= limits.THUMBNAIL_MAX_BYTES:
            return kind, *shown, b""
        scale = min(1.0, THUMBNAIL_SIDE / max(shown))
        small = (max(1, round(width * scale)), max(1, round(height * scale)))
        thumbnail = _encoded(_upright(_reduced(image, (0, 0, *image.size), *small), turn))
        return kind, *shown, thumbnail
    except Exception:  # noqa: BLE001  # Pillow raises anything; the picture then goes as any file does
        return None


def _opened(file: BinaryIO, pixels_max: int = PIXELS_MAX) -> ImageFile.ImageFile:
    """With its size known, and no pixel decoded, but of WebP. Raises _TooLarge, _NoPicture, and what Pillow raises."""
    file.seek(0)
    head = file.read(32)
    file.seek(0)
    for begin, opener in _OPENERS:
        if head.startswith(begin):
            if opener is WebPImageFile:
                _check(*_webp_size(head), min(pixels_max, _WEBP_PIXELS_MAX))
                _check_bytes(file)  # it is read whole
            elif opener is JpegImageFile:
                _check_scans(file)
            image = opener(file)
            most = _PROGRESSIVE_PIXELS_MAX if "progressive" in image.info else PIXELS_MAX
            _check(*image.size, min(pixels_max, most))
            return image
    raise _NoPicture


# Not Image.open: it prints a warning about large ones before one can look at the size.
_OPENERS: Final[tuple[tuple[bytes, Opener], ...]] = (
    (metadata.JPEG, JpegImageFile),
    (metadata.PNG, PngImageFile),
    (b"GIF87a", GifImageFile),
    (b"GIF89a", GifImageFile),
    (b"RIFF", WebPImageFile),
    (b"BM", BmpImageFile),
)


def _check(width: int, height: int, pixels: int) -> None:
    if width * height > pixels or max(width, height) > limits.FILE_SIDE_MAX:
        raise _TooLarge(f"{width:,} x {height:,}")
    if width < 1 or height < 1:
        raise _NoPicture


def _check_bytes(file: BinaryIO) -> None:
    if file.seek(0, os.SEEK_END) > BYTES_MAX:
        raise _NoPicture
    file.seek(0)


def _check_scans(file: BinaryIO) -> None:
    _check_bytes(file)
    scans, last = 0, b""
    while piece := file.read(_READ_AT_ONCE):
        scans += (last + piece).count(b"\xff\xda")
        last = piece[-1:]
    file.seek(0)
    if scans > _SCANS_MAX:
        raise _NoPicture


def _webp_size(head: bytes) -> tuple[int, int]:
    """Pillow decodes when it opens one, so its header is read before."""
    if head[12:16] == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if head[12:16] == b"VP8 ":
        return (
            int.from_bytes(head[26:28], "little") & 0x3FFF,
            int.from_bytes(head[28:30], "little") & 0x3FFF,
        )
    bits = int.from_bytes(head[21:25], "little")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


def _load(image: ImageFile.ImageFile, scale: float) -> None:
    """Decode; a JPEG with no more pixels than twice the picture scaled so has on a side."""
    image.draft(
        None, (max(1, math.ceil(2 * scale * image.width)), max(1, math.ceil(2 * scale * image.height)))
    )
    image.load()


def _orientation(image: ImageFile.ImageFile) -> int:
    return exif.orientation(bytes(image.info.get("exif", b"")).removeprefix(b"Exif\0\0"))


_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(image: Image.Image, turn: int) -> Image.Image:
    return image.transpose(_TURNS[turn]) if turn in _TURNS else image


def _reduced(image: Image.Image, box: tuple[int, int, int, int], width: int, height: int) -> Image.Image:
    """The part in the box, in this size, RGB or RGBA. Strip by strip: to convert the whole takes the memory of a second one."""
    left, top, right, bottom = box
    mode = "RGBA" if image.has_transparency_data else "RGB"
    across, down = max(1, (right - left) // (2 * width)), max(1, (bottom - top) // (2 * height))
    rows = down * max(1, _STRIP_PIXELS // (down * (right - left)))
    small = Image.new(mode, (math.ceil((right - left) / across), math.ceil((bottom - top) / down)))
    for row in range(top, bottom, rows):
        strip = _converted(image.crop((left, row, right, min(bottom, row + rows))), mode)
        small.paste(strip.reduce((across, down)), (0, (row - top) // down))
    return small.resize((width, height), Image.Resampling.LANCZOS)


def _converted(strip: Image.Image, mode: str) -> Image.Image:
    if strip.mode.startswith("I;16"):  # else everything above 255 would be white
        strip = strip.point(lambda value: value * (1 / 256)).convert("L")
    return strip.convert(mode)


def _encoded(image: Image.Image) -> bytes:
    """Without metadata, at most limits.THUMBNAIL_MAX_BYTES: with fewer colours or less detail if need be."""
    clear = image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255)
    for encode in _CLEAR if clear else _FULL:
        data = encode(image)
        if len(data) <= limits.THUMBNAIL_MAX_BYTES:
            return data
    raise _NoPicture


def _jpeg(quality: int) -> Callable[[Image.Image], bytes]:
    def encode(image: Image.Image) -> bytes:
        target = io.BytesIO()
        image.convert("RGB").save(target, "JPEG", quality=quality, optimize=True, icc_profile=None, exif=b"")
        return target.getvalue()

    return encode


def _png(colours: int | None) -> Callable[[Image.Image], bytes]:
    def encode(image: Image.Image) -> bytes:
        target = io.BytesIO()
        fewer = image.quantize(colours, Image.Quantize.FASTOCTREE) if colours else image
        fewer.save(target, "PNG", optimize=True)
        return target.getvalue()

    return encode


_FULL: Final = tuple(map(_jpeg, (85, 70, 50, 25, 5)))
_CLEAR: Final = tuple(map(_png, (None, 128, 16)))
