"""Where each piece of a text stands: lines are broken here. Pure: what is as wide as what, it is told. Device pixels."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hubbub.client.gui.kit.bidi import has_rtl, is_rtl
from hubbub.client.gui.model.markup import Span
from hubbub.client.gui.timeline.order import Piece
from hubbub.client.gui.timeline.paper import (
    SPARED,
    Full,
    Ground,
    Laid,
    Paper,
    Run,
    Sizes,
    Word,
    face_of,
    fitting,
)

Cut = Callable[[str], Sequence[tuple[str, bool]]]
"""A text in pieces, of which some are an emoji."""

LINES_MAX: Final = 30
"""A text with more lines is folded, unless that would hide but a few."""
_TAB: Final = 4

_BREAK: Final = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CJK: Final = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_WORD: Final = re.compile(rf"\s+|[{_CJK}]|[^\s{_CJK}]+")
_EAST: Final = "\u2e7f"
"""Behind it come the scripts that write no spaces."""
_CLOSING: Final = frozenset("、。，．！？：；）」』】〉》…,.;:!?)")
"""What no line of Chinese or Japanese begins with."""


def lay(spans: Sequence[Span], width: int, sizes: Sizes, cut: Cut, lines_max: int | None = LINES_MAX) -> Laid:
    """Break the lines of a text. lines_max: fold it there; None: show all of it."""
    if (short := _short(spans, width, sizes)) is not None:
        return short
    paper = Paper(width, sizes, None if lines_max is None else lines_max + SPARED)
    try:
        for block, part in _parts(spans):
            if block:
                _lay_block(paper, part[0])
            else:
                _lay_text(paper, part, cut)
    except Full:
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


# ------------------------------------------------------------------------------------------------------- text


def _lay_text(paper: Paper, spans: Sequence[Span], cut: Cut) -> None:
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


def _lay_line(paper: Paper, line: Sequence[tuple[str, Span]], cut: Cut) -> None:
    paper.mixed = any(has_rtl(text) for text, _ in line)
    paper.rtl = paper.mixed and is_rtl("".join([text for text, _ in line]))
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


def _blank(paper: Paper, piece: Piece) -> None:
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


def _lay_block(paper: Paper, span: Span) -> None:
    sizes = paper.sizes
    paper.end_line()
    paper.rtl = paper.mixed = False
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
        count = max(1, fitting(piece, room, sizes))
        if count >= len(line):
            break
        yield line[:count], measure(line[:count], "code")
        line = line[count:]
    yield line, width
