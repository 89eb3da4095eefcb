"""Other people's pictures: upright, in the size that is wanted, and none that is larger than it may be."""

import io

import pytest
from PIL import Image

from hubbub.client.files import pictures


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> io.BytesIO:
    target = io.BytesIO()
    image.save(target, kind, **options)
    target.seek(0)
    return target


def halves(size: tuple[int, int]) -> Image.Image:
    """Red at the left, blue at the right."""
    image = Image.new("RGB", size, "#ff0000")
    image.paste("#0000ff", (size[0] // 2, 0, *size))
    return image


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_it_is_scaled_down_and_never_up(kind: str) -> None:
    found = pictures.shown(encoded(Image.new("RGB", (400, 200), "#336699"), kind), 100, 100)
    assert found is not None
    assert found.size == (100, 50)
    small = pictures.shown(encoded(Image.new("RGB", (40, 20)), kind), 100, 100)
    assert small is not None
    assert small.size == (40, 20)


def test_what_covers_is_cut_in_the_middle() -> None:
    found = pictures.shown(encoded(halves((400, 100))), 50, 50, cover=True)
    assert found is not None
    assert found.size == (50, 50)
    assert found.getpixel((5, 25)) == (255, 0, 0)
    assert found.getpixel((45, 25)) == (0, 0, 255)
    up = pictures.shown(encoded(halves((10, 10))), 40, 20, cover=True)
    assert up is not None
    assert up.size == (40, 20)


@pytest.mark.parametrize("cover", [False, True])
def test_it_is_upright(cover: bool) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right
    found = pictures.shown(encoded(halves((80, 40)), "JPEG", exif=exif, quality=95), 20, 40, cover=cover)
    assert found is not None
    assert found.size == (20, 40)
    red, _, blue = found.getpixel((10, 3))  # type: ignore[misc]  # three channels
    assert (red > 200, blue < 60) == (True, True)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_no_more_pixels_than_allowed_are_decoded(kind: str) -> None:
    flat = encoded(Image.new("RGB", (1200, 1000)), kind)
    assert len(flat.getvalue()) < 64 * 1024
    assert pictures.shown(flat, 100, 100, 1_000_000) is None
    assert pictures.shown(flat, 100, 100, 1_200_000) is not None


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"RIFF1234WEBPVP8 ", b"\xff\xd8\xff\xd9"]
)
def test_what_is_broken_is_none(data: bytes) -> None:
    assert pictures.shown(io.BytesIO(data), 100, 100) is None


def test_what_shines_through_stays_so() -> None:
    found = pictures.shown(encoded(Image.new("RGBA", (10, 10), (1, 2, 3, 0))), 100, 100)
    assert found is not None
    assert (found.mode, found.getpixel((5, 5))[3]) == ("RGBA", 0)  # type: ignore[index]  # four channels
