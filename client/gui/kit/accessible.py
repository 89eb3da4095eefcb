"""What a screen reader is told, where Tk can tell it: from 9.1 on (TIP 733), and never on 8.6 or 9.0, whose widgets are silent.

Tk describes its own kinds of widgets, and says of a canvas, which ours are, that there is nothing to be told. So what has the focus is
described when it gets it, and again when a key or a press made it say something else: once for everything in a window, since each
control knows its own words.
"""

import contextlib
import tkinter as tk
from typing import Final, NamedTuple

from hubbub.client.gui.kit.theme import Theme

_ON, _OFF = ("selected", "not selected")
_KINDS: Final = {
    "Switch": "Checkbutton",
    "Choice": "Listbox",
    "Radios": "Listbox",
    "Slider": "Scale",
    "RowList": "Listbox",
    "EmojiGrid": "Listbox",
}
"""Of ours, by their class: what they are like among Tk's. All others are pressed."""


class Described(NamedTuple):
    """A control."""

    role: str
    """One of those that Tk knows."""
    name: str
    """Empty: it is no control."""
    value: str = ""
    """What it is set to."""
    enabled: bool = True


class Accessible:
    """`theme.part(Accessible)`: made once, it goes on by itself. Without a screen reader it does nothing."""

    def __init__(self, theme: Theme) -> None:
        self._root = theme.root
        self._told: tuple[str, Described] | None = None
        if can_tell(theme.root):
            theme.root.bind_all("<FocusIn>", lambda event: self._tell(event.widget), add="+")
            for event in ("<KeyRelease>", "<ButtonRelease>"):
                theme.root.bind_all(event, lambda event: self._tell_change(event.widget), add="+")

    def _tell(self, widget: object) -> None:
        self._told = None
        if not isinstance(widget, tk.Misc) or not (found := described(widget)).name:  # Tk makes widgets too
            return
        self._told = (str(widget), found)
        with contextlib.suppress(tk.TclError):  # an interface this young may still change
            self._set(widget, "role", found.role)  # first: it makes the place for the others
            self._set(widget, "name", found.name)
            if isinstance(widget, tk.Canvas):
                self._set(widget, "description", found.name)  # what is read of a button is this
                self._set(widget, "help", "")
                self._set(widget, "value", found.value)
                self._set(widget, "state", "normal" if found.enabled else "disabled")
                self._set(widget, "action", f"event generate {widget} <Key-space>")
            self._call("emit_focus_change", str(widget))

    def _tell_change(self, widget: tk.Misc) -> None:
        """Its value is another, while it has the focus."""
        if self._told is None or str(widget) != self._told[0] or not isinstance(widget, tk.Canvas):
            return
        found = described(widget)
        if found != self._told[1]:
            self._told = (str(widget), found)
            with contextlib.suppress(tk.TclError):
                self._set(widget, "name", found.name)
                self._set(widget, "value", found.value)
                self._call("emit_selection_change", str(widget))

    def _set(self, widget: tk.Misc, what: str, value: str) -> None:
        self._call(f"set_acc_{what}", str(widget), value)

    def _call(self, *words: str) -> None:
        self._root.tk.call("tk", "accessible", *words)


def can_tell(root: tk.Tk) -> bool:
    """This Tk tells screen readers something, and there was one when it started."""
    try:
        return bool(int(root.tk.call("tk", "accessible", "check_screenreader") or 0))
    except (tk.TclError, ValueError):
        return False


def described(widget: tk.Misc) -> Described:
    """What kind of control it is, what it is called, and what it is set to."""
    around: list[tk.Misc] = []
    box: tk.Misc | None = widget
    while len(around) < 3 and box is not None:  # an entry stands in a box, that in a field
        around.append(box)
        box = box.master
    for attribute in ("spoken", "label", "text", "tooltip", "placeholder", "hint"):
        for one in around if isinstance(widget, tk.Entry | tk.Text) else around[:1]:
            if name := _words(getattr(one, attribute, None)):
                return Described(_role(widget), name, _value(widget), bool(getattr(widget, "enabled", True)))
    return Described(_role(widget), "", _value(widget))


def _words(value: object) -> str:
    value = getattr(value, "text", value)
    return value if isinstance(value, str) else ""


def _role(widget: tk.Misc) -> str:
    if isinstance(widget, tk.Entry):
        return "Entry"
    if isinstance(widget, tk.Text):
        return "Text"
    return _KINDS.get(type(widget).__name__, "Button")


def _value(widget: tk.Misc) -> str:
    """Of what a person writes Tk itself tells."""
    if not isinstance(widget, tk.Canvas):
        return ""
    value = getattr(widget, "value", None)
    if isinstance(value, bool):
        return _ON if value else _OFF
    chosen = getattr(widget, "chosen", None)
    if isinstance(chosen, bool):
        return _ON if chosen else ""
    return str(chosen + 1) if isinstance(chosen, int) and not hasattr(widget, "options") else ""
