"""Controls for one of several: rows with a mark, and a knob on a track."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Any, Final

from hubbub.client.gui.kit.base import Pressable
from hubbub.client.gui.kit.binding import doing
from hubbub.client.gui.kit.switches import OneOf

_MARK: Final = 18
_GAP: Final = 12
_ROW: Final = 32
_KNOB: Final = 20


class Radios(OneOf):
    """One of a few, a row each; Up and Down move along. on_change gets the new one's place."""

    def __init__(self, parent: tk.Misc, options: Sequence[str], **more: Any) -> None:
        self._under: int | None = None
        super().__init__(parent, options, **more)
        self.walk({"Up": -1, "Left": -1, "Down": 1, "Right": 1})
        self.bind("<Motion>", lambda event: self._point(event.y // self._row))
        self.bind("<Leave>", lambda _: self._point(None))

    def restyle(self) -> None:
        px = self.theme.px
        widest = max(self.theme.measure("body", option) for option in self.options)
        self._row = px(_ROW) + self.theme.more()
        self.resize(self.theme.beside(_MARK) + px(8 + _GAP) + widest, self._row * len(self.options))
        super().restyle()

    def draw(self) -> None:
        px = self.theme.px
        side, left = self.theme.beside(_MARK), px(3)
        for place, option in enumerate(self.options):
            middle = self._row * place + self._row // 2
            top = middle - side // 2
            on = place == self.chosen
            if on and self.ringed:
                whole = side + 2 * px(3)
                ring = self.pictures.rounded(whole, whole, whole // 2, None, "text", px(1))
                self.put(ring, left - px(3), top - px(3))
            edge = "line" if not self.enabled else "accent" if on else "faint"
            if place == self._under and self.enabled and not on:
                edge = "text"
            self.put(self.pictures.rounded(side, side, side // 2, None, edge, px(2)), left, top)
            if on:
                inset = self.theme.beside(5)
                dot = side - 2 * inset
                self.put(self.pictures.circle(dot, edge), left + inset, top + inset)
            colour = "text" if self.enabled else "faint"
            self.words(option, left + side + px(_GAP), middle, "body", colour)

    def _point(self, place: int | None) -> None:
        if place != self._under:
            self._under = place
            self.redraw()

    def at(self, x: int, y: int) -> int | None:
        return y // self._row if 0 <= x < self.extent[0] else None


class Slider(Pressable):
    """One of several steps from less to more; arrows, Home and End move the knob. on_change gets the new step's place."""

    def __init__(
        self,
        parent: tk.Misc,
        steps: int,
        *,
        chosen: int = 0,
        marked: int | None = None,
        on_change: Callable[[int], object] | None = None,
        name: str | None = None,
    ) -> None:
        """marked: a step that has a mark, since it is the usual one."""
        self.chosen, self._steps, self._marked, self._on_change = chosen, steps, marked, on_change
        super().__init__(parent, 1, 1, None, **({"name": name} if name else {}))
        for key, by in (
            ("Left", -1),
            ("Down", -1),
            ("Right", 1),
            ("Up", 1),
            ("Home", -steps),
            ("End", steps),
        ):
            self.bind(f"<Key-{key}>", doing(self._move, by))
        self.bind("<B1-Motion>", self._dragged)
        self.bind("<ButtonRelease-1>", self._released)
        self.resize(self.theme.px(200), self.theme.px(36))

    def choose(self, chosen: int) -> None:
        """The nearest step that there is; tells on_change if it is another."""
        chosen = max(0, min(self._steps - 1, chosen))
        if self.enabled and chosen != self.chosen:
            self.chosen = chosen
            self.redraw()
            if self._on_change:
                self._on_change(chosen)

    def _move(self, by: int) -> None:
        self.choose(self.chosen + by)

    def draw(self) -> None:
        px = self.theme.px
        width, height = self.extent
        thick, middle = px(4), height // 2
        left, right = px(_KNOB) // 2 + px(2), width - px(_KNOB) // 2 - px(2)
        at = self._x(self.chosen)
        self._track(left, right, middle, thick, "line")
        if at > left:
            self._track(left, at, middle, thick, "accent" if self.enabled else "faint")
        if self._marked is not None:
            mark = self.pictures.rounded(px(2), px(12), px(1), "faint")
            self.put(mark, self._x(self._marked), middle, "center")
        if self.ringed:
            ring = self.pictures.circle(px(_KNOB + 6), "text")
            self.put(ring, at, middle, "center")
            self.put(self.pictures.circle(px(_KNOB + 4), self.ground), at, middle, "center")
        fill = "faint" if not self.enabled else "accent_hover" if self.hovered else "accent"
        self.put(self.pictures.circle(px(_KNOB), fill), at, middle, "center")
        self.put(self.pictures.circle(px(8), "on_accent"), at, middle, "center")

    def _track(self, left: int, right: int, middle: int, thick: int, fill: str) -> None:
        self.create_rectangle(
            left,
            middle - thick // 2,
            right,
            middle + thick - thick // 2,
            width=0,
            fill=self.theme.colour(fill),
        )

    def _x(self, place: int) -> int:
        inset = self.theme.px(_KNOB) // 2 + self.theme.px(2)
        return round(inset + (self.extent[0] - 2 * inset) * place / max(1, self._steps - 1))

    def _at(self, x: int) -> int:
        inset = self.theme.px(_KNOB) // 2 + self.theme.px(2)
        room = max(1, self.extent[0] - 2 * inset)
        return round((x - inset) / room * (self._steps - 1))

    def _dragged(self, event: "tk.Event[tk.Misc]") -> None:
        if self.pressed:
            self.choose(self._at(event.x))

    def _released(self, event: "tk.Event[tk.Misc]") -> str:
        was, self.pressed = self.pressed, False
        if was:
            self.choose(self._at(event.x))
        return "break"
