"""What one test of widgets leaves behind does not reach the next, though both have the same root."""

import gc
import tkinter as tk
from collections.abc import Callable

import pytest

from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.notices import toast
from hubbub.client.gui.kit.scroll import ScrollPane
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.kit.theme import Theme, theme_of
from tests.helpers.ground import Ground

pytestmark = pytest.mark.window


@pytest.fixture
def used(ground: Ground) -> Ground:
    """As a test finds it; whatever comes of it."""
    ground.begin("300x200")
    ground.end()
    return ground


def no_one(*_: object) -> None: ...


def grabs(root: tk.Tk) -> None:
    frame = tk.Frame(root, width=20, height=20)
    frame.pack()
    root.update()
    frame.grab_set()


def presses(root: tk.Tk) -> None:
    button = tk.Button(root, text="Held down")
    button.pack()
    root.update()
    button.event_generate("<Enter>")
    button.event_generate("<ButtonPress-1>")


def binds_a_class_of_its_own(root: tk.Tk) -> None:
    frame = tk.Frame(root)
    frame.bindtags(("Mine", *frame.bindtags()))
    root.bind_class("Mine", "<Key-x>", no_one)


def opens_sheets(root: tk.Tk) -> None:
    Sheet(root, "A sheet")
    toast(root, "Copied", seconds=60)
    Button(ScrollPane(root).body, "Busy", icon="send", tooltip="Wait").set(busy=True)
    theme_of(root).set_mode("dark")
    theme_of(root).set_text_scale(2.0)


LEFT: dict[str, Callable[[tk.Tk], object]] = {
    "widgets": lambda root: tk.Entry(tk.Frame(root)).pack(),
    "a window": lambda root: tk.Toplevel(root),
    "a binding of the window": lambda root: root.bind("<Key-Escape>", no_one, add="+"),
    "a binding of all": lambda root: root.bind_all("<<NextWindow>>", no_one),
    "a binding of a class": lambda root: root.bind_class("Text", "<Key>", no_one),
    "a binding that is gone": lambda root: root.unbind_class("Text", "<Key>"),
    "another class": binds_a_class_of_its_own,
    "keys of an event": lambda root: root.event_delete("<<Paste>>", "<Control-Key-v>"),
    "an event": lambda root: root.event_add("<<Mine>>", "<Key-F9>"),
    "a timer": lambda root: root.after(10, no_one),
    "something to do soon": lambda root: root.after_idle(no_one),
    "a grab": grabs,
    "a press": presses,
    "a font": lambda root: vars(root).update(kept=tk.font.Font(root, family="Courier")),
    "a picture": lambda root: vars(root).update(kept=tk.PhotoImage(master=root, width=9, height=9)),
    "a variable": lambda root: vars(root).update(kept=tk.StringVar(root, "x")),
    "a title": lambda root: root.title("Another one"),
    "a smallest size": lambda root: root.minsize(400, 400),
    "a size that stays": lambda root: root.resizable(False, False),
    "a colour": lambda root: root.configure(background="red", cursor="watch", padx=9),
    "another scale": lambda root: root.tk.call("tk", "scaling", 3.0),
    "out of sight": lambda root: root.withdraw(),
    "what closes it": lambda root: root.protocol("WM_DELETE_WINDOW", no_one),
    "layers": opens_sheets,
}


@pytest.mark.parametrize("left", LEFT)
def test_what_is_left_is_put_back(used: Ground, left: str) -> None:
    first, roots = used.state(), used.roots
    used.begin("300x200")
    LEFT[left](used.root)
    used.root.update_idletasks()
    assert used.state() != first, "it would not be noticed"
    used.end()
    assert used.state() == first
    assert used.roots == roots


def test_the_next_one_has_its_own_size_focus_and_theme(used: Ground) -> None:
    theme = used.begin("300x200")
    theme.part(Layers)
    entry = tk.Entry(used.root)
    entry.pack()
    entry.focus_force()
    theme.set_mode("dark")
    used.root.clipboard_append("mine")
    used.root.update()
    used.end()
    again = used.begin("640x480")
    assert (used.root.winfo_width(), used.root.winfo_height()) == (640, 480)
    assert used.root.focus_get() is used.root
    assert isinstance(again, Theme) and again is not theme and theme_of(used.root) is again
    assert not again.dark and again._parts == {}
    with pytest.raises(tk.TclError):
        used.root.clipboard_get()
    used.end()


def test_garbage_of_one_takes_nothing_from_the_next(used: Ground) -> None:
    used.begin("300x200")
    opens_sheets(used.root)
    used.end()
    used.begin("300x200")
    opens_sheets(used.root)
    used.root.update()
    now = used.state()
    gc.collect()
    assert used.state() == now
    used.end()


def test_a_root_that_cannot_be_put_back_is_replaced(used: Ground) -> None:
    roots, before = used.roots, used.root
    used.begin("300x200")
    for widget in used.root.winfo_children():  # those that every test has
        widget.destroy()
    used.end()
    assert (used.roots, used.root is before) == (roots + 1, False)
    used.begin("300x200")
    used.root.destroy()
    used.end()
    assert used.roots == roots + 2
    used.begin("300x200")
    used.root.update()
    used.end()
