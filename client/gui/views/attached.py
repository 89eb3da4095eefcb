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
from hubbub.client.gui.kit.theme import Theme, theme_of
from hubbub.client.gui.timeline.files import icon_of, size_text

_LEAST, _MOST = 168, 240
"""How wide a card is."""
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
        self._room = (0, 0.0)
        self._pane = ScrollPane(self)
        self._cards: list[FileCard] = []
        self.bind("<Configure>", lambda _: self._arrange())

    def show(self, files: Sequence[Chosen]) -> None:
        """These, in this order."""
        if tuple(files) == self._files:
            return
        self._files, self._room = tuple(files), (0, 0.0)
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
        room = self.winfo_width()
        if not self._cards or (room, self.theme.text_scale) == self._room:
            return
        self._room = (room, self.theme.text_scale)
        columns = max(1, min(len(self._cards), room // px(_LEAST + _GAP)))
        wide = max(px(_LEAST), min(self.theme.wide(_MOST), room // columns - px(_GAP)))
        for at, card in enumerate(self._cards):
            row, column = divmod(at, columns)
            card.configure(width=wide)
            card.grid(row=row, column=column, padx=(0, px(_GAP)), pady=(px(_GAP), 0))
        rows = min(_ROWS, -(-len(self._cards) // columns))
        self.pack_propagate(False)
        self.configure(height=rows * (px(_HIGH + _GAP) + _more(self.theme)))


class FileCard(Drawn):
    """Picture or icon, name, size."""

    def __init__(self, parent: tk.Misc, chosen: Chosen, detach: Callable[[Chosen], object]) -> None:
        px = theme_of(parent).px
        self.chosen: Final = chosen
        self._photo: Photo | None = None
        super().__init__(parent, px(_LEAST), px(_HIGH) + _more(theme_of(parent)))
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

    def restyle(self) -> None:
        self.configure(height=self.theme.px(_HIGH) + _more(self.theme))
        super().restyle()

    def draw(self) -> None:
        px, theme = self.theme.px, self.theme
        wide, high = self.extent
        self.put(self.pictures.rounded(wide, high, px(8), "raised"), 0, 0)
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
        room = wide - px(34) - left
        name = _shortened(self.chosen.name, lambda text: theme.measure("note", text, "semibold") <= room)
        emoji_line(self, name, left, round(high * 0.36), "note", weight="semibold", width=room)
        self.words(size_text(self.chosen.size), left, round(high * 0.68), "small", "muted")

    def _picture(self, picture: Picture, side: int) -> Photo:
        if self._photo is None or self._photo.width() != side:
            image = Image.frombytes(picture.mode, (picture.width, picture.height), picture.pixels)
            small = image.convert("RGBA").resize((side, side), Image.Resampling.LANCZOS)
            shown = rounded(side, side, self.theme.px(6), "#ffffff")
            shown.paste(small, (0, 0), shown.getchannel("A"))
            self._photo = self.pictures.photo(shown)
        return self._photo


def _more(theme: Theme) -> int:
    """By how much larger words make a card higher."""
    return theme.more("note") + theme.more("small")


def _shortened(name: str, fits: Callable[[str], bool]) -> str:
    """Cut in the middle, so that its ending is seen."""
    if fits(name):
        return name
    for kept in range(len(name) - 1, 6, -1):
        tail = min(8, kept // 2)
        if fits(short := f"{name[: kept - tail]}…{name[-tail:]}"):
            return short
    return name
