"""Makes the emoji of the window: `python -m hubbub.client.gui.kit.emoji_pack FONT DATA`, for those who build Hubbub.

FONT is Noto Color Emoji, DATA the file en/data.json of emojibase-data (Unicode's and CLDR's names, groups and words
in one file). Needs a Pillow with libraqm. Beside the sequences it draws each lone code point that the font has,
for Tk must never be given one.
"""

import dataclasses
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
from PIL import Image, ImageDraw, ImageFont, features

from hubbub.client.gui.kit.emoji import INDEX, PACK, SIDE
from hubbub.client.gui.kit.fonts import ASSETS

_STRIKE: Final = 109  # the one size that the font has bitmaps of, in pixels
_QUALITY: Final = 60  # of colour and of edges: 5.8 MB in all
_GROUPS: Final = (
    "Smileys", "People", "", "Animals and nature", "Food and drink", "Travel and places", "Activities", "Objects",
    "Symbols", "Flags",
)  # fmt: skip
_ALONE: Final = (*range(0x2300, 0x3300), *range(0x1F000, 0x1FB00))


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """group is empty for what a picker does not show: skin tones, parts of sequences."""

    sequence: str
    name: str
    group: str = ""
    words: tuple[str, ...] = ()


def wanted(data: list[dict[str, Any]]) -> Iterator[Wanted]:
    """All emoji in Unicode's order, each before its skin tones."""
    for entry in sorted(data, key=lambda entry: entry.get("order", 1_000_000)):
        group = _GROUPS[entry["group"]] if "group" in entry else ""
        yield Wanted(_qualified(entry), entry["label"], group, tuple(entry.get("tags", ())))
        for skin in entry.get("skins", ()):
            yield Wanted(skin["emoji"], skin["label"])


def _qualified(entry: dict[str, Any]) -> str:
    """As Unicode writes it: no variation selector on what is a picture without one, so that reactions match."""
    sequence = str(entry["emoji"])
    return sequence[0] if entry.get("type") == 1 and sequence[1:] == "\ufe0f" else sequence


class Drawer:
    """Draws with the bitmaps of the font."""

    def __init__(self, font: Path) -> None:
        self._font = ImageFont.truetype(font, _STRIKE, layout_engine=ImageFont.Layout.RAQM)
        self._missing = self._raw("\U000e0fff")
        self._one = self._font.getlength("\U0001f600")

    def draw(self, sequence: str) -> bytes | None:
        """WebP; None for what the font has not, or would draw as several."""
        if self._font.getlength(sequence) != self._one:
            return None
        image = self._raw(sequence)
        if image.getbbox() is None or image.tobytes() == self._missing.tobytes():
            return None
        file = io.BytesIO()
        small = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        small.save(file, "WEBP", quality=_QUALITY, alpha_quality=_QUALITY, method=6)
        return file.getvalue()

    def _raw(self, sequence: str) -> Image.Image:
        side = int(self._font.getlength("\U0001f600"))
        image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        draw = ImageDraw.Draw(image)
        box = draw.textbbox((0, 0), "\U0001f600", font=self._font, embedded_color=True)
        draw.text((0, (side - box[3] - box[1]) / 2), sequence, font=self._font, embedded_color=True)
        return image


@click.command()
@click.argument("font", type=click.Path(exists=True, path_type=Path))
@click.argument("data", type=click.Path(exists=True, path_type=Path))
def main(font: Path, data: Path) -> None:
    """Writes the pack and its index into the assets."""
    if not features.check("raqm"):
        raise click.ClickException("This Pillow has no libraqm: it would draw sequences in pieces.")
    drawer = Drawer(font)
    named = list(wanted(json.loads(data.read_text("utf-8"))))
    known = {entry.sequence.replace("\ufe0f", "") for entry in named}
    alone = [Wanted(chr(code), "") for code in _ALONE if chr(code) not in known]
    lines, pictures = [], []
    for entry in (*named, *alone):
        picture = drawer.draw(entry.sequence)
        if picture:
            words = " ".join(entry.words)
            lines.append(f"{entry.sequence}\t{len(picture)}\t{entry.group}\t{entry.name}\t{words}\n")
            pictures.append(picture)
    (ASSETS / PACK).write_bytes(b"".join(pictures))
    (ASSETS / INDEX).write_text("".join(lines), "utf-8", newline="\n")
    click.echo(f"{len(lines)} emoji, {sum(map(len, pictures)) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
