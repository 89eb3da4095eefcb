"""The pieces of a line in the order in which they are seen, where some of it runs from right to left. Pure."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from hubbub.client.gui.kit.bidi import OBJECT, has_rtl, is_rtl, pieces_of, stretches
from hubbub.client.gui.model.markup import Span


class Piece(NamedTuple):
    """A part of a word: of one span, and an emoji or not."""

    text: str
    width: int
    span: Span
    emoji: bool


class Spot(NamedTuple):
    """A piece, or a part of one, of one direction."""

    piece: Piece
    rtl: bool
    place: tuple[int, int]
    """Where it comes in what is said."""


def arranged(line: Sequence[Piece], rtl: bool, resized: Callable[[Piece, str], Piece]) -> list[Spot]:
    """From left to right. A link, a name and a piece of code keep together and turn nothing round them; `resized` gives a part of a
    piece."""
    whole, starts = "", list[int]()
    for piece in line:
        starts.append(len(whole))
        whole += piece.text if _is_plain(piece) else OBJECT
    ordered: list[Spot] = []
    for start, end, backwards in pieces_of(whole, rtl, starts):
        piece = line[bisect_right(starts, start) - 1]
        if _is_plain(piece):
            ordered.append(Spot(resized(piece, whole[start:end]), backwards, (start, 0)))
        else:
            ordered += _object(piece, start, resized)
    return ordered


def _object(piece: Piece, place: int, resized: Callable[[Piece, str], Piece]) -> Iterator[Spot]:
    text = piece.text
    if piece.emoji or piece.span.kind == "code" or not has_rtl(text):
        yield Spot(piece, False, (place, 0))
        return
    for start, end, backwards in stretches(text, is_rtl(text)):
        yield Spot(resized(piece, text[start:end]), backwards, (place, start))


def _is_plain(piece: Piece) -> bool:
    return piece.span.kind == "plain" and not piece.emoji
