"""Two buttons beside the message that the pointer is at: answer it, put an emoji on it."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.buttons import IconButton
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.timeline.bubble import BubbleView

_SIDE: Final = 28
_PAD: Final = 3
_GAP: Final = 8
_BARE: Final = 180
"""How far from the edge a message without a ground reaches, about."""


class HoverBar(Drawn):
    """One for all messages; it lies over the widget of the one that it is about."""

    def __init__(
        self, parent: tk.Misc, reply: Callable[[Bubble], object], react: Callable[[Bubble, int, int], object]
    ) -> None:
        px = theme_of(parent).px
        self.bubble: Bubble | None = None
        self._top = 0
        self._reply, self._react = reply, react
        super().__init__(parent, px(2 * _SIDE + 2 * _PAD), px(_SIDE + 2 * _PAD), takefocus=0)
        self._buttons = (
            IconButton(
                self, "reply", self._on_reply, "Reply", _SIDE, icon_size=16, ground="surface", name="reply"
            ),
            IconButton(
                self,
                "emoji-smile",
                self._on_react,
                "React",
                _SIDE,
                icon_size=16,
                ground="surface",
                name="react",
            ),
        )
        for at, button in enumerate(self._buttons):
            button.configure(takefocus=0)
            self.create_window(px(_PAD + at * _SIDE), px(_PAD), window=button, anchor="nw", tags="button")
        self.redraw()

    def show(self, view: BubbleView) -> None:
        """Beside this one, on the side where there is room."""
        if (bubble := view.bubble) is None or (bubble is self.bubble and view.winfo_y() == self._top):
            return
        self.bubble, self._top = bubble, view.winfo_y()
        px, width = self.theme.px, self.winfo_reqwidth()
        left, top, right, bottom = view.box or self._about(view)
        x = left - width - px(_GAP) if bubble.mine else right + px(_GAP)
        y = view.winfo_y() + (top + bottom - self.winfo_reqheight()) // 2
        self.place(x=max(px(2), min(x, view.winfo_width() - width - px(_GAP))), y=y)
        tk.Misc.tkraise(self)

    def keep(self, view: BubbleView | None) -> None:
        """Things may have moved. `view`: the widget of the message, if there is one still."""
        if self.bubble is not None and (view is None or view.winfo_y() != self._top):
            self.hide()

    def hide(self) -> None:
        """The pointer left, or what it was at moved."""
        if self.bubble is not None:
            self.bubble = None
            self.place_forget()

    def draw(self) -> None:
        width, height = self.extent
        photo = self.pictures.rounded(width, height, self.theme.px(10), "surface", "line", self.theme.px(1))
        self.put(photo, 0, 0, tags="ground")
        self.tag_lower("ground")

    def redraw(self) -> None:
        self._shown.clear()
        self.delete("ground")
        self.draw()

    def _about(self, view: BubbleView) -> tuple[int, int, int, int]:
        px, width = self.theme.px, view.winfo_width()
        mine = view.bubble is not None and view.bubble.mine
        return (width - px(_BARE) if mine else 0, 0, px(_BARE), view.winfo_height())

    def _on_reply(self) -> None:
        if (bubble := self.bubble) is not None:
            self.hide()
            self._reply(bubble)

    def _on_react(self) -> None:
        if (bubble := self.bubble) is not None:
            x, y = self.winfo_rootx(), self.winfo_rooty()
            self.hide()
            self._react(bubble, x, y)
