"""Whom a text may mean by @."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.broker.mentions import CANDIDATES_MAX, mentioned
from hubbub.schemas import limits, names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@bob", ["bob"]),
        ("hi @Bob, and @CAROL!", ["bob", "carol"]),
        ("@bob @bob @BOB", ["bob"]),
        ("(@bob) \"@carol\" '@dave' *@eve*", ["bob", "carol", "dave", "eve"]),
        ("@bob's turn, @carol/@dave", ["bob", "carol", "dave"]),
        ("@bob. @carol... @dave-_", ["bob.", "bob", "carol...", "carol", "dave-_", "dave"]),
        ("@a.b-c_d", ["a.b-c_d"]),
        ("mail@bob 7@bob é@bob e\u0301@bob", []),
        ("...@bob _@carol -@dave @@eve", ["bob", "carol", "dave", "eve"]),
        ("你好@张三 ל@דני", ["张三", "דני"]),
        ("@张三：你好", ["张三"]),
        ("@दिनेश @नि", ["दिनेश", "नि"]),
        ("@Straße @\uff22ob @\ufb01", ["strasse", "bob", "fi"]),
        ("@jose\u0301", ["jos\u00e9"]),
        ("@ @\n@@ @! @\u0301x", []),
        ("@bob\u200b@carol", ["bob", "carol"]),
        ("@👍", []),
        ("@...", ["..."]),
        ("no address here", []),
        ("", []),
        ("@" + "a" * 32 + " @" + "b" * 200, ["a" * 32]),
        ("@bob" + "." * 200, ["bob"]),
    ],
)
def test_candidates(text: str, found: list[str]) -> None:
    assert mentioned(text) == (found, False)


@pytest.mark.parametrize("text", ["@all", "hi @ALL!", "@Ａll", "@all.", "x\n@all"])
def test_all_is_everyone(text: str) -> None:
    candidates, everyone = mentioned(text)
    assert everyone
    assert "all" not in candidates


@pytest.mark.parametrize("text", ["@allan", "all", "mall@all", "@al"])
def test_what_is_not_all(text: str) -> None:
    assert not mentioned(text)[1]


HOSTILE = [
    "@",
    "@a",
    "@a ",
    "@. ",
    "@_",
    " @a\u0301",
    "\u0301@a",
    "@。",
    "@a\u0301\u0301\u0301\u0301\u0301\u0301",
    "@\ufdfa ",
    "@İ.- ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_take_little_time_and_give_few_names(piece: str) -> None:
    text = (piece * limits.TEXT_MAX_BYTES)[: limits.TEXT_MAX_BYTES // max(map(len, map(str.encode, piece)))]
    took = []
    for _ in range(3):
        began = time.perf_counter()
        candidates, _ = mentioned(text)
        took.append(time.perf_counter() - began)
    assert len(candidates) <= CANDIDATES_MAX
    assert min(took) < 0.02  # what grows with the square takes seconds


def test_no_more_names_than_there_may_be() -> None:
    candidates, _ = mentioned(" ".join(f"@user{number}." for number in range(1000)))
    assert len(candidates) == CANDIDATES_MAX
    assert candidates[:2] == ["user0.", "user0"]


letters = st.characters(categories=["L", "M", "Nd"], include_characters="._-")


@given(
    st.text(letters, min_size=1, max_size=32),
    st.sampled_from([" ", "", "(", "\n"]),
    st.sampled_from([" x", "", ")", ","]),
)
def test_every_name_that_can_be_is_found(text: str, before: str, after: str) -> None:
    try:
        name = names.canonical(text)
    except names.BadName:
        return
    assert names.folded(name) in mentioned(f"{before}@{name}{after}")[0]


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    candidates, _ = mentioned(text)
    assert len(candidates) == len(set(candidates))
    assert all(name == names.folded(name) for name in candidates)
    assert all(unicodedata.category(character)[0] != "Z" for name in candidates for character in name)
