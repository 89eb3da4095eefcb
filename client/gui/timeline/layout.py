"""Where each piece of a text stands: lines are broken here. Pure: what is as wide as what, it is told. Device pixels."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

from hubbub.client.gui.model.markup import Span

Face = Literal["plain", "bold", "code"]
"""What fonts there are."""
Cut = Callable[[str], Sequence[tuple[str, bool]]]
"""A text in pieces, of which some are an emoji."""

LINES_MAX: Final = 30
"""A text with more lines is folded, unless that would hide but a few."""
_SPARED: Final = 4
_TAB: Final = 4

_BREAK: Final = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CJK: Final = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_WORD: Final = re.compile(rf"\s+|[{_CJK}]|[^\s{_CJK}]+")
_EAST: Final = "\u2e7f"
"""Behind it come the scripts that write no spaces."""
_CLOSING: Final = frozenset("、。，．！？：；）」』】〉》…,.;:!?)")
"""What no line of Chinese or Japanese begins with."""


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
    plain: bool = True
    """It is neither code nor has a target: for whoever draws."""


class Ground(NamedTuple):
    """What lies behind code."""

    x: int
    y: int
    width: int
    height: int
    block: bool
    language: str = ""
    """Of a block."""


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


class Piece(NamedTuple):
    """A part of a word: of one span, and an emoji or not."""

    text: str
    width: int
    span: Span
    emoji: bool


Word = list[Piece]
"""What no line is broken in, where there is another place."""


def lay(spans: Sequence[Span], width: int, sizes: Sizes, cut: Cut, lines_max: int | None = LINES_MAX) -> Laid:
    """Break the lines of a text. lines_max: fold it there; None: show all of it."""
    if (short := _short(spans, width, sizes)) is not None:
        return short
    paper = _Paper(width, sizes, None if lines_max is None else lines_max + _SPARED)
    try:
        for block, part in _parts(spans):
            if block:
                _lay_block(paper, part[0])
            else:
                _lay_text(paper, part, cut)
    except _Full:
        return _folded(paper.laid(folded=True), paper.fold)
    return paper.laid(folded=False)


def _folded(laid: Laid, bottom: int) -> Laid:
    """What lies above."""
    runs = [run for run in laid.runs if run.y < bottom]
    grounds = [
        ground._replace(height=min(ground.height, bottom - ground.y))
        for ground in laid.grounds
        if ground.y < bottom
    ]
    return laid._replace(height=bottom, runs=runs, grounds=grounds)


def _short(spans: Sequence[Span], width: int, sizes: Sizes) -> Laid | None:
    """Most messages: one line of plain words."""
    if len(spans) != 1 or (span := spans[0]).kind != "plain" or span.bold:
        return None
    text = span.shown
    if len(text) * 4 > width or not text.isascii() or not text.isprintable():
        return None
    text = text.rstrip()
    taken = sizes.measure(text, "plain")
    if taken > width:
        return None
    return Laid(taken, sizes.line, taken, [Run(0, 0, taken, text, span)], [], False)


def _parts(spans: Sequence[Span]) -> Iterator[tuple[bool, list[Span]]]:
    """Blocks of code, and what lies between them."""
    text: list[Span] = []
    for span in spans:
        if span.kind == "block":
            if text:
                yield False, text
            yield True, [span]
            text = []
        else:
            text.append(span)
    if text:
        yield False, text


class _Full(Exception):
    """There is no line left."""


class _Paper:
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
        """Raises _Full where there is none left."""
        if self.lines_max is not None and self.lines >= self.lines_max:
            raise _Full
        if self.lines_max is not None and self.lines == self.lines_max - _SPARED:
            self.fold = self.y
        self.lines += 1

    def laid(self, *, folded: bool) -> Laid:
        """All of it."""
        last = self.last if self.last is not None and not folded else self.width
        below = self.sizes.gap if self.last is None and self.grounds else 0
        return Laid(self.furthest, self.y - below, last, self.runs, self.grounds, folded)

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
                fitting = 0 if rest.emoji else _fitting(rest, self.width - self.x, self.sizes)
                if not fitting and not self.x:
                    fitting = len(rest.text) if rest.emoji else 1
                if fitting:
                    self._append([_part(rest, rest.text[:fitting], self.sizes)])
                if fitting >= len(rest.text):
                    break
                rest = _part(rest, rest.text[fitting:], self.sizes)
                self.end_line()
            else:
                self._append([rest])

    def _write(self) -> None:
        """Neighbours of one kind are drawn in one go."""
        x, start = 0, 0
        line = self.line
        while start < len(line):
            first, end = line[start], start + 1
            width, text = first.width, first.text
            while end < len(line) and line[end].span is first.span and not (first.emoji or line[end].emoji):
                width += line[end].width
                text += line[end].text
                end += 1
            self._write_run(x, width, text, first)
            x, start = x + width, end
        self.furthest, self.last = max(self.furthest, x), x
        self.line, self.x, self.blank, self.begun = [], 0, None, False

    def _write_run(self, x: int, width: int, text: str, piece: Piece) -> None:
        span = piece.span
        plain = span.kind in ("plain", "block")
        if span.kind == "code":
            pad = (width - self.sizes.measure(text, "code")) // 2  # none where it is longer than a line
            self.grounds.append(Ground(x, self.y, width, self.sizes.line, False))
            self.runs.append(Run(x + pad, self.y, width - 2 * pad, text, span, piece.emoji, False))
        elif text.strip():
            self.runs.append(Run(x, self.y, width, text, span, piece.emoji, plain))


def face_of(span: Span) -> Face:
    """The font of a span."""
    return "code" if span.kind in ("code", "block") else "bold" if span.bold or span.kind == "me" else "plain"


def _fitting(piece: Piece, room: int, sizes: Sizes) -> int:
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


def _part(piece: Piece, text: str, sizes: Sizes) -> Piece:
    width = piece.width if piece.emoji else sizes.measure(text, face_of(piece.span))
    if piece.span.kind == "code":
        width += sizes.pad // 2 * 2
    return Piece(text, width, piece.span, piece.emoji)


# ------------------------------------------------------------------------------------------------------- text


def _lay_text(paper: _Paper, spans: Sequence[Span], cut: Cut) -> None:
    below_block = bool(paper.lines)
    for number, line in enumerate(_lines(spans)):
        if below_block and number == 0 and _is_blank(line):
            continue  # it ends the line of the marks
        _lay_line(paper, line, cut)
        paper.break_line()


def _is_blank(line: Sequence[tuple[str, Span]]) -> bool:
    return not any(text and not text.isspace() for text, _ in line)


def _lines(spans: Sequence[Span]) -> Iterator[list[tuple[str, Span]]]:
    """Without the blanks at the end."""
    line: list[tuple[str, Span]] = []
    for span in spans:
        text, place = span.shown.rstrip() if span is spans[-1] else span.shown, 0
        for match in _BREAK.finditer(text):
            line.append((text[place : match.start()], span))
            yield line
            line, place = [], match.end()
        line.append((text[place:] if place else text, span))
    yield line


def _lay_line(paper: _Paper, line: Sequence[tuple[str, Span]], cut: Cut) -> None:
    word: Word = []
    for text, span in line:
        if span.kind == "code" and (width := paper.sizes.measure(text, "code")) < paper.width // 2:
            word.append(Piece(text, width + paper.sizes.pad // 2 * 2, span, False))
            continue
        for piece in _pieces(text, span, paper.sizes, cut):
            blank = not piece.emoji and piece.text.isspace()
            if blank or _may_break(word, piece):
                if word:
                    paper.put(word)
                word = []
            if blank:
                _blank(paper, piece)
            else:
                word.append(piece)
    if word:
        paper.put(word)


def _may_break(word: Word, piece: Piece) -> bool:
    """Between these two a line may end although there is no space."""
    if not word:
        return False
    if piece.emoji or word[-1].emoji:
        return True
    first, last = piece.text[0], word[-1].text[-1]
    return first not in _CLOSING and (first > _EAST or last > _EAST)


def _blank(paper: _Paper, piece: Piece) -> None:
    """Spaces at the beginning of a line stay, those at its end take no room."""
    if paper.x == 0 and paper.blank is None and not paper.begun:
        paper.put([piece]) if piece.width < paper.width else None
    elif paper.blank is None:
        paper.blank = piece


def _pieces(text: str, span: Span, sizes: Sizes, cut: Cut) -> Iterator[Piece]:
    face = face_of(span)
    parts = ((text, False),) if text.isascii() or span.kind == "code" else cut(text)
    for part, emoji in parts:
        if emoji:
            yield Piece(part, sizes.emoji, span, True)
            continue
        for match in _WORD.finditer(part):
            word = match[0].expandtabs(_TAB) if "\t" in match[0] else match[0]
            yield Piece(word, sizes.measure(word, face), span, False)


# ------------------------------------------------------------------------------------------------------- blocks


def _lay_block(paper: _Paper, span: Span) -> None:
    sizes = paper.sizes
    paper.end_line()
    top = paper.y + (sizes.gap if paper.lines else 0)
    paper.y = top + sizes.pad
    room, widest = paper.width - 2 * sizes.pad, 0
    try:
        for line in _BREAK.split(span.shown):
            for text, width in _code_lines(line.expandtabs(_TAB), room, sizes):
                paper.count_line()
                if text.strip():
                    paper.runs.append(Run(sizes.pad, paper.y, width, text, span))
                widest = max(widest, width)
                paper.y += sizes.code_line
    finally:
        paper.y += sizes.pad
        width = min(paper.width, widest + 2 * sizes.pad)
        paper.grounds.append(Ground(0, top, width, paper.y - top, True, span.language))
        paper.furthest = max(paper.furthest, width)
        paper.y += sizes.gap
        paper.last = None


def _code_lines(line: str, room: int, sizes: Sizes) -> Iterator[tuple[str, int]]:
    """Lines of code are cut anywhere: what stands below what matters more than words."""
    measure = sizes.measure
    while (width := measure(line, "code")) > room:
        piece = Piece(line, width, Span("block", "", ""), False)
        fitting = max(1, _fitting(piece, room, sizes))
        if fitting >= len(line):
            break
        yield line[:fitting], measure(line[:fitting], "code")
        line = line[fitting:]
    yield line, width
