"""Emoji in text: where they are, how they look, what they are called. Tk never gets to see one.

Tk's own colour emoji break the layout on X11, and a Pillow without libraqm cannot join sequences, so they are drawn
beforehand (emoji_pack.py) and cut here from a file that is read on the first emoji.
"""

import dataclasses
import functools
import io
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from PIL import Image, UnidentifiedImageError, WebPImagePlugin

from hubbub.client.gui.kit.fonts import ASSETS
from hubbub.client.gui.kit.pictures import Photo, Pictures
from hubbub.client.gui.kit.theme import Theme

INDEX: Final = "emoji.txt"
PACK: Final = "emoji.pack"
SIDE: Final = 72  # pixels of a picture in the pack
_MAYBE: Final = re.compile("[\u00a9\u00ae\u200d\u203c-\u3299\ufe0f\U0001f000-\U0001faff]")
_WORD: Final = re.compile(r"\w+")
_VARIATION: Final = "\ufe0f"
TONES: Final = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""What gives the emoji before it a skin tone, from light to dark."""
_FORMATS: Final = (
    WebPImagePlugin.WebPImageFile.format,
)  # known from its import on: no search in all plugins, 25 ms
_PLANE: Final = range(0x1F000, 0x1FB00)  # all of it is emoji to some font, known to the pack or not


@dataclasses.dataclass(frozen=True, slots=True)
class Emoji:
    """One emoji as it stands in a text; name is empty for one that the pack does not know."""

    sequence: str
    name: str = ""

    def __str__(self) -> str:
        return self.sequence


class _Entry(NamedTuple):
    sequence: str
    name: str
    group: str
    words: str
    offset: int
    length: int


class _Known:
    """The index: one line an emoji, `sequence TAB length TAB group TAB name TAB words`, in the order of the pack."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.entries: dict[str, _Entry] = {}  # by sequence, with and without variation selectors
        self.in_order: list[_Entry] = []
        offset = 0
        for line in lines:
            sequence, length, group, name, words = line.split("\t")
            entry = _Entry(sequence, name, group, words, offset, int(length))
            offset += entry.length
            self.in_order.append(entry)
            self.entries[sequence] = entry
            if _VARIATION in sequence:
                self.entries.setdefault(sequence.replace(_VARIATION, ""), entry)
        self.longest = max(map(len, self.entries), default=0)
        self.starts = frozenset(sequence[0] for sequence in self.entries)

    def match(self, text: str, at: int) -> tuple[str, _Entry] | None:
        """The longest emoji that starts at that place."""
        if text[at] not in self.starts:
            return None
        for end in range(min(len(text), at + self.longest), at, -1):
            found = self.entries.get(text[at:end])
            if found and not _is_plain(text[at:end]):
                return text[at:end], found
        return None


def _is_plain(piece: str) -> bool:
    """Digits, signs and arrows are letters like others until a variation selector asks for the picture."""
    return len(piece) == 1 and (piece < "\u2300" or "\u25aa" <= piece <= "\u25fc")


@functools.cache
def _known() -> _Known:
    try:
        return _Known((ASSETS / INDEX).read_text("utf-8").splitlines())
    except FileNotFoundError:
        return _Known([])


def pieces(text: str) -> list[str | Emoji]:
    """The text cut into stretches that Tk may draw and emoji that it may not; nothing of it is lost."""
    if text.isascii() or not _MAYBE.search(text):
        return [text] if text else []
    found: list[str | Emoji] = []
    plain = at = 0
    while at < len(text):
        emoji = _emoji_at(text, at)
        if emoji is None:
            at += 1
            continue
        if plain < at:
            found.append(text[plain:at])
        found.append(emoji)
        at += len(emoji.sequence)
        plain = at
    if plain < len(text):
        found.append(text[plain:])
    return found


def _emoji_at(text: str, at: int) -> Emoji | None:
    matched = _known().match(text, at)
    if matched:
        sequence, entry = matched
        if text[at + len(sequence) : at + len(sequence) + 1] == _VARIATION:
            sequence += _VARIATION
        return Emoji(sequence, entry.name)
    return Emoji(text[at]) if ord(text[at]) in _PLANE else None


def only_emoji(text: str, most: int = 3) -> bool:
    """Whether a message is nothing but 1 to `most` emoji, to be shown large."""
    found = [piece for piece in pieces(text) if not (isinstance(piece, str) and not piece.strip())]
    return 0 < len(found) <= most and all(isinstance(piece, Emoji) for piece in found)


def search(words: str, most: int = 60) -> list[Emoji]:
    """Emoji whose names or words begin with each of `words`, those whose name does so first; "" gives none."""
    asked = words.lower().split()
    if not asked:
        return []
    hits = [
        entry
        for entry, known in zip(_known().in_order, _searched(), strict=True)
        if entry.group and all(any(word.startswith(part) for word in known) for part in asked)
    ]
    hits.sort(key=lambda entry: not entry.name.lower().startswith(asked[0]))  # stable: Unicode's order within
    return [Emoji(entry.sequence, entry.name) for entry in hits[:most]]


@functools.cache
def _searched() -> list[list[str]]:
    return [_WORD.findall(f"{entry.name} {entry.words}".lower()) for entry in _known().in_order]


def groups() -> dict[str, list[Emoji]]:
    """All for a picker, without skin tones, by Unicode's groups in Unicode's order."""
    found: dict[str, list[Emoji]] = {}
    for entry in _known().in_order:
        if entry.group:
            found.setdefault(entry.group, []).append(Emoji(entry.sequence, entry.name))
    return found


def tones(sequence: str) -> list[Emoji]:
    """An emoji without a skin tone and in the five of them, from light to dark; empty: it has none. Of people together all have one."""
    entry = _entry(_untoned(sequence))
    return _tones().get(entry.sequence, []) if entry else []


def toned(found: Emoji, tone: int) -> Emoji:
    """In that tone, 1 to 5, or in none, 0; what has no tones stays as it is."""
    return members[tone] if (members := tones(found.sequence)) else found


def tone_of(sequence: str) -> int:
    """Which one it has; 0: none."""
    return next((TONES.index(letter) + 1 for letter in sequence if letter in TONES), 0)


def _untoned(sequence: str) -> str:
    plain = "".join(letter for letter in sequence if letter not in TONES)
    return plain if plain in _known().entries or plain == sequence else sequence


@functools.cache
def _tones() -> dict[str, list[Emoji]]:
    """By the sequence without: it comes first in the index, and its tones follow it."""
    found: dict[str, list[Emoji]] = {}
    base: _Entry | None = None
    for entry in _known().in_order:
        has = {letter for letter in entry.sequence if letter in TONES}
        if not has or entry.sequence in TONES:
            base = entry
        elif base is not None and len(has) == 1:
            row = found.setdefault(base.sequence, [Emoji(base.sequence, base.name)])
            if len(row) == tone_of(entry.sequence):
                row.append(Emoji(entry.sequence, entry.name))
    return {sequence: row for sequence, row in found.items() if len(row) == len(TONES) + 1}


class EmojiPictures:
    """`theme.part(EmojiPictures)`: the emoji of a window as Tk pictures."""

    def __init__(self, theme: Theme) -> None:
        self._pictures = theme.part(Pictures)

    def image(self, sequence: str, size: int) -> Photo | None:
        """The picture in a square of `size` device pixels, None for one that the pack does not have."""
        entry = _entry(sequence)
        if entry is None:
            return None
        return self._pictures.kept(("emoji", entry.sequence, size), lambda: _read(entry, size))


def image(sequence: str, size: int) -> Image.Image | None:
    """The same for Pillow."""
    entry = _entry(sequence)
    return _read(entry, size) if entry else None


def _entry(sequence: str) -> _Entry | None:
    entries = _known().entries
    return entries.get(sequence) or entries.get(sequence.replace(_VARIATION, ""))


def _read(entry: _Entry, size: int) -> Image.Image:
    with (ASSETS / PACK).open("rb") as pack:
        pack.seek(entry.offset)
        raw = pack.read(entry.length)
    try:
        with Image.open(io.BytesIO(raw), formats=_FORMATS) as opened:
            drawn = opened.convert("RGBA")
    except UnidentifiedImageError:  # a Pillow without WebP: an empty place is better than no window
        drawn = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    return drawn if size == SIDE else drawn.resize((size, size), Image.Resampling.LANCZOS)
