"""The order in which a line is seen, held against the line as python-bidi shows it."""

import pytest
from bidi import get_display  # type: ignore[import-untyped]  # it has no types
from bidi.mirror import MIRRORED  # type: ignore[import-untyped]  # it has no types
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hubbub.client.gui.kit.bidi import cells, displayed, drawn, has_rtl, is_rtl, isolated, shaped, stretches

LETTERS = "abאבجد 12٣٤+-#,:()<!\u0301\u05b4\u200b\t"
CONTROLS = "\u2066\u2067\u2068\u2069\u202a\u202b\u202c"


def places(text: str, rtl: bool) -> list[int]:
    """Which character is seen at each place."""
    return [
        place
        for start, end, backwards in stretches(text, rtl)
        for place in (range(end - 1, start - 1, -1) if backwards else range(start, end))
    ]


@given(st.text(LETTERS, min_size=1, max_size=60), st.booleans())
@example("אב 12-34 (abc)", True)
@example("a(אב)12", False)
def test_each_character_goes_where_the_algorithm_has_it(text: str, rtl: bool) -> None:
    shown = get_display(text, base_dir="R" if rtl else "L")
    for letter, place in zip(shown, places(text, rtl), strict=True):
        assert letter in (text[place], MIRRORED.get(text[place]))


@given(st.text(LETTERS + CONTROLS + "[]{}»", max_size=60), st.booleans())
def test_no_character_is_lost_or_shown_twice(text: str, rtl: bool) -> None:
    assert sorted(places(text, rtl)) == list(range(len(text)))


@given(st.text(LETTERS + CONTROLS + "لاسلمُّ\u200dﷲ½", max_size=40), st.booleans())
@example("سلام", True)
@example("لُا\u200d", True)
def test_what_is_drawn_is_known_to_the_character(text: str, rtl: bool) -> None:
    found = cells(text, rtl)
    assert "".join(cell.letter for cell in found) == drawn(text, rtl)
    places = [(cell.start, cell.end) for cell in (reversed(found) if rtl else found)]
    assert [place for start, end in places for place in range(start, end)] == (
        list(range(len(text))) if found else []
    )


def test_a_joined_pair_is_one_place_and_a_sign_that_is_not_drawn_none() -> None:
    assert [(cell.start, cell.end) for cell in cells("سلام", rtl=True)] == [(3, 4), (1, 3), (0, 1)]
    assert [(cell.start, cell.end) for cell in cells("אב\u200fג", rtl=True)] == [(3, 4), (1, 3), (0, 1)]


@settings(max_examples=30)
@given(st.text())
def test_what_has_nothing_of_it_stays_as_it_is(text: str) -> None:
    if not has_rtl(text):
        assert displayed(text) is text
        assert not is_rtl(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("hello", "hello"),
        ("שלום", "םולש"),
        ("hi שלום 12!", "hi 12 םולש!"),
        ("שלום (abc) 12", "12 (abc) םולש"),
        ("שלום abc (def)", "abc (def) םולש"),
        ("1 < אב", "בא > 1"),
        ("וגם (table 2)", "(table 2) םגו"),
        ("אב (b c)", "(b c) בא"),
        ("a (אב", "a (בא"),
        ("one\nשתיים 2", "one\n2 םייתש"),
        ("\u2068דנה\u2069 is typing…", "הנד is typing…"),
    ],
)
def test_a_line_reads_right_where_characters_are_drawn_one_by_one(text: str, shown: str) -> None:
    assert displayed(text) == shown


def test_arabic_letters_join_and_lam_takes_alef_in() -> None:
    assert shaped("سلام") == "\ufeb3\ufefc\ufee1"
    assert drawn("سلام", rtl=True) == "\ufee1\ufefc\ufeb3"
    assert shaped("مُ") == "\ufee1\u064f"  # marks stay
    assert shaped("abc") == "abc"


def test_a_name_turns_no_sentence_round() -> None:
    assert isolated("Dana") == "Dana"
    assert not is_rtl(isolated("דנה") + " left")
    assert is_rtl("דנה left")
