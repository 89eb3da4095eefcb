"""A part of a message's text that was marked with the mouse, to be copied. One in a window."""

from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

from hubbub.client.gui.kit.palette import mix
from hubbub.client.gui.kit.theme import Theme
from hubbub.client.gui.timeline.look import Look
from hubbub.client.gui.timeline.paper import face_of
from hubbub.client.gui.timeline.plan import Piece, Weight

if TYPE_CHECKING:
    from hubbub.client.gui.timeline.bubble import BubbleView

TAG: Final = "marked"
_SHARE: Final = 0.32
"""How much of the accent is in what is marked."""


class _Stretch(NamedTuple):
    """A piece of the text on the screen, and where in the whole it begins."""

    piece: Piece
    begin: int


class Marking:
    """`theme.part(Marking)`."""

    def __init__(self, theme: Theme) -> None:
        self._look = theme.part(Look)
        self._view: BubbleView | None = None
        self._whole = ""
        self._stretches: list[_Stretch] = []
        self._anchor = 0
        self._range = (0, 0)

    @property
    def text(self) -> str:
        """What is marked; empty: nothing."""
        return self._whole[slice(*self._range)]

    def begin(self, view: "BubbleView", x: int, y: int) -> None:
        """The button was pressed here: what was marked before is not any more."""
        self.clear()
        if view.pieces:
            self._view = view
            self._whole, self._stretches = _found(view.said, view.pieces)
            self._anchor = self._place(x, y)

    def drag(self, x: int, y: int) -> None:
        """The pointer is here, and the button is held."""
        if self._view is not None and self._stretches:
            one, other = sorted((self._anchor, self._place(x, y)))
            if (one, other) != self._range:
                self._range = (one, other)
                self._draw(self._view)

    def clear(self, view: "BubbleView | None" = None) -> None:
        """Nothing is marked, in this view or in any."""
        if self._view is not None and view in (None, self._view):
            if self._view.winfo_exists():
                self._view.delete(TAG)
            self._view, self._stretches, self._range, self._whole = None, [], (0, 0), ""

    def _place(self, x: int, y: int) -> int:
        """The character of the whole that is nearest."""
        lines = [stretch for stretch in self._stretches if stretch.piece.y <= y]
        if not lines:
            return 0
        top = lines[-1].piece.y
        line = sorted([one for one in lines if one.piece.y == top], key=lambda one: one.piece.x)
        stretch = next((one for one in reversed(line) if one.piece.x <= x), line[0])
        return stretch.begin + self._index(stretch.piece, x - stretch.piece.x)

    def _index(self, piece: Piece, x: int) -> int:
        if piece.rtl:
            x = piece.width - x
        if piece.emoji:
            return len(piece.text) if x > piece.width // 2 else 0
        return bisect_right(range(1, len(piece.text) + 1), x, key=lambda end: self._middle(piece, end))

    def _middle(self, piece: Piece, end: int) -> int:
        """Of the character before `end`."""
        return (self._width(piece, end - 1) + self._width(piece, end)) // 2

    def _width(self, piece: Piece, end: int) -> int:
        if piece.emoji:
            return piece.width if end else 0
        theme = self._look.theme
        return theme.font(*_font(piece)).measure(theme.shaped(piece.text[:end]))

    def _sides(self, piece: Piece, begin: int, end: int) -> tuple[int, int]:
        """Where these characters are."""
        first, last = self._width(piece, begin), self._width(piece, end)
        if piece.rtl:
            return piece.x + piece.width - last, piece.x + piece.width - first
        return piece.x + first, piece.x + last

    def _draw(self, view: "BubbleView") -> None:
        view.delete(TAG)
        begin, end = self._range
        colour = mix(view.fill, self._look.palette.accent, _SHARE)
        for piece, start in self._stretches:
            one, other = max(0, begin - start), min(len(piece.text), end - start)
            if one < other:
                left, right = self._sides(piece, one, other)
                view.create_rectangle(
                    left, piece.y, right, piece.y + piece.height, fill=colour, width=0, tags=TAG
                )
        if view.find_withtag(TAG):
            view.tag_lower(TAG, view.first_text)


def _font(piece: Piece) -> tuple[str, Weight]:
    face = face_of(piece.span)
    return ("mono", "regular") if face == "code" else ("body", "semibold" if face == "bold" else "regular")


def _found(whole: str, pieces: list[Piece]) -> tuple[str, list[_Stretch]]:
    """Where in the whole the pieces are, which stand there in this order; what is drawn otherwise (a tab as spaces) is taken as it is
    drawn."""
    stretches, place = [], 0
    for piece in pieces:
        begin = whole.find(piece.text, place)
        if begin < 0:
            return _joined(pieces)
        stretches.append(_Stretch(piece, begin))
        place = begin + len(piece.text)
    return whole, stretches


def _joined(pieces: list[Piece]) -> tuple[str, list[_Stretch]]:
    whole, stretches, y = "", [], pieces[0].y
    for piece in pieces:
        whole += "\n" if piece.y != y else ""
        y = piece.y
        stretches.append(_Stretch(piece, len(whole)))
        whole += piece.text
    return whole, stretches
