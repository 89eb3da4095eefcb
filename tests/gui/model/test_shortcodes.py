"""Emoji by names between colons."""

import pytest

from hubbub.client.gui.kit import emoji
from hubbub.client.gui.model.shortcodes import CODES, closed, code_of, complete


def offered(before: str, *recent: str) -> list[str]:
    return [one.emoji for one in complete(before, emoji.search, recent)]


def test_every_short_name_is_an_emoji_that_can_be_drawn() -> None:
    unknown = [
        code for code, text in CODES.items() if not emoji.only_emoji(text, 1) or emoji.image(text, 8) is None
    ]
    assert unknown == []


@pytest.mark.parametrize("before", [":smi", "well :smi", "(:smi", "🎉:smi", "a\n:SMI"])
def test_a_colon_and_two_letters_offer_emoji(before: str) -> None:
    found = complete(before, emoji.search)
    assert found[0].emoji == "😄" and found[0].written == "😄"
    assert before[-found[0].replaced :].casefold() == ":smi"


@pytest.mark.parametrize(
    "before",
    [
        ":s", "smi", "10:30", "at 10:sm", "http://sm", "file:sm", "::sm", "`:smi", "```\nx :smi", ":)", ":-)", ":smi ",
    ],
)  # fmt: skip
def test_what_is_no_name_stays_alone(before: str) -> None:
    assert offered(before) == []


def test_the_whole_name_is_first_then_what_was_used_lately_then_other_words() -> None:
    assert offered(":heart")[0] == "❤️"
    usual, lately = offered(":gr"), offered(":gr", "🍇")
    assert usual[0] != "🍇" and lately[0] == "🍇"
    assert "🥑" in offered(":avoc") and "🫚" in offered(":ginger")
    assert len(offered(":fa")) == 6 == len(set(offered(":fa")))


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ("oh :smile:", (":smile:", "😄")),
        (":+1:", (":+1:", "👍")),
        (":100:", (":100:", "💯")),
        (":Waving_Hand:", (":Waving_Hand:", "👋")),
        ("12:30:", None),
        ("x:smile:", None),
        (":nothing_such:", None),
        ("`:smile:", None),
        (":: :", None),
    ],
)
def test_a_name_that_is_closed(before: str, found: tuple[str, str] | None) -> None:
    assert closed(before, emoji.search) == found


def test_names_become_codes() -> None:
    assert code_of("face with tears of joy") == "face_with_tears_of_joy"
    assert code_of("ZZZ") == "zzz"
