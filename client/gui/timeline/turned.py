"""A row of a page in which something runs from right to left, where Tk draws one character after the other: its lines are ordered here,
once breaking.py has broken them. Of each character it is known what was said there, so that what is marked is copied as it was said.
Pure.

Time and name stand at the left as in every row, and so does what is said beside them if it is one line; of a longer text what runs from
right to left stands at the right.
"""

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from hubbub.client.gui.kit.bidi import OBJECT, cells, has_rtl, is_rtl, pieces_of, stretches
from hubbub.client.gui.kit.indices import PLANE
from hubbub.client.gui.timeline.breaking import Breaking, Part, Width
from hubbub.client.gui.timeline.wording import Words

_BEFORE: Final = frozenset({"time", "name"})


class Place(NamedTuple):
    """What was said at a character that is seen: from start to end of all that the row says."""

    start: int
    end: int
    rtl: bool = False


class Bit(NamedTuple):
    """What is written in one go; a picture is one character."""

    number: int
    """Which of the row's words."""
    text: str
    places: tuple[Place, ...]
    """Of each character."""


class Line(NamedTuple):
    """As it is seen, from left to right."""

    bits: list[Bit]
    end: Place
    """What was said where it ends: a line break, or nothing."""
    right: bool
    """It stands at the right."""


def has_turned(row: Sequence[Words]) -> bool:
    """This is about such a row."""
    return any(has_rtl(words.text) for words in row)


def said(row: Sequence[Words]) -> list[str]:
    """All that the row says, as it is copied: by character, a picture being one."""
    return [
        "" if words.silent else letter
        for words in row
        for letter in ([words.text] if words.picture is not None else words.text)
    ]


def turned(row: Sequence[Words], room: int, width: Width) -> list[Line]:
    """Its lines as they are written. room: beside the times, in device pixels, as `width` tells."""
    return list(_Row(row, Breaking(room, width)).lines())


class Turned:
    """A row that was written so. `said`: what it says; wide: a character behind PLANE is two to the Text. Places are a
    line of the row and a column of it, as the Text counts."""

    def __init__(self, said: list[str], lines: Sequence[Line], wide: bool) -> None:
        self._said = said
        self._lines = [[*_counted(line, wide), line.end] for line in lines]

    def copied(self, spots: Iterable[tuple[int, int]]) -> str:
        """What was said at these places, in the order in which it was said."""
        wanted = {at for spot in spots for at in self.found(*spot)}
        return "".join(self._said[at] for at in sorted(wanted))

    def found(self, line: int, column: int) -> range:
        """What was said at a place: where it is in all that the row says."""
        if not 0 <= line < len(self._lines):
            return range(0)
        places = self._lines[line]
        start, end, _ = places[min(column, len(places) - 1)]
        return range(start, end)

    @property
    def size(self) -> int:
        """Of all that it says."""
        return len(self._said)

    @property
    def lines(self) -> int:
        """How many it has."""
        return len(self._lines)

    def unbroken(self, line: int) -> tuple[int, int]:
        """The first and the last line of what was one before it was broken."""
        first = last = line
        while first and not self._ends(first - 1):
            first -= 1
        while last + 1 < len(self._lines) and not self._ends(last):
            last += 1
        return first, last

    def _ends(self, line: int) -> bool:
        place = self._lines[line][-1]
        return self._said[place.start : place.end] == ["\n"]

    def columns(self, line: int) -> int:
        """Of a line, with its end."""
        return len(self._lines[line]) if 0 <= line < len(self._lines) else 0

    def edge(self, line: int, column: int) -> int:
        """How much was said before what begins left of a column, as one drags from or to there."""
        places = self._lines[line]
        start, end, rtl = places[min(column, len(places) - 1)]
        if column >= len(places) - 1 and len(places) > 1:
            start, end, rtl = places[-2]
            return start if rtl else end
        return end if rtl else start

    def shown(self, wanted: Container[int], line: int) -> Iterator[int]:
        """The columns of a line at which something of it is seen."""
        for column, place in enumerate(self._lines[line]):
            if any(at in wanted for at in range(place.start, place.end)):
                yield column


def _counted(line: Line, wide: bool) -> Iterator[Place]:
    for bit in line.bits:
        for letter, place in zip(bit.text, bit.places, strict=True):
            yield place
            if wide and ord(letter) > PLANE:
                yield place


class _Row:
    """A row that is being turned."""

    def __init__(self, row: Sequence[Words], breaking: Breaking) -> None:
        self._row, self._breaking = row, breaking
        self._starts = [0]
        for words in row:
            self._starts.append(self._starts[-1] + (1 if words.picture is not None else len(words.text)))

    def lines(self) -> Iterator[Line]:
        paragraphs = list(self._paragraphs())
        for number, parts in enumerate(paragraphs):
            stop = self._stop(parts)
            if has_rtl("".join(part.text for part in parts)):
                yield from self._turn(parts, stop, first=number == 0, alone=len(paragraphs) == 1)
            else:
                yield Line([self._bit(part) for part in parts], stop, right=False)

    def _paragraphs(self) -> Iterator[list[Part]]:
        parts: list[Part] = []
        for number, words in enumerate(self._row):
            place = 0
            pieces = [words.text] if words.picture is not None else words.text.split("\n")
            for at, piece in enumerate(pieces):
                if at:
                    yield parts
                    parts = []
                end = 1 if words.picture is not None else place + len(piece)
                parts.append(Part(number, words, place, end))
                place = end + 1
        if len(parts) > 1 or parts[0].start < parts[0].end:
            yield parts

    def _stop(self, parts: list[Part]) -> Place:
        """What was said where a paragraph ends."""
        if not parts:
            return Place(0, 0)
        last = parts[-1]
        breaks = last.words.text[last.end : last.end + 1] == "\n"
        return Place(self._end(last), self._end(last) + breaks)

    def _turn(self, parts: list[Part], stop: Place, *, first: bool, alone: bool) -> Iterator[Line]:
        """A paragraph. first: time and name stand before it; alone: there is no other."""
        before = [part for part in parts if first and _BEFORE & {*part.words.styles}]
        body = parts[len(before) :]
        quiet = {part.number for part in takewhile(lambda part: part.words.silent, reversed(body))}
        rtl = is_rtl("".join(part.text for part in body if part.number not in quiet))
        begin = sum(self._breaking.wide(part) for part in before if "name" in part.words.styles)
        lines = self._breaking.lines(body, begin)
        right = rtl and (len(lines) > 1 or not alone)
        ends = [*self._ends(body, lines), stop]
        for number, (line, end) in enumerate(zip(lines, ends, strict=True)):
            bits = self._beside(line, quiet, rtl, right)
            yield Line(bits if number else [*self._named(before, right), *bits], end, right)

    def _ends(self, body: list[Part], lines: list[list[Part]]) -> Iterator[Place]:
        """Of each line but the last one: there is a space between it and the next, or nothing."""
        for number, line in enumerate(lines[:-1]):
            end = self._end(line[-1]) if line else self._begin(body[0])
            yield Place(end, self._begin(lines[number + 1][0]))

    def _beside(self, line: list[Part], quiet: set[int], rtl: bool, right: bool) -> list[Bit]:
        """A line, and what became of the message on the side where the line ends."""
        bits = list(self._ordered([part for part in line if part.number not in quiet], rtl))
        behind = [self._bit(part) for part in line if part.number in quiet]
        return [*_before(behind), *bits] if right else [*bits, *behind]

    def _named(self, before: list[Part], right: bool) -> list[Bit]:
        """Time and name."""
        named = [bit for part in before for bit in self._ordered([part], rtl=False)]
        if not named or not right:
            return named
        end = named[-1].places[-1].end
        return [*named, Bit(before[-1].number, "\t", (Place(end, end),))]

    def _begin(self, part: Part) -> int:
        return self._starts[part.number] + part.start

    def _end(self, part: Part) -> int:
        return self._starts[part.number] + part.end

    # ------------------------------------------------------------------------------------------------------ its order

    def _ordered(self, parts: list[Part], rtl: bool) -> Iterator[Bit]:
        """What can be clicked, a piece of code and a picture keep together and turn nothing round them."""
        whole, starts = "", list[int]()
        for part in parts:
            starts.append(len(whole))
            whole += part.text if _is_plain(part.words) else OBJECT
        for start, end, backwards in pieces_of(whole, rtl, starts):
            number = bisect_right(starts, start) - 1
            part, skipped = parts[number], start - starts[number]
            if _is_plain(part.words):
                begin = part.start + skipped
                yield self._bit(part._replace(start=begin, end=begin + end - start), rtl=backwards)
            else:
                yield from self._alone(part)

    def _alone(self, part: Part) -> Iterator[Bit]:
        text = part.text
        if part.words.picture is not None or not has_rtl(text):
            yield self._bit(part)
            return
        for start, end, backwards in stretches(text, is_rtl(part.words.text)):
            yield self._bit(part._replace(start=part.start + start, end=part.start + end), rtl=backwards)

    def _bit(self, part: Part, *, rtl: bool = False) -> Bit:
        begin = self._begin(part)
        if part.words.picture is not None:
            return Bit(part.number, OBJECT, (Place(begin, begin + 1),))
        text = part.text
        if not rtl and not has_rtl(text):
            places = tuple(Place(at, at + 1) for at in range(begin, begin + len(text)))
            return Bit(part.number, text, places)
        found = cells(text, rtl)
        places = tuple(Place(begin + cell.start, begin + cell.end, rtl) for cell in found)
        return Bit(part.number, "".join(cell.letter for cell in found), places)


def _is_plain(words: Words) -> bool:
    marked = words.picture is not None or words.act is not None or words.silent
    return not marked and not {*words.styles} - {"strong"}


def _before(bits: list[Bit]) -> list[Bit]:
    """What follows a line, where it is put before it: the space that was between them comes last."""
    return [*bits[1:], bits[0]] if bits and bits[0].text.isspace() else bits
