"""How well a few typed words fit a name, and which letters of it they are. Pure."""

import unicodedata
from typing import Final

from msgspec import Struct

Mark = tuple[int, int]
"""From and to, in characters of the name as it is shown."""
_JOINING: Final = "@#-_.,()/'’\"“”…"
"""Between words, besides spaces."""


class Match(Struct, frozen=True, order=True):
    """The least is the best."""

    rank: int
    """0: all of the name; 1: its beginning; 2: beginnings of its words; 3: somewhere within."""
    marks: tuple[Mark, ...] = ()


def match(words: str, name: str) -> Match | None:
    """None: the name does not have all of the words. Case, accents and a leading @ or # do not count."""
    asked = _folded(words.strip().lstrip("@#"))[0]
    if not asked:
        return Match(0)
    text, origin = _folded(name)
    begin = len(text) - len(text.lstrip(_JOINING))
    if text.startswith(asked, begin):
        whole = len(text) - begin == len(asked)
        return Match(0 if whole else 1, _marks([(begin, begin + len(asked))], origin))
    parts = asked.split()
    for rank, starts in ((2, _starts(text)), (3, None)):
        if (spans := _spans(parts, text, starts)) is not None:
            return Match(rank, _marks(spans, origin))
    return None


def best(words: str, *names: str) -> Match | None:
    """Of the names that somebody has, of which the first is shown: letters of others are not marked."""
    found = []
    for place, name in enumerate(names):
        if (one := match(words, name)) is not None:
            found.append(one if place == 0 else Match(one.rank))
    return min(found, key=lambda one: one.rank, default=None)


def _spans(parts: list[str], text: str, starts: list[int] | None) -> list[Mark] | None:
    """Where each part is, each in a place of its own."""
    spans: list[Mark] = []
    for part in parts:
        free = (
            (at, at + len(part))
            for at in (range(len(text)) if starts is None else starts)
            if text.startswith(part, at)
        )
        found = next((span for span in free if not any(_overlap(span, other) for other in spans)), None)
        if found is None:
            return None
        spans.append(found)
    return spans


def _overlap(one: Mark, other: Mark) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _starts(text: str) -> list[int]:
    return [
        at for at, letter in enumerate(text) if not _between(letter) and (at == 0 or _between(text[at - 1]))
    ]


def _between(letter: str) -> bool:
    return letter.isspace() or letter in _JOINING


def _folded(text: str) -> tuple[str, list[int]]:
    """Without case and accents, and of which character each letter is."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    letters: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character.casefold()):
            if not unicodedata.combining(letter):
                letters.append(letter)
                origin.append(place)
    return "".join(letters), origin


def _marks(spans: list[Mark], origin: list[int]) -> tuple[Mark, ...]:
    return tuple(sorted((origin[start], origin[end - 1] + 1) for start, end in spans))
