"""Where in a text the words of a query are. Pure; takes a text apart as the index does (unicode61 over words.indexed)."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from hubbub.store.words import indexed, terms

MARKS_MAX: Final = 100
"""Of one text: the first ones. Else a text of single letters would bring more marks than letters into a reply."""

_ASCII_WORD: Final = re.compile("[0-9A-Za-z]+")
_JAMO: Final = re.compile("[\u1161-\u1175\u11a8-\u11c2]")
"""Vowels and final consonants of Hangul: normalization puts them together with the letter before."""

Mark = tuple[int, int]


class _Word(NamedTuple):
    """A word of the index, and where in the text it comes from."""

    form: str
    begin: int
    end: int


def marks(text: str, words: str) -> list[Mark]:
    """Begin and end, in characters, of what a search for `words` finds in `text`: in order, without overlaps."""
    content = _words(text)
    places: dict[str, list[int]] = {}
    for number, word in enumerate(content):
        places.setdefault(word.form, []).append(number)
    found: list[Mark] = []
    for term in terms(words):
        phrase = [word.form for word in _words(term.text)]
        starts = _starts(places, phrase, term.open_end)
        parts = (content[first : first + len(phrase)] for first in starts)
        found += [(part[0].begin, part[-1].end) for part in parts if _is(part, phrase, term.open_end)]
    return _merged(found)[:MARKS_MAX]


def _starts(places: dict[str, list[int]], phrase: list[str], open_end: bool) -> list[int]:
    """The numbers of the words that the phrase may begin with."""
    if not phrase:
        return []
    if len(phrase) > 1 or not open_end:
        return places.get(phrase[0], [])
    return [number for form, numbers in places.items() if form.startswith(phrase[0]) for number in numbers]


def _is(part: list[_Word], phrase: list[str], open_end: bool) -> bool:
    forms = [word.form for word in part]
    if open_end and len(forms) == len(phrase):
        return forms[:-1] == phrase[:-1] and forms[-1].startswith(phrase[-1])
    return forms == phrase


def _merged(found: list[Mark]) -> list[Mark]:
    whole: list[Mark] = []
    for begin, end in sorted(found):
        if whole and begin < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((begin, end))
    return whole


def _words(text: str) -> list[_Word]:
    if text.isascii():
        return [_Word(match[0].lower(), match.start(), match.end()) for match in _ASCII_WORD.finditer(text)]
    found: list[_Word] = []
    form, begin, end = "", 0, 0
    for start, stop in _pieces(text):
        for character in indexed(text[start:stop]).casefold():
            if _is_letter(character):
                begin, end = (begin if form else start), stop
                form += character
            elif form:
                found.append(_Word(form, begin, end))
                form = ""
    return [*found, _Word(form, begin, end)] if form else found


def _is_letter(character: str) -> bool:
    """What unicode61 takes for a part of a word."""
    category = unicodedata.category(character)
    return category[0] in "LN" or category == "Co"


def _pieces(text: str) -> Iterator[Mark]:
    """The smallest parts that normalization leaves apart: the forms of the pieces, put together, are the form of the text."""
    start = 0
    for place, character in enumerate(text):
        if place > start and not _joins(character):
            yield start, place
            start = place
    if text:
        yield start, len(text)


def _joins(character: str) -> bool:
    """Whether normalization may put it together with what stands before."""
    if character.isascii():
        return False
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] == "M" or _JAMO.match(first) is not None
