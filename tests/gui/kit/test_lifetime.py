"""What widgets hold is given back when they are destroyed: pictures, Tcl commands, timers, callbacks of the theme."""

import gc
import tkinter as tk
from collections.abc import Callable

import pytest

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.fields import Field, SearchField
from hubbub.client.gui.kit.line import LineLabel
from hubbub.client.gui.kit.menus import MenuItem, menu
from hubbub.client.gui.kit.notices import Banner
from hubbub.client.gui.kit.progress import ProgressBar, ProgressRing, Spinner
from hubbub.client.gui.kit.rowlist import RowList
from hubbub.client.gui.kit.scroll import ScrollPane
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.kit.switches import Choice, Switch
from hubbub.client.gui.kit.textarea import TextArea
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


def busy(parent: tk.Misc) -> Button:
    button = Button(parent, "Busy", icon="send", tooltip="Wait")
    button.set(busy=True)
    return button


def list_of_people(parent: tk.Misc) -> RowList[str]:
    rows: RowList[str] = RowList(parent, 40, lambda row, item, *_: row.text(item, 8, 20), print, key=str)
    rows.show(["ada", "bob 👍"])
    return rows


def area(parent: tk.Misc) -> TextArea:
    made = TextArea(parent, placeholder="Message")
    made.value = "with 👍 in it"
    return made


KINDS: dict[str, Callable[[tk.Misc], tk.Widget]] = {
    "pane": Pane,
    "label": lambda parent: Label(parent, "Words"),
    "line": lambda parent: LineLabel(parent, "Words 👍"),
    "button": busy,
    "icon": lambda parent: IconButton(parent, "bell", tooltip="News", badge=2),
    "field": lambda parent: Field(parent, "Name", secret=True),
    "search": SearchField,
    "area": area,
    "switch": lambda parent: Switch(parent, "On"),
    "choice": lambda parent: Choice(parent, ("One", "Two")),
    "scroll": ScrollPane,
    "rows": list_of_people,
    "spinner": Spinner,
    "ring": ProgressRing,
    "bar": ProgressBar,
    "banner": lambda parent: Banner(parent, "No connection"),
}


def held(stage: Stage) -> tuple[int, ...]:
    gc.collect()
    tcl = stage.root.tk
    return (
        len(tcl.call("image", "names")),
        len(tcl.call("info", "commands")),
        len(tcl.call("info", "globals")),
        len(tcl.call("after", "info")),
        len(stage.theme._callbacks),
    )


def once(stage: Stage, kind: Callable[[tk.Misc], tk.Widget]) -> None:
    widget = kind(stage.root)
    widget.pack()
    stage.root.update_idletasks()
    widget.destroy()


@pytest.mark.parametrize("kind", KINDS)
def test_a_destroyed_widget_holds_nothing(stage: Stage, kind: str) -> None:
    for _ in range(2):  # fonts and pictures that are kept for the next one
        once(stage, KINDS[kind])
    before = held(stage)
    for _ in range(8):
        once(stage, KINDS[kind])
    assert held(stage) == before


def test_five_hundred_buttons_leave_nothing(stage: Stage) -> None:
    once(stage, busy)
    before = held(stage)
    for _ in range(500):
        busy(stage.root).destroy()
    assert held(stage) == before


def test_sheets_and_menus_hold_nothing_once_closed(stage: Stage) -> None:
    def open_and_close() -> None:
        sheet = Sheet(stage.root, "A sheet")
        Field(sheet.body, "Name").pack()
        opened = menu(stage.root, 10, 10, [MenuItem("Copy", "copy")])
        stage.settle()
        opened.close()
        sheet.close()
        stage.settle()

    for _ in range(2):
        open_and_close()
    before = held(stage)
    for _ in range(10):
        open_and_close()
    assert held(stage) == before


@pytest.mark.parametrize("kind", KINDS)
def test_every_widget_lives_through_changes_of_colour_and_size(stage: Stage, kind: str) -> None:
    widget = KINDS[kind](stage.root)
    widget.pack(fill="x")
    for change in (
        lambda: stage.theme.set_mode("dark"),
        lambda: stage.theme.set_text_scale(1.4),
        lambda: stage.theme.set_mode("light"),
    ):
        change()
        stage.settle()
    assert widget.winfo_height() > 0
    widget.destroy()
    stage.theme.set_mode("dark")
