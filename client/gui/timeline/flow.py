"""Lines one below the other, of which only those near the screen are made. Knows nothing of messages.

A Text (strip.py) holds them, since it scrolls thousands at 3 ms a frame. Lines are made where somebody scrolls, a few
milliseconds at a time; whatever comes, goes or grows, what is looked at stays where it is, to the pixel.
"""

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Any, Final, NamedTuple

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.scroll import Scrollbar, Wheel
from hubbub.client.gui.timeline.strip import Item, Strip

SLICE_S: Final = 0.005
"""How long widgets are made in one turn."""
AHEAD: Final = 24
"""Rows that exist beyond what is seen, on each side."""
_JOINED: Final = 60
"""So many new rows are not added one by one."""
_GAP: Final = 8
"""Where more new rows than these come between old ones, they are made as somebody scrolls there."""
_TAIL: Final = 8
"""Below the last row, at 96 dpi."""
_SOUGHT: Final = 0.3
"""Where in the window a line stands that is sought, as a share of its height."""


class Anchor(NamedTuple):
    """A line that is to stay where it is."""

    key: str
    y: int
    """Of its top, in the window's pixels."""


class Flow(Pane):
    """`strip` makes what holds the lines, of a parent and what the wheel calls; `moved` is called when another part is seen, or may
    be: once for many changes. `steady`: whether a row stays where it is among the others, so that the place can be kept by it.
    `ahead`: rows that are made beyond what is seen, on each side."""

    def __init__(
        self,
        parent: tk.Misc,
        strip: Callable[[tk.Misc, Callable[[int], object]], Strip],
        moved: Callable[[], object],
        steady: Callable[[Any], bool] = lambda _: True,
        ahead: int = AHEAD,
    ) -> None:
        super().__init__(parent)
        self.theme.part(Wheel)
        self._moved, self._steady, self._ahead = moved, steady, ahead
        self._rows: Sequence[Item] = ()
        self._low = self._high = 0
        self._stuck = True
        self._wanted: tuple[str, int | None] | None = None
        self._height = 0
        self._jobs: dict[str, str] = {}
        self._stale: list[str] = []
        self.text = strip(self, self.scroll)
        self.text.pack(fill="both", expand=True)
        self.scrollbar = Scrollbar(self, self._drag).attach()
        self.text.configure(yscrollcommand=self._on_view)
        self.text.bind("<Configure>", self._on_resize)
        self.restyle()

    # --------------------------------------------------------------------------------------------------- what is shown

    def show(self, rows: Sequence[Item], *, seek: str | None = None, top: int | None = None) -> None:
        """These are the lines now. seek: the key of one that is to be seen, or empty for the end; None: what is looked at stays.
        top: where the top of that one is to be, in the window's pixels."""
        before, self._rows = self._rows, rows
        if not self._ready:
            if seek is not None or self._wanted is None:
                self._wanted = (seek or "", top)
            return
        index = {row.key: at for at, row in enumerate(rows)}
        kept = [at for key in self.text.order if (at := index.get(key)) is not None]
        if seek is not None or not kept:
            at = index.get(seek or "", 0 if seek else len(rows) - 1)
            self._place(at, at_end=not seek, top=top)
            return
        low, high = self._stretch(kept, index)
        if self._high == len(before) and (self._stuck or len(rows) - high < _GAP):
            high = len(rows)
        if self._stuck:  # whoever only follows needs none of what went up
            low = max(low, high - 4 * self._ahead)
        if high - low - len(kept) < _JOINED:
            self._keeping(lambda: self._sync(low, high))
        else:
            self._replace_about(index)
        self._fill_soon()

    def to_end(self) -> None:
        """Show the last line, and go on doing so."""
        if not self._ready:
            return
        if self._high < len(self._rows):
            self._place(len(self._rows) - 1, at_end=True)
        self._stuck = True
        self.text.to_end()

    def to_key(self, key: str, share: float = _SOUGHT) -> None:
        """Show a line, with its top at this share of the window's height."""
        at = next((at for at, row in enumerate(self._rows) if row.key == key), None)
        if at is not None and self._ready:
            self._place(at, at_end=False, top=round(self._height * share))

    def see(self, key: str) -> None:
        """Scroll as little as is needed to see all of a line that exists."""
        if key not in self.text.shown:
            return
        at = self.text.order.index(key)
        self.text.see_line(at)
        if (box := self.text.box(at)) is None:
            return
        if box.top < 0:
            self.scroll(box.top)
        elif box.bottom > self._height:
            self.scroll(min(box.top, box.bottom - self._height))

    def scroll(self, pixels: int) -> None:
        """Down, or up if negative."""
        self.text.yview_scroll(pixels, "pixels")
        self._judge()

    def page(self, pages: int) -> None:
        """Down by so many windows, less a little that is seen twice."""
        self.scroll(pages * max(1, self._height - self.theme.px(48)))

    @property
    def busy(self) -> bool:
        """Lines are to be made or drawn yet."""
        return bool(self._jobs)

    @property
    def stuck(self) -> bool:
        """The last line is seen, and what comes pushes it up."""
        return self._stuck

    @property
    def height(self) -> int:
        """Of the window, in pixels."""
        return self._height

    def visible(self) -> tuple[int, int]:
        """The rows of which something is seen: the first one's index, and the index behind the last one's."""
        first, end = self.text.seen(self._height)
        return self._low + first, self._low + end

    def whole_until(self) -> int:
        """The index behind the last row whose bottom is seen."""
        first, end = self.visible()
        while (
            end > first
            and (box := self.text.box(end - 1 - self._low)) is not None
            and box.bottom > self._height
        ):
            end -= 1
        return end

    def view(self, key: str) -> Any:
        """What shows a line, where that is a thing of its own; None: there is none now."""
        return self.text.view(key)

    def top_of(self, key: str) -> int | None:
        """Where a line is, in the window's pixels; None: it is not seen."""
        box = self.text.box(self.text.order.index(key)) if key in self.text.shown else None
        return box.top if box else None

    def where(self) -> Anchor | None:
        """Where somebody looks: at this line, whose top is there; None: at the end, or at nothing."""
        anchors = [] if self._stuck or not self._ready else self._anchors()
        return anchors[0] if anchors else None

    def make_all(self) -> None:
        """Make all lines that are not there yet."""
        while self.text.order and (self._low > 0 or self._high < len(self._rows)):
            self._keeping(lambda: self._extend(up=self._low > 0))

    # ------------------------------------------------------------------------------------------------------- its lines

    @property
    def _ready(self) -> bool:
        return self.text.width > 1 and self._height > 1

    def _stretch(self, kept: Sequence[int], index: Mapping[str, int]) -> tuple[int, int]:
        """Those of the rows that still have widgets which lie about what is looked at, with only few new ones between them."""
        here = next((index[one.key] for one in self._anchors() if one.key in index), kept[-1])
        low = high = kept[-1] if self._stuck else here
        for at in reversed([at for at in kept if at < low]):
            if low - at > _GAP:
                break
            low = at
        for at in (at for at in kept if at > high):
            if at - high > _GAP:
                break
            high = at
        return low, high + 1

    def _replace_about(self, index: Mapping[str, int]) -> None:
        """Too many others came between: make all lines anew about what is looked at, or at the end."""
        anchor = next((one for one in self._anchors() if one.key in index), None)
        if self._stuck or anchor is None:
            self._place(len(self._rows) - 1, at_end=True)
        else:
            self._rebuild(index[anchor.key])
            self._restore([anchor])

    def _sync(self, low: int, high: int) -> None:
        """Make the lines those of rows[low:high]; most of them are there already."""
        wanted, strip = self._rows[low:high], self.text
        staying = {row.key for row in wanted}
        for at in reversed([at for at, key in enumerate(strip.order) if key not in staying]):
            strip.take(at)
        for at, row in enumerate(wanted):
            if at < len(strip.order) and strip.order[at] == row.key:
                if strip.shown[row.key] is not row:
                    strip.draw(row)
                continue
            if row.key in strip.shown:
                strip.take(strip.order.index(row.key))
            strip.put(at, row)
        self._low, self._high = low, high
        self._make_room()

    def _place(self, at: int, *, at_end: bool, top: int | None = None) -> None:
        """Make the lines about a row, and show it. top: where; None: somewhat below the window's top."""
        if self._rows and self._low <= at < self._high and self._fits():
            self._sync(self._low, self._high)
        else:
            self._rebuild(at)
        self._stuck = at_end
        if at_end or not self._rows:
            self.text.to_end()
        else:
            top = round(self._height * _SOUGHT) if top is None else top
            self._restore([Anchor(self._rows[at].key, top)])
            self._judge()
        self._fill_soon()
        self._moved_soon()

    def _fits(self) -> bool:
        """The lines are those of the rows as they are now."""
        return [row.key for row in self._rows[self._low : self._high]] == self.text.order

    def _rebuild(self, at: int) -> None:
        for line in reversed(range(len(self.text.order))):
            self.text.take(line)
        self._low = self._high = max(0, at)
        if not self._rows:
            return
        height = self.text.put(0, self._rows[at])
        self._high = at + 1
        room = self._height + height
        while height < room and (self._low > 0 or self._high < len(self._rows)):
            height += self._extend(up=self._high == len(self._rows) or (self._low > 0 and 2 * height < room))
        self._make_room()

    def _extend(self, *, up: bool) -> int:
        """One more line, above or below; its height."""
        if up:
            self._low -= 1
            return self.text.put(0, self._rows[self._low])
        self._high += 1
        return self.text.put(len(self.text.order), self._rows[self._high - 1])

    def _make_room(self) -> None:
        """The rows stand at the bottom where they are fewer than the window has room for."""
        room, tail, keys = 0, self.theme.px(_TAIL), self.text.order
        if self._low == 0 and self._high == len(self._rows) and len(keys) <= AHEAD:
            room = self._height - 1 - tail - self.text.heights(keys)
        self.text.set_room(room, tail)

    # ------------------------------------------------------------------------------------------------ staying in place

    def _keeping(self, change: Callable[[], object]) -> None:
        """Do something to the lines without moving what is looked at."""
        if self._stuck:
            change()
            self.text.to_end()
            return
        anchors = self._anchors()
        change()
        self._restore(anchors)

    def _anchors(self) -> list[Anchor]:
        """Of the lines that are seen; those first that are steady, and of these those whose top is seen."""
        low, high = self.text.seen(self._height)
        boxes = [(key, self.text.box(at)) for at, key in enumerate(self.text.order[low:high], low)]
        found = [Anchor(key, box.top) for key, box in boxes if box]
        return sorted(found, key=lambda one: (not self._steady(self.text.shown[one.key]), one.y < 0))

    def _restore(self, anchors: Sequence[Anchor]) -> None:
        """The first of them that is still there is put where it was."""
        if (anchor := next((one for one in anchors if one.key in self.text.shown), None)) is not None:
            self._support(self.text.order.index(anchor.key), anchor.y)
            self.text.to(self.text.order.index(anchor.key), anchor.y)

    def _support(self, at: int, y: int) -> None:
        """Make what has to stand above and below a line for its top to be able to be there."""
        strip = self.text
        above = strip.heights(strip.order[max(0, at - 2 * AHEAD) : at])
        below = strip.heights(strip.order[at : at + 2 * AHEAD])
        while above < y and self._low > 0:
            above += self._extend(up=True)
        while below < self._height - y and self._high < len(self._rows):
            below += self._extend(up=False)

    # --------------------------------------------------------------------------------------------------- while scrolling

    def _drag(self, *args: Any) -> None:
        self.text.yview(*args)
        self._judge()

    def _judge(self) -> None:
        """Whether the end is seen, now that somebody scrolled."""
        self._stuck = self._high == len(self._rows) and self.text.shows_end(self._height)

    def _on_view(self, first: float, last: float) -> None:
        self.scrollbar.set(first, last)
        self._moved_soon()
        self._fill_soon()

    def _fill_soon(self) -> None:
        self._soon("fill", self._fill)

    def _moved_soon(self) -> None:
        self._soon("moved", self._moved)

    def _soon(self, name: str, act: Callable[[], object]) -> None:
        def run() -> None:
            del self._jobs[name]
            act()

        if name not in self._jobs:
            self._jobs[name] = self.after(1, run)

    def _fill(self) -> None:
        """Make widgets for rows that may be seen soon, and redraw stale ones, for a moment."""
        if not self._ready or not self.text.order:
            return
        end = perf_counter() + SLICE_S
        first, last = self.visible()
        wanted_above = max(0, first - self._ahead)
        wanted_below = min(len(self._rows), last + self._ahead)

        def extend() -> None:
            while perf_counter() < end and self._high < wanted_below:
                self._extend(up=False)
            while perf_counter() < end and self._low > wanted_above:
                self._extend(up=True)
            while perf_counter() < end and self._stale:
                if (row := self.text.shown.get(self._stale.pop())) is not None:
                    self.text.draw(row)
            self._make_room()

        if self._high < wanted_below or self._low > wanted_above or self._stale:
            self._keeping(extend)
            self._moved_soon()
            self._fill_soon()

    def _on_resize(self, event: "tk.Event[tk.Misc]") -> None:
        if (event.width, event.height) == (self.text.width, self._height):
            return
        was_ready, other_width = self._ready, event.width != self.text.width
        stuck, anchors = self._stuck, self._anchors() if was_ready else []
        self.text.width, self._height = event.width, event.height
        if not was_ready:
            key, top = self._wanted or ("", None)
            self.show(self._rows, seek=key, top=top)
            return
        if other_width:
            self._redraw_all()
        self._make_room()
        if stuck:
            self.text.to_end()
        else:
            self._restore(anchors)

    def _redraw_all(self) -> None:
        """What is seen at once, the rest as there is time."""
        keys, (low, high) = self.text.order, self.text.seen(self._height)
        for key in keys[low:high]:
            self.text.draw(self.text.shown[key])
        self._stale = keys[:low] + keys[high:]
        self._fill_soon()

    def restyle(self) -> None:
        super().restyle()
        if hasattr(self, "text"):
            self.text.paint(self.theme.colour(self.ground))
            if self._ready:
                anchors = [] if self._stuck else self._anchors()
                self._soon("restyled", lambda: self._restyled(anchors))

    def _restyled(self, anchors: Sequence[Anchor]) -> None:
        """The widgets have drawn themselves anew, and may be of other heights."""
        self._redraw_all()
        self._make_room()
        if self._stuck:
            self.text.to_end()
        else:
            self._restore(anchors)

    def destroy(self) -> None:
        for job in self._jobs.values():
            self.after_cancel(job)
        self._jobs.clear()
        super().destroy()
