"""What shows that something goes on: a turning arc, a ring and a bar that fill."""

import tkinter as tk
from typing import Final

from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.theme import theme_of

_STEPS: Final = 12
_STEP_MS: Final = 80


class Turning:
    """Turns an arc on the canvas of another widget while it runs, and only then costs anything."""

    def __init__(self, widget: Drawn) -> None:
        self._widget = widget
        self._step = 0
        self._timer: str | None = None
        self._watched = False

    def run(self, running: bool) -> None:
        """Starts or stops; the widget redraws each step and calls `draw` from its own."""
        if not running:
            self._stop()
        elif self._timer is None:
            self._timer = self._widget.after(_STEP_MS, self._turn)
            if not self._watched:
                self._widget.bind("<Destroy>", self._destroyed, add="+")
                self._watched = True

    def draw(self, x: float, y: float, size: int, colour: str) -> None:
        """The arc as it stands, its middle at x, y."""
        widget = self._widget
        start = self._step * 360 / _STEPS
        photo = widget.pictures.arc(size, max(1, round(size / 8)), start, 270, colour)
        widget.put(photo, x, y, "center")

    def _turn(self) -> None:
        self._step = (self._step + 1) % _STEPS
        self._timer = self._widget.after(_STEP_MS, self._turn)
        if self._widget.winfo_viewable():
            self._widget.redraw()

    def _destroyed(self, event: "tk.Event[tk.Misc]") -> None:
        if event.widget is self._widget:
            self._stop()

    def _stop(self) -> None:
        if self._timer is not None:
            self._widget.after_cancel(self._timer)
            self._timer = None


class Spinner(Drawn):
    """Turns from the start; size in pixels at 96 dpi."""

    def __init__(self, parent: tk.Misc, size: int = 24, colour: str = "accent") -> None:
        self._side = size
        self._colour = colour
        side = theme_of(parent).px(size)
        super().__init__(parent, side, side)
        self._turning = Turning(self)
        self._turning.run(True)
        self.redraw()

    def draw(self) -> None:
        width, height = self.extent
        self._turning.draw(width / 2, height / 2, self.theme.px(self._side), self._colour)


class ProgressRing(Drawn):
    """A ring that fills clockwise with `value`, 0 to 1."""

    def __init__(self, parent: tk.Misc, size: int = 40, colour: str = "accent") -> None:
        self._side = size
        self._colour = colour
        self.value = 0.0
        side = theme_of(parent).px(size)
        super().__init__(parent, side, side)
        self.redraw()

    def set(self, value: float) -> None:
        """How much of it is done."""
        self.value = min(1.0, max(0.0, value))
        self.redraw()

    def draw(self) -> None:
        side = self.theme.px(self._side)
        thick = max(2, self.theme.px(3))
        self.put(self.pictures.arc(side, thick, 0, 360, "line"), 0, 0)
        if self.value > 0:
            sweep = max(6, round(self.value * 60) * 6)  # steps of a sixtieth: few pictures to keep
            self.put(self.pictures.arc(side, thick, 0, sweep, self._colour), 0, 0)


class ProgressBar(Drawn):
    """A bar that fills from the left with `value`, 0 to 1; as wide as it is packed."""

    def __init__(self, parent: tk.Misc, width: int = 160, colour: str = "accent") -> None:
        self._colour = colour
        self.value = 0.0
        px = theme_of(parent).px
        super().__init__(parent, px(width), px(4))
        self.redraw()

    def set(self, value: float) -> None:
        """How much of it is done."""
        self.value = min(1.0, max(0.0, value))
        self.redraw()

    def draw(self) -> None:
        width, height = self.extent
        self.put(self.pictures.rounded(width, height, height // 2, "line"), 0, 0)
        done = round(width * self.value)
        if done:
            self.put(self.pictures.rounded(max(done, height), height, height // 2, self._colour), 0, 0)
