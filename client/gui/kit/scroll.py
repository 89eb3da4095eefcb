"""A slim scrollbar, the wheel for everything under the pointer, and a pane that scrolls."""

import tkinter as tk
from collections.abc import Callable
from typing import Any, Final

from hubbub.client.gui.kit.base import Drawn, Pane
from hubbub.client.gui.kit.theme import Theme, theme_of

_WIDTH: Final = 8
_SLIM: Final = 4
_LEAST: Final = 32
_NOTCH: Final = 64  # pixels at 96 dpi that one step of the wheel scrolls


class Wheel:
    """`theme.part(Wheel)`: brings the wheel to the nearest widget around the pointer that has a method `wheel`.

    `wheel(pixels)` gets device pixels, positive downwards. A text widget without one scrolls as Tk does it.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        for event in ("<MouseWheel>", "<Button-4>", "<Button-5>"):
            theme.root.bind_all(event, self._turned, add="+")

    def _turned(self, event: "tk.Event[tk.Misc]") -> None:
        pixels = self._pixels(event)
        try:
            widget: tk.Misc | None = self._theme.root.winfo_containing(event.x_root, event.y_root)
        except KeyError:
            return
        while widget is not None:
            scroll: Callable[[int], object] | None = getattr(widget, "wheel", None)
            if scroll is not None:
                scroll(pixels)
                return
            if isinstance(widget, tk.Text):
                return
            widget = widget.master

    def _pixels(self, event: "tk.Event[tk.Misc]") -> int:
        if event.num in (4, 5):
            return self._theme.px(_NOTCH) * (1 if event.num == 5 else -1)
        notches = event.delta / 120 if abs(event.delta) >= 120 else event.delta / 6  # macOS counts in ones
        return -round(self._theme.px(_NOTCH) * notches)


class Scrollbar(Drawn):
    """`command` is a widget's yview, `set` its yscrollcommand. Lies over the widget's right edge (see `attach`)."""

    def __init__(self, parent: tk.Misc, command: Callable[..., Any], ground: str | None = None) -> None:
        px = theme_of(parent).px
        super().__init__(parent, px(_WIDTH), px(40), ground=ground, takefocus=0)
        self._command = command
        self.first, self.last = 0.0, 1.0
        self._hovered = False
        self._grip: float | None = None  # where in the thumb it was taken, device pixels
        self.bind("<Enter>", lambda _: self._hover(True))
        self.bind("<Leave>", lambda _: self._hover(False))
        self.bind("<ButtonPress-1>", self._press)
        self.bind("<B1-Motion>", self._drag)
        self.bind("<ButtonRelease-1>", self._release)

    def attach(self) -> "Scrollbar":
        """Puts it over the right edge of its parent; it shows while there is something to scroll."""
        self._place()
        return self

    def set(self, first: float | str, last: float | str) -> None:
        """The part that is seen, 0 to 1."""
        self.first, self.last = float(first), float(last)
        self._place()
        self.redraw()

    def draw(self) -> None:
        if self.first <= 0 and self.last >= 1:
            return
        px = self.theme.px
        width, _ = self.extent
        top, length = self._thumb()
        wide = px(6) if self._hovered or self._grip is not None else px(_SLIM)
        colour = "faint" if self._hovered or self._grip is not None else "line"
        photo = self.pictures.rounded(wide, length, wide // 2, colour)
        self.put(photo, width - wide - px(1), top)

    def _place(self) -> None:
        needed = self.first > 0 or self.last < 1
        if needed and not self.winfo_manager():
            self.place(relx=1, rely=0, relheight=1, anchor="ne")
            tk.Misc.tkraise(self)
        elif not needed and self.winfo_manager() == "place":
            self.place_forget()

    def _thumb(self) -> tuple[int, int]:
        """Top and length, in steps of 2 pixels so that few pictures are kept."""
        px = self.theme.px
        room = self.extent[1] - 2 * px(2)
        length = max(px(_LEAST), round(room * (self.last - self.first)))
        length = min(room, length - length % 2)
        hidden = 1 - (self.last - self.first)
        share = self.first / hidden if hidden > 0 else 0.0
        return px(2) + round((room - length) * share), max(1, length)

    def _press(self, event: "tk.Event[tk.Misc]") -> None:
        top, length = self._thumb()
        self._grip = event.y - top if top <= event.y < top + length else length / 2
        self._drag(event)

    def _drag(self, event: "tk.Event[tk.Misc]") -> None:
        if self._grip is None:
            return
        _, length = self._thumb()
        room = self.extent[1] - 2 * self.theme.px(2) - length
        share = (event.y - self._grip - self.theme.px(2)) / room if room > 0 else 0.0
        self._command("moveto", max(0.0, min(1.0, share)) * (1 - (self.last - self.first)))

    def _release(self, _: object) -> None:
        self._grip = None
        self.redraw()

    def _hover(self, hovered: bool) -> None:
        self._hovered = hovered
        self.redraw()


class ScrollPane(Pane):
    """Put any widgets into `.body`, not more than 32,000 device pixels high: Tk draws nothing beyond."""

    def __init__(self, parent: tk.Misc, ground: str | None = None) -> None:
        super().__init__(parent, ground)
        self.theme.part(Wheel)
        self._canvas = tk.Canvas(self, bd=0, highlightthickness=0, bg=self.theme.colour(self.ground))
        self._canvas.pack(fill="both", expand=True)
        self.body = Pane(self._canvas, self.ground)
        self._window = self._canvas.create_window(0, 0, window=self.body, anchor="nw")
        self.scrollbar = Scrollbar(self, self._canvas.yview, self.ground).attach()
        self._canvas.configure(yscrollcommand=self.scrollbar.set)
        self.body.bind("<Configure>", lambda _: self._fit())
        self._canvas.bind(
            "<Configure>", lambda event: self._canvas.itemconfigure(self._window, width=event.width)
        )

    def destroy(self) -> None:
        self._canvas.configure(yscrollcommand="")  # the bar goes before what may still be laid out
        super().destroy()

    def wheel(self, pixels: int) -> None:
        """Scrolls by device pixels."""
        whole = max(1, self.body.winfo_height())
        if whole > self._canvas.winfo_height():
            self._canvas.yview_moveto(self._canvas.yview()[0] + pixels / whole)

    def to_start(self) -> None:
        """Shows the upper end."""
        self._canvas.yview_moveto(0)

    def show(self, widget: tk.Misc) -> None:
        """Scrolls as little as is needed to see widget, which stands in the body."""
        self.update_idletasks()
        top = widget.winfo_rooty() - self.body.winfo_rooty()
        bottom = top + widget.winfo_height()
        first = self._canvas.canvasy(0)
        height = self._canvas.winfo_height()
        if top < first or bottom > first + height:
            target = top if top < first else bottom - height
            self._canvas.yview_moveto(target / max(1, self.body.winfo_height()))

    def restyle(self) -> None:
        super().restyle()
        self._canvas.configure(bg=self.theme.colour(self.ground))

    def _fit(self) -> None:
        self._canvas.configure(scrollregion=(0, 0, self.body.winfo_width(), self.body.winfo_height()))
