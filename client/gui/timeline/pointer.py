"""What the pointer does over bubbles: bound once a window, however many there are."""

import sys
import tkinter as tk
from typing import TYPE_CHECKING, Final

from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.theme import Theme
from hubbub.client.gui.timeline.marking import Marking
from hubbub.client.gui.timeline.plan import Region

if TYPE_CHECKING:
    from hubbub.client.gui.timeline.bubble import BubbleView

BINDTAG: Final = "HubbubBubble"
"""All bubbles have it; whoever holds them may bind the wheel to it, with add="+"."""
_REST_MS: Final = 500
_SHAKE: Final = 4
"""Pixels at 96 dpi that the pointer may move in a click."""


class Pointer:
    """`theme.part(Pointer)`."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._view: BubbleView | None = None
        self._region: Region | None = None
        self._pressed: tuple[Region | None, int, int] | None = None
        self._marking = theme.part(Marking)
        self._card: Card | None = None
        self._timer: str | None = None
        root = theme.root
        menu = ("<Button-2>", "<Control-Button-1>") if sys.platform == "darwin" else ()
        for event, act in (
            ("<Motion>", self._moved),
            ("<Leave>", self._left),
            ("<Button-1>", self._press),
            ("<B1-Motion>", self._drag),
            ("<ButtonRelease-1>", self._release),
            ("<Button-3>", self._menu),
            *((event, self._menu) for event in menu),
            ("<Map>", lambda event: _view(event).seen(True)),
            ("<Unmap>", lambda event: _view(event).seen(False)),
        ):
            root.bind_class(BINDTAG, event, act)

    def forget(self, view: "BubbleView") -> None:
        """It looks otherwise now, or is no more."""
        self._marking.clear(view)
        if view is self._view:
            self._change(None, None)

    def _moved(self, event: "tk.Event[tk.Misc]") -> None:
        view = _view(event)
        region = view.region_at(event.x, event.y)
        if view is not self._view or region is not self._region:
            self._change(view, region)

    def _left(self, _: object) -> None:
        self._change(None, None)

    def _change(self, view: "BubbleView | None", region: Region | None) -> None:
        self._hide()
        if self._view is not None and self._view is not view and self._view.winfo_exists():
            self._view.hover(None)
        self._view, self._region = view, region
        if view is None:
            return
        view.hover(region)
        if region is not None and region.tip:
            self._timer = self._theme.root.after(_REST_MS, self._show)

    def _show(self) -> None:
        self._timer = None
        view, region = self._view, self._region
        if view is None or region is None or not view.winfo_viewable():
            return
        theme, root = self._theme, self._theme.root
        text = region.tip if len(region.tip) < 100 else region.tip[:99] + "…"
        width = theme.measure("note", text) + 2 * theme.px(10)
        height = theme.line_height("note") + 2 * theme.px(5)
        left = view.winfo_rootx() - root.winfo_rootx() + region.x + (region.width - width) // 2
        top = view.winfo_rooty() - root.winfo_rooty() + region.y
        above = top - height - theme.px(6)

        def paint() -> None:
            card.words(text, width / 2, height / 2, "note", "surface", anchor="center")

        card = self._card = Card(view, paint, fill="text", border=None, radius=6)
        card.show(left, above if above > 0 else top + region.height + theme.px(6), width, height)

    def _hide(self) -> None:
        if self._timer is not None:
            self._theme.root.after_cancel(self._timer)
            self._timer = None
        if self._card is not None:
            self._card.destroy()
            self._card = None

    def _press(self, event: "tk.Event[tk.Misc]") -> None:
        self._hide()
        view = _view(event)
        self._pressed = view.region_at(event.x, event.y), event.x, event.y
        self._marking.begin(view, event.x, event.y)

    def _drag(self, event: "tk.Event[tk.Misc]") -> None:
        """A hand that shakes marks nothing; one that marks clicks nothing."""
        if self._pressed is None:
            return
        region, x, y = self._pressed
        if region is None or max(abs(event.x - x), abs(event.y - y)) > self._theme.px(_SHAKE):
            self._pressed = None, x, y
            self._marking.drag(event.x, event.y)

    def _release(self, event: "tk.Event[tk.Misc]") -> None:
        pressed, self._pressed = self._pressed, None
        region = pressed[0] if pressed else None
        if region is not None and region.act is not None and region.holds(event.x, event.y):
            region.act()

    def _menu(self, event: "tk.Event[tk.Misc]") -> None:
        self._hide()
        view = _view(event)
        if view.bubble is not None:
            view.actions.open_menu(view.bubble, event.x_root, event.y_root)


def _view(event: "tk.Event[tk.Misc]") -> "BubbleView":
    from hubbub.client.gui.timeline.bubble import BubbleView

    assert isinstance(event.widget, BubbleView)  # noqa: S101 - nothing else has the tag
    return event.widget
