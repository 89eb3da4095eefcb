"""Text that runs from right to left, in whole or in part. Tk on X11 draws one character after the other from left to right and joins
no Arabic letters; on macOS and Windows the system does both for what is drawn in one go, but not across pieces. Pure.

The order is that of the Unicode bidirectional algorithm (UAX #9), as python-bidi has it. It answers with a line as it is shown and
does not say which character went where, so each line is asked for once for every bit of a character's place, in letters that stand
for 0 and 1 and behave as the character does: 7 questions for 128 characters, about 10 us each.
"""

import re
from collections import deque
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple
from unicodedata import bidirectional, category, combining, mirrored, normalize

from bidi import get_base_level, get_display  # type: ignore[import-untyped]  # it has no types
from bidi.mirror import MIRRORED  # type: ignore[import-untyped]  # it has no types

OBJECT: Final = "\ufffc"
"""Stands in a line for what is no text: an emoji, a piece of code, a link."""
_JOINER: Final = "\u200d"
_KEPT: Final = 2_000

_RTL: Final = re.compile(
    "[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ARABIC: Final = re.compile("[\u0620-\u06d3\u0750-\u077f]")
_CONTROLS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# Two characters for each class; where Unicode has but one, nothing is seen of it.
_BITS: Final = {
    "L": "ab", "R": "\u05d0\u05d1", "AL": "\u0627\u0628", "EN": "23", "AN": "\u0660\u0661", "ES": "+-", "ET": "#$",
    "CS": ",:", "NSM": "\u0300\u0301", "BN": "\xad\u200b", "WS": " \u2003", "B": " \u2003", "S": "\t\x0b", "ON": "!&",
}  # fmt: skip
_STRONG: Final = {"L": False, "EN": False, "AN": False, "R": True, "AL": True}
_MARKS: Final = [chr(code) for code in range(0x300, 0x370)]
_OPENING, _CLOSING = (
    "\u2329\u3008",
    "\u232a\u3009",
)  # one kind of bracket to the algorithm, and two characters
_ONES: Final = frozenset(pair[1] for pair in (*_BITS.values(), _OPENING, _CLOSING))


class Stretch(NamedTuple):
    """Characters start to end of a line, which follow each other on the screen too, in this order or (rtl) the other one."""

    start: int
    end: int
    rtl: bool


class Cell(NamedTuple):
    """A character as it is drawn, and which of the text's it stands for: start to end."""

    letter: str
    start: int
    end: int


def has_rtl(text: str) -> bool:
    """Something in it may run from right to left. All else here is for such texts only."""
    return not text.isascii() and _RTL.search(text) is not None


def is_rtl(text: str) -> bool:
    """Its first strong character runs from right to left, so the whole does."""
    return has_rtl(text) and bool(get_base_level(text))


def isolated(name: str) -> str:
    """A name for use in a sentence of ours, neither of which turns the other round."""
    return f"\u2068{name}\u2069" if has_rtl(name) else name


@lru_cache(_KEPT)
def stretches(text: str, rtl: bool) -> tuple[Stretch, ...]:
    """One line from left to right as it is to be seen. rtl: of the paragraph that the line is of."""
    return tuple(_runs(text, _order(text, rtl), rtl))


def pieces_of(text: str, rtl: bool, cuts: Collection[int]) -> Iterator[Stretch]:
    """As `stretches`, cut at these places too: of what is drawn by itself, in the order in which it is seen."""
    for start, end, backwards in stretches(text, rtl) if text else ():
        edges = sorted({start, end, *(at for at in cuts if start < at < end)})
        found = [Stretch(low, high, backwards) for low, high in pairwise(edges)]
        yield from reversed(found) if backwards else found


def drawn(text: str, rtl: bool) -> str:
    """The characters of one stretch for something that draws them one by one from left to right."""
    text = shaped(_CONTROLS.sub("", text))
    return "".join([MIRRORED.get(letter, letter) for letter in text])[::-1] if rtl else text


@lru_cache(_KEPT)
def cells(text: str, rtl: bool) -> tuple[Cell, ...]:
    """What `drawn` gives, from left to right, with where each character comes from: two letters may be drawn as one, and a sign that
    is not drawn belongs to the one before it. Nothing of the text is left out."""
    seen = [index for index, letter in enumerate(text) if not _CONTROLS.match(letter)]
    forms = shaped("".join([text[index] for index in seen]))
    starts = _starts(text, seen, forms)
    found = [
        Cell(MIRRORED.get(letter, letter) if rtl else letter, start, end)
        for letter, (start, end) in zip(forms, pairwise([*starts, len(text)]), strict=True)
    ]
    return tuple(reversed(found) if rtl else found)


def displayed(text: str) -> str:
    """A whole line for something that draws characters one by one from left to right."""
    if not has_rtl(text):
        return text
    return "\n".join(_displayed(line) if has_rtl(line) else line for line in text.split("\n"))


@lru_cache(_KEPT)
def shaped(text: str) -> str:
    """With Arabic letters in the forms that join to their neighbours; lam and alef become one."""
    return str(_reshaper().reshape(text)) if _ARABIC.search(text) else text


@lru_cache(_KEPT)
def _displayed(line: str) -> str:
    return "".join([drawn(line[one.start : one.end], one.rtl) for one in stretches(line, is_rtl(line))])


def _starts(text: str, seen: list[int], forms: str) -> list[int]:
    """Where in the text each of these forms begins. A mark may be drawn behind a letter that came after it: it counts as part of what
    it is drawn on."""
    letters = deque(index for index in seen if not combining(text[index]))
    marks = deque(index for index in seen if combining(text[index]))
    starts, last = list[int](), 0
    for form in forms:
        source = marks if combining(form) and marks else letters
        while len(source) > 1 and text[source[0]] == _JOINER != form:
            source.popleft()
        last = max(last, source[0]) if source and starts else last
        starts.append(last)
        taken = 1 if not source or text[source[0]] == form else len(normalize("NFKC", form))
        for _ in range(min(taken, len(source))):
            source.popleft()
    return starts


@cache
def _reshaper() -> Any:
    # Few need its tables. It has no types.
    from arabic_reshaper import ArabicReshaper  # type: ignore[import-untyped]

    return ArabicReshaper({"delete_harakat": False, "support_zwj": True})


def _order(text: str, rtl: bool) -> list[int]:
    """Which character is seen at each place."""
    base, bits = "R" if rtl else "L", [_bits(letter) for letter in text]
    order = [0] * len(text)
    shown = text
    for bit in range((len(text) - 1).bit_length()):
        asked = "".join([pair[index >> bit & 1] for index, pair in enumerate(bits)])
        shown = get_display(asked, base_dir=base)
        for place, letter in enumerate(shown):
            if letter in _ONES:
                order[place] |= 1 << bit
    unseen = [index for index, pair in enumerate(bits) if pair[0] == pair[1]]
    for place in [place for place, letter in enumerate(shown) if unseen and letter not in _KNOWN]:
        order[place] = unseen.pop() if rtl else unseen.pop(0)
    return order


_KNOWN: Final = frozenset("".join((*_BITS.values(), _OPENING, _CLOSING)))


@lru_cache(_KEPT)
def _bits(letter: str) -> str:
    kind = bidirectional(letter) or "L"
    if kind == "ON" and mirrored(letter) and category(letter) in ("Ps", "Pe"):
        return _OPENING if category(letter) == "Ps" else _CLOSING
    return _BITS.get(kind, letter * 2)


def _runs_back(text: str, index: int, place: int, rtl: bool) -> bool:
    """The direction of a character that is seen at a place with neither neighbour of what was said. A mark takes that of what it stands
    on, so one is put there: it is seen on the side to which the text runs."""
    kind = bidirectional(text[index])
    if kind in _STRONG:
        return _STRONG[kind]
    mark = next((mark for mark in _MARKS if mark not in text), _MARKS[0])
    shown = get_display(text[: index + 1] + mark + text[index + 1 :], base_dir="R" if rtl else "L")
    return bool(shown.find(mark) == place)


def _runs(text: str, order: list[int], rtl: bool) -> Iterator[Stretch]:
    place = 0
    while place < len(order):
        first, end = order[place], place + 1
        step = order[end] - first if end < len(order) else 0
        if abs(step) == 1:
            while end < len(order) and order[end] == first + step * (end - place):
                end += 1
            low, high = sorted((first, order[end - 1]))
            yield Stretch(low, high + 1, step < 0)
        else:
            yield Stretch(first, first + 1, _runs_back(text, first, place, rtl))
        place = end
