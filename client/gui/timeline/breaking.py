"""Where the lines of a row break in which something runs from right to left: Tk would break them as they are seen, not as they are said.
Pure: what is how wide, it is told. Device pixels."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

from hubbub.client.gui.timeline.wording import Words

Width = Callable[[Words, str], int]
"""Of a part of its text, or of its picture."""

_HEAD: Final = 256
"""Characters of a word that are measured first."""


class Part(NamedTuple):
    """Characters start to end of some words; a picture is one character."""

    number: int
    """Which of the row's words."""
    words: Words
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters; of a picture it says nothing."""
        return self.words.text[self.start : self.end]

    @property
    def blank(self) -> bool:
        """A line may break here."""
        return self.words.picture is None and self.text.isspace()


class Breaking:
    """room: of a line."""

    def __init__(self, room: int, width: Width) -> None:
        self._room, self._width = room, width

    def lines(self, parts: list[Part], begin: int) -> list[list[Part]]:
        """Broken between words, without the space where a line ends. begin: where the first one does."""
        lines: list[list[Part]] = [[]]
        x = begin
        blanks: list[Part] = []
        for blank, group in groupby(_units(parts), key=lambda unit: unit.blank):
            if blank:
                blanks = list(group)
                continue
            word = list(group)
            if x and x + sum(map(self.wide, [*blanks, *word])) > self._room:
                lines.append([])
                x, blanks = 0, []
            for part in (*blanks, *word):
                x = self._put(lines, part, x)
            blanks = []
        lines[-1] += blanks
        return [_joined(line) for line in lines]

    def wide(self, part: Part) -> int:
        """How wide it is."""
        return self._width(part.words, part.text)

    def _put(self, lines: list[list[Part]], part: Part, x: int) -> int:
        """Broken where it is wider than a line; where it ends."""
        while not self._fits(part, self._room - x):
            size = part.end - part.start
            count = (self._fitting(part, self._room - x) if size > 1 else 0) or (0 if x else 1)
            if count >= size:
                break
            if count:
                lines[-1].append(part._replace(end=part.start + count))
                part = part._replace(start=part.start + count)
            lines.append([])
            x = 0
        lines[-1].append(part)
        return x + self.wide(part)

    def _fits(self, part: Part, room: int) -> bool:
        """What is much longer than a line is not measured whole for each of its lines: thousands of Arabic letters take long."""
        head = part._replace(end=min(part.end, part.start + _HEAD))
        return self.wide(head) <= room and (head.end == part.end or self.wide(part) <= room)

    def _fitting(self, part: Part, room: int) -> int:
        """How many of its characters, but not all."""
        most, size = _HEAD, part.end - part.start
        while most < size and self.wide(part._replace(end=part.start + most)) <= room:
            most *= 2
        counts = range(1, min(most, size))
        return bisect_right(counts, room, key=lambda count: self.wide(part._replace(end=part.start + count)))


def _units(parts: list[Part]) -> Iterator[Part]:
    """Words, and what is between them."""
    for part in parts:
        if part.words.picture is not None:
            yield part
            continue
        place = part.start
        for _, letters in groupby(part.text, key=str.isspace):
            end = place + len(list(letters))
            yield part._replace(start=place, end=end)
            place = end


def _joined(parts: list[Part]) -> list[Part]:
    """What of the same words follows each other is one again."""
    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1].number == part.number and joined[-1].end == part.start:
            joined[-1] = joined[-1]._replace(end=part.end)
        else:
            joined.append(part)
    return joined
