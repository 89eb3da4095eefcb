"""Dialogs: a card on a page that covers the window, closed by Escape or a click beside it.

A card grows to the window's height and no further: pack what must stay in sight first (side="bottom"), then a
ScrollPane or a RowList with expand=True for the rest.
"""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client.gui.kit.base import Drawn, Pane
from hubbub.client.gui.kit.buttons import Button, IconButton
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.theme import theme_of

_RADIUS: Final = 16
_MARGIN: Final = 24  # between card and window at least
_PADDING: Final = 18  # and 6 of the card's own


class Sheet:
    """A titled card. Put widgets into `.body`; width in pixels at 96 dpi, more where text is larger, less where the window is
    narrow."""

    modal = True

    def __init__(
        self,
        window: tk.Misc,
        title: str,
        *,
        width: int = 440,
        on_close: Callable[[], object] | None = None,
        closable: bool = True,
    ) -> None:
        root = window.winfo_toplevel()
        self.theme = theme_of(root)
        self.title = title
        self._wanted = width
        self._at_end = [on_close] if on_close is not None else []
        self._closable = closable
        self._layers = self.theme.part(Layers)
        self.page: Pane = Pane(root, "scrim")
        self._card = _Card(self.page)
        self._build_head(title)
        self.body = Pane(self._card.inside, "surface")
        self.body.pack(
            fill="both", expand=True, padx=self.theme.px(_PADDING), pady=(0, self.theme.px(_PADDING))
        )
        self.page.bind("<Button-1>", lambda _: self._dismiss())
        self.page.bind("<Configure>", lambda _: self._place())
        self._forget_theme = self.theme.on_change(self._place)
        self._layers.opened(self, window)
        self.page.place(x=0, y=0, relwidth=1, relheight=1)
        self.page.tkraise()
        self.page.focus_set()

    def close(self) -> None:
        """Takes it away, gives the focus back, tells on_close and ends what it listens to; again does nothing."""
        if self.page.winfo_exists():
            self._forget_theme()
            self.page.destroy()
            self._layers.closed(self)
            for end in self._at_end:
                end()

    def listens(self, end: Callable[[], object]) -> None:
        """To something, until it is closed; `end` ends that."""
        self._at_end.append(end)

    def _dismiss(self) -> None:
        if self._closable:
            self.close()

    def _build_head(self, title: str) -> None:
        px = self.theme.px
        head = Pane(self._card.inside, "surface")
        head.pack(fill="x", padx=(px(_PADDING), px(6)), pady=(px(6), px(8)))
        self.heading = Prose(head, title, "title")
        if self._closable:
            IconButton(head, "x-lg", self.close, "Close", icon_size=16, name="close").pack(
                side="right", anchor="n"
            )
        beside = px(7)  # a single line has so much from the button's height
        self.heading.pack(side="left", fill="x", expand=True, pady=beside)

    def _place(self) -> None:
        px = self.theme.px
        room = self.page.winfo_width() - 2 * px(_MARGIN)
        wanted = round(px(self._wanted) * max(1.0, self.theme.text_scale))
        self._card.set_width(max(px(200), min(wanted, room)))
        self._card.place(relx=0.5, rely=0.5, anchor="center")


class _Card(Drawn):
    """A rounded card that is as high as what stands inside needs."""

    def __init__(self, page: Pane) -> None:
        super().__init__(page, 1, 1)
        self.inside = Pane(self, "surface")
        self._inset = self.theme.px(6)  # a square with this inset stays within corners of radius 16
        self.create_window(self._inset, self._inset, window=self.inside, anchor="nw", tags="inside")
        self.inside.bind("<Configure>", lambda _: self._grow())

    def set_width(self, width: int) -> None:
        """Device pixels."""
        self.configure(width=width)
        self.itemconfigure("inside", width=width - 2 * self._inset)
        self._grow()

    def redraw(self) -> None:
        self.delete("ground")
        self.draw()

    def draw(self) -> None:
        width, height = self.extent
        self.put(
            self.pictures.rounded(width, height, self.theme.px(_RADIUS), "surface", "line", self.theme.px(1)),
            0,
            0,
            tags="ground",
        )
        self._shown = self._shown[-1:]
        self.tag_lower("ground")

    def _grow(self) -> None:
        wanted = self.inside.winfo_reqheight()
        room = self.master.winfo_height() - 2 * self.theme.px(_MARGIN) - 2 * self._inset
        height = max(1, min(wanted, room))
        self.itemconfigure("inside", height=0 if height == wanted else height)
        self.configure(height=height + 2 * self._inset)


def confirm(
    window: tk.Misc,
    title: str,
    text: str,
    action: str,
    danger: bool = False,
    done: Callable[[], object] | None = None,
    on_close: Callable[[], object] | None = None,
) -> Sheet:
    """Asks before something is done: `done` is called on yes alone. The safe answer has the focus."""
    sheet = Sheet(window, title, width=400, on_close=on_close)
    px = sheet.theme.px
    Prose(sheet.body, text, colour="muted").pack(fill="x", pady=(0, px(24)))
    row = Pane(sheet.body)
    row.pack(fill="x")

    def yes() -> None:
        sheet.close()
        if done:
            done()

    answer = Button(row, action, kind="danger" if danger else "primary", command=yes, name="yes")
    answer.pack(side="right")
    no = Button(row, "Cancel", kind="quiet", command=sheet.close, name="no")
    no.pack(side="right", padx=(0, px(8)))
    no.focus_set()
    return sheet
