import tkinter as tk

import pytest

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.fields import Field
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.menus import Menu, MenuItem, menu
from hubbub.client.gui.kit.notices import Banner, Toasts, toast
from hubbub.client.gui.kit.sheet import Sheet, confirm
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


def test_a_sheet_takes_the_focus_keeps_tab_inside_and_gives_it_back(stage: Stage) -> None:
    below = stage.show(Button(stage.root, "Below"))
    below.focus_set()
    stage.settle()
    sheet = Sheet(stage.root, "A sheet")
    field = Field(sheet.body, "Name")
    field.pack(fill="x")
    stage.settle()
    seen = []
    for _ in range(4):
        stage.key("Tab")
        seen.append(stage.root.focus_get())
    assert below not in seen
    assert field.entry in seen
    for _ in range(3):
        stage.key("Tab", shift=True)
        assert stage.root.focus_get() is not below
    stage.key("Escape")
    assert not sheet.page.winfo_exists()
    assert stage.root.focus_get() is below


def test_a_press_beside_a_sheet_closes_it_and_one_on_it_does_not(stage: Stage) -> None:
    closed: list[int] = []
    sheet = Sheet(stage.root, "A sheet", on_close=lambda: closed.append(1))
    stage.settle()
    stage.click(sheet.body, 2, 2)
    assert closed == []
    stage.click(sheet.page, 2, 2)
    assert closed == [1]
    sheet.close()
    assert closed == [1]


def test_escape_closes_the_topmost_first(stage: Stage) -> None:
    first, second = Sheet(stage.root, "One"), Sheet(stage.root, "Two")
    stage.settle()
    assert stage.theme.part(Layers).top is second
    stage.key("Escape")
    assert first.page.winfo_exists() and not second.page.winfo_exists()
    stage.key("Escape")
    assert stage.theme.part(Layers).top is None


def test_a_sheet_is_no_larger_than_the_window(stage: Stage) -> None:
    sheet = Sheet(stage.root, "A sheet", width=5000)
    tk.Frame(sheet.body, height=5000, width=10).pack()
    stage.settle()
    card = sheet.page.winfo_children()[0]
    assert card.winfo_width() <= 640 and card.winfo_height() <= 480


def test_confirming_asks_and_no_is_the_first_answer(stage: Stage) -> None:
    done: list[int] = []
    sheet = confirm(
        stage.root, "Delete?", "It goes for everyone.", "Delete", danger=True, done=lambda: done.append(1)
    )
    stage.settle()
    stage.key("Return")
    assert done == [] and not sheet.page.winfo_exists()
    sheet = confirm(
        stage.root, "Delete?", "It goes for everyone.", "Delete", danger=True, done=lambda: done.append(1)
    )
    stage.settle()
    yes = next(w for w in _all(sheet.page) if isinstance(w, Button) and w.text == "Delete")
    stage.click(yes)
    assert done == [1] and not sheet.page.winfo_exists()


def cards(stage: Stage) -> list[tk.Misc]:
    return [child for child in stage.root.winfo_children() if isinstance(child, Card)]


def _all(widget: tk.Misc) -> list[tk.Misc]:
    return [widget, *(inner for child in widget.winfo_children() for inner in _all(child))]


def open_menu(stage: Stage, chosen: list[str]) -> Menu:
    def says(text: str) -> MenuItem:
        return MenuItem(text, "copy", lambda: chosen.append(text))

    off = MenuItem("Edit", "pencil", lambda: chosen.append("Edit"), enabled=False)
    opened = menu(
        stage.root,
        stage.root.winfo_rootx() + 600,
        stage.root.winfo_rooty() + 470,
        [says("Reply"), None, off, says("Delete")],
    )
    stage.settle()
    return opened


def test_a_menu_stays_in_the_window(stage: Stage) -> None:
    page = open_menu(stage, []).page
    assert page.winfo_x() + page.winfo_width() <= 640
    assert page.winfo_y() + page.winfo_height() <= 480


def test_a_menu_is_used_with_the_pointer(stage: Stage) -> None:
    chosen: list[str] = []
    opened = open_menu(stage, chosen)
    stage.enter(opened.page, 30, 20)
    assert opened.current == 0
    stage.enter(opened.page, 30, 70)
    assert opened.current is None  # what is disabled
    stage.click(opened.page, 30, 70)
    assert opened.page.winfo_exists() and chosen == []
    stage.click(opened.page, 30, 20)
    assert chosen == ["Reply"] and not opened.page.winfo_exists()


def test_a_menu_is_used_with_keys(stage: Stage) -> None:
    chosen: list[str] = []
    below = stage.show(Button(stage.root, "Below"))
    below.focus_set()
    stage.settle()
    open_menu(stage, chosen)
    for key in ("Down", "Down", "Down", "Up", "Return"):
        stage.key(key)
    assert chosen == ["Delete"]
    assert stage.root.focus_get() is below
    opened = open_menu(stage, chosen)
    stage.key("Escape")
    assert not opened.page.winfo_exists() and chosen == ["Delete"]


def test_a_press_outside_closes_a_menu_and_presses_nothing(stage: Stage) -> None:
    pressed: list[int] = []
    below = stage.show(Button(stage.root, "Below", command=lambda: pressed.append(1)))
    opened = open_menu(stage, [])
    stage.click(below)
    assert not opened.page.winfo_exists() and pressed == []
    stage.click(below)
    assert pressed == [1]
    assert stage.root.grab_current() is None


def test_a_toast_goes_by_itself_and_gives_way_to_the_next(stage: Stage) -> None:
    toasts = stage.theme.part(Toasts)
    undone: list[int] = []
    toast(stage.root, "Copied", seconds=60)
    stage.settle()
    toast(stage.root, "Deleted", "Undo", lambda: undone.append(1), seconds=60)
    stage.settle()
    assert toasts.text == "Deleted"
    (card,) = cards(stage)
    stage.click(card)
    assert undone == [1] and toasts.text == ""
    toast(stage.root, "Short", seconds=0.01)
    stage.until(lambda: toasts.text == "")


def test_a_tooltip_comes_after_a_while_and_goes_with_the_pointer(stage: Stage) -> None:
    button = stage.show(IconButton(stage.root, "bell", tooltip="News"), fill="none")
    stage.enter(button)
    assert cards(stage) == []
    stage.until(lambda: cards(stage))
    stage.leave(button)
    assert cards(stage) == []
    button.tooltip.show()
    assert len(cards(stage)) == 1
    button.destroy()
    stage.settle()
    assert cards(stage) == []


def test_a_banner_says_how_things_stand(stage: Stage) -> None:
    tried: list[int] = []
    banner = stage.show(
        Banner(stage.root, "No connection", "wifi-off", "Try now", lambda: tried.append(1), kind="warning")
    )
    banner.set("Next try in 5 s")
    banner.button.invoke()
    assert banner.text == "Next try in 5 s" and tried == [1]


def test_a_toast_that_goes_with_its_window_leaves_no_timer(stage: Stage) -> None:
    before = set(stage.root.tk.call("after", "info"))
    toast(stage.root, "Copied", seconds=60)
    assert set(stage.root.tk.call("after", "info")) > before
    for child in stage.root.winfo_children():
        child.destroy()
    assert set(stage.root.tk.call("after", "info")) <= before


def test_what_was_opened_for_something_goes_with_it(stage: Stage) -> None:
    pane, other = Pane(stage.root), Pane(stage.root)
    entry = tk.Entry(pane)
    layers = stage.theme.part(Layers)
    about_all = Sheet(stage.root, "About all")
    sheet = Sheet(entry, "About the entry")
    opened = menu(sheet.page, 10, 10, [MenuItem("Copy", "copy")])
    layers.leave(other)
    assert layers.top is opened
    layers.leave(pane)
    assert layers.top is about_all
    assert not opened.page.winfo_exists() and not sheet.page.winfo_exists()
    layers.leave()
    assert layers.top is None
