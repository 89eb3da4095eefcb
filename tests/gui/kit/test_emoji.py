import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.client.gui.kit import emoji
from hubbub.client.gui.kit.emoji import Emoji, pieces

FAMILY = "👩‍👩‍👧‍👦"


def shapes(text: str) -> list[str]:
    return [f"<{piece.sequence}>" if isinstance(piece, Emoji) else piece for piece in pieces(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("plain", ["plain"]),
        ("Grüße, мир, 世界", ["Grüße, мир, 世界"]),
        ("hi 👋!", ["hi ", "<👋>", "!"]),
        (FAMILY, [f"<{FAMILY}>"]),
        ("👍🏽👍", ["<👍🏽>", "<👍>"]),
        ("🇩🇪🇫🇷", ["<🇩🇪>", "<🇫🇷>"]),
        ("❤️ and ❤", ["<❤️>", " and ", "<❤>"]),
        ("1️⃣ of 1", ["<1️⃣>", " of 1"]),
        ("© 2026 ™ → ©️", ["© 2026 ™ → ", "<©️>"]),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", ["<🏴󠁧󠁢󠁥󠁮󠁧󠁿>"]),
        ("\U0001faf9\U0001fafa", ["<\U0001faf9>", "<\U0001fafa>"]),  # of no font yet: never Tk's
    ],
)
def test_finds_emoji_in_text(text: str, expected: list[str]) -> None:
    assert shapes(text) == expected


@given(st.text(st.sampled_from("ab 1👍🏽❤\ufe0f\u200d👩🇩🇪©\u20e3😀\U0001faf9")))
def test_nothing_of_a_text_is_lost_and_no_emoji_reaches_tk(text: str) -> None:
    found = pieces(text)
    assert "".join(map(str, found)) == text
    assert not any(
        "\U0001f000" <= letter <= "\U0001faff"
        for piece in found
        if isinstance(piece, str)
        for letter in piece
    )


def test_knows_messages_that_are_only_emoji() -> None:
    assert emoji.only_emoji("👍")
    assert emoji.only_emoji(f" {FAMILY} ❤️ ")
    assert not emoji.only_emoji("👍👍👍👍")
    assert emoji.only_emoji("👍👍👍👍", most=4)
    assert not emoji.only_emoji("ok 👍")
    assert not emoji.only_emoji("  ")


def test_every_emoji_that_is_offered_can_be_drawn() -> None:
    offered = [entry for group in emoji.groups().values() for entry in group]
    assert len(offered) > 1_800
    for entry in offered[::97]:
        image = emoji.image(entry.sequence, 40)
        assert image is not None and image.size == (40, 40)
        assert image.getbbox() is not None, entry
    assert [entry for entry in offered if pieces(entry.sequence) != [entry]] == []


def test_the_end_of_the_pack_is_where_the_index_says() -> None:
    last = emoji._known().in_order[-1]
    assert (emoji.ASSETS / emoji.PACK).stat().st_size == last.offset + last.length


def test_what_the_pack_does_not_have_has_no_picture() -> None:
    assert emoji.image("\U0001faf9", 20) is None
    assert emoji.image("a", 20) is None


def test_skin_tones_differ() -> None:
    light, dark = emoji.image("👍🏻", 40), emoji.image("👍🏿", 40)
    assert light is not None and dark is not None
    assert light.tobytes() != dark.tobytes()


def test_search_finds_by_name_and_by_word() -> None:
    assert emoji.search("thumbs up")[0].sequence == "👍"
    assert "🎉" in [found.sequence for found in emoji.search("party")]
    assert "❤️" in [found.sequence for found in emoji.search("RED hea")]
    assert emoji.search("") == emoji.search("qqqq") == []
    assert len(emoji.search("f", most=5)) == 5


def test_tones_are_of_all_that_have_a_skin() -> None:
    assert [one.sequence for one in emoji.tones("👍")] == ["👍", "👍🏻", "👍🏼", "👍🏽", "👍🏾", "👍🏿"]
    assert emoji.tones("👍🏽") == emoji.tones("👍")
    assert [one.sequence for one in emoji.tones("✌")][:2] == ["✌️", "✌🏻"]
    assert emoji.tones("👫")[5].sequence == "👫🏿"
    assert emoji.tones("😀") == emoji.tones("x") == emoji.tones("🏽") == []
    assert emoji.toned(emoji.tones("👋")[0], 1).sequence == "👋🏻"
    assert emoji.toned(emoji.tones("👋🏿")[5], 0).sequence == "👋"
    assert (emoji.tone_of("👩🏾‍🚀"), emoji.tone_of("👩‍🚀")) == (4, 0)
