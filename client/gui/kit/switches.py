"""Controls that choose: a switch, and one of a few."""

import tkinter as tk
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hubbub.client.gui.kit.base import Pressable
from hubbub.client.gui.kit.binding import doing

_TRACK: Final = (36, 20)
_GAP: Final = 12
_INSET: Final = 3
"""Of the words' grounds in that of a choice."""


class Switch(Pressable):
    """On or off, with its words to the right; on_change gets the new value."""

    def __init__(
        self,
        parent: tk.Misc,
        text: str = "",
        *,
        value: bool = False,
        on_change: Callable[[bool], object] | None = None,
        name: str | None = None,
    ) -> None:
        self.text = text
        self.value = value
        self._on_change = on_change
        super().__init__(parent, 1, 1, self._toggle, **({"name": name} if name else {}))
        self.restyle()

    def restyle(self) -> None:
        px = self.theme.px
        words = self.theme.measure("body", self.text) + px(_GAP) if self.text else 0
        self.resize(self.theme.beside(_TRACK[0]) + px(4) + words, px(32) + self.theme.more())
        super().restyle()

    def press(self) -> None:
        """As by a click."""
        if self.enabled:
            self._toggle()

    def set(self, value: bool) -> None:
        """Without telling on_change."""
        self.value = value
        self.redraw()

    def draw(self) -> None:
        px = self.theme.px
        _, height = self.extent
        wide, high = map(self.theme.beside, _TRACK)
        top = (height - high) // 2
        if self.ringed:
            ring = self.pictures.rounded(
                wide + 2 * px(2), high + 2 * px(2), high // 2 + px(2), None, "text", px(1)
            )
            self.put(ring, 0, top - px(2))
        inset = self.theme.beside(4)
        knob = high - 2 * inset
        left = px(2) + (wide - knob - inset if self.value else inset)
        if self.value:
            track = "line" if not self.enabled else "accent_hover" if self.hovered else "accent"
            self.put(self.pictures.rounded(wide, high, high // 2, track), px(2), top)
            self.put(self.pictures.circle(knob, "on_accent" if self.enabled else "faint"), left, top + inset)
        else:
            edge = "line" if not self.enabled else "text" if self.hovered else "faint"
            self.put(self.pictures.rounded(wide, high, high // 2, None, edge, px(2)), px(2), top)
            self.put(self.pictures.circle(knob, edge), left, top + inset)
        if self.text:
            colour = "text" if self.enabled else "faint"
            self.words(self.text, px(2) + wide + px(_GAP), height / 2, "body", colour)

    def _toggle(self) -> None:
        self.set(not self.value)
        if self._on_change:
            self._on_change(self.value)


class OneOf(Pressable):
    """What both choices of words have in common: which is chosen, and that it is told."""

    def __init__(
        self,
        parent: tk.Misc,
        options: Sequence[str],
        *,
        chosen: int = 0,
        on_change: Callable[[int], object] | None = None,
        name: str | None = None,
    ) -> None:
        self.options = list(options)
        self.chosen = chosen
        self._on_change = on_change
        super().__init__(parent, 1, 1, None, **({"name": name} if name else {}))
        self.bind("<ButtonRelease-1>", self._released)
        self.restyle()

    @property
    def text(self) -> str:
        """The chosen word."""
        return self.options[self.chosen]

    def set(self, chosen: int) -> None:
        """Without telling on_change."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.redraw()

    def choose(self, chosen: int) -> None:
        """Chooses and tells on_change; beyond the ends nothing happens."""
        if self.enabled and chosen != self.chosen and 0 <= chosen < len(self.options):
            self.set(chosen)
            if self._on_change:
                self._on_change(chosen)

    def at(self, x: int, y: int) -> int | None:
        """The place of the word there, in device pixels from the corner; None: there is none."""
        raise NotImplementedError

    def _released(self, event: "tk.Event[tk.Misc]") -> str:
        self.pressed = False
        if (place := self.at(event.x, event.y)) is not None:
            self.choose(place)
        return "break"

    def walk(self, keys: Mapping[str, int]) -> None:
        """These keys choose the one so many places on."""
        for key, by in keys.items():
            self.bind(f"<Key-{key}>", doing(self._move, by))

    def _move(self, by: int) -> None:
        self.choose(self.chosen + by)


class Choice(OneOf):
    """One of a few words side by side, one below the other where there is no room for that; arrows move along. on_change gets the new
    word's place."""

    def __init__(self, parent: tk.Misc, options: Sequence[str], **more: Any) -> None:
        self._wide, self._row, self._stacked = 0, 0, False
        super().__init__(parent, options, **more)
        self.walk({"Left": -1, "Right": 1, "Up": -1, "Down": 1})

    def restyle(self) -> None:
        px = self.theme.px
        widest = max(self.theme.measure("note", option, "semibold") for option in self.options)
        self._wide = len(self.options) * (widest + px(28)) + 2 * px(_INSET)
        self._row = px(36 - 2 * _INSET) + self.theme.more("note")
        self.resize(self._wide, self._high)
        super().restyle()

    def draw(self) -> None:
        px = self.theme.px
        width, height = self.extent
        border = "accent" if self.ringed else None
        self.put(self.pictures.rounded(width, height, px(8), "raised", border, px(2)), 0, 0)
        left, top, right, bottom = self._cell(self.chosen)
        fill = "line" if self.theme.dark else "surface"  # the lighter one, in both themes
        self.put(self.pictures.rounded(right - left, bottom - top, px(6), fill, "line", px(1)), left, top)
        for place, option in enumerate(self.options):
            colour = "faint" if not self.enabled else "text" if place == self.chosen else "muted"
            left, top, right, bottom = self._cell(place)
            middle = (left + right) / 2, (top + bottom) / 2
            self.words(option, *middle, "note", colour, weight="semibold", anchor="center")

    def at(self, x: int, y: int) -> int | None:
        for place in range(len(self.options)):
            left, top, right, bottom = self._cell(place)
            if left <= x < right and (top <= y < bottom or (not self._stacked and 0 <= y < self.extent[1])):
                return place
        return None

    @property
    def _high(self) -> int:
        return (len(self.options) if self._stacked else 1) * self._row + 2 * self.theme.px(_INSET)

    def _cell(self, place: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of a word's ground."""
        inset, (width, height) = self.theme.px(_INSET), self.extent
        if self._stacked:
            return inset, inset + place * self._row, width - inset, inset + (place + 1) * self._row
        each = (width - 2 * inset) / len(self.options)
        return round(inset + each * place), inset, round(inset + each * (place + 1)), height - inset

    def _resized(self, event: "tk.Event[tk.Misc]") -> None:
        stacked = event.width < self._wide
        if stacked != self._stacked:
            self._stacked = stacked
            self.configure(height=self._high)
        super()._resized(event)
