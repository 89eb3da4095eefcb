"""One interpreter of Tk for many tests of widgets, which each of them finds as the first one did.

A root of its own costs a test 25 ms, with its fonts and the colours that X is asked for with the first picture. What is in Python (a
theme and its parts) each test has anew; what is in Tcl is compared with what was there at first, and put back.
"""

import tkinter as tk
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from PIL import Image, ImageTk

from hubbub.client.gui.kit import fonts
from hubbub.client.gui.kit.theme import Mode, Theme

TAGS: Final = [
    ".",
    "all",
    "Button",
    "Canvas",
    "Checkbutton",
    "Entry",
    "Frame",
    "Label",
    "Labelframe",
    "Listbox",
    "Menu",
    "Menubutton",
    "Message",
    "Panedwindow",
    "Radiobutton",
    "Scale",
    "Scrollbar",
    "Spinbox",
    "Text",
    "Tk",
    "Toplevel",
]
"""Tcl has no list of what has bindings: others are found at the widgets that a test made."""
_MADE: Final = {
    "after info": "after cancel %s",
    "image names": "image delete %s",
    "font names": "font delete %s",
    "info globals {PY_VAR*}": "unset -nocomplain ::%s",
    "info commands {[0-9]*}": "rename %s {}",
}
"""How Tcl lists what Python makes in it, and what takes one of it away."""
_SET: Final = {
    "tk scaling": "tk scaling",
    "pack propagate .": "pack propagate .",
    "wm protocol . WM_DELETE_WINDOW": "wm protocol . WM_DELETE_WINDOW",
    **{f"wm {what} .": f"wm {what} ." for what in ("minsize", "maxsize", "resizable", "title", "attributes", "state")},
    **{f". cget -{name}": f". configure -{name}" for name in ("background", "cursor", "menu", "padx", "pady", "takefocus")},
}  # fmt: skip
"""What is asked for by the first and set by the second."""
_KEYS: Final = "set all {}; foreach keys [bind %s] {lappend all $keys [bind %s $keys]}; set all"
_NAMES: Final = "set all {}; foreach name [event info] {lappend all $name [event info $name]}; set all"


class Ground:
    """The root of many tests, one after the other."""

    def __init__(self) -> None:
        self.roots = 0
        """So far: a new one takes the place of one in which something was left that can't be put back."""
        self._make()

    def begin(self, size: str, mode: Mode = "light") -> Theme:
        """The window of a test, in front and with the focus."""
        self.faults: list[BaseException] = []
        """What went wrong in callbacks since then."""
        self.root.report_callback_exception = lambda _, fault, __: self.faults.append(fault)  # type: ignore[method-assign]  # tkinter's own way
        self.root.geometry(f"{size}+0+0")
        theme = Theme(self.root, mode, scale=1.0)
        self.root.update()
        self.root.focus_force()
        self.root.update()
        return theme

    def end(self) -> None:
        """Put back what the test changed."""
        with suppress(tk.TclError):
            self._put_back()
            if self.state() == self._first:
                return
        self.close()
        self._make()

    def close(self) -> None:
        """For good."""
        with suppress(tk.TclError):  # a test did
            self.root.destroy()

    def state(self) -> dict[str, Any]:
        """All that a test could find here of the one before it."""
        return {
            **{listed: set(self._list(listed)) for listed in _MADE},
            **{asked: self._list(asked) for asked in _SET},
            **{tag: self._pairs(_KEYS % (tag, tag)) for tag in TAGS},
            "events": self._pairs(_NAMES),
            "private": self._pairs("array get ::tk::Priv"),
            "widgets": set(self._list("winfo children .")),
            "grab": self._list("grab current"),
            "attributes": set(vars(self.root)),
        }

    def _make(self) -> None:
        fonts.load()
        self.roots += 1
        self.root = tk.Tk()
        self._shown = ImageTk.PhotoImage(Image.new("RGBA", (1, 1)), master=self.root)
        tk.Label(self.root, image=self._shown)  # X's colours are let go with the last picture that is shown
        self.root.report_callback_exception = lambda *_: None  # type: ignore[method-assign]  # each test has its own
        self.root.update()
        self._first = self.state()
        self._commands = list(_commands_of(self.root))

    def _put_back(self) -> None:
        first = self._first
        for holder in self._list("grab current"):
            self._eval(f"grab release {holder}")
        self.root.focus_force()  # what has the focus and is destroyed is remembered by Tk's other windows of this process
        self.root.update()
        widgets = [
            self.root.nametowidget(path) for path in set(self._list("winfo children .")) - first["widgets"]
        ]
        tags = {tag for widget in widgets for tag in _tags(widget)}
        for widget in widgets:
            widget.destroy()
        for tag in (*TAGS, *tags.difference(TAGS)):
            self._bind(tag, first.get(tag, {}))
        for listed, away in _MADE.items():
            for name in set(self._list(listed)) - first[listed]:
                self._eval(away % name)
        self._name(first["events"])
        for asked, put in _SET.items():
            if self._list(asked) != first[asked]:
                self.root.tk.call(*put.split(), *(first[asked] or [""]))
        self._eval("array unset ::tk::Priv; clipboard clear; selection clear; option clear")
        self.root.tk.call(
            "array", "set", "::tk::Priv", [word for pair in first["private"].items() for word in pair]
        )
        for name in set(vars(self.root)) - first["attributes"]:
            delattr(self.root, name)
        _commands_of(self.root)[:] = self._commands
        self.root.update()

    def _bind(self, tag: str, wanted: dict[str, str]) -> None:
        there = self._pairs(_KEYS % (f"{{{tag}}}", f"{{{tag}}}"))
        for keys in there.keys() | wanted.keys():
            if there.get(keys) != wanted.get(keys):
                self.root.tk.call("bind", tag, keys, wanted.get(keys, ""))

    def _name(self, wanted: dict[str, str]) -> None:
        there = self._pairs(_NAMES)
        for name in there.keys() | wanted.keys():
            if there.get(name) != wanted.get(name):
                self._eval(f"event delete {name}")
                if name in wanted:
                    self._eval(f"event add {name} {wanted[name]}")

    def _eval(self, script: str) -> str:
        return str(self.root.tk.eval(script))

    def _list(self, script: str) -> list[str]:
        return [str(one) for one in self.root.tk.splitlist(self._eval(script))]

    def _pairs(self, script: str) -> dict[str, str]:
        words = self._list(script)
        return dict(zip(words[::2], words[1::2], strict=True))


def _commands_of(root: tk.Tk) -> list[str]:
    """What tkinter deletes with the root."""
    found: list[str] = vars(root)["_tclCommands"]
    return found


def _tags(widget: tk.Misc) -> Iterator[str]:
    """Under which something may be bound for these widgets together, and stay when they go."""
    yield from (tag for tag in widget.bindtags() if tag[0] != ".")
    for child in widget.winfo_children():
        yield from _tags(child)
