"""Where the pieces of a text stand, with a font of which every character is known."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hubbub.client.gui.model.markup import spans
from hubbub.client.gui.timeline.layout import LINES_MAX, lay
from hubbub.client.gui.timeline.paper import Face, Laid, Sizes

EMOJI = "🎂"


def measure(text: str, face: Face) -> int:
    return len(text) * {"plain": 6, "bold": 7, "code": 8}[face]


def cut(text: str) -> list[tuple[str, bool]]:
    parts: list[tuple[str, bool]] = []
    for index, part in enumerate(text.split(EMOJI)):
        parts += [(EMOJI, True)] * (index > 0) + [(part, False)] * bool(part)
    return parts


SIZES = Sizes(measure, line=20, code_line=18, emoji=16, pad=8, gap=4)
PIECES = st.sampled_from(
    [
        *("word", "a", "verylongwordthatneverends", " ", "  ", "\n", "\t", EMOJI, "你好", "。", "`co de`", "**b**", "@bob", ",", ")"),
        *("```x\ny```", "http://x.org/abc", "`" + "long " * 20 + "`", "\r\n", "```"),
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=60).map("".join)


def laid(text: str, width: int = 120, lines_max: int | None = LINES_MAX) -> Laid:
    return lay(spans(text, mentions=("bob",)), width, SIZES, cut, lines_max)


def lines(text: str, width: int = 120) -> list[str]:
    found: dict[int, str] = {}
    for run in laid(text, width).runs:
        found[run.y] = found.get(run.y, "") + run.text
    return [found[y] for y in sorted(found)]


@given(TEXTS, st.integers(20, 400))
@example("`" + "a" * 60 + "`", 60)
@example("\n" * 60 + "a", 100)
@example(EMOJI * 9, 20)
def test_everything_has_its_place(text: str, width: int) -> None:
    found = laid(text, width, None)
    shown = "".join("".join(span.shown for span in spans(text, mentions=("bob",))).split())
    assert "".join("".join(run.text for run in found.runs).split()) == shown
    assert not found.folded
    places = [(run.y, run.x) for run in found.runs]
    assert places == sorted(places)
    for run in found.runs:
        assert run.x >= 0
        assert run.x + run.width <= max(width, 26), (
            run
        )  # as wide as one character with its ground, if need be
        assert run.y + 18 <= found.height
    for one, next_one in zip(found.runs, found.runs[1:], strict=False):
        assert next_one.y > one.y or next_one.x >= one.x + one.width
    assert found.width <= max(width, 26)


@given(TEXTS, st.integers(40, 200))
def test_a_long_text_is_folded_to_what_it_begins_with(text: str, width: int) -> None:
    text = text * 3
    whole, folded = laid(text, width, None), laid(text, width)
    if folded.folded:
        assert folded.height < whole.height
        assert [run for run in whole.runs if run.y < folded.height] == folded.runs
    else:
        assert folded == whole


def test_words_are_kept_whole_where_they_fit() -> None:
    assert lines("one two three four five") == ["one two three four", "five"]
    assert lines("a" * 25) == ["a" * 20, "a" * 5]
    assert lines("so " + "a" * 25) == ["so", "a" * 20, "a" * 5]


def test_what_belongs_together_stays_together() -> None:
    assert lines("one two three (`co`), x", 120) == ["one two three", "(co), x"]


def test_lines_begin_where_somebody_wrote_so() -> None:
    found = laid("a\n\n  b\t c\n\n")
    assert [(run.y, run.text) for run in found.runs] == [(0, "a"), (40, "  b     c")]
    assert found.height == 60


def test_chinese_breaks_anywhere_but_before_a_full_stop() -> None:
    assert lines("你" * 20 + "。" + "好", 120) == ["你" * 19, "你。好"]


def test_emoji_are_boxes() -> None:
    runs = laid(f"a {EMOJI}b").runs
    assert [(run.text, run.x, run.width, run.emoji) for run in runs] == [
        ("a ", 0, 12, False),
        (EMOJI, 12, 16, True),
        ("b", 28, 6, False),
    ]


def test_code_has_a_ground_and_a_block_is_its_own_paragraph() -> None:
    found = laid("see `x` now\n```py\nfor x:\n\ty\n```\nafter")
    inline, block = found.grounds
    assert (inline.x, inline.width, inline.block) == (24, 16, False)
    assert (block.y, block.height, block.block) == (24, 52, True)
    assert [run.text for run in found.runs] == ["see ", "x", " now", "for x:", "    y", "after"]
    assert found.height == 24 + 52 + 4 + 20


def test_the_time_may_stand_behind_the_last_line_but_not_in_a_block() -> None:
    assert laid("one two three four five").last == 24
    assert laid("```x```").last == 120


@pytest.mark.parametrize(
    ("count", "folded"), [(LINES_MAX, False), (LINES_MAX + 4, False), (LINES_MAX + 5, True)]
)
def test_a_fold_hides_more_than_a_few_lines(count: int, folded: bool) -> None:
    found = laid("\n".join("x" * count))
    assert found.folded is folded
    assert found.height == 20 * (LINES_MAX if folded else count)


MIXED = st.lists(
    st.sampled_from(["שלום", "עולם", "abc", "12", "(x)", " ", "\n", EMOJI, "`קוד`", "@bob", "http://x.org/אב", "**ab אב**"]),
    max_size=40,
).map("".join)  # fmt: skip


@given(MIXED, st.integers(60, 400))
def test_what_runs_both_ways_is_all_there_and_nothing_overlaps(text: str, width: int) -> None:
    found = laid(text, width, None)
    shown = "".join("".join(span.shown for span in spans(text, mentions=("bob",))).split())
    assert "".join("".join(run.text for run in found.runs).split()) == shown
    for y in {run.y for run in found.runs}:
        line = sorted(run for run in found.runs if run.y == y)
        assert line[0].x >= 0
        assert all(one.x + one.width <= other.x for one, other in pairwise(line))
        assert line[-1].x + line[-1].width <= found.width


def test_a_paragraph_stands_where_its_first_strong_letter_says() -> None:
    found = laid("שלום\nhello there\n12 אב")
    assert [(run.x, run.right, run.rtl) for run in found.runs if run.text == "שלום"] == [(42, True, True)]
    assert [(run.x, run.right) for run in found.runs if run.text == "hello there"] == [(0, False)]
    assert found.rtl
    assert found.last == 5 * 6


def test_what_is_said_in_another_font_keeps_together() -> None:
    runs = sorted(laid("שלום @bob http://x.org/a/ `x = 1`", 900).runs)
    assert [run.text for run in runs] == ["x = 1", "http://x.org/a/", "@bob", "שלום "]
    assert [run.rtl for run in runs] == [False, False, False, True]
