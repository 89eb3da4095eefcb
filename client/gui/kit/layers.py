"""What lies over the window for a while: who is on top, where Escape, Tab and the focus go."""

import contextlib
import tkinter as tk
from typing import NamedTuple, Protocol

from hubbub.client.gui.kit.scroll import ScrollPane
from hubbub.client.gui.kit.theme import Theme


class Layer(Protocol):
    """A sheet or a menu. `page` holds all of it, `modal` keeps Tab inside."""

    modal: bool

    @property
    def page(self) -> tk.Misc: ...

    def close(self) -> None:
        """Takes it away; again does nothing."""


class _Open(NamedTuple):
    """A layer, what it was opened for, and what had the focus before."""

    layer: Layer
    of: tk.Misc
    focus: tk.Misc | None


class Layers:
    """`theme.part(Layers)`: what is open in a window, the newest last."""

    def __init__(self, theme: Theme) -> None:
        self._root = theme.root
        self._open: list[_Open] = []
        self._root.bind("<Key-Escape>", self._escape, add="+")
        self._root.bind_all("<<NextWindow>>", lambda event: self._tab(event.widget, back=False))
        self._root.bind_all("<<PrevWindow>>", lambda event: self._tab(event.widget, back=True))

    @property
    def top(self) -> Layer | None:
        """What Escape would close."""
        return self._open[-1].layer if self._open else None

    def opened(self, layer: Layer, of: tk.Misc) -> None:
        """Remembers where the focus was. of: what the layer is about, with which it goes."""
        try:
            before = self._root.focus_get()
        except KeyError:  # the focus is in a widget that Tk made by itself
            before = None
        self._open.append(_Open(layer, of, before))

    def closed(self, layer: Layer) -> None:
        """Gives the focus back, if what had it is still there and nothing else took it since."""
        for entry in self._open:
            if entry.layer is layer:
                self._open.remove(entry)
                self.leave(layer.page)
                self._give_back(entry.focus)
                return

    def leave(self, area: tk.Misc | None = None) -> None:
        """The area goes, or all that there is: so does whatever was opened for something in it."""
        for entry in reversed(self._open.copy()):
            if area is None or is_inside(entry.of, area):
                entry.layer.close()

    def _give_back(self, widget: tk.Misc | None) -> None:
        if widget is None:
            return
        with contextlib.suppress(tk.TclError):  # gone meanwhile
            if widget.winfo_viewable():
                widget.focus_set()

    def _escape(self, _: object) -> str | None:
        if not self._open:
            return None
        self._open[-1].layer.close()
        return "break"

    def _tab(self, widget: tk.Misc, *, back: bool) -> str:
        inside = next((entry.layer.page for entry in reversed(self._open) if entry.layer.modal), None)
        start = widget
        for _ in range(500):  # more than any window has; a sheet without any control must not hang it
            found = widget.tk_focusPrev() if back else widget.tk_focusNext()
            if found is None or found is start:
                return "break"
            widget = found
            if inside is None or is_inside(widget, inside):
                widget.tk.call("tk::TabToWindow", str(widget))  # selects what stands in an entry
                _bring_into_sight(widget)
                return "break"
        return "break"


def is_inside(widget: tk.Misc, area: tk.Misc) -> bool:
    """Whether widget is area or stands in it."""
    return str(widget) == str(area) or str(widget).startswith(f"{area}.")


def hold_pointer(page: tk.Misc) -> None:
    """Brings presses from anywhere to page. Another window of this process that holds the pointer keeps it."""
    with contextlib.suppress(tk.TclError):
        page.grab_set()


def _bring_into_sight(widget: tk.Misc) -> None:
    area = widget.master
    while area is not None:
        if isinstance(area, ScrollPane):
            area.show(widget)
        area = area.master
