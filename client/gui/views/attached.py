"""The files that go along with what is written: a card for each, that takes it out again."""

import tkinter as tk
from collections.abc import Callable, Sequence
from mimetypes import guess_type
from typing import Final

from PIL import Image

from hubbub.client.gui.desk_files import Chosen
from hubbub.client.gui.desk_media import Picture
from hubbub.client.gui.kit.base import Drawn, Pane
from hubbub.client.gui.kit.buttons import IconButton
from hubbub.client.gui.kit.drawing import rounded
from hubbub.client.gui.kit.line import emoji_line
from hubbub.client.gui.kit.pictures import Photo
from hubbub.client.gui.kit.scroll import ScrollPane
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.timeline.files import icon_of, size_text

_WIDE: Final = 208
_HIGH: Final = 56
_SIDE: Final = 40
_GAP: Final = 8
_ROWS: Final = 2
"""More than these are scrolled."""


class Attached(Pane):
    """Takes no room while there are none."""

    def __init__(self, parent: tk.Misc, detach: Callable[[Chosen], object]) -> None:
        super().__init__(parent)
        self._detach = detach
        self._files: tuple[Chosen, ...] = ()
        self._columns = 0
        self._pane = ScrollPane(self)
        self._cards: list[FileCard] = []
        self.bind("<Configure>", lambda _: self._arrange())

    def show(self, files: Sequence[Chosen]) -> None:
        """These, in this order."""
        if tuple(files) == self._files:
            return
        self._files, self._columns = tuple(files), 0
        for card in self._cards:
            card.destroy()
        self._cards = [FileCard(self._pane.body, one, self._detach) for one in files]
        if files:
            self._pane.pack(fill="both", expand=True)
            self._arrange()
            if len(files) > 1:
                self.after_idle(self._see_last, self._cards[-1])
        else:
            self._pane.pack_forget()
            self.configure(height=1)

    def _see_last(self, card: "FileCard") -> None:
        if card.winfo_exists():
            self._pane.show(card)

    def _arrange(self) -> None:
        px = self.theme.px
        columns = max(1, self.winfo_width() // px(_WIDE + _GAP))
        if not self._cards or columns == self._columns:
            return
        self._columns = columns
        for at, card in enumerate(self._cards):
            row, column = divmod(at, columns)
            card.grid(row=row, column=column, padx=(0, px(_GAP)), pady=(px(_GAP), 0))
        rows = min(_ROWS, -(-len(self._cards) // columns))
        self.pack_propagate(False)
        self.configure(height=rows * px(_HIGH + _GAP))


class FileCard(Drawn):
    """Picture or icon, name, size."""

    def __init__(self, parent: tk.Misc, chosen: Chosen, detach: Callable[[Chosen], object]) -> None:
        px = theme_of(parent).px
        self.chosen: Final = chosen
        self._photo: Photo | None = None
        super().__init__(parent, px(_WIDE), px(_HIGH))
        self._remove = IconButton(
            self,
            "x-lg",
            lambda: detach(chosen),
            f"Do not send {chosen.name}",
            28,
            icon_size=12,
            ground="raised",
            name="remove",
        )
        self._remove.place(relx=1.0, x=-px(4), y=px(4), anchor="ne")
        self.redraw()

    def draw(self) -> None:
        px, theme = self.theme.px, self.theme
        self.put(self.pictures.rounded(px(_WIDE), px(_HIGH), px(8), "raised"), 0, 0)
        inset, side = px(8), px(_SIDE)
        if self.chosen.preview is not None:
            self.put(self._picture(self.chosen.preview, side), inset, inset)
        else:
            self.put(self.pictures.rounded(side, side, px(6), "accent_soft"), inset, inset)
            icon = px(20)
            at = inset + (side - icon) // 2
            kind = guess_type(self.chosen.name)[0] or ""
            self.put(self.pictures.icon(icon_of(kind), icon, "accent"), at, at)
        left = inset + side + px(10)
        room = px(_WIDE - 34) - left
        name = _shortened(self.chosen.name, lambda text: theme.measure("note", text, "semibold") <= room)
        emoji_line(self, name, left, px(20), "note", weight="semibold", width=room)
        self.words(size_text(self.chosen.size), left, px(38), "small", "muted")

    def _picture(self, picture: Picture, side: int) -> Photo:
        if self._photo is None or self._photo.width() != side:
            image = Image.frombytes(picture.mode, (picture.width, picture.height), picture.pixels)
            small = image.convert("RGBA").resize((side, side), Image.Resampling.LANCZOS)
            shown = rounded(side, side, self.theme.px(6), "#ffffff")
            shown.paste(small, (0, 0), shown.getchannel("A"))
            self._photo = self.pictures.photo(shown)
        return self._photo


def _shortened(name: str, fits: Callable[[str], bool]) -> str:
    """Cut in the middle, so that its ending is seen."""
    if fits(name):
        return name
    for kept in range(len(name) - 1, 6, -1):
        tail = min(8, kept // 2)
        if fits(short := f"{name[: kept - tail]}…{name[-tail:]}"):
            return short
    return name
