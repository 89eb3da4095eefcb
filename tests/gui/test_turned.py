"""Rows of a page in which something runs from right to left: where their lines break, and what was said at each place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.client.gui.kit.emoji import Emoji
from hubbub.client.gui.timeline.turned import Line, Turned, has_turned, said, turned
from hubbub.client.gui.timeline.wording import Words

HEAD = (Words("14:05", ("time",)), Words("\t", ("time",)), Words("Bob", ("name",)), Words(": ", ("name",)))
TAIL = (Words("  ", silent=True), Words("edited", ("small",), silent=True))
LONG = "שלום עולם זה טקסט ארוך"


def wide(words: Words, text: str) -> int:
    return 20 if words.picture is not None else 10 * len(text)


def lines(*row: Words, room: int = 1000) -> list[Line]:
    return turned(row, room, wide)


def reads(line: Line) -> str:
    return "".join(bit.text for bit in line.bits)


def test_what_has_nothing_of_it_is_left_to_the_text() -> None:
    assert not has_turned((*HEAD, Words("naïve 你好")))
    assert has_turned((*HEAD, Words(LONG)))


def test_one_line_stands_beside_its_name_and_what_became_of_it_behind_it() -> None:
    (line,) = lines(*HEAD, Words("שלום 12!"), *TAIL)
    assert reads(line) == "14:05\tBob: !12 םולש  edited"
    assert not line.right


def test_a_longer_text_is_broken_between_words_and_stands_at_the_right() -> None:
    first, *others = found = lines(*HEAD, Words(LONG), *TAIL, room=180)
    assert [reads(line) for line in found] == [
        "14:05\tBob: \tהז םלוע םולש",
        "edited  ךורא טסקט",
    ]
    assert all(line.right for line in found)
    assert first.end.end - first.end.start == 1  # the space there
    assert others[0].end.end == others[0].end.start


def test_a_word_that_is_wider_than_a_line_is_broken_where_it_ends() -> None:
    found = lines(*HEAD, Words("אבגדה" * 10), room=200)
    assert [len(reads(line)) for line in found] == [12, 20, 20, 10]


def test_links_names_code_and_emoji_stay_as_they_are() -> None:
    link = Words("https://a.b/c", ("link",), print)
    emoji = Words("👍", picture=Emoji("👍"))
    (line,) = lines(*HEAD, Words("ראה "), link, Words(" או "), Words("x-1", ("code",)), Words(" "), emoji)
    assert reads(line) == "14:05\tBob: \ufffc x-1 וא https://a.b/c האר"


def test_each_line_has_its_own_direction() -> None:
    found = lines(*HEAD, Words("hello\nשלום\nbye"))
    assert [(reads(line), line.right) for line in found] == [
        ("14:05\tBob: hello", False),
        ("םולש", True),
        ("bye", False),
    ]


@settings(max_examples=60)
@given(
    st.lists(st.text("abאבلا 1(.\n\t", max_size=30), min_size=1, max_size=4),
    st.integers(30, 300),
    st.booleans(),
)
def test_all_that_was_said_is_there_once_and_copied_in_order(
    texts: list[str], room: int, quiet: bool
) -> None:
    row = (*HEAD, *map(Words, texts), *(TAIL if quiet else ()))
    found = lines(*row, room=room)
    places = [
        place
        for line in found
        for one in (*(place for bit in line.bits for place in bit.places), line.end)
        for place in range(one.start, one.end)
    ]
    assert sorted(places) == list(range(len(said(row))))
    here = Turned(said(row), found, wide=False)
    spots = [(line, column) for line in range(len(found)) for column in range(here.columns(line))]
    assert here.copied(spots) == "14:05\tBob: " + "".join(texts)


@pytest.mark.parametrize(("column", "said_before"), [(11, 19), (12, 18), (19, 11)])
def test_an_edge_is_where_one_reads_on(column: int, said_before: int) -> None:
    row = (*HEAD, Words("אבגדהוזח"))
    here = Turned(said(row), lines(*row), wide=False)
    assert here.edge(0, column) == said_before
    assert list(here.shown(range(said_before, 99), 0)) == list(range(11, column)) + [19] * (said_before == 99)


def test_a_word_of_thousands_of_letters_is_not_measured_whole_for_each_line() -> None:
    measured: list[int] = []

    def counted(words: Words, text: str) -> int:
        measured.append(len(text))
        return wide(words, text)

    found = turned((Words("لا" * 4000),), 600, counted)
    assert len(found) > 100
    assert sum(measured) < 40 * 8000
