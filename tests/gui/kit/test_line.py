import pytest

from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.emoji import Emoji
from hubbub.client.gui.kit.line import LineLabel, Lines, emoji_line
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


def texts(canvas: Drawn) -> list[str]:
    return [canvas.itemcget(item, "text") for item in canvas.find_all() if canvas.type(item) == "text"]


def test_text_and_emoji_stand_side_by_side_and_tk_gets_no_emoji(stage: Stage) -> None:
    canvas = stage.show(Drawn(stage.root, 400, 40))
    width = emoji_line(canvas, "hi 👩‍🚀 there", 10, 20)
    kinds = [canvas.type(item) for item in canvas.find_all()]
    lefts = [canvas.bbox(item)[0] for item in canvas.find_all()]
    assert kinds == ["text", "image", "text"] and lefts == sorted(lefts)
    assert texts(canvas) == ["hi ", " there"]
    assert canvas.bbox("all")[2] <= 10 + width + 2


@pytest.mark.parametrize(
    "text", ["a very long line of words that has no room", "👍" * 40, "mixed 👍 and 👍 words that go on"]
)
def test_what_has_no_room_is_cut_with_an_ellipsis(stage: Stage, text: str) -> None:
    lines = stage.theme.part(Lines)
    for room in (20, 60, 119, 120):
        laid = lines.lay(text, "body", width=room)
        assert laid.cut and laid.width <= room
        assert laid.spots[-1].piece == "…"
    whole = lines.lay(text, "body")
    assert not whole.cut
    assert lines.lay(text, "body", width=whole.width) == whole


def test_no_room_at_all_is_no_fault(stage: Stage) -> None:
    lines = stage.theme.part(Lines)
    assert lines.lay("words", "body", width=0).spots == ()
    assert lines.lay("words", "body", width=-5).width == 0
    assert lines.lay("", "body").spots == ()


def test_line_breaks_are_spaces(stage: Stage) -> None:
    laid = stage.theme.part(Lines).lay("one\n\n two\tthree\u2028four", "body")
    assert [spot.piece for spot in laid.spots] == ["one two three four"]


def test_cut_lines_follow_the_size_of_text(stage: Stage) -> None:
    lines = stage.theme.part(Lines)
    before = lines.lay("words", "body").width
    stage.theme.set_text_scale(2)
    assert lines.lay("words", "body").width > before * 1.7


def test_an_emoji_without_a_picture_is_a_square(stage: Stage) -> None:
    canvas = stage.show(Drawn(stage.root, 400, 40))
    emoji_line(canvas, "\U0001faf9", 0, 20)
    assert [canvas.type(item) for item in canvas.find_all()] == ["image"]


def test_pieces_of_a_line_are_put_in_the_order_in_which_they_are_seen(stage: Stage) -> None:
    lines = stage.theme.part(Lines)
    plain = [("see ", False), ("this", True)]
    assert lines.ordered(plain, rtl=False) is plain
    seen = lines.ordered([("שלום ", False), ("עולם", True), (" (12)", False)], rtl=True)
    assert seen == [("(", False), ("12", False), (") ", False), ("עולם", True), ("שלום ", False)]
    seen = lines.ordered([("hi שלום ", False), ("עולם", True), (" 👍", False)], rtl=False)
    assert seen == [("hi ", False), ("עולם", True), ("שלום ", False), (" 👍", False)]


def test_a_label_cuts_at_its_own_width(stage: Stage) -> None:
    label = stage.show(
        LineLabel(stage.root, "Team kitchen 🍳 and everyone who cooks there", weight="semibold")
    )
    assert texts(label) == ["Team kitchen ", " and everyone who cooks there"]
    label.pack_forget()
    label.place(x=0, y=0, width=100)
    stage.settle()
    assert texts(label)[-1] == "…" or texts(label)[-1].endswith("…")
    label.set("Short")
    assert label.text == "Short" and texts(label) == ["Short"]


def test_spots_are_pieces_of_the_text(stage: Stage) -> None:
    laid = stage.theme.part(Lines).lay("a👍b", "body")
    assert [type(spot.piece) for spot in laid.spots] == [str, Emoji, str]
    assert laid.spots[0].x < laid.spots[1].x < laid.spots[2].x < laid.width
