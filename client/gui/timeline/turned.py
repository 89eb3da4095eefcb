"""A row of a page in which something runs from right to left, where Tk draws one character after the other: its lines are broken and
ordered here. Of each character it is known what was said there, so that what is marked is copied as it was said. Pure: what is how wide,
it is told. Device pixels.

Time and name stand at the left as in every row, and so does what is said beside them if it is one line; of a longer text what runs from
right to left stands at the right.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from hubbub.client.gui.kit.bidi import OBJECT, cells, has_rtl, is_rtl, stretches
from hubbub.client.gui.timeline.wording import Words

Width = Callable[[Words, str], int]
"""Of a part of its text, or of its picture."""
_PLANE: Final = 0xFFFF
_BEFORE: Final = frozenset({"time", "name"})


class Place(NamedTuple):
    """What was said at a character that is seen: from start to end of all that the row says."""

    start: int
    end: int
    rtl: bool = False


class Bit(NamedTuple):
    """What is written in one go; a picture is one character."""

    words: int
    """Which of the row's."""
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


class _Part(NamedTuple):
    """Characters of some words."""

    words: int
    start: int
    end: int


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
    """room: beside the times."""
    return list(_Row(row, room, width).lines())


class Turned:
    """A row that was written so. `said`: what it says; wide: a character behind the first 65,536 is two to the Text. Places are a
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
            if wide and ord(letter) > _PLANE:
                yield place


class _Row:
    def __init__(self, row: Sequence[Words], room: int, width: Width) -> None:
        self._row, self._room, self._width = row, room, width
        self._starts = [0]
        for words in row:
            self._starts.append(self._starts[-1] + (1 if words.picture is not None else len(words.text)))

    def lines(self) -> Iterator[Line]:
        paragraphs = list(self._paragraphs())
        for number, parts in enumerate(paragraphs):
            text = "".join(self._row[part.words].text[part.start : part.end] for part in parts)
            breaks = (
                self._row[parts[-1].words].text[parts[-1].end : parts[-1].end + 1] == "\n" if parts else False
            )
            end = self._starts[parts[-1].words] + parts[-1].end if parts else 0
            stop = Place(end, end + breaks)
            if has_rtl(text):
                yield from self._turn(parts, stop, first=number == 0, alone=len(paragraphs) == 1)
            else:
                yield Line([self._bit(part) for part in parts], stop, right=False)

    def _paragraphs(self) -> Iterator[list[_Part]]:
        parts: list[_Part] = []
        for number, words in enumerate(self._row):
            place = 0
            pieces = [words.text] if words.picture is not None else words.text.split("\n")
            for at, piece in enumerate(pieces):
                if at:
                    yield parts
                    parts = []
                end = 1 if words.picture is not None else place + len(piece)
                parts.append(_Part(number, place, end))
                place = end + 1
        if len(parts) > 1 or parts[0].start < parts[0].end:
            yield parts

    def _turn(self, parts: list[_Part], stop: Place, *, first: bool, alone: bool) -> Iterator[Line]:
        before = [part for part in parts if first and _BEFORE & {*self._row[part.words].styles}]
        body = parts[len(before) :]
        tail = len(body) - len(list(_silent_end(self._row[part.words].silent for part in body)))
        told = "".join(self._row[part.words].text[part.start : part.end] for part in body[:tail])
        rtl = is_rtl(told)
        begin = sum(self._wide(part) for part in before if "name" in self._row[part.words].styles)
        lines = self._broken(body, begin)
        right = rtl and (len(lines) > 1 or not alone)
        quiet = {part.words for part in body[tail:]}
        for number, line in enumerate(lines):
            last = number == len(lines) - 1
            bits = list(self._ordered([part for part in line if part.words not in quiet], rtl))
            behind = [self._bit(part) for part in line if part.words in quiet]
            bits = [*_before(behind), *bits] if right else [*bits, *behind]
            if not number and before:
                named = [bit for part in before for bit in self._ordered([part], rtl=False)]
                stop_at = named[-1].places[-1].end
                tab = [Bit(before[-1].words, "\t", (Place(stop_at, stop_at),))] if right else []
                bits = [*named, *tab, *bits]
            if last:
                yield Line(bits, stop, right)
            else:  # there is a space between them, or nothing
                end = self._starts[line[-1].words] + line[-1].end if line else self._begin(body)
                yield Line(bits, Place(end, self._begin(lines[number + 1])), right)

    def _begin(self, parts: list[_Part]) -> int:
        return self._starts[parts[0].words] + parts[0].start

    # ------------------------------------------------------------------------------------------------------ its lines

    def _broken(self, parts: list[_Part], begin: int) -> list[list[_Part]]:
        """Between words, without the space where a line ends. begin: of the first one."""
        lines: list[list[_Part]] = [[]]
        x = begin
        blanks: list[_Part] = []
        for blank, group in groupby(self._units(parts), key=self._is_blank):
            if blank:
                blanks = list(group)
                continue
            word = list(group)
            if x and x + sum(map(self._wide, [*blanks, *word])) > self._room:
                lines.append([])
                x, blanks = 0, []
            for part in (*blanks, *word):
                x = self._put(lines, part, x)
            blanks = []
        lines[-1] += blanks
        return [_joined(line) for line in lines]

    def _put(self, lines: list[list[_Part]], part: _Part, x: int) -> int:
        """Broken where it is wider than a line; where it ends."""
        while (wide := self._wide(part)) > self._room - x:
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
        return x + wide

    def _fitting(self, part: _Part, room: int) -> int:
        low, high = 0, part.end - part.start - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self._wide(part._replace(end=part.start + middle)) <= room:
                low = middle
            else:
                high = middle - 1
        return low

    def _units(self, parts: list[_Part]) -> Iterator[_Part]:
        for part in parts:
            if self._row[part.words].picture is not None:
                yield part
                continue
            text, place = self._row[part.words].text[part.start : part.end], part.start
            for _, letters in groupby(text, key=str.isspace):
                end = place + len(list(letters))
                yield _Part(part.words, place, end)
                place = end

    def _is_blank(self, part: _Part) -> bool:
        words = self._row[part.words]
        return words.picture is None and words.text[part.start : part.end].isspace()

    def _wide(self, part: _Part) -> int:
        words = self._row[part.words]
        return self._width(words, words.text[part.start : part.end])

    # ------------------------------------------------------------------------------------------------------ its order

    def _ordered(self, parts: list[_Part], rtl: bool) -> Iterator[Bit]:
        """What can be clicked, a piece of code and a picture keep together and turn nothing round them."""
        whole, starts = "", list[int]()
        for part in parts:
            starts.append(len(whole))
            plain = self._is_plain(part)
            whole += self._row[part.words].text[part.start : part.end] if plain else OBJECT
        for start, end, backwards in stretches(whole, rtl) if whole else ():
            found: list[list[Bit]] = []
            edges = sorted({start, end, *(at for at in starts if start < at < end)})
            for low, high in pairwise(edges):
                number = max(at for at, begin in enumerate(starts) if begin <= low)
                part, skipped = parts[number], low - starts[number]
                if self._is_plain(part):
                    cut = part._replace(start=part.start + skipped, end=part.start + skipped + high - low)
                    found.append([self._bit(cut, rtl=backwards)])
                else:
                    found.append(list(self._alone(part)))
            yield from (bit for bits in (reversed(found) if backwards else found) for bit in bits)

    def _alone(self, part: _Part) -> Iterator[Bit]:
        words = self._row[part.words]
        text = words.text[part.start : part.end]
        if words.picture is not None or not has_rtl(text):
            yield self._bit(part)
            return
        for start, end, backwards in stretches(text, is_rtl(words.text)):
            yield self._bit(_Part(part.words, part.start + start, part.start + end), rtl=backwards)

    def _bit(self, part: _Part, *, rtl: bool = False) -> Bit:
        words, begin = self._row[part.words], self._starts[part.words] + part.start
        if words.picture is not None:
            return Bit(part.words, OBJECT, (Place(begin, begin + 1),))
        text = words.text[part.start : part.end]
        if not rtl and not has_rtl(text):
            return Bit(part.words, text, tuple(Place(at, at + 1) for at in range(begin, begin + len(text))))
        found = cells(text, rtl)
        places = tuple(Place(begin + cell.start, begin + cell.end, rtl) for cell in found)
        return Bit(part.words, "".join(cell.letter for cell in found), places)

    def _is_plain(self, part: _Part) -> bool:
        words = self._row[part.words]
        return (
            words.picture is None
            and words.act is None
            and not words.silent
            and not {*words.styles} - {"strong"}
        )


def _silent_end(silent: Iterator[bool]) -> Iterator[bool]:
    """The last ones of them, as far as they are so."""
    kept: list[bool] = []
    for one in silent:
        kept = [*kept, one] if one else []
    return iter(kept)


def _before(bits: list[Bit]) -> list[Bit]:
    """What follows a line, where it is put before it: the space that was between them comes last."""
    return [*bits[1:], bits[0]] if bits and bits[0].text.isspace() else bits


def _joined(parts: list[_Part]) -> list[_Part]:
    joined: list[_Part] = []
    for part in parts:
        if joined and joined[-1].words == part.words and joined[-1].end == part.start:
            joined[-1] = joined[-1]._replace(end=part.end)
        else:
            joined.append(part)
    return joined
