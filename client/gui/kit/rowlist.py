"""A list of rows of one height on one canvas. It draws the rows that are seen, however many there are."""

import functools
import operator
import tkinter as tk
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, Generic, TypeVar

from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.pictures import Photo
from hubbub.client.gui.kit.row import Row, RowState
from hubbub.client.gui.kit.scroll import Scrollbar, Wheel
from hubbub.client.gui.kit.theme import theme_of

__all__ = ["Row", "RowList", "RowState"]

Item = TypeVar("Item")
_STEPS: Final = {
    "Up": (-1, 0, 0),
    "Down": (1, 0, 0),
    "Prior": (0, -1, 0),
    "Next": (0, 1, 0),
    "Home": (0, 0, -1),
    "End": (0, 0, 1),
}


class RowList(Drawn, Generic[Item]):
    """row_height in pixels at 96 dpi; larger text makes rows higher, by so many `lines`.
    `draw(row, item, width, state)` draws one; `key(item)` tells items apart.

    A press opens (on_open(item)), the right button calls on_menu(item, x_root, y_root). Up, Down, Home, End and the
    page keys move along, Enter opens. Items that compare equal are not drawn again.
    """

    def __init__(
        self,
        parent: tk.Misc,
        row_height: int,
        draw: Callable[[Row, Item, int, RowState], object],
        on_open: Callable[[Item], object],
        on_menu: Callable[[Item, int, int], object] | None = None,
        *,
        key: Callable[[Item], Hashable] = operator.attrgetter("key"),
        ground: str | None = None,
        name: str | None = None,
        lines: int = 2,
    ) -> None:
        theme = theme_of(parent)
        px = theme.px
        self.items: list[Item] = []
        self._wanted, self._lines = row_height, lines
        self.row_height = px(row_height) + theme.more(lines=lines)
        self.selected: Hashable | None = None
        self._draw_row = draw
        self._on_open = on_open
        self._on_menu = on_menu
        self._key = key
        self._places: dict[Hashable, int] = {}
        self._drawn: dict[int, tuple[Item, RowState, list[Photo]]] = {}
        self._photos: list[Photo] = []  # of the row that is being drawn
        self._hovered: int | None = None
        self._current: Hashable | None = None
        self._ringed = self._by_pointer = False
        options = {"name": name} if name else {}
        super().__init__(parent, px(280), px(320), ground=ground, takefocus=1, **options)
        self.theme.part(Wheel)
        self.scrollbar = Scrollbar(self, self._bar_moved, self.ground)
        self.configure(yscrollincrement=1)
        self._bind_all()

    @property
    def spoken(self) -> str:
        """What a screen reader says of the row that the keyboard is at."""
        place = self._places.get(self._current) if self._current is not None else None
        if place is None:
            return "List"
        said = (getattr(self.items[place], part, "") for part in ("title", "text"))
        return ", ".join(str(words) for words in said if words) or "List"

    # -- what is shown

    def show(self, items: Sequence[Item]) -> None:
        """Other items. What stands at the top of the view stays there, unless the view is at its very top."""
        top = self._top()
        anchor = self._anchor(top)
        self.items = list(items)
        self._places = {self._key(item): place for place, item in enumerate(self.items)}
        self._hovered = None if self._hovered is None or self._hovered >= len(self.items) else self._hovered
        if self._ringed:
            self._choose()
        self._set_region()
        if anchor and top > 0 and anchor[0] in self._places:
            self._scroll_to(self._places[anchor[0]] * self.row_height + anchor[1])
        else:
            self._scroll_to(top)

    def select(self, key: Hashable | None, *, see: bool = False) -> None:
        """Marks a row, None marks none; see: scrolls to it. A key that is not there is marked when it comes."""
        self.selected = self._current = key
        if see:
            self.see(key)
        self._fill()

    def see(self, key: Hashable | None) -> None:
        """Scrolls as little as is needed."""
        place = self._places.get(key) if key is not None else None
        if place is None:
            return
        top, height = self._top(), self.extent[1]
        start = place * self.row_height
        if start < top:
            self._scroll_to(start)
        elif start + self.row_height > top + height:
            self._scroll_to(start + self.row_height - height)

    def restyle(self) -> None:
        self.configure(bg=self.theme.colour(self.ground))
        height = self.theme.px(self._wanted) + self.theme.more(lines=self._lines)
        if height == self.row_height:
            self.redraw()
            return
        anchor = self._anchor(self._top())
        self.row_height = height
        self.delete("all")
        self._drawn.clear()
        self._set_region()
        self._scroll_to(self._places[anchor[0]] * height if anchor else 0)

    def destroy(self) -> None:
        super().destroy()
        self._drawn.clear()
        self._photos = []

    def refresh(self) -> None:
        """Draws what is seen again, for a `draw` that depends on more than the item."""
        self.redraw()

    def scroll_to_top(self) -> None:
        """Shows the first row."""
        self._scroll_to(0)

    def row_at(self, y: int) -> Item | None:
        """The item drawn at that height of the widget."""
        place = (y + self._top()) // self.row_height
        return self.items[place] if 0 <= place < len(self.items) else None

    # -- drawing

    def draw(self) -> None:
        self._drawn.clear()
        self._fill()

    def put(self, photo: Photo, x: float, y: float, anchor: Any = "nw", tags: Any = ()) -> int:
        self._photos.append(photo)
        return self.create_image(x, y, image=photo, anchor=anchor, tags=tags)

    def wheel(self, pixels: int) -> None:
        """Scrolls by device pixels."""
        self._scroll_to(self._top() + pixels)

    def _fill(self) -> None:
        top, height = self._top(), self.extent[1]
        first = max(0, top // self.row_height)
        last = min(len(self.items), -(-(top + height) // self.row_height))
        for place in [place for place in self._drawn if not first <= place < last]:
            self.delete(f"row{place}")
            del self._drawn[place]
        for place in range(first, last):
            self._draw_place(place)

    def _draw_place(self, place: int) -> None:
        item = self.items[place]
        state = self._state(place)
        before = self._drawn.get(place)
        if before and before[0] == item and before[1] == state:
            return
        if before:
            self.delete(f"row{place}")
        row = Row(self, place, place * self.row_height, self.row_height)
        self._photos = row.photos
        self._draw_row(row, item, row.width, state)
        self._drawn[place] = (item, state, row.photos)

    def _state(self, place: int) -> RowState:
        key = self._key(self.items[place])
        return RowState(place == self._hovered, key == self.selected, self._ringed and key == self._current)

    # -- scrolling

    def _top(self) -> int:
        return int(self.canvasy(0))

    def _anchor(self, top: int) -> tuple[Hashable, int] | None:
        place = top // self.row_height
        return (self._key(self.items[place]), top % self.row_height) if place < len(self.items) else None

    def _set_region(self) -> None:
        width, height = self.extent
        self.configure(scrollregion=(0, 0, width, max(height, len(self.items) * self.row_height)))

    def _scroll_to(self, top: int) -> None:
        whole = max(self.extent[1], len(self.items) * self.row_height)
        top = max(0, min(top, whole - self.extent[1]))
        self.yview_moveto(top / whole if whole else 0)
        self._fill()
        self.scrollbar.set(top / whole if whole else 0, (top + self.extent[1]) / whole if whole else 1)

    def _bar_moved(self, _: str, share: float) -> None:
        self._scroll_to(round(share * len(self.items) * self.row_height))

    def _resized(self, event: "tk.Event[tk.Misc]") -> None:
        if (event.width, event.height) != self._size:
            wider = event.width != self._size[0]
            self._size = (event.width, event.height)
            self._set_region()
            if wider:
                self.delete("all")
                self._drawn.clear()
            self._scroll_to(self._top())

    # -- pointer and keys

    def _bind_all(self) -> None:
        self.bind("<Motion>", lambda event: self._hover((event.y + self._top()) // self.row_height))
        self.bind("<Leave>", lambda _: self._hover(None))
        self.bind("<ButtonPress-1>", self._pressed)
        for button in ("<ButtonPress-2>", "<ButtonPress-3>") if self._aqua() else ("<ButtonPress-3>",):
            self.bind(button, self._menu)
        self.bind("<FocusIn>", lambda _: self._ring(True))
        self.bind("<FocusOut>", lambda _: self._ring(False))
        for key, step in _STEPS.items():
            self.bind(f"<Key-{key}>", functools.partial(self._move, step))
        for key in ("Return", "KP_Enter", "space"):
            self.bind(f"<Key-{key}>", self._open_current)
        for key in ("<Key-Menu>", "<Shift-Key-F10>"):
            self.bind(key, self._menu_by_key)

    def _aqua(self) -> bool:
        return str(self.tk.call("tk", "windowingsystem")) == "aqua"

    def _hover(self, place: int | None) -> None:
        if place is not None and not 0 <= place < len(self.items):
            place = None
        if place != self._hovered:
            self._hovered = place
            self.configure(cursor="hand2" if place is not None else "")
            self._fill()

    def _pressed(self, event: "tk.Event[tk.Misc]") -> None:
        item = self.row_at(event.y)
        self._by_pointer = self.focus_displayof() is not self
        self.focus_set()
        self._ringed = False
        if item is not None:
            self._current = self._key(item)
        self._fill()
        if item is not None:
            self._on_open(item)  # last: it may close what the list stands in

    def _menu(self, event: "tk.Event[tk.Misc]") -> None:
        item = self.row_at(event.y)
        if item is not None and self._on_menu:
            self._on_menu(item, event.x_root, event.y_root)

    def _menu_by_key(self, _: object) -> str:
        place = self._places.get(self._current)
        if place is not None and self._on_menu:
            y = place * self.row_height - self._top() + self.row_height // 2
            self._on_menu(self.items[place], self.winfo_rootx() + self.extent[0] // 4, self.winfo_rooty() + y)
        return "break"

    def _ring(self, ringed: bool) -> None:
        self._ringed = ringed and not self._by_pointer
        self._by_pointer = False
        if ringed:
            self._choose()
        self._fill()

    def _choose(self) -> None:
        """The keyboard is at some row, if there is any: also where they come after it."""
        if self._current not in self._places and self.items:
            self._current = self.selected if self.selected in self._places else self._key(self.items[0])

    def _move(self, step: tuple[int, int, int], _: object) -> str:
        """step: how many rows, pages and whole lists."""
        if not self.items:
            return "break"
        page = max(1, self.extent[1] // self.row_height - 1)
        by = step[0] + step[1] * page + step[2] * len(self.items)
        place = self._places.get(self._current, -1 if by > 0 else 0) + by
        self._current = self._key(self.items[max(0, min(len(self.items) - 1, place))])
        self._ringed = True
        self.see(self._current)
        self._fill()
        return "break"

    def _open_current(self, _: object) -> str:
        place = self._places.get(self._current)
        if place is not None:
            self._on_open(self.items[place])
        return "break"
