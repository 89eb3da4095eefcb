import pytest

from hubbub.client.gui.kit.textarea import IN_A_ROW, PASTED_MAX, TextArea
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window
ASTRONAUT = "👩‍🚀"


@pytest.fixture
def area(stage: Stage) -> TextArea:
    area: TextArea = stage.show(TextArea(stage.root, placeholder="Message", most_lines=4))
    area.focus()
    stage.settle()
    return area


def test_grows_with_what_is_written_and_no_further(stage: Stage, area: TextArea) -> None:
    heights = []
    for lines in (1, 3, 9, 1):
        area.value = "\n".join("line" for _ in range(lines))
        stage.settle()
        heights.append(int(area.edit.cget("height")))
    assert heights == [1, 3, 4, 1]
    area.value = "many words " * 40
    stage.settle()
    assert int(area.edit.cget("height")) == 4


def test_tells_what_is_typed_and_not_what_is_set(stage: Stage) -> None:
    told: list[str] = []
    area = stage.show(TextArea(stage.root, placeholder="Message", on_change=told.append))
    area.focus()
    stage.settle()
    area.value = "set"
    stage.settle()
    assert told == []
    stage.type("xy")
    assert told == ["setx", "setxy"]


def test_the_placeholder_is_there_while_nothing_is_written(stage: Stage, area: TextArea) -> None:
    assert area.placeholder.winfo_manager() == "place"
    stage.type("a")
    assert area.placeholder.winfo_manager() == ""
    area.value = ""
    stage.settle()
    assert area.placeholder.winfo_manager() == "place"


def test_emoji_become_pictures_and_are_text_again_when_asked(stage: Stage, area: TextArea) -> None:
    area.edit.insert("insert", f"to the {ASTRONAUT} moon")
    stage.settle()
    assert ASTRONAUT not in area.edit.get("1.0", "end")
    assert len(area.edit.image_names()) == 1
    assert area.value == f"to the {ASTRONAUT} moon"
    area.value = "❤️👍🏽\nx"
    assert area.value == "❤️👍🏽\nx"
    assert len(area.edit.image_names()) == 2


def test_the_cursor_stays_where_one_writes(stage: Stage, area: TextArea) -> None:
    area.value = "before after"
    area.edit.mark_set("insert", "1.7")
    area.edit.insert("insert", "👍")
    stage.settle()
    stage.type("x")
    assert area.value == "before 👍xafter"
    assert area.before_cursor == "before 👍x"


def test_inserting_replaces_what_is_before_the_cursor(stage: Stage, area: TextArea) -> None:
    area.value = "👍 hello @al"
    area.insert("@alice ", replacing=3)
    assert area.value == "👍 hello @alice "


def test_pasting_and_cutting_keep_emoji(stage: Stage, area: TextArea) -> None:
    stage.root.clipboard_clear()
    stage.root.clipboard_append("one 👍\r\ntwo")
    area.edit.event_generate("<<Paste>>")
    stage.settle()
    assert area.value == "one 👍\ntwo"
    area.edit.tag_add("sel", "1.0", "end-1c")
    area.edit.event_generate("<<Copy>>")
    assert stage.root.clipboard_get() == "one 👍\ntwo"
    area.edit.event_generate("<<Cut>>")
    stage.settle()
    assert area.value == ""
    area.edit.event_generate("<<Paste>>")
    stage.settle()
    assert area.value == "one 👍\ntwo"


def test_undoing_and_redoing(stage: Stage, area: TextArea) -> None:
    stage.type("one two")
    area.insert(" 👍")
    stage.settle()
    seen = [area.value]
    for event in (
        "<<Undo>>",
        "<<Undo>>",
        "<<Undo>>",
        "<<Undo>>",
        "<<Redo>>",
        "<<Redo>>",
        "<<Redo>>",
        "<<Redo>>",
    ):
        area.edit.event_generate(event)
        stage.settle()
        seen.append(area.value)
    assert seen[0] == seen[-1] == "one two 👍"
    assert seen[1] == "one two" and "" in seen and seen.count("") <= 2


def test_what_was_set_cannot_be_undone(stage: Stage, area: TextArea) -> None:
    area.value = "a draft"
    area.edit.event_generate("<<Undo>>")
    stage.settle()
    assert area.value == "a draft"


def test_no_more_is_pasted_than_can_be_laid_out(
    stage: Stage, area: TextArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(area, "clipboard_get", lambda: "x" * (2 * PASTED_MAX))
    area.edit.event_generate("<<Paste>>")
    assert area.value == "x" * PASTED_MAX


def test_a_key_reads_a_long_text_once_and_lays_out_no_picture_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    area: TextArea = stage.show(TextArea(stage.root))
    area._on_change = lambda text: told.append(area.before_cursor + text[:1])
    area.focus()
    area.value = "👍" * 300 + "x"
    stage.settle()
    names = area.edit.image_names()
    read: list[str] = []
    dump = area.edit.dump

    def counted(start: str, *more: object, **options: object) -> None:
        read.append(start)
        dump(start, *more, **options)  # type: ignore[call-overload]  # as it was called

    monkeypatch.setattr(area.edit, "dump", counted)
    stage.type("y")
    assert told == ["👍" * 300 + "xy👍"]
    assert len(read) == 1
    area.edit.mark_set("insert", "1.2")
    assert (area.before_cursor, area.value) == ("👍" * 2, "👍" * 300 + "xy")
    assert len(read) == 1 and area.edit.image_names() == names
    stage.key("BackSpace")
    assert area.value == "👍" * 299 + "xy"


def test_no_line_of_tk_holds_so_many_pictures_that_a_key_takes_long(stage: Stage, area: TextArea) -> None:
    many = "👍" * (IN_A_ROW - 1) + "🎉 and " + "👍" * IN_A_ROW + "\nmore"
    area.value = "one "
    area.insert(many)
    area.edit.mark_set("insert", "2.0")
    area.insert("❤️" * (IN_A_ROW + 1))
    stage.settle()
    rows = [area.edit.dump(f"{row}.0", f"{row}.end", image=True) for row in range(1, 6)]
    assert [len(row) for row in rows] == [IN_A_ROW, IN_A_ROW, 1 + IN_A_ROW, 0, 0]
    assert area.before_cursor == "one " + many[: IN_A_ROW + 5] + "❤️" * (IN_A_ROW + 1)
    assert area.value == area.before_cursor + many[IN_A_ROW + 5 :]
    area.edit.tag_add("sel", "1.0", "end-1c")
    area.edit.event_generate("<<Copy>>")
    assert area.clipboard_get() == area.value


def test_what_ends_an_emoji_makes_it_a_picture(stage: Stage, area: TextArea) -> None:
    area.value = "many words 1 and more"
    stage.settle()
    area.edit.insert("1.12", "\ufe0f\u20e3")
    stage.settle()
    assert len(area.edit.image_names()) == 1
    assert area.value == "many words 1\ufe0f\u20e3 and more"
