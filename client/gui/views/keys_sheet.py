"""The sheet that F1 opens: every key, by where it works."""

import tkinter as tk
from collections.abc import Sequence
from typing import Final

from hubbub.client.gui.kit.base import Drawn, Label, Pane
from hubbub.client.gui.kit.binding import doing
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.scroll import ScrollPane
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.model import keys

_KEYS_WIDTH: Final = 190
_CAP: Final = 24
_GAP: Final = 4
_HIGH: Final = 420


class KeysSheet:
    """Drawn from the table of all keys."""

    def __init__(self, window: tk.Misc) -> None:
        self.sheet = Sheet(window, "Keys", width=560)
        theme, px = self.sheet.theme, self.sheet.theme.px
        self.scroll = ScrollPane(self.sheet.body)
        self.scroll.pack(fill="both", expand=True)
        self.scroll.pack_propagate(False)
        room = window.winfo_toplevel().winfo_height() - px(140)
        self.scroll.configure(height=max(px(160), min(px(_HIGH) + theme.more(lines=10), room)))
        for number, (part, lines) in enumerate(keys.sheet().items()):
            heading = Label(self.scroll.body, part, "note", weight="semibold", colour="muted")
            heading.pack(fill="x", pady=(px(16) if number else 0, px(4)))
            for caps, words in lines:
                self._line(caps, words)
        self._listen(self.sheet.page)

    def _line(self, caps: Sequence[str], words: str) -> None:
        px = self.sheet.theme.px
        line = Pane(self.scroll.body)
        line.pack(fill="x", pady=px(2))
        Caps(line, caps).pack(side="left", anchor="n")
        Prose(line, words).pack(side="left", fill="x", expand=True, padx=(px(8), px(16)))

    def _listen(self, page: tk.Misc) -> None:
        """There is no control to go to but the cross: the arrows scroll."""
        step = self.sheet.theme.px(48)
        for key, by in (("Up", -step), ("Down", step), ("Prior", -8 * step), ("Next", 8 * step)):
            page.bind(f"<Key-{key}>", doing(self.scroll.wheel, by))


class Caps(Drawn):
    """Keys as they look on a keyboard, in as many lines as they take."""

    def __init__(self, parent: tk.Misc, caps: Sequence[str]) -> None:
        self._caps = caps
        theme = theme_of(parent)
        super().__init__(parent, theme.wide(_KEYS_WIDTH), theme.px(_CAP))
        self.restyle()

    @property
    def shown_text(self) -> str:
        """What a reader sees."""
        return " ".join(self._caps)

    def restyle(self) -> None:
        places = self._places()
        self.resize(self.theme.wide(_KEYS_WIDTH), places[-1][1] + self._high if places else self._high)
        super().restyle()

    @property
    def _high(self) -> int:
        return self.theme.px(_CAP) + self.theme.more("note")

    def _places(self) -> list[tuple[int, int, int, str]]:
        """Of each: left, top, width."""
        px, room = self.theme.px, self.theme.wide(_KEYS_WIDTH)
        x = y = 0
        found = []
        for cap in self._caps:
            width = max(self._high, self.theme.measure("note", cap) + px(12))
            if x and x + width > room:
                x, y = 0, y + self._high + px(_GAP)
            found.append((x, y, width, cap))
            x += width + px(_GAP)
        return found

    def draw(self) -> None:
        px, high = self.theme.px, self._high
        for x, y, width, cap in self._places():
            self.put(self.pictures.rounded(width, high, px(6), "raised", "line", px(1)), x, y)
            self.words(cap, x + width / 2, y + high / 2, "note", anchor="center")
