"""How typed words fit names."""

import pytest

from hubbub.client.gui.model.matching import best, match


@pytest.mark.parametrize(
    ("words", "name", "rank", "marked"),
    [
        ("anna", "Anna", 0, ["Anna"]),
        ("an", "Anna Berg", 1, ["An"]),
        ("#gen", "#general", 1, ["gen"]),
        ("@bo", "bob", 1, ["bo"]),
        ("be", "Anna Berg", 2, ["Be"]),
        ("berg an", "Anna Berg", 2, ["An", "Berg"]),
        ("room", "#reading-room", 2, ["room"]),
        ("ding", "#reading-room", 3, ["ding"]),
        ("zoe", "Zoë Ångström", 1, ["Zoë"]),
        ("angs", "Zoë Ångström", 2, ["Ångs"]),
        ("strasse", "Lange Straße", 2, ["Straße"]),
        ("田", "田中 美咲", 1, ["田"]),
    ],
)
def test_what_fits_and_which_letters(words: str, name: str, rank: int, marked: list[str]) -> None:
    found = match(words, name)
    assert found is not None
    assert (found.rank, [name[start:end] for start, end in found.marks]) == (rank, marked)


@pytest.mark.parametrize(("words", "name"), [("bx", "bob"), ("an an", "Anna"), ("anna c", "Anna Berg")])
def test_what_does_not_fit(words: str, name: str) -> None:
    assert match(words, name) is None


def test_no_words_fit_everything_and_mark_nothing() -> None:
    assert match(" ", "Anna") == match("@", "Anna")
    found = match("", "Anna")
    assert found is not None and (found.rank, found.marks) == (0, ())


def test_the_best_of_several_names_marks_only_the_shown_one() -> None:
    other = best("tan", "Robert", "@tanaka")
    assert other is not None and (other.rank, other.marks) == (1, ())
    shown = best("rob", "Robert", "@x-rob")
    assert shown is not None and (shown.rank, shown.marks) == (1, ((0, 3),))
    assert best("zz", "Robert", "@tanaka") is None
