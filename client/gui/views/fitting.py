"""What makes sheets fit small windows: content that scrolls where there is no room, and text that wraps where it is."""

import tkinter as tk
from typing import Any, Final

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.scroll import ScrollPane
from hubbub.client.gui.kit.theme import theme_of

_AROUND: Final = 128
"""What a sheet has above and below its body, in pixels at 96 dpi."""


class Fitting(ScrollPane):
    """As high as its `content`, or as the window has room for. below: what the sheet has beneath it, in pixels at 96 dpi."""

    def __init__(self, parent: tk.Misc, below: int = 0) -> None:
        super().__init__(parent)
        self._below = below
        self.content = Pane(self.body)
        self.content.pack(fill="both", expand=True)
        self.pack_propagate(False)
        self.body.bind("<Configure>", self._fit_height, add="+")
        parent.bind("<Configure>", self._fit_height, add="+")

    def _fit_height(self, _: object) -> None:
        room = self.winfo_toplevel().winfo_height() - self.theme.px(_AROUND + self._below)
        wanted = max(self.theme.px(80), min(self.body.winfo_reqheight(), room))
        beside = self.theme.px(12) if self.body.winfo_reqheight() > room else 0
        self.content.pack_configure(padx=(0, beside))  # the bar has a place of its own
        if wanted != self.winfo_reqheight():
            self.configure(height=wanted)


class Paragraph(Label):
    """Words that wrap at the width that they get."""

    def __init__(
        self, parent: tk.Misc, text: str = "", role: str = "note", *, colour: str = "muted", **options: Any
    ) -> None:
        super().__init__(parent, text, role, colour=colour, wrap=200, **options)
        self.bind("<Configure>", self._rewrap)

    def _rewrap(self, event: "tk.Event[tk.Misc]") -> None:
        wrap = round(event.width / theme_of(self).scale)
        if wrap != self._wrap:
            self.set(wrap=wrap)
