"""Text as the search index holds it, and what people type as a query of it. Pure; no SQL."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, NamedTuple

_UNSPACED: Final = re.compile(
    "["
    "\u0e00-\u0fff"  # Thai, Lao, Tibetan
    "\u1000-\u109f\u1780-\u17ff"  # Myanmar, Khmer
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Hiragana, Katakana
    "\u3100-\u312f\u31a0-\u31bf"  # Bopomofo
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"  # older kana, rarer Han
    "]"
)
"""Scripts that put no spaces between words (and Hangul, whose words carry their particles): each character is a word, and
a word of several is a phrase. unicode61 takes a whole run of them for one word, trigram misses words of two: tried."""

_MARKS: Final = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]"
)
"""Accents, Hebrew points and Arabic vowels: people leave them out when they search."""

_RUN_MAX: Final = 30
"""As in the Stream-Safe Text Format of UAX #15."""
_LONG_RUN: Final = re.compile(rf"([^\w\s\x00-\x7f]{{{_RUN_MAX}}})[^\w\s\x00-\x7f]+")
"""What holds no letter, so that nothing is lost of words. To bring marks into their order takes normalization the square of
their number, and the interpreter does nothing else meanwhile: 8,000 of them took 75 ms a message."""

PREFIX_MIN: Final = 2
"""Characters before a *: what begins with one letter is half of everything, and FTS5 collects it all before it answers."""

_CONVERSATION: Final = "c"
_SENDER: Final = "u"
_TERM: Final = re.compile(r'"([^"]*)"?|([^\s"]+)')


def indexed(text: str) -> str:
    """The form that is indexed, and that each term of a query takes."""
    if text.isascii():
        return text
    short = _LONG_RUN.sub(r"\1", text)
    plain = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", short)))
    return _UNSPACED.sub(r" \g<0> ", plain.casefold())


class Term(NamedTuple):
    """What a text must hold."""

    text: str
    """A word, or some that follow one another; as the person typed them."""
    open_end: bool
    """The last word may go on."""


def terms(words: str) -> list[Term]:
    """What a person typed: words, "..." as a phrase, a last * for any ending. What holds no letter or digit is left out."""
    found = map(_term, _TERM.finditer(words.replace("\0", " ")))
    return [term for term in found if term is not None]


def _term(match: re.Match[str]) -> Term | None:
    phrase, word = match[1], match[2]
    text = phrase if phrase is not None else word
    if not any(character.isalnum() for character in indexed(text)):
        return None
    open_end = word is not None and text.endswith("*") and len(indexed(text).strip(" *")) >= PREFIX_MIN
    return Term(text.rstrip("*"), open_end)


def match_expression(
    words: str, conversations: Iterable[int] | None, sender: int | None = None
) -> str | None:
    """The FTS5 expression for all the words, in one of these conversations and by this user, where given. None where nothing is
    left to look for. Syntax of FTS5 in the words is but text."""
    wanted = [f'"{indexed(term.text)}"' + ("*" if term.open_end else "") for term in terms(words)]
    if not wanted:
        return None
    parts = [f"text : ({' AND '.join(wanted)})"]
    if sender is not None:
        parts.insert(0, f'place : "{_SENDER}{sender}"')
    if conversations is not None:
        within = " OR ".join(f'"{_CONVERSATION}{conversation}"' for conversation in conversations)
        if not within:
            return None
        parts.insert(0, f"place : ({within})")
    return " AND ".join(parts)


def place(conversation: int, sender: int) -> str:
    """Where and by whom a message is, as words of the index."""
    return f"{_CONVERSATION}{conversation} {_SENDER}{sender}"
