"""Keyboard and mouse over the messages: which one is chosen, and what is done with it. Draws nothing."""

import tkinter as tk
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hubbub.client.gui.kit.binding import keeping
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.model import keys
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.timeline.bubble import BubbleView
from hubbub.client.gui.timeline.marking import Marking

if TYPE_CHECKING:
    from hubbub.client.gui.timeline.view import TimelineView

ROWTAG: Final = "HubbubTimelineRow"
"""The bind tag of every bubble."""


class Hands:
    """Those of whoever is at one view."""

    def __init__(self, view: "TimelineView") -> None:
        self.selected: str | None = None
        """The key of the message that the keyboard is at."""
        self._view = view
        root = view.winfo_toplevel()
        if not root.bind_class(ROWTAG):  # once for all timelines
            root.bind_class(ROWTAG, "<Double-Button-1>", _on_double)
            root.bind_class(ROWTAG, "<Button-1>", _on_press)
            root.bind_class(ROWTAG, "<Motion>", _on_motion)

    def listen(self) -> None:
        """To the flow that the view has now."""
        view, text = self._view, self._view.flow.text
        acts: dict[str, Callable[[], object]] = {
            "line_before": lambda: self.step(-1),
            "line_after": lambda: self.step(1),
            "page_before": lambda: view.page(-1),
            "page_after": lambda: view.page(1),
            "oldest": view.timeline.to_start,
            "newest": view.timeline.to_newest,
            "let_go": self._let_go,
            "line_menu": self._menu_of_selected,
            "copy": self.copy,
            "mark_all": self._mark_all,
            "delete": lambda: self._with_selected(view.menu.ask_delete),
        }
        for name, act in acts.items():
            for pattern in keys.patterns(name):
                text.bind(pattern, keeping(act))
        text.bind("<<TraverseIn>>", lambda _: self.step(0))
        text.bind("<FocusOut>", lambda _: self._on_left())
        text.bind("<Button-1>", lambda _: self.pressed(), add="+")

    def pressed(self) -> None:
        """The mouse was used: the keyboard begins anew from there."""
        self.select(None)
        self._view.flow.text.focus_set()

    def select(self, key: str | None) -> None:
        """The keyboard is at this message; None: at none."""
        before, self.selected = self.selected, key
        for one in (before, key):
            if one is not None:
                self._view.flow.text.choose(one, chosen=one == key)

    def step(self, by: int) -> None:
        """Choose the message above or below; the first time the last one that is seen."""
        bubbles = self._bubbles()
        if not bubbles:
            return
        places = {bubble.key: at for at, bubble in enumerate(bubbles)}
        if self.selected in places:
            at = min(max(0, places[self.selected] + by), len(bubbles) - 1)
        else:
            whole = self._view.rows()[: self._view.flow.whole_until()]
            at = places[([row for row in whole if isinstance(row, Bubble)] or bubbles)[-1].key]
        self.select(bubbles[at].key)
        self._view.flow.see(bubbles[at].key)

    @property
    def marked(self) -> str:
        """What is marked with the mouse; empty: nothing."""
        return self._view.flow.text.marked or self._view.theme.part(Marking).text

    def copy(self) -> None:
        """What is marked with the mouse, or the message that the keyboard is at."""
        if marked := self.marked:
            self._view.clipboard_clear()
            self._view.clipboard_append(marked)
        else:
            self._with_selected(self._view.menu.copy)

    def _bubbles(self) -> list[Bubble]:
        return [row for row in self._view.rows() if isinstance(row, Bubble)]

    def _let_go(self) -> bool:
        """Whether a message was chosen; it is not any more."""
        was = self.selected is not None
        self.select(None)
        return was

    def _on_left(self) -> None:
        """The keyboard is elsewhere. Under a menu, or a sheet, what was chosen stays so: it is about that."""
        if self._view.theme.part(Layers).top is None:
            self.select(None)

    def _with_selected(self, act: Callable[[Bubble], object]) -> None:
        for bubble in self._bubbles():
            if bubble.key == self.selected:
                act(bubble)

    def _mark_all(self) -> None:
        if self._view.compact:
            self._view.flow.make_all()
            self._view.flow.text.mark_all()

    def _menu_of_selected(self) -> None:
        view = self._view

        def open_there(bubble: Bubble) -> None:
            if (top := view.flow.top_of(bubble.key)) is not None:
                view.menu.open(bubble, view.winfo_rootx() + view.winfo_width() // 3, view.winfo_rooty() + top)

        self._with_selected(open_there)


def _view_of(widget: tk.Misc) -> "TimelineView | None":
    from hubbub.client.gui.timeline.view import TimelineView

    above: tk.Misc | None = widget
    while above is not None and not isinstance(above, TimelineView):
        above = above.master
    return above


def _on_double(event: "tk.Event[tk.Misc]") -> None:
    bubble, view = event.widget, _view_of(event.widget)
    if view is not None and isinstance(bubble, BubbleView) and bubble.bubble is not None:
        view.reply_to(bubble.bubble)


def _on_press(event: "tk.Event[tk.Misc]") -> None:
    if (view := _view_of(event.widget)) is not None:
        view.hands.pressed()


def _on_motion(event: "tk.Event[tk.Misc]") -> None:
    bubble = event.widget
    if (view := _view_of(bubble)) is not None and isinstance(bubble, BubbleView):
        view.point_at(bubble)
