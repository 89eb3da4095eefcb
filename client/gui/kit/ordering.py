"""A line in one font as it is seen, where some of it runs from right to left: where each character is, and which one is at a place.
Pure: what is how wide, it is told. Device pixels, from the line's left end."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hubbub.client.gui.kit.bidi import OBJECT, Cell, cells, pieces_of


class Part(NamedTuple):
    """A stretch of one direction, or a picture (its text is OBJECT)."""

    x: int
    text: str
    """As it is drawn, from left to right."""
    start: int
    end: int
    """What it stands for."""
    rtl: bool
    cells: tuple[Cell, ...]
    edges: tuple[int, ...]
    """Left of each cell, and right of the last one."""

    def edge(self, index: int) -> int:
        """Between the characters before this index and those from it on."""
        ordered = self.cells[::-1] if self.rtl else self.cells
        for place, cell in enumerate(ordered):
            if index < cell.end:
                near, far = (self._edges(place), self._edges(place + 1))
                share = max(0, index - cell.start) / (cell.end - cell.start)
                return self.x + round(near + (far - near) * share)
        return self.x + self._edges(len(ordered))

    def _edges(self, place: int) -> int:
        return self.edges[-1 - place] if self.rtl else self.edges[place]

    def at(self, x: int) -> int:
        """The index whose edge is next to this place."""
        x -= self.x
        place = min(max(0, bisect_right(self.edges, x) - 1), len(self.cells) - 1)
        cell, left, right = self.cells[place], self.edges[place], self.edges[place + 1]
        return cell.end if (x > (left + right) // 2) != self.rtl else cell.start


class Ordered:
    """rtl: of the paragraph. `picture`: how wide what stands for OBJECT is."""

    def __init__(self, text: str, rtl: bool, measure: Callable[[str], int], picture: int = 0) -> None:
        self.text, self.rtl = text, rtl
        self.parts: list[Part] = []
        self.width = 0
        pictures = [at for at, letter in enumerate(text) if letter == OBJECT]
        for start, end, backwards in pieces_of(text, rtl, [*pictures, *(at + 1 for at in pictures)]):
            self._add(start, end, backwards, measure, picture)

    def caret(self, index: int) -> int:
        """Behind the character before it, as one writes; at the beginning before the first one."""
        for part in self.parts:
            if part.start < index <= part.end:
                return part.edge(index)
        first = next((part for part in self.parts if part.start <= index < part.end), None)
        if first is not None:
            return first.edge(index)
        return self.width if self.rtl and not index else 0

    def at(self, x: int) -> int:
        """The index next to this place; beyond the ends the first or the last one."""
        if x < 0 or x >= self.width or not self.parts:
            return len(self.text) if (x >= self.width) != self.rtl and self.parts else 0
        return next(part for part in reversed(self.parts) if part.x <= x).at(x)

    def sides(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Left and right of what lies between two indices: there may be several pieces of it."""
        for part in self.parts:
            low, high = max(start, part.start), min(end, part.end)
            if low < high:
                one, other = sorted((part.edge(low), part.edge(high)))
                yield one, other

    def _add(self, start: int, end: int, rtl: bool, measure: Callable[[str], int], picture: int) -> None:
        text = self.text[start:end]
        found: tuple[Cell, ...] = (Cell(OBJECT, start, end),)
        edges: tuple[int, ...] = (0, picture)
        if text != OBJECT:
            found = tuple([Cell(one, start + low, start + high) for one, low, high in cells(text, rtl)])
            drawn = "".join([cell.letter for cell in found])
            edges = tuple([measure(drawn[:count]) for count in range(len(drawn) + 1)])
        if found:
            letters = "".join([cell.letter for cell in found])
            self.parts.append(Part(self.width, letters, start, end, rtl, found, edges))
            self.width += edges[-1]
