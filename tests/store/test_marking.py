"""Marks of a hit agree with what FTS5 finds."""

import sqlite3
import unicodedata
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hubbub.store.marking import MARKS_MAX, _pieces, marks
from hubbub.store.queries import migrations
from hubbub.store.words import indexed, match_expression, terms


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("The quick brown fox", "quick FOX", ["quick", "fox"]),
        ("jump jumps jumping", "jum*", ["jump", "jumps", "jumping"]),
        ("jump jumps", "jump", ["jump"]),
        ("brown fox, brown cat", '"brown cat"', ["brown cat"]),
        ("x-ray", "x-ra*", ["x-ray"]),
        ("a b a b a", '"a b a"', ["a b a b a"]),
        ("Un café à Zürich", "cafe ZURICH", ["café", "Zürich"]),
        ("Un cafe\u0301!", "café", ["cafe\u0301"]),
        ("Fußgänger", "fussganger", ["Fußgänger"]),
        ("שָׁלוֹם עולם", "שלום", ["שָׁלוֹם"]),
        ("我们明天去北京吃饭", "北京 明天", ["明天", "北京"]),
        ("東京タワーでビール", "ﾀﾜｰ", ["タワー"]),
        ("서울에서 만나요", "서울", ["서울"]),
        ("\u1109\u1165\u110b\u116e\u11af에서", "서울", ["\u1109\u1165\u110b\u116e\u11af"]),
        ("สวัสดีครับ", "ครับ", ["ครับ"]),
        ("السَّلام عليكم", "السلام", ["السَّلام"]),
        ("iPhone手机 is", "手机 IS", ["手机", "is"]),
        ("ＨＥＬＬＯ there", "hello", ["ＨＥＬＬＯ"]),
        ("5㎏ of it", "5kg", ["5㎏"]),
        ("nothing here", "else", []),
        ("nothing here", "* ...", []),
    ],
)
def test_marked(text: str, words: str, marked: list[str]) -> None:
    found = [text[begin:end] for begin, end in marks(text, words)]
    assert [part.casefold() for part in found] == [part.casefold() for part in marked]


def test_marks_are_bounded() -> None:
    found = marks("a " * 5000, "a")
    assert found == [(2 * number, 2 * number + 1) for number in range(MARKS_MAX)]


SCRIPTS = (
    "abcXYZ 'fi1-",
    "aäÄößẞéÉı\u0301\u0308ẹ̀ ",
    "שלום\u05b8\u05c1\u05b9ﬠ \u200f",
    "我们明天去北京，。豈Ａ１",
    "東京タワーﾀﾞガか\u3099ー々 ",
    "서울에서\u1100\u1161\u11a8ㄱㅏￂ ",
    "สวัสดีครับ \u0e33",
    "السَّلامﻻ ٱلسّ٣ ",
    "हिन्दी\u0958क\u093c ",
    "ﬁ½㎏Ⅳᾳ²ﷺ€_*\u0000",
)
WORDS = st.one_of(*(st.text(alphabet=script, max_size=12) for script in SCRIPTS))
TEXTS = st.lists(st.one_of(WORDS, st.sampled_from(" \n.,")), max_size=6).map("".join)


@given(st.one_of(TEXTS, st.text()))
@example("\u3131\u314f")
@example("\u0b47\u0b3e")
def test_pieces_have_the_form_of_the_whole(text: str) -> None:
    if not text.isascii():
        parts = [text[begin:end] for begin, end in _pieces(text)]
        assert "".join(parts) == text
        assert "".join(indexed(part).casefold() for part in parts) == indexed(text)


@given(TEXTS, st.data())
def test_what_fts5_finds_has_its_marks(text: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(text)))
    words = text[begin : begin + data.draw(st.integers(1, 8))] + data.draw(st.sampled_from(["", "*", " a"]))
    if data.draw(st.booleans()):
        words = f'"{words}"'
    expression = match_expression(words, None)
    if expression is None:
        assert marks(text, words) == []
        return
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as index:
        for migration in migrations("search_migrations"):
            index.executescript(migration.script)
        index.execute("INSERT INTO messages (rowid, place, text) VALUES (1, 'c1 u1', ?)", (indexed(text),))
        found = index.execute("SELECT 1 FROM messages WHERE messages MATCH ?", (expression,)).fetchall()
    apart = [f"{term.text}*" if term.open_end else f'"{term.text}"' for term in terms(words)]
    assert bool(found) == all(marks(text, term) for term in apart)
    assert not found or marks(text, words)


@pytest.mark.timeout(30)
def test_a_word_that_is_asked_for_again_and_again_is_looked_for_once() -> None:
    """Else a search of 256 characters took seconds of the interpreter for each long message: forty of them end in time."""
    for _ in range(40):
        assert len(marks("a b " * 4000, "a b " * 64)) == MARKS_MAX


@pytest.mark.timeout(30)
def test_marks_without_end_take_no_time_and_no_words() -> None:
    """Normalization brings them into order in the square of their number: a thousand texts would take over a minute."""
    assert indexed("a" + "\u1ab0" * 30) == unicodedata.normalize("NFC", "a" + "\u1ab0" * 30)
    text = "word" + "\u1ab0\u1ab5" * 2600 + " another"
    for number in range(1000):
        assert indexed(f"{number} {text}").split()[2] == "another"
    assert marks(text, "another") == [(len(text) - 7, len(text))]
    assert marks(text, "word")
