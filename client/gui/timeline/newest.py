"""The round button that leads to the newest message, with how many were not seen."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client.gui.kit.base import Pressable
from hubbub.client.gui.kit.beneath import corners
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.kit.tooltip import Tooltip

_SIDE: Final = 40
_BADGE: Final = 18
_MARGIN: Final = 16
_MOST: Final = 999
_REST_MS: Final = 60
"""Once nothing moved for so long, it is looked what lies beneath."""


class NewestButton(Pressable):
    """Stands in the lower right corner of its parent while it is wanted."""

    def __init__(self, parent: tk.Misc, command: Callable[[], object]) -> None:
        px = theme_of(parent).px
        self.count = 0
        self._grounds: list[str] = []
        self._timer: str | None = None
        super().__init__(parent, px(_SIDE), px(_SIDE), command, name="newest")
        self.tooltip = Tooltip(self, "To the newest message")

    @property
    def text(self) -> str:
        """The number on it; empty: there is none."""
        return (f"{self.count}" if self.count <= _MOST else f"{_MOST}+") if self.count else ""

    def want(self, wanted: bool, count: int) -> None:
        """Show it, or not."""
        if not wanted:
            self.place_forget()
            self._stop()
            return
        if count != self.count:
            self.count = count
            self.configure(height=self.theme.px(_SIDE) + (self._badge // 2 if count else 0))
            self.redraw()
        if not self.winfo_manager():
            margin = self.theme.px(_MARGIN)
            self.redraw()
            self.place(relx=1, rely=1, x=-margin, y=-margin, anchor="se")
            tk.Misc.tkraise(self)
        self._stop()
        self._timer = self.after(_REST_MS, self._blend)

    def restyle(self) -> None:
        self._grounds = []
        super().restyle()

    def destroy(self) -> None:
        self._stop()
        super().destroy()

    def _blend(self) -> None:
        """Its corners take the colours of the messages beneath."""
        self._timer = None
        top = self.winfo_toplevel()
        place = self.winfo_rootx() - top.winfo_rootx(), self.winfo_rooty() - top.winfo_rooty()
        grounds = corners(self, *place, self.winfo_width(), self.winfo_height())
        if grounds != self._grounds:
            self._grounds = grounds
            self.redraw()

    def _stop(self) -> None:
        if self._timer is not None:
            self.after_cancel(self._timer)
            self._timer = None

    def draw(self) -> None:
        px, (width, height) = self.theme.px, self.extent
        half, low = width // 2, height - px(_SIDE) // 2
        boxes = ((0, 0, half, low), (half, 0, width, low), (half, low, width, height), (0, low, half, height))
        for box, colour in zip(boxes, self._grounds, strict=False):
            self.create_rectangle(*box, fill=colour, width=0)
        side = px(_SIDE)
        fill = "pressed" if self.pressed else "raised" if self.hovered else "surface"
        border, thickness = ("accent", px(2)) if self.ringed else ("line", px(1))
        self.put(self.pictures.rounded(side, side, side // 2, fill, border, thickness), 0, height - side)
        icon = self.pictures.icon("chevron-down", px(18), "muted")
        self.put(icon, side // 2, height - side // 2 + px(1), "center")
        if self.count:
            self._draw_badge(width)

    @property
    def _badge(self) -> int:
        """Its height."""
        return self.theme.px(_BADGE) + self.theme.more("small")

    def _draw_badge(self, width: int) -> None:
        high = self._badge
        wide = max(high, self.theme.measure("small", self.text, "semibold") + self.theme.px(10))
        photo = self.pictures.rounded(wide, high, high // 2, "accent")
        self.put(photo, width // 2, high // 2, "center")
        middle = (width // 2, high // 2)
        self.words(self.text, *middle, "small", "on_accent", weight="semibold", anchor="center")
