"""Short words that pass (a toast) and words that stay (a banner)."""

import tkinter as tk
from collections.abc import Callable
from typing import Final, Literal

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.pictures import Pictures
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.theme import Theme, theme_of

_FROM_BELOW: Final = 32
_MARGIN: Final = 16


class Toasts:
    """`theme.part(Toasts)`: one toast at a time, a new one takes the place of the last."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._card: Card | None = None
        self._timer: str | None = None
        self.text = ""
        self.above: Callable[[], tk.Misc | None] = lambda: None
        """What no toast covers, since one writes there: it lies over the middle of it. None: over the window's lower end."""

    def show(
        self, text: str, action: str | None, command: Callable[[], object] | None, seconds: float
    ) -> None:
        """See `toast`."""
        self.hide()
        theme, px, root = self._theme, self._theme.px, self._theme.root
        self.text = text
        asked = theme.measure("body", action, "semibold") + px(24) if action else 0
        room = max(px(80), root.winfo_width() - asked - px(40 + 2 * _MARGIN))

        def paint() -> None:
            card.itemconfigure(card.words(text, px(20), height / 2, "body", "surface"), width=room)
            if action:
                right = (action, width - px(20), height / 2, "body", "accent_soft")
                card.words(*right, weight="semibold", anchor="e", tags="action")

        card = self._card = Card(root, paint, fill="text", border=None, radius=10)
        wide, high = self._extent(card, text, room)
        width, height = wide + asked + px(40), high + px(26)
        middle, bottom = self._place()
        card.show(middle - width // 2, bottom - height, width, height)
        if action:
            card.configure(cursor="hand2")
        card.bind("<ButtonRelease-1>", lambda _: self._pressed(command))
        card.bind("<Destroy>", lambda _: self._stop())
        self._timer = root.after(round(seconds * 1000), self.hide)

    def _place(self) -> tuple[int, int]:
        """The middle of its lower edge, in the window's pixels."""
        root, px = self._theme.root, self._theme.px
        below = self.above()
        if below is None or not below.winfo_viewable():
            return root.winfo_width() // 2, root.winfo_height() - px(_FROM_BELOW)
        left, top = below.winfo_rootx() - root.winfo_rootx(), below.winfo_rooty() - root.winfo_rooty()
        return left + below.winfo_width() // 2, top - px(_MARGIN)

    def hide(self) -> None:
        """Takes it away before its time."""
        self._stop()
        card, self._card = self._card, None
        if card is not None:
            card.destroy()
            self.text = ""

    def _stop(self) -> None:
        """Also where the window goes while it says something."""
        if self._timer is not None:
            self._theme.root.after_cancel(self._timer)
            self._timer = None

    def _extent(self, card: Card, text: str, room: int) -> tuple[int, int]:
        item = card.words(text, 0, 0)
        card.itemconfigure(item, width=room)
        left, top, right, bottom = card.bbox(item)
        card.delete(item)
        return right - left, bottom - top

    def _pressed(self, command: Callable[[], object] | None) -> None:
        self.hide()
        if command:
            command()


def toast(
    window: tk.Misc,
    text: str,
    action: str | None = None,
    command: Callable[[], object] | None = None,
    seconds: float = 4,
) -> None:
    """A line at the bottom of the window, with something to press if `action` names it."""
    theme_of(window).part(Toasts).show(text, action, command, seconds)


class Banner(Pane):
    """A strip across a pane that says how things stand; pack it where it belongs, `set` changes its words."""

    def __init__(
        self,
        parent: tk.Misc,
        text: str,
        icon: str = "info-circle",
        action: str | None = None,
        command: Callable[[], object] | None = None,
        *,
        kind: Literal["info", "warning", "danger"] = "info",
    ) -> None:
        ground, colour = {
            "info": ("accent_soft", "text"),
            "warning": ("warning_soft", "warning"),
            "danger": ("danger_soft", "danger"),
        }[kind]
        super().__init__(parent, ground)
        px = self.theme.px
        self._icon = icon
        self._colour = colour
        self._picture = tk.Label(self, bd=0)
        self._picture.pack(side="left", padx=(px(16), px(8)), pady=px(10))
        self.button = Button(self, action or "", kind="link", command=command, height=28)
        if action:
            self.button.pack(side="right", padx=px(12))
        self.label = Prose(self, text, "note", colour="text")
        self.label.pack(side="left", fill="x", expand=True)
        self.restyle()

    @property
    def text(self) -> str:
        """What it says."""
        return self.label.text

    def set(self, text: str) -> None:
        """Other words."""
        self.label.set(text)

    def restyle(self) -> None:
        super().restyle()
        photo = self.theme.part(Pictures).icon(self._icon, self.theme.beside(16), self._colour)
        self._photo = photo
        self._picture.configure(image=photo, bg=self.theme.colour(self.ground))
