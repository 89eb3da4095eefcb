"""Names for screen readers, where Tk can tell them: from 9.1 on, and never on 8.6 or 9.0, whose widgets are silent.

What has the focus is described when it gets it: once for everything in a window, since each control knows its own words.
"""

import contextlib
import tkinter as tk
from typing import Final

from hubbub.client.gui.kit.theme import Theme

_SINCE: Final = "9.1-"


class Accessible:
    """`theme.part(Accessible)`: made once, it goes on by itself."""

    def __init__(self, theme: Theme) -> None:
        self._root = theme.root
        if can_tell(theme.root):
            theme.root.bind_all("<FocusIn>", lambda event: self._tell(event.widget), add="+")

    def _tell(self, widget: tk.Misc) -> None:
        role, name = described(widget)
        if not name:
            return
        with contextlib.suppress(tk.TclError):  # an interface this young may still change
            self._root.tk.call("tk", "accessible", "set_acc_role", str(widget), role)
            self._root.tk.call("tk", "accessible", "set_acc_name", str(widget), name)


def can_tell(root: tk.Tk) -> bool:
    """This Tk has names for screen readers."""
    version = str(root.tk.call("info", "patchlevel"))
    return bool(root.tk.call("package", "vsatisfies", version, _SINCE))


def described(widget: tk.Misc) -> tuple[str, str]:
    """What kind of control it is, and what it is called; no name: it is none."""
    around: list[tk.Misc] = []
    box: tk.Misc | None = widget
    while len(around) < 3 and box is not None:  # an entry stands in a box, that in a field
        around.append(box)
        box = box.master
    for attribute in ("label", "text", "tooltip", "placeholder", "hint"):
        for one in around if isinstance(widget, tk.Entry | tk.Text) else around[:1]:
            if name := _words(getattr(one, attribute, None)):
                return _role(widget), name
    return _role(widget), ""


def _words(value: object) -> str:
    value = getattr(value, "text", value)
    return value if isinstance(value, str) else ""


def _role(widget: tk.Misc) -> str:
    if isinstance(widget, tk.Entry):
        return "Entry"
    if isinstance(widget, tk.Text):
        return "Text"
    return "Button"
