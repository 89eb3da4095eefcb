"""Lines that are being filled with words, one after the other. Pure: what is as wide as what, it is told. Device pixels."""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from hubbub.client.gui.model.markup import Span
from hubbub.client.gui.timeline.order import Piece, arranged

Face = Literal["plain", "bold", "code"]
"""What fonts there are."""
SPARED: Final = 4
"""Lines that a fold hides at least."""


class Sizes(NamedTuple):
    """What the fonts are like."""

    measure: Callable[[str, Face], int]
    line: int
    """The height of a line."""
    code_line: int
    emoji: int
    """The side of an emoji."""
    pad: int
    """Between a block of code and the edge of its ground; half of it beside a piece of code."""
    gap: int
    """Above and below a block of code."""


class Run(NamedTuple):
    """What is drawn in one go."""

    x: int
    y: int
    width: int
    text: str
    span: Span
    emoji: bool = False
    rtl: bool = False
    """Its characters run from right to left."""
    right: bool = False
    """Its place is counted from the right: it keeps its distance from there where the text gets more room."""


class Ground(NamedTuple):
    """What lies behind code."""

    x: int
    y: int
    width: int
    height: int
    block: bool
    language: str = ""
    """Of a block."""
    right: bool = False
    """As of a Run."""


class Laid(NamedTuple):
    """A text with its lines broken."""

    width: int
    height: int
    last: int
    """Where the last line ends, if something may stand behind it; else the width that was given."""
    runs: list[Run]
    grounds: list[Ground]
    folded: bool
    """There is more."""
    rtl: bool = False
    """The last line is of a paragraph that runs from right to left, and ends at the left."""


Word = list[Piece]
"""What no line is broken in, where there is another place."""


class Full(Exception):
    """There is no line left."""


class Paper:
    """What was laid by now, and the line that is being filled."""

    def __init__(self, width: int, sizes: Sizes, lines_max: int | None) -> None:
        self.width, self.sizes, self.lines_max = width, sizes, lines_max
        self.runs: list[Run] = []
        self.grounds: list[Ground] = []
        self.x = self.y = self.furthest = self.lines = 0
        self.line: list[Piece] = []
        self.blank: Piece | None = None
        """A space that is drawn if something follows it on its line."""
        self.begun = False
        self.last: int | None = None
        self.fold = 0
        """Where it ends if it turns out to be too long."""
        self.rtl = self.mixed = False
        """The paragraph runs from right to left; something in it does."""

    def put(self, word: Word) -> None:
        """A word, in this line or the next one."""
        wide = sum([piece.width for piece in word])
        space = self.blank.width if self.blank else 0
        if self.x + space + wide > self.width and self.x:
            self.end_line()
        if wide > self.width:
            self._put_in_pieces(word)
        else:
            self._append(word)

    def end_line(self) -> None:
        """What comes now comes in the next line."""
        if self.begun:
            self._write()
            self.y += self.sizes.line

    def break_line(self) -> None:
        """The same, also where there is nothing in the line."""
        self.begin()
        self.end_line()

    def begin(self) -> None:
        """There is a line, even if it is empty."""
        if not self.begun:
            self.count_line()
            self.begun = True

    def count_line(self) -> None:
        """Raises Full where there is none left."""
        if self.lines_max is not None and self.lines >= self.lines_max:
            raise Full
        if self.lines_max is not None and self.lines == self.lines_max - SPARED:
            self.fold = self.y
        self.lines += 1

    def laid(self, *, folded: bool) -> Laid:
        """All of it."""
        last = self.last if self.last is not None and not folded else self.width
        below = self.sizes.gap if self.last is None and self.grounds else 0
        if self.spare and any(run.right for run in self.runs):
            self.runs = [run._replace(x=run.x - self.spare * run.right) for run in self.runs]
            self.grounds = [one._replace(x=one.x - self.spare * one.right) for one in self.grounds]
        return Laid(self.furthest, self.y - below, last, self.runs, self.grounds, folded, self.rtl)

    @property
    def spare(self) -> int:
        """Of the width that was given."""
        return max(0, self.width - self.furthest)

    def _append(self, word: Word) -> None:
        self.begin()
        if self.blank is not None:
            self.line.append(self.blank)
            self.x += self.blank.width
            self.blank = None
        self.line.extend(word)
        self.x += sum([piece.width for piece in word])

    def _put_in_pieces(self, word: Word) -> None:
        for piece in word:
            rest = piece
            while rest.width > self.width - self.x:
                count = 0 if rest.emoji else fitting(rest, self.width - self.x, self.sizes)
                if not count and not self.x:
                    count = len(rest.text) if rest.emoji else 1
                if count:
                    self._append([part(rest, rest.text[:count], self.sizes)])
                if count >= len(rest.text):
                    break
                rest = part(rest, rest.text[count:], self.sizes)
                self.end_line()
            else:
                self._append([rest])

    def _write(self) -> None:
        x, line = 0, self._joined()
        if self.mixed:
            x = self._write_mixed(line)
        else:
            for piece in line:
                self._write_piece(x, piece)
                x += piece.width
        self.furthest, self.last = max(self.furthest, x), x
        self.line, self.x, self.blank, self.begun = [], 0, None, False

    def _joined(self) -> list[Piece]:
        """Neighbours of one kind are drawn in one go."""
        joined: list[Piece] = []
        for piece in self.line:
            last = joined[-1] if joined else None
            if last is not None and last.span is piece.span and not (last.emoji or piece.emoji):
                joined[-1] = Piece(last.text + piece.text, last.width + piece.width, piece.span, False)
            else:
                joined.append(piece)
        return joined

    def _write_mixed(self, line: list[Piece]) -> int:
        """In the order that is seen; what is drawn comes in the order of what is said. How wide it is."""
        spots = arranged(line, self.rtl, lambda piece, text: part(piece, text, self.sizes))
        wide = sum(spot.piece.width for spot in spots)
        x, first = max(0, self.width - wide) if self.rtl else 0, len(self.runs)
        places = []
        for spot in spots:
            if self._write_piece(x, spot.piece, spot.rtl, self.rtl):
                places.append(spot.place)
            x += spot.piece.width
        runs = self.runs[first:]
        self.runs[first:] = [runs[at] for at in sorted(range(len(runs)), key=places.__getitem__)]
        return wide

    def _write_piece(self, x: int, piece: Piece, rtl: bool = False, right: bool = False) -> bool:
        """Whether there is something to be seen."""
        text, width, span, emoji = piece
        if span.kind == "code":
            pad = (width - self.sizes.measure(text, "code")) // 2  # none where it is longer than a line
            self.grounds.append(Ground(x, self.y, width, self.sizes.line, False, right=right))
            self.runs.append(Run(x + pad, self.y, width - 2 * pad, text, span, emoji, rtl, right))
        elif text.strip():
            self.runs.append(Run(x, self.y, width, text, span, emoji, rtl, right))
        else:
            return False
        return True


def face_of(span: Span) -> Face:
    """The font of a span."""
    return "code" if span.kind in ("code", "block") else "bold" if span.bold or span.kind == "me" else "plain"


def fitting(piece: Piece, room: int, sizes: Sizes) -> int:
    """How many characters of it are not wider than that."""
    if room <= 0:
        return 0
    low, high, face, text = 0, len(piece.text), face_of(piece.span), piece.text
    guess = max(1, len(text) * room // max(1, piece.width))
    high = min(high, 4 * guess + 8) if len(text) > 64 else high
    room -= sizes.pad // 2 * 2 if piece.span.kind == "code" else 0
    while low < high:
        middle = (low + high + 1) // 2
        if sizes.measure(text[:middle], face) <= room:
            low = middle
        else:
            high = middle - 1
    return low


def part(piece: Piece, text: str, sizes: Sizes) -> Piece:
    width = piece.width if piece.emoji else sizes.measure(text, face_of(piece.span))
    if piece.span.kind == "code":
        width += sizes.pad // 2 * 2
    return Piece(text, width, piece.span, piece.emoji)
