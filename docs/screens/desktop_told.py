"""What the desktop is handed over, in one picture: the window's title, its icon in every size, a notification's words."""

import tkinter as tk
from typing import Final

from PIL import ImageTk

from hubbub.client.gui import badge
from hubbub.client.gui.kit.area import Area
from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.line import LineLabel
from hubbub.client.gui.model.alerts import Alert

_EDGE: Final = 40


class DesktopTold(Pane):
    """count: as the icon has it."""

    def __init__(self, window: tk.Misc, title: str, count: str, alert: Alert) -> None:
        super().__init__(window, "background")
        px = self.theme.px
        self._photos = [
            ImageTk.PhotoImage(badge.icon(px(size), count), master=window) for size in badge.SIZES
        ]
        inside = Pane(self)
        inside.pack(fill="both", expand=True, padx=px(_EDGE), pady=px(_EDGE - 12))
        self._caption(inside, "The window's title")
        LineLabel(inside, title, "strong").pack(fill="x")
        self._caption(inside, "Its icon, in all sizes that are set")
        row = Pane(inside)
        row.pack(fill="x")
        for photo in self._photos:
            self._picture(row, photo, "background").pack(side="left", anchor="s", padx=(0, px(20)))
        self._caption(inside, "A notification")
        card = Area(inside, padding=16)
        card.pack(anchor="w")
        card.configure(width=px(520))
        plain = ImageTk.PhotoImage(badge.icon(px(48)), master=window)  # notifications bear no number
        self._photos.append(plain)
        self._picture(card.inside, plain, "surface").pack(side="left", anchor="n", padx=(0, px(14)))
        words = Pane(card.inside)
        words.pack(side="left", fill="x", expand=True)
        LineLabel(words, alert.title, weight="semibold").pack(fill="x")
        LineLabel(words, alert.text, "note", colour="muted").pack(fill="x", pady=(px(2), 0))

    def _caption(self, parent: Pane, text: str) -> None:
        px = self.theme.px
        Label(parent, text, "note", weight="semibold", colour="muted").pack(fill="x", pady=(px(16), px(8)))

    def _picture(self, parent: Pane, photo: ImageTk.PhotoImage, ground: str) -> Pane:
        """It follows the theme, as all does here."""
        pane = Pane(parent, ground)
        canvas = tk.Canvas(pane, width=photo.width(), height=photo.height(), bd=0, highlightthickness=0)
        canvas.create_image(0, 0, image=photo, anchor="nw")
        canvas.pack()
        self._follow(canvas, ground)
        self.theme.on_change(lambda: canvas.winfo_exists() and self._follow(canvas, ground))
        return pane

    def _follow(self, canvas: tk.Canvas, ground: str) -> None:
        canvas.configure(bg=self.theme.colour(ground))
