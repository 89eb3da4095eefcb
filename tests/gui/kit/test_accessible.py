"""What a screen reader is told, held against Tk 9.1's manual (tk accessible) by a command of that name that takes down and checks."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hubbub.client.gui.kit.accessible import Accessible, can_tell
from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.fields import Field
from hubbub.client.gui.kit.rowlist import RowList
from hubbub.client.gui.kit.switches import Choice, Switch
from hubbub.client.gui.kit.textarea import TextArea
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window
SET = {f"set_acc_{what}" for what in ("role", "name", "description", "value", "state", "action", "help")}
EMIT = {"emit_selection_change", "emit_focus_change"}
ROLES = {
    "Button", "Canvas", "Checkbutton", "Combobox", "Entry", "Label", "Listbox", "Menu", "Notebook", "Progressbar",
    "Scale", "Scrollbar", "Spinbox", "Table", "Text", "Tree",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    key: str
    title: str
    text: str = ""


class Reader:
    """`tk accessible`, as TIP 733 has it: refuses what that would refuse."""

    def __init__(self, stage: Stage, there: bool = True) -> None:
        self.told: list[tuple[str, ...]] = []
        self._there = there
        self._tk = stage.root.tk
        self._before = self._tk.eval("namespace ensemble configure tk -map")
        self._tk.createcommand("accessible_here", self._take)
        self._tk.eval(
            "namespace ensemble configure tk -map [dict merge [namespace ensemble configure tk -map]"
            " {accessible ::accessible_here}]"
        )
        self._known: set[str] = set()

    def close(self) -> None:
        """This Tk has no such command again."""
        self._tk.call("namespace", "ensemble", "configure", "tk", "-map", self._before)
        self._tk.deletecommand("accessible_here")

    def _take(self, act: str, *words: str) -> str:
        if act == "check_screenreader":
            assert not words
            return "1" if self._there else "0"
        assert (act in SET and len(words) == 2) or (act in EMIT and len(words) == 1), (act, words)
        assert self._tk.call("winfo", "exists", words[0])
        if act == "set_acc_role":
            assert words[1] in ROLES
            self._known.add(words[0])
        assert words[0] in self._known, "the role comes first"
        self.told.append((act, *words))
        return ""

    def of(self, widget: object) -> dict[str, str]:
        """What is known of a widget now."""
        return {
            act.removeprefix("set_acc_"): words[1]
            for act, *words in self.told
            if words[0] == str(widget) and act in SET
        }


@pytest.fixture
def reader(stage: Stage) -> Iterator[Reader]:
    made = Reader(stage)
    stage.theme.part(Accessible)
    yield made
    made.close()


def test_a_control_is_described_when_it_gets_the_focus(stage: Stage, reader: Reader) -> None:
    pressed: list[str] = []
    button = stage.show(Button(stage.root, "Send it", command=lambda: pressed.append("sent")))
    icon = stage.show(IconButton(stage.root, "eye", lambda: None, "Show"))
    icon.enable(False)
    button.focus_set()
    stage.settle()
    found = reader.of(button)
    assert (found["role"], found["name"], found["description"], found["help"]) == (
        "Button",
        "Send it",
        "Send it",
        "",
    )
    assert found["state"] == "normal"
    assert reader.told[-1] == ("emit_focus_change", str(button))
    stage.root.tk.eval(found["action"])
    stage.settle()
    assert pressed == ["sent"]
    icon.focus_force()
    stage.settle()
    assert (reader.of(icon)["name"], reader.of(icon)["state"]) == ("Show", "disabled")


def test_what_a_switch_and_a_choice_are_set_to_is_told_when_it_changes(stage: Stage, reader: Reader) -> None:
    switch = stage.show(Switch(stage.root, "Show what was written"))
    choice = stage.show(Choice(stage.root, ["All", "None"]))
    switch.focus_set()
    stage.settle()
    assert (reader.of(switch)["role"], reader.of(switch)["value"]) == ("Checkbutton", "not selected")
    stage.key("space")
    switch.event_generate("<KeyRelease>", keysym="space")
    assert reader.of(switch)["value"] == "selected"
    assert reader.told[-1] == ("emit_selection_change", str(switch))
    count = len(reader.told)
    switch.event_generate("<KeyRelease>", keysym="Shift_L")
    assert len(reader.told) == count
    choice.focus_set()
    stage.settle()
    assert (reader.of(choice)["role"], reader.of(choice)["name"]) == ("Listbox", "All")
    stage.key("Right")
    choice.event_generate("<KeyRelease>", keysym="Right")
    assert reader.of(choice)["name"] == "None"


def test_fields_have_their_labels_and_what_stands_in_them_is_left_to_tk(stage: Stage, reader: Reader) -> None:
    field = stage.show(Field(stage.root, "Password", secret=True))
    area = stage.show(TextArea(stage.root, placeholder="Message"))
    field.value = "correct horse"
    field.focus()
    stage.settle()
    assert reader.of(field.entry) == {"role": "Entry", "name": "Password"}
    area.focus()
    stage.settle()
    assert reader.of(area.edit) == {"role": "Text", "name": "Message"}
    assert "correct horse" not in str(reader.told)


def test_of_a_list_the_row_is_told_that_the_keyboard_is_at(stage: Stage, reader: Reader) -> None:
    rows: RowList[Person] = RowList(stage.root, 40, lambda *_: None, lambda _: None)
    stage.show(rows, fill="both", expand=True)
    rows.show([Person("a", "Anna", "see you"), Person("b", "Bob")])
    rows.focus_set()
    stage.settle()
    assert (reader.of(rows)["role"], reader.of(rows)["name"]) == ("Listbox", "Anna, see you")
    for key, name in (("Down", "Bob"), ("Up", "Anna, see you")):
        stage.key(key)
        rows.event_generate("<KeyRelease>", keysym=key)
        assert reader.of(rows)["name"] == name


@pytest.mark.parametrize("knows", [False, True])
def test_without_a_reader_nothing_is_bound(stage: Stage, knows: bool) -> None:
    made = Reader(stage, there=False) if knows else None
    before = stage.root.bind_all("<FocusIn>")
    Accessible(stage.theme)
    assert not can_tell(stage.root)
    assert stage.root.bind_all("<FocusIn>") == before
    if made is not None:
        assert made.told == []
        made.close()
