"""Text from right to left in fields: seen in order, written, marked and read as it is said."""

import tkinter as tk
from itertools import count, pairwise

import pytest

from hubbub.client.gui.kit.fields import Field, SearchField
from hubbub.client.gui.kit.mirror import Mirror
from hubbub.client.gui.kit.ordering import Ordered
from hubbub.client.gui.kit.textarea import TextArea
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window
MOMENTS = count(10_000, 5_000)
HELLO = "שלום עולם"


def over(parent: tk.Misc) -> Mirror:
    (found,) = [one for one in parent.winfo_children() if isinstance(one, Mirror)]
    return found


def seen(parent: tk.Misc) -> list[str]:
    """The words of each line as they stand from left to right."""
    mirror = over(parent)
    parent.update()
    return ["".join(part.text for part in line.ordered.parts) for line in mirror.lines]


def place(mirror: Mirror, index: int, line: int = 0) -> tuple[int, int]:
    """Where the edge before a character is seen."""
    one = mirror.lines[line]
    return one.x + one.ordered.caret(index), one.y + one.height // 2


def click(mirror: Mirror, x: int, y: int, *, times: int = 1) -> None:
    """Long after the last one."""
    clock = next(MOMENTS)
    for number in range(times):
        for event in ("<ButtonPress-1>", "<ButtonRelease-1>"):
            mirror.event_generate(event, x=x, y=y, rootx=x, rooty=y, time=clock + 100 * number)
            mirror.update()


@pytest.fixture
def area(stage: Stage) -> TextArea:
    made: TextArea = stage.show(TextArea(stage.root))
    made.focus()
    stage.settle()
    return made


def test_what_is_written_from_left_to_right_is_left_to_tk(stage: Stage, area: TextArea) -> None:
    area.insert("naïve 你好 👍")
    stage.settle()
    assert [one for one in area.winfo_children() if isinstance(one, Mirror)] == []


def test_letters_are_seen_in_order_while_they_are_typed(stage: Stage, area: TextArea) -> None:
    lefts = []
    for letter in HELLO:
        area.insert(letter)
        stage.settle()
        lefts.append((area.caret or (0, 0, 0))[0])
    assert seen(area) == [HELLO[::-1]]
    assert area.value == area.edit.get("1.0", "end-1c") == HELLO
    assert lefts == sorted(lefts, reverse=True)
    area.insert(" abc")
    assert seen(area) == ["abc " + HELLO[::-1]]
    area.value = "سلام"
    assert seen(area) == ["\ufee1\ufefc\ufeb3"]


def test_the_picture_goes_with_the_last_such_letter_and_comes_back(stage: Stage, area: TextArea) -> None:
    area.value = "a" + HELLO[0]
    stage.settle()
    assert over(area).winfo_ismapped()
    stage.key("BackSpace")
    stage.settle()
    assert not over(area).winfo_ismapped()
    area.value = HELLO
    stage.settle()
    assert over(area).winfo_ismapped()


def test_keys_delete_what_was_said_last_and_arrows_go_where_they_point(stage: Stage, area: TextArea) -> None:
    area.value = HELLO
    stage.key("BackSpace")
    assert area.value == HELLO[:-1]
    stage.settle()
    before = area.caret or (0, 0, 0)
    stage.key("Right")
    stage.settle()
    assert area.before_cursor == HELLO[:-2]
    assert (area.caret or (0, 0, 0))[0] > before[0]
    stage.key("Left")
    assert area.before_cursor == HELLO[:-1]
    stage.key("Home")
    stage.settle()
    assert area.before_cursor == ""
    assert (area.caret or (0, 0, 0))[0] >= over(area).winfo_width() - 4
    stage.key("Left", shift=True)
    assert area.edit.get("sel.first", "sel.last") == HELLO[0]
    area.value = "abc " + HELLO[:4]
    stage.key("Left")
    assert area.before_cursor == "abc " + HELLO[:3]


def test_the_mouse_finds_the_character_that_is_seen(stage: Stage, area: TextArea) -> None:
    area.value = f"{HELLO} (abc) 12\nplain\n{HELLO}"
    stage.settle()
    mirror = over(area)
    for line, row in enumerate(mirror.lines):
        for index in range(len(row.ordered.text) + 1):
            x, y = place(mirror, index, line)
            click(mirror, x, y)
            (at, _, _), (want, _) = area.caret or (0, 0, 0), (x, y)
            assert abs(at - want) <= 2, (row.ordered.text, index, area.edit.index("insert"))
    assert stage.root.focus_get() is area.edit


def test_what_is_marked_on_the_picture_is_copied_as_it_is_said(stage: Stage, area: TextArea) -> None:
    area.value = f"{HELLO} abc"
    stage.settle()
    mirror = over(area)
    begin, end = place(mirror, 2), place(mirror, 7)
    mirror.event_generate("<ButtonPress-1>", x=begin[0], y=begin[1])
    for share in (0.5, 1):
        x = round(begin[0] + (end[0] - begin[0]) * share)
        mirror.event_generate("<B1-Motion>", x=x, y=end[1])
    mirror.event_generate("<ButtonRelease-1>", x=end[0], y=end[1])
    stage.settle()
    area.edit.event_generate("<<Copy>>")
    assert stage.root.clipboard_get() == HELLO[2:7]
    cut = [one for one in mirror.find_all() if mirror.type(one) == "rectangle"]
    assert cut
    area.edit.tag_remove("sel", "1.0", "end")
    x, y = place(mirror, 6)
    click(mirror, x, y, times=2)
    assert area.edit.get("sel.first", "sel.last") == HELLO[5:]
    click(mirror, x, y, times=3)
    assert area.edit.get("sel.first", "sel.last").strip() == area.value


def test_emoji_and_long_lines_stand_in_the_picture(stage: Stage, area: TextArea) -> None:
    area.value = f"{HELLO} 👍 " * 8
    stage.settle()
    mirror = over(area)
    assert len(mirror.lines) > 1
    assert int(area.edit.cget("height")) == len(mirror.lines)
    assert [one.y for one in mirror.lines] == [
        area.edit.dlineinfo(f"1.{one.places[0]}")[1]  # type: ignore[index]  # it is seen
        for one in mirror.lines
    ]
    assert len([one for one in mirror.find_all() if mirror.type(one) == "image"]) == 8
    assert all(one.places[-1] == other.places[0] for one, other in pairwise(mirror.lines))
    stage.key("Up")
    stage.settle()
    assert (area.caret or (0, 0, 0))[1] == mirror.lines[-2].y
    assert area.value == f"{HELLO} 👍 " * 8


def test_a_line_of_text_is_seen_in_order_too(stage: Stage) -> None:
    field: SearchField = stage.show(SearchField(stage.root))
    field.focus()
    stage.settle()
    field.value = HELLO
    assert seen(field.box) == [HELLO[::-1]]
    mirror = over(field.box)
    for index in range(len(HELLO) + 1):
        click(mirror, *place(mirror, index))
        assert field.entry.index("insert") == index
    field.entry.icursor("end")
    stage.key("Right")
    stage.key("BackSpace")
    assert field.value == HELLO[:-2] + HELLO[-1]
    stage.key("a")
    assert field.value == HELLO[:-2] + "a" + HELLO[-1]
    stage.root.focus_get().event_generate("<Control-a>")  # type: ignore[union-attr]  # the field has it
    stage.settle()
    assert (
        len([one for one in mirror.find_all() if mirror.type(one) == "rectangle"]) > 1
    )  # the caret, and what is marked
    field.value = ""
    stage.settle()
    assert not mirror.winfo_ismapped()


def test_the_caret_of_a_line_that_is_too_long_is_seen(stage: Stage) -> None:
    field: SearchField = stage.show(SearchField(stage.root))
    field.focus()
    field.value = f"{HELLO} " * 20
    stage.settle()
    mirror = over(field.box)
    for key in ("Home", "End", "Home"):
        stage.key(key)
        stage.settle()
        x, _, _ = mirror.where() or (-1, 0, 0)
        assert 0 <= x < mirror.winfo_width()
        (line,) = mirror.lines
        assert abs(line.x + line.ordered.caret(line.index_at(field.entry.index("insert"))) - x) <= 2
        assert line.ordered.width > mirror.winfo_width()


def test_of_a_secret_nothing_is_shown(stage: Stage) -> None:
    field: Field = stage.show(Field(stage.root, "Password", secret=True))
    field.value = HELLO
    stage.settle()
    assert [one for one in field.box.winfo_children() if isinstance(one, Mirror)] == []


def test_colours_and_sizes_follow_the_theme(stage: Stage, area: TextArea) -> None:
    area.value = HELLO
    stage.settle()
    mirror, before = over(area), over(area).lines[0].ordered.width
    stage.theme.set_mode("dark")
    stage.theme.set_text_scale(2.0)
    stage.settle()
    assert mirror.cget("bg") == area.edit.cget("bg")
    assert mirror.lines[0].ordered.width > 1.5 * before
    stage.theme.set_text_scale(1.0)
    area.destroy()
    stage.settle()


@pytest.mark.parametrize("text", ["hi שלום 12!", "שלום abc (def)", "سلام 12 abc", "a\ufffcאב\ufffc"])
@pytest.mark.parametrize("rtl", [False, True])
def test_each_place_of_a_line_leads_back_to_itself(text: str, rtl: bool) -> None:
    line = Ordered(text, rtl, lambda part: 10 * len(part), 20)
    assert line.width == sum(part.edges[-1] for part in line.parts)
    for index in range(len(text) + 1):
        x = line.caret(index)
        assert 0 <= x <= line.width
        assert line.caret(line.at(x)) in (x, *(line.caret(other) for other in (line.at(x - 1), line.at(x))))
    assert min(left for left, _ in line.sides(0, len(text))) == 0
    assert sum(right - left for left, right in line.sides(0, len(text))) == line.width
