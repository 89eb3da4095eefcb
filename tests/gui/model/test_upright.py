"""Pictures whose EXIF says how they are to be turned stand upright: in a bubble, in the viewer, pasted, as somebody's face. And only
once."""

import io
from datetime import UTC, datetime
from math import dist
from pathlib import Path

import pytest
from PIL import Image

from hubbub.client import Attachment
from hubbub.client.gui import desk_pasted
from hubbub.client.gui.desk_media import Picture
from hubbub.client.sync import Client
from tests.helpers.reader import Reader

TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""What a camera did to the picture, by what it says of it."""
CORNERS = ("red", "lime", "blue", "white")
KINDS = ("JPEG", "PNG", "WEBP")


def upright(width: int, height: int) -> Image.Image:
    """Its corners have these colours, row by row."""
    made, right, low = Image.new("RGB", (width, height)), width // 2, height // 2
    for colour, (x, y) in zip(CORNERS, ((0, 0), (right, 0), (0, low), (right, low)), strict=True):
        made.paste(colour, (x, y, x + right, y + low))
    return made


def taken(turn: int, kind: str, width: int, height: int) -> bytes:
    """As the camera wrote it."""
    image, exif, out = upright(width, height), Image.Exif(), io.BytesIO()
    if (stored := TURNS[turn]) is not None:
        image = image.transpose(stored)
    exif[0x0112] = turn
    image.save(out, kind, exif=exif)
    return out.getvalue()


def corners(image: Image.Image) -> tuple[str, ...]:
    """The colours that are seen there, by the nearest of CORNERS."""
    width, height = image.size
    named = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    found = []
    for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)):
        seen = image.convert("RGB").getpixel((int(width * x), int(height * y)))
        assert isinstance(seen, tuple)
        found.append(min(named, key=lambda name, seen=seen: dist(named[name], seen)))  # type: ignore[misc]  # bound by its default
    return tuple(found)


def image_of(picture: Picture) -> Image.Image:
    return Image.frombytes(picture.mode, (picture.width, picture.height), picture.pixels)


def looked_at(alice: Reader, attachment: Attachment) -> tuple[Image.Image, Image.Image]:
    """In the bubble, and in the viewer."""
    media, found = alice.chat.desk.media, list[Picture]()
    alice.bridge.run(lambda: media.preview(attachment, 80, 40), found.append, alice.faults.append)
    alice.until(lambda: len(found) == 1 or alice.faults)
    alice.bridge.run(lambda: media.whole(attachment, lambda _: None), found.append, alice.faults.append)
    alice.until(lambda: len(found) == 2 or alice.faults)
    small, whole = map(image_of, found)
    return small, whole


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sent_stands_upright(alice: Reader, bob: Client, tmp_path: Path, kind: str) -> None:
    paths = []
    for turn in TURNS:
        for size in ((120, 60), (1200, 600)):
            paths.append(tmp_path / f"{turn}-{size[0]}.{kind.lower()}")
            paths[-1].write_bytes(taken(turn, kind, *size))
    for some in (paths[:8], paths[8:]):
        for attachment in bob.send("alice", "", attachments=some).attachments:
            assert attachment.width == 2 * attachment.height, attachment.name
            for shown in looked_at(alice, attachment):
                assert shown.width == 2 * shown.height, attachment.name
                assert corners(shown) == CORNERS, attachment.name


def test_a_face_stands_upright(alice: Reader, bob: Client, tmp_path: Path) -> None:
    for turn in TURNS:
        (tmp_path / "face.jpg").write_bytes(taken(turn, "JPEG", 700 + turn, 700 + turn))
        bob.set_profile(picture=tmp_path / "face.jpg")
        picture = bob.profile("bob").picture
        found = list[bytes]()
        alice.bridge.run(
            lambda picture=picture: alice.chat.desk.media.person("bob", picture),  # type: ignore[misc]  # bound by its default
            found.append,
            alice.faults.append,
        )
        alice.until(lambda found=found: found or alice.faults)  # type: ignore[misc]  # the same
        assert corners(Image.open(io.BytesIO(found[0]))) == CORNERS, turn


@pytest.mark.parametrize("kind", [*KINDS, "TIFF"])
def test_what_is_pasted_stands_upright(alice: Reader, bob: Client, tmp_path: Path, kind: str) -> None:
    for turn in TURNS:
        with Image.open(io.BytesIO(taken(turn, kind, 120, 60))) as copied:
            copied.load()
            path = desk_pasted._write_image(tmp_path, copied, datetime.now(UTC))
        (attachment,) = bob.send("alice", "", attachments=[path]).attachments
        for shown in looked_at(alice, attachment):
            assert (shown.size[0] == 2 * shown.size[1], corners(shown)) == (True, CORNERS), (kind, turn)
