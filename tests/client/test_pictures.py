"""What is made of pictures before they are sent: thumbnails of bounded size, no location, and never a failure."""

import contextlib
import errno
import io
import os
import re
import struct
import tracemalloc
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageOps, PngImagePlugin

from hubbub.client import errors
from hubbub.client.files import exif, metadata, pictures
from hubbub.client.files.pictures import avatar, prepared
from hubbub.schemas import limits

RED, BLUE = (200, 30, 30), (30, 30, 200)
PLACE = {1: "N", 2: (48.0, 8.0, 15.5), 3: "E", 4: (11.0, 34.0, 31.25)}
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>48,8.25N</exif:GPSLatitude></x:xmpmeta>'
FORMATS = ("JPEG", "PNG", "WEBP")


def picture(width: int = 600, height: int = 400, mode: str = "RGB") -> Image.Image:
    """Red, with a blue left half."""
    made = Image.new("RGB", (width, height), RED)
    made.paste(BLUE, (0, 0, width // 2, height))
    return made.convert(mode)


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def exif_of(turn: int = 1, *, place: bool = True) -> Image.Exif:
    made = Image.Exif()
    made[ExifTags.Base.Orientation] = turn
    made[ExifTags.Base.Make] = "A maker"
    made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:22 12:00:00"
    made.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] = b"somewhere near Munich"
    if place:
        made.get_ifd(ExifTags.IFD.GPSInfo).update(PLACE)
    return made


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def near(pixel: object, colour: tuple[int, ...]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=False))


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], Path]:
    def put(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return put


Put = Callable[[str, bytes], Path]


# ----------------------------------------------------------------------------------------------------- thumbnails


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1"])
def test_pictures_get_dimensions_and_a_thumbnail(kind: str, mode: str, put: Put) -> None:
    image = picture(1000, 500, mode)
    data = encoded(image.convert("RGB") if kind in ("JPEG", "WEBP") else image, kind)
    seen = prepared(put("a.dat", data), keep_location=False)
    assert (seen.data, seen.type, seen.width, seen.height) == (None, f"image/{kind.lower()}", 1000, 500)
    small = opened(seen.thumbnail)
    assert small.size == (320, 160)
    assert len(seen.thumbnail) <= limits.THUMBNAIL_MAX_BYTES
    if mode == "RGB":
        assert near(small.getpixel((20, 80)), BLUE)
        assert near(small.getpixel((300, 80)), RED)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_shines_through_still_does(kind: str, put: Put) -> None:
    image = picture(700, 700, "RGBA")
    image.paste((0, 0, 0, 0), (350, 0, 700, 700))
    seen = prepared(put("a.png", encoded(image, kind)), keep_location=False)
    small = opened(seen.thumbnail)
    assert small.format == "PNG"
    clear, blue = small.convert("RGBA").getpixel((300, 160)), small.convert("RGBA").getpixel((20, 160))
    assert isinstance(clear, tuple)
    assert isinstance(blue, tuple)
    assert (clear[3], blue[3]) == (0, 255)


def test_sixteen_bits_a_pixel_are_not_white(put: Put) -> None:
    grey = Image.new("I;16", (900, 900), 128 * 256)
    small = opened(prepared(put("a.png", encoded(grey, "PNG")), keep_location=False).thumbnail)
    assert near(small.convert("RGB").getpixel((160, 160)), (128, 128, 128))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_noise_too_fits_a_thumbnail(mode: str, put: Put) -> None:
    noise = Image.frombytes(mode, (330, 330), os.urandom(330 * 330 * len(mode)))
    path = put("a.png", encoded(noise, "PNG"))
    assert 0 < len(prepared(path, keep_location=False).thumbnail) <= limits.THUMBNAIL_MAX_BYTES
    assert 0 < len(avatar(path)) <= limits.THUMBNAIL_MAX_BYTES


@pytest.mark.parametrize(("width", "height"), [(5000, 3), (3, 5000), (321, 320)])
def test_narrow_pictures_keep_a_pixel(width: int, height: int, put: Put) -> None:
    seen = prepared(put("a.png", encoded(picture(width, height), "PNG")), keep_location=False)
    assert (seen.width, seen.height) == (width, height)
    assert max(opened(seen.thumbnail).size) == 320


def test_a_small_picture_needs_no_thumbnail(put: Put) -> None:
    seen = prepared(put("a.png", encoded(picture(320, 200), "PNG")), keep_location=False)
    assert (seen.width, seen.height, seen.thumbnail) == (320, 200, b"")
    heavy = Image.frombytes("RGB", (200, 200), os.urandom(200 * 200 * 3))
    seen = prepared(put("b.png", encoded(heavy, "PNG")), keep_location=False)
    assert opened(seen.thumbnail).size == (200, 200)


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", FORMATS)
def test_thumbnails_stand_upright_and_say_nothing(kind: str, turn: int, put: Put) -> None:
    data = encoded(picture(), kind, exif=exif_of(turn))
    shown = ImageOps.exif_transpose(opened(data))
    seen = prepared(put("a", data), keep_location=False)
    small = opened(seen.thumbnail)
    assert (seen.width, seen.height) == shown.size
    assert (small.width > small.height) == (shown.width > shown.height)
    for place in ((0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)):
        pixel = small.getpixel((int(place[0] * small.width), int(place[1] * small.height)))
        expected = shown.getpixel((int(place[0] * shown.width), int(place[1] * shown.height)))
        assert isinstance(expected, tuple)
        assert near(pixel, expected[:3])
    assert not small.getexif()
    # and whoever opens the picture that is sent sees it the same way up
    assert seen.data is not None
    assert ImageOps.exif_transpose(opened(seen.data)).size == shown.size


# ---------------------------------------------------------------------------------------------------------- types


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.txt", "text/plain"),
        ("A.PDF", "application/pdf"),
        ("a.tar.gz", "application/gzip"),
        ("a", "application/octet-stream"),
        ("http:a.html", "text/html"),
        ("data:,[", "application/octet-stream"),
        ("a.no such thing", "application/octet-stream"),
        ("holiday.jpg", "image/jpeg"),
    ],
)
def test_other_files_have_the_type_of_their_name(name: str, kind: str, put: Put) -> None:
    seen = prepared(put(name, b"BM what is this? no picture"), keep_location=False)
    assert seen == pictures.Prepared(None, kind, 0, 0, b"")


def test_only_the_file_itself_can_fail(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        prepared(tmp_path / "none", keep_location=False)
    with pytest.raises(OSError, match=r"directory|denied"):
        prepared(tmp_path, keep_location=False)


# ---------------------------------------------------------------------------------------------------------- bombs


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int) -> bytes:
    rows = zlib.compress(bytes(10_000_000), 9)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return metadata.PNG + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_of(width: int, height: int) -> bytes:
    data = encoded(picture(8, 8))
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def bmp_of(width: int, height: int) -> bytes:
    data = encoded(picture(8, 8), "BMP")
    return data[:18] + struct.pack("<ii", width, height) + data[26:]


def webp_of(width: int, height: int) -> bytes:
    data = encoded(picture(8, 8), "WEBP", exif=exif_of())
    return data[:24] + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + data[30:]


BOMBS = {
    "a.png": png_of(40_000, 30_000),
    "b.png": png_of(2**31 - 1, 2**31 - 1),
    "c.png": png_of(50_001_000, 1),
    "d.png": png_of(9_000, 9_000),
    "a.jpg": jpeg_of(65_500, 65_500),
    "a.gif": b"GIF89a\xff\xff\xff\xff\x80\x00\x00"
    + bytes(6)
    + b",\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
    "a.bmp": bmp_of(60_000, 60_000),
    "a.webp": webp_of(16_383, 16_383),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_go_as_plain_files(name: str, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(name, BOMBS[name])

    def decoded(image: Image.Image) -> None:
        raise AssertionError("it was decoded")

    with warnings.catch_warnings(), monkeypatch.context() as patch:
        warnings.simplefilter("error")
        patch.setattr("PIL.ImageFile.ImageFile.load", decoded)
        seen = prepared(path, keep_location=True)
        with pytest.raises(errors.BadRequest):
            avatar(path)
    assert (seen.data, seen.width, seen.height, seen.thumbnail) == (None, 0, 0, b"")


def test_a_large_picture_is_told_to_be_too_large(put: Put) -> None:
    with pytest.raises(errors.BadRequest, match="9,000 x 9,000 pixels"):
        avatar(put("a.png", BOMBS["d.png"]))


def test_a_progressive_jpeg_has_a_smaller_bound(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_PROGRESSIVE_PIXELS_MAX", 600 * 400 - 1)
    assert prepared(put("a.jpg", encoded(picture())), keep_location=True).width == 600
    assert prepared(put("b.jpg", encoded(picture(), progressive=True)), keep_location=True).width == 0


def test_pillows_settings_are_left_alone() -> None:
    assert Image.MAX_IMAGE_PIXELS == (1024 * 1024 * 1024 // 4 // 3)


# ------------------------------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize("size", [(900, 500), (500, 900), (40, 30), (256, 256)])
def test_a_profiles_picture_is_the_square_in_the_middle(size: tuple[int, int], put: Put) -> None:
    image = Image.new("RGB", size, RED)
    side = min(size)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    image.paste(BLUE, (left, top, left + side, top + side))
    small = opened(avatar(put("a.png", encoded(image, "PNG"))))
    assert (small.size, small.format) == ((256, 256), "JPEG")
    assert all(near(small.getpixel(place), BLUE) for place in ((8, 8), (247, 247), (8, 247), (128, 128)))


def test_a_profiles_picture_stands_upright_and_says_nothing(put: Put) -> None:
    small = opened(avatar(put("a.jpg", encoded(picture(), exif=exif_of(6)))))
    assert near(small.getpixel((128, 20)), BLUE)
    assert near(small.getpixel((128, 236)), RED)
    assert not small.getexif()


def test_a_profiles_picture_may_shine_through(put: Put) -> None:
    image = Image.new("RGBA", (500, 500), (0, 0, 0, 0))
    assert opened(avatar(put("a.png", encoded(image, "PNG")))).convert("RGBA").getpixel((9, 9)) == (
        0,
        0,
        0,
        0,
    )


def test_what_is_no_picture_is_no_profiles_picture(put: Put) -> None:
    with pytest.raises(errors.BadRequest, match=r"notes\.txt is no picture"):
        avatar(put("notes.txt", b"words"))
    with pytest.raises(errors.BadRequest, match="is no picture"):
        avatar(put("half.jpg", encoded(picture())[:700]))


# --------------------------------------------------------------------------------------------------------- places


@pytest.mark.parametrize("kind", FORMATS)
def test_the_location_is_taken_out_and_no_pixel_changes(kind: str, put: Put) -> None:
    data = encoded(picture(), kind, exif=exif_of(6), xmp=XMP, icc_profile=b"a profile of colours")
    if kind == "PNG":
        data = encoded(
            picture(), kind, exif=exif_of(6), pnginfo=_texts(), icc_profile=b"a profile of colours"
        )
    path = put("a", data)
    assert opened(data).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    sent = prepared(path, keep_location=False).data
    assert sent is not None
    after = opened(sent)
    assert after.tobytes() == opened(data).tobytes()
    left = after.getexif()
    assert not left.get_ifd(ExifTags.IFD.GPSInfo)
    assert left[ExifTags.Base.Orientation] == 6
    assert left[ExifTags.Base.Make] == "A maker"
    assert left.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] == "2026:11:22 12:00:00"
    assert after.info["icc_profile"] == b"a profile of colours"
    assert not says_location(sent)
    assert metadata.without_location(sent) == sent
    assert prepared(path, keep_location=True).data is None


def _texts() -> PngImagePlugin.PngInfo:
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    texts.add_text("Raw profile type exif", "\nexif\n  4\n48.1\n", zip=True)
    texts.add_text("exif:GPSLatitude", "48/1, 8/1")
    texts.add_text("Title", "A title")
    return texts


def says_location(data: bytes) -> bool:
    telling = (b"GPSLatitude", b"Munich", b"Raw profile", b"XMP ", b"xmpmeta", struct.pack("<HH", 0x8825, 4))
    return any(word in data for word in (*telling, struct.pack(">HH", 0x8825, 4)))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("place", [None, False])
def test_a_picture_that_says_no_location_is_left_byte_for_byte(
    kind: str, place: bool | None, put: Put
) -> None:
    more = {} if place is None else {"exif": exif_of(3, place=False)}
    data = encoded(picture(), kind, icc_profile=b"a profile of colours", **more)
    assert metadata.without_location(data) == data
    assert prepared(put("a", data), keep_location=False).data is None


def test_texts_of_a_png_that_say_no_location_stay() -> None:
    after = metadata.without_location(encoded(picture(), "PNG", exif=exif_of(), pnginfo=_texts()))
    assert getattr(opened(after), "text") == {"Title": "A title"}  # noqa: B009  # ImageFile does not know of it


@pytest.mark.parametrize(
    ("code", "content"),
    [
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        (0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(40) + XMP),
        (0xED, b"Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\x10\x1c\x02ZMunich"),
        (0xEB, b"JP content credentials of Munich"),
        (0xE1, b"Exif\0\0MM\0*broken, near Munich"),
        (0xE1, b"Exif\0\0II*\0\xff\xff\xff\xffMunich"),
    ],
)
def test_other_segments_that_may_say_a_location_go(code: int, content: bytes) -> None:
    plain = encoded(picture())
    segment = struct.pack(">BBH", 0xFF, code, 2 + len(content)) + content
    assert metadata.without_location(plain[:2] + segment + plain[2:]) == plain
    # also behind the pixels, where programs may put one
    assert metadata.without_location(plain[:-2] + segment + plain[-2:]) == plain


def test_the_flags_of_a_webp_say_what_is_left() -> None:
    after = metadata.without_location(encoded(picture(), "WEBP", exif=exif_of(), xmp=XMP))
    assert after[12:16] == b"VP8X"
    assert (after[20] & 0x08, after[20] & 0x04) == (0x08, 0)
    assert not metadata.without_location(encoded(picture(), "WEBP", exif=b"broken", xmp=XMP))[20] & 0x0C


@pytest.mark.parametrize("kind", FORMATS)
def test_what_comes_behind_the_end_is_cut(kind: str) -> None:
    plain = encoded(picture(), kind)
    assert metadata.without_location(plain + b"....ftypmp42" + encoded(picture(), exif=exif_of())) == plain


def test_a_progressive_jpeg_keeps_all_its_scans() -> None:
    plain = encoded(picture(), progressive=True, restart_marker_blocks=2)
    assert metadata.without_location(plain) == plain
    assert metadata.without_location(encoded(picture(), progressive=True, exif=exif_of())) != plain


def test_a_picture_too_large_to_look_through_is_not_sent_with_its_location(
    put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put("a.jpg", encoded(picture(), exif=exif_of()))
    monkeypatch.setattr(pictures, "BYTES_MAX", path.stat().st_size - 1)
    with pytest.raises(OSError, match="too large") as caught:
        prepared(path, keep_location=False)
    assert caught.value.errno == errno.EFBIG
    assert prepared(path, keep_location=True).data is None


# ------------------------------------------------------------------------------------------------------ endless work


def test_a_jpeg_that_draws_the_same_again_and_again_is_a_plain_file(put: Put) -> None:
    """Each of these scans takes 60 bytes of the file, and a walk through all pixels."""
    data = encoded(picture(), progressive=True)
    second, third = [found.start() for found in re.finditer(b"\xff\xda", data)][1:3]
    bomb = data[:second] + data[second:third] * 200 + data[second:]
    assert prepared(put("bomb.jpg", bomb), keep_location=True).width == 0
    assert prepared(put("good.jpg", data), keep_location=True).width == 600


def test_bytes_that_fill_the_place_before_a_marker_are_looked_at_once() -> None:
    data = b"\xff\xd8" + b"\xff" * 1_000_000 + b"\0"
    assert metadata.without_location(data) == data[:2]


@pytest.mark.parametrize(
    ("begin", "step", "last"),
    [
        (b"\xff\xd8\xff", b"\xff\xe5\0\2", b"\xff\xfe\0\6LAST"),
        (metadata.PNG, b"\0\0\0\0abcd" + bytes(4), b"\0\0\0\4IDATLAST" + bytes(4)),
        (b"RIFF\xff\xff\xff\x7fWEBP", b"abcd" + bytes(4), b"ICCP\4\0\0\0LAST"),
    ],
    ids=["segments", "chunks", "parts"],
)
def test_a_picture_of_nothing_but_structure_is_not_looked_through_to_its_end(
    begin: bytes, step: bytes, last: bytes
) -> None:
    assert b"LAST" in metadata.without_location(begin + step * 1000 + last)
    assert b"LAST" not in metadata.without_location(begin + step * 200_001 + last)


def directory(tag: int, kind: int, number: int, count: int) -> bytes:
    """EXIF whose only directory has `count` entries that lead to the same `number` values."""
    entry = struct.pack("<HHII", tag, kind, number, 8)
    return b"II*\0" + struct.pack("<IH", 8, count) + entry * count + bytes(4)


def test_exif_that_leads_to_the_same_bytes_again_and_again_takes_no_memory() -> None:
    data = directory(0x9999, 7, 1_000_000, 1000).ljust(1_100_000, b"\0")
    tracemalloc.start()
    assert exif.exif_without_location(data) == data
    assert exif.orientation(data) == 1
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("tag", [0x014A, 0x8769, 0xA005])
def test_exif_with_more_directories_than_are_looked_through_is_not_taken_for_harmless(tag: int) -> None:
    assert exif.exif_without_location(directory(tag, 4, 500, 1).ljust(3000, b"\1")) == b""


# -------------------------------------------------------------------------------------------------------- fuzzing

SAMPLES = [
    *(encoded(picture(40, 30), kind, exif=exif_of(6), xmp=XMP) for kind in ("JPEG", "WEBP")),
    encoded(picture(40, 30), "PNG", exif=exif_of(6), pnginfo=_texts()),
    encoded(picture(40, 30), "GIF"),
    encoded(picture(40, 30), "BMP"),
]
damaged = st.tuples(
    st.sampled_from(SAMPLES),
    st.integers(0, 2000),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=4),
)


def _damage(data: bytes, length: int, changes: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data[:length] if length < 1500 else data)
    for at, value in changes:
        if at < len(changed):
            changed[at] = value
    return bytes(changed)


@settings(max_examples=200)
@given(damaged)
@example((SAMPLES[0], 60, []))
def test_broken_pictures_neither_fail_nor_say_their_location(
    tmp_path_factory: pytest.TempPathFactory, case: Any
) -> None:
    data = _damage(*case)
    path = tmp_path_factory.getbasetemp() / "fuzzed"
    path.write_bytes(data)
    seen = prepared(path, keep_location=False)
    with contextlib.suppress(errors.BadRequest):
        avatar(path)
    sent = data if seen.data is None else seen.data
    assert metadata.without_location(sent) == sent
    if metadata.can_hold_location(data[:12]):
        assert no_location_for_pillow(sent)


def no_location_for_pillow(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return not opened(data).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    except Exception:  # noqa: BLE001  # broken: Pillow reads no location there
        return True


@settings(max_examples=200)
@given(st.integers(0, 400), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=4))
def test_broken_exif_is_read_or_dropped(length: int, changes: list[tuple[int, int]]) -> None:
    tiff = _damage(exif_of(8).tobytes().removeprefix(b"Exif\0\0"), length or 2000, changes)
    after = exif.exif_without_location(tiff)
    assert exif.exif_without_location(after) == after
    assert 1 <= exif.orientation(tiff) <= 8
    assert len(after) <= max(len(tiff), 1000)
