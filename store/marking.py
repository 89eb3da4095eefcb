"""Where in a text the words of a query are. Pure; takes a text apart as the index does (unicode61 over words.indexed)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from hubbub.store.words import indexed, terms

MARKS_MAX: Final = 100
"""Of one text: the first ones. Else a text of single letters would bring more marks than letters into a reply."""

_REMEMBERED: Final = 8192
"""Characters, and what becomes of them: a long text of any script has the same few again and again, and to ask for each
anew took 70 ms for a message."""

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
    forms = [word.form for word in content]
    places: dict[str, list[int]] = {}
    for number, form in enumerate(forms):
        places.setdefault(form, []).append(number)
    found: list[Mark] = []
    for term in dict.fromkeys(terms(words)):
        phrase = [word.form for word in _words(term.text)]
        if phrase:
            starts = _starts(places, forms, phrase, term.open_end)
            found += _spans(content, starts, len(phrase))
    return _merged(found)[:MARKS_MAX]


def _starts(
    places: dict[str, list[int]], forms: list[str], phrase: list[str], open_end: bool
) -> Iterable[int]:
    """The numbers of the words where the phrase begins, in order."""
    if len(phrase) > 1:
        return _phrase_starts(places, forms, phrase, open_end)
    if not open_end:
        return places.get(phrase[0], [])
    return sorted(
        number for form, numbers in places.items() if form.startswith(phrase[0]) for number in numbers
    )


def _phrase_starts(
    places: dict[str, list[int]], forms: list[str], phrase: list[str], open_end: bool
) -> Iterator[int]:
    whole, last = (phrase[:-1], phrase[-1]) if open_end else (phrase, None)
    for first in places.get(phrase[0], []):
        end = first + len(whole)
        if forms[first:end] == whole and (
            last is None or (forms[end : end + 1] and forms[end].startswith(last))
        ):
            yield first


def _spans(content: list[_Word], starts: Iterable[int], length: int) -> list[Mark]:
    """The first ones, merged: more than MARKS_MAX of one term nobody sees."""
    spans: list[Mark] = []
    for first in starts:
        begin, end = content[first].begin, content[first + length - 1].end
        if spans and begin < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        elif len(spans) == MARKS_MAX:
            break
        else:
            spans.append((begin, end))
    return spans


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
        for character in _indexed(text[start:stop]):
            if _is_letter(character):
                begin, end = (begin if form else start), stop
                form += character
            elif form:
                found.append(_Word(form, begin, end))
                form = ""
    return [*found, _Word(form, begin, end)] if form else found


@lru_cache(_REMEMBERED)
def _indexed(piece: str) -> str:
    return indexed(piece).casefold()


@lru_cache(_REMEMBERED)
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


@lru_cache(_REMEMBERED)
def _joins(character: str) -> bool:
    """Whether normalization may put it together with what stands before."""
    if character.isascii():
        return False
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] == "M" or _JAMO.match(first) is not None
