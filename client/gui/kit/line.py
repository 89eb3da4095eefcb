"""One line of what people wrote: text and emoji side by side, cut with an ellipsis where there is no more room."""

import dataclasses
import re
import tkinter as tk
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable
from itertools import accumulate
from typing import Any, Final

from hubbub.client.gui.kit import bidi
from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.emoji import Emoji, EmojiPictures, pieces
from hubbub.client.gui.kit.theme import ROLES, Theme, Weight

_ELLIPSIS: Final = "…"
_KEPT: Final = 2_000
_BREAKS: Final = re.compile(r"[\s\u2028\u2029]+")
_LARGER: Final = 1.3  # an emoji is this much larger than its line's type


_Part = tuple[str | Emoji, int]
"""And its width."""


Marked = list[tuple[str, bool]]
"""Pieces of a line, some of which bear a mark."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Spot:
    """A piece and where it starts, device pixels from the line's start."""

    x: int
    piece: str | Emoji


@dataclasses.dataclass(frozen=True, slots=True)
class Laid:
    """A line as it fits. `width`: what it takes of the room."""

    spots: tuple[_Spot, ...]
    width: int
    cut: bool


class Lines:
    """`theme.part(Lines)`: lays lines out, and remembers how."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._kept: OrderedDict[tuple[object, ...], Laid] = OrderedDict()
        theme.on_change(self._kept.clear)

    def lay(
        self,
        text: str,
        role: str,
        weight: Weight | None = None,
        italic: bool = False,
        width: int | None = None,
    ) -> Laid:
        """width: the room in device pixels, None for as much as it takes. Line breaks become spaces."""
        key = (text, role, weight, italic, width, self._theme.text_scale)
        laid = self._kept.get(key)
        if laid is None:
            laid = self._kept[key] = self._lay(_BREAKS.sub(" ", text[:2000]), role, weight, italic, width)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return laid

    def ordered(self, parts: Marked, rtl: bool) -> Marked:
        """Pieces of a line, each of which is then drawn by itself, from left to right as they are seen: some bear a mark, and what is on
        both sides of its edge may stand elsewhere. rtl: of the paragraph."""
        line = "".join([text for text, _ in parts])
        if not bidi.has_rtl(line):
            return parts
        edges = [0, *accumulate(len(text) for text, _ in parts)]
        ordered: Marked = []
        for start, end, backwards in bidi.pieces_of(line, rtl, edges):
            text, mark = line[start:end], parts[bisect_right(edges, start) - 1][1]
            ordered.append((self._turned(text) if backwards and not bidi.has_rtl(text) else text, mark))
        return ordered

    def _turned(self, text: str) -> str:
        """Signs that no letter tells to which side they run."""
        turned = [
            str(one) if isinstance(one, Emoji) else self._theme.drawn(one, True) for one in pieces(text)
        ]
        return "".join(reversed(turned))

    def emoji_size(self, role: str) -> int:
        """Device pixels of an emoji's square in a line of that role."""
        return round(ROLES[role][0] * self._theme.scale * self._theme.text_scale * _LARGER)

    def _lay(self, text: str, role: str, weight: Weight | None, italic: bool, room: int | None) -> Laid:
        font, shaped = self._theme.font(role, weight, italic), self._theme.shaped

        def measure(text: str) -> int:
            return font.measure(shaped(text))

        def place(parts: list[_Part], *, cut: bool) -> Laid:
            return _place(self._ordered(parts, bidi.is_rtl(text), measure) if mixed else parts, cut=cut)

        mixed = bidi.has_rtl(text)
        side = self.emoji_size(role) + self._theme.px(1)
        dots = font.measure(_ELLIPSIS)
        parts = [(piece, side if isinstance(piece, Emoji) else measure(piece)) for piece in pieces(text)]
        if room is None or sum(width for _, width in parts) <= room:
            return place(parts, cut=False)
        left = room - dots
        kept: list[_Part] = []
        for piece, width in parts:
            if width <= left:
                kept.append((piece, width))
                left -= width
                continue
            if isinstance(piece, str):
                part = _fitting(piece, measure, left)
                kept.append((part, measure(part)))
            break
        return place([*kept, (_ELLIPSIS, dots)] if room >= dots else [], cut=True)

    def _ordered(self, parts: list[_Part], rtl: bool, measure: Callable[[str], int]) -> list[_Part]:
        """From left to right as they are seen."""
        line, emoji = "", {}
        for part in parts:
            if isinstance(part[0], Emoji):
                emoji[len(line)] = part
            line += bidi.OBJECT if isinstance(part[0], Emoji) else part[0]
        cuts = [*emoji, *(at + 1 for at in emoji)]
        return [
            emoji.get(start) or (self._theme.drawn(line[start:end], backwards), measure(line[start:end]))
            for start, end, backwards in bidi.pieces_of(line, rtl, cuts)
        ]


def _place(parts: list[_Part], *, cut: bool) -> Laid:
    spots, x = [], 0
    for piece, width in parts:
        spots.append(_Spot(x, piece))
        x += width
    return Laid(tuple(spots), x, cut)


def _fitting(text: str, measure: Callable[[str], int], room: int) -> str:
    """The longest start of text that fits, without a space at its end."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip()


def emoji_line(
    canvas: Drawn,
    text: str,
    x: float,
    y: float,
    role: str = "body",
    colour: str = "text",
    *,
    weight: Weight | None = None,
    italic: bool = False,
    width: int | None = None,
    tags: Any = (),
) -> int:
    """Draws a line with its left end at x and its middle at y; answers how wide it came out, in device pixels."""
    theme = canvas.theme
    lines = theme.part(Lines)
    laid = lines.lay(text, role, weight, italic, width)
    font, fill = theme.font(role, weight, italic), theme.colour(colour)
    size = lines.emoji_size(role)
    for spot in laid.spots:
        if isinstance(spot.piece, str):
            canvas.create_text(x + spot.x, y, text=spot.piece, font=font, fill=fill, anchor="w", tags=tags)
        else:
            photo = theme.part(EmojiPictures).image(spot.piece.sequence, size)
            if photo is None:
                photo = canvas.pictures.rounded(size, size, theme.px(3), None, "faint")
            canvas.put(photo, x + spot.x, round(y - size / 2), tags=tags)
    return laid.width


class LineLabel(Drawn):
    """A line of what people wrote as a widget: takes the width that it is given and cuts what does not fit."""

    def __init__(
        self,
        parent: tk.Misc,
        text: str = "",
        role: str = "body",
        *,
        weight: Weight | None = None,
        colour: str = "text",
        ground: str | None = None,
        name: str | None = None,
    ) -> None:
        self.text = text
        self._role = role
        self._weight: Weight | None = weight
        self._colour = colour
        super().__init__(parent, 1, 1, ground=ground, **({"name": name} if name else {}))
        self._fit()

    def set(self, text: str | None = None, *, colour: str | None = None) -> None:
        """What is None stays."""
        if (text is None or text == self.text) and (colour is None or colour == self._colour):
            return
        self.text = self.text if text is None else text
        self._colour = colour or self._colour
        self._fit()

    def restyle(self) -> None:
        self.configure(bg=self.theme.colour(self.ground))
        self._fit()

    def draw(self) -> None:
        width, height = self.extent
        emoji_line(self, self.text, 0, height / 2, self._role, self._colour, weight=self._weight, width=width)

    def _fit(self) -> None:
        lines = self.theme.part(Lines)
        wanted = lines.lay(self.text, self._role, self._weight).width
        height = max(self.theme.line_height(self._role), lines.emoji_size(self._role))
        self.resize(wanted, height)
        self.redraw()
