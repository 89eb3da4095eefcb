"""A Text that holds what is shown line by line, between some room above and some below. Knows nothing of what is not there."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, Protocol

HEAD: Final = 1
"""Lines of the Text before the first item: the room above."""


class Item(Protocol):
    """What is shown in a line."""

    @property
    def key(self) -> str: ...


class Box(NamedTuple):
    """Where a line is, in the window's pixels: its top, and where the next one begins."""

    top: int
    bottom: int


class Strip(tk.Text):
    """Items one below the other, each in a line of its own or in some. Places are counted from 0; what an item looks like, those say
    that stand on this."""

    def __init__(self, parent: tk.Misc, wheel: Callable[[int], object], **options: Any) -> None:
        self.order: Final[list[str]] = []
        """Of the items, from the top: their keys."""
        self.shown: Final[dict[str, Any]] = {}
        """The items as they are drawn."""
        self.width = 0
        """Of a line, in pixels."""
        self.wheel: Final = wheel
        usual: dict[str, Any] = {"padx": 0, "wrap": "none", "cursor": "", "exportselection": False}
        super().__init__(
            parent, bd=0, highlightthickness=0, pady=0, insertwidth=0, undo=False, font=("TkFixedFont", -1),
            takefocus=1, spacing1=0, spacing2=0, spacing3=0, **usual | options,
        )  # fmt: skip
        self.bindtags((str(self), str(self.winfo_toplevel()), "all"))  # nobody types here
        self._above = tk.Frame(self, bd=0, highlightthickness=0, width=1, height=1)
        self._below = tk.Frame(self, bd=0, highlightthickness=0, width=1, height=1)
        self.insert("1.0", "\n")
        self.window_create("1.0", window=self._above)
        self.window_create("end", window=self._below)

    def put(self, at: int, item: Item) -> int:
        """Another item there; its height."""
        raise NotImplementedError

    def draw(self, item: Item) -> None:
        """What the item of this key shows now."""
        raise NotImplementedError

    def take(self, at: int) -> None:
        """That item is no more."""
        raise NotImplementedError

    def view(self, key: str) -> Any:
        """What shows an item, where that is a thing of its own; None: it is not there, or there is no such thing."""
        raise NotImplementedError

    def choose(self, key: str, chosen: bool) -> None:
        """Whether the keyboard is at an item."""
        raise NotImplementedError

    def heights(self, keys: Sequence[str]) -> int:
        """How high these are together, which stand side by side."""
        raise NotImplementedError

    def box(self, at: int) -> Box | None:
        """Where an item is; None: it is not seen."""
        raise NotImplementedError

    @property
    def marked(self) -> str:
        """What is marked with the mouse, as it is copied; empty: nothing."""
        return ""

    def mark_all(self) -> None:
        """Mark all items, where that can be done."""

    def look(self, height: int) -> None:
        """A window so high shows other items now: fetch what they need for it."""

    def seen(self, height: int) -> tuple[int, int]:
        """The place of the first item of which something is in a window so high, and that behind the last one's."""
        if not self.order:
            return 0, 0
        first, last = self._at(0), self._at(height - 1)
        return min(max(0, first), len(self.order) - 1), min(max(1, last + 1), len(self.order))

    def shows_end(self, height: int) -> bool:
        """All of the room below the lines is seen."""
        found = self.dlineinfo("end-1c")
        return found is not None and found[1] + found[3] <= height

    def to_end(self) -> None:
        """Show the end."""
        self.yview_moveto(1.0)

    def to(self, at: int, top: int) -> None:
        """Show an item with its top at this pixel, as far as there is enough above and below it."""
        self.yview(self._line(at))
        if (box := self.box(at)) is not None and box.top != top:
            self.yview_scroll(box.top - top, "pixels")

    def see_line(self, at: int) -> None:
        """Show some of an item."""
        self.see(self._line(at))

    def set_room(self, above: int, below: int) -> None:
        """Pixels before the first item, and behind the last one."""
        self._above.configure(height=max(1, above))
        self._below.configure(height=max(1, below))

    def paint(self, ground: str) -> None:
        """The colour between and behind the lines."""
        for widget in (self, self._above, self._below):
            widget.configure(bg=ground)

    def _line(self, at: int) -> str:
        """Where an item begins."""
        raise NotImplementedError

    def _at(self, y: int) -> int:
        """The item at this pixel."""
        raise NotImplementedError


class Widgets(Strip):
    """`make` gives the widget of an item, as a child of this one, with a `show(item, width)` after which the height that it requests
    is right."""

    def __init__(
        self, parent: tk.Misc, wheel: Callable[[int], object], make: Callable[[tk.Misc, Any], Any]
    ) -> None:
        super().__init__(parent, wheel)
        self._make = make
        self._views: dict[str, Any] = {}

    def put(self, at: int, item: Item) -> int:
        view = self._views[item.key] = self._make(self, item)
        self.draw(item)
        self.insert(self._line(at), "\n")
        self.window_create(self._line(at), window=view, align="top")
        self.order.insert(at, item.key)
        return int(view.winfo_reqheight())

    def draw(self, item: Item) -> None:
        self.shown[item.key] = item
        self._views[item.key].show(item, self.width)

    def take(self, at: int) -> None:
        key = self.order.pop(at)
        del self.shown[key]
        self._views.pop(key).destroy()
        self.delete(self._line(at), self._line(at + 1))

    def view(self, key: str) -> Any:
        return self._views.get(key)

    def choose(self, key: str, chosen: bool) -> None:
        if (choose := getattr(self.view(key), "select", None)) is not None:
            choose(chosen)

    def heights(self, keys: Sequence[str]) -> int:
        return sum(int(self._views[key].winfo_reqheight()) for key in keys)

    def box(self, at: int) -> Box | None:
        found = self.dlineinfo(self._line(at))
        return Box(found[1], found[1] + found[3]) if found else None

    def _line(self, at: int) -> str:
        return f"{at + 1 + HEAD}.0"

    def _at(self, y: int) -> int:
        return int(str(self.index(f"@0,{max(0, y)}")).partition(".")[0]) - 1 - HEAD
