"""What the pages of signing in are put together from."""

import tkinter as tk
from collections.abc import Callable
from typing import Final, Literal

from hubbub.client.gui.kit.area import Area
from hubbub.client.gui.kit.base import Drawn, Label, Pane, Pressable
from hubbub.client.gui.kit.binding import doing
from hubbub.client.gui.kit.buttons import IconButton
from hubbub.client.gui.kit.line import emoji_line
from hubbub.client.gui.kit.progress import Turning
from hubbub.client.gui.kit.prose import Prose
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.views.mark import mark

ROW: Final = 64
_FACE: Final = 40
_COLUMNS: Final = 2


class Mark(Drawn):
    """The product's mark; size in pixels at 96 dpi."""

    def __init__(self, parent: tk.Misc, size: int = 72) -> None:
        side = theme_of(parent).px(size)
        super().__init__(parent, side, side)
        self.redraw()

    def draw(self) -> None:
        side, colour = self.extent[0], self.theme.colour
        front, back, dots = colour("accent"), colour("accent_soft"), colour("on_accent")
        photo = self.pictures.kept(("mark", side, front, back, dots), lambda: mark(side, front, back, dots))
        self.put(photo, 0, 0)


class Note(Area):
    """A sentence that stands out: why one is here, or what went wrong."""

    def __init__(self, parent: tk.Misc, text: str, kind: Literal["info", "danger"] = "danger") -> None:
        super().__init__(parent, "danger_soft" if kind == "danger" else "accent_soft", padding=12, radius=8)
        px = self.theme.px
        colour = "danger" if kind == "danger" else "accent"
        Icon(self.inside, "exclamation-circle" if kind == "danger" else "info-circle", 16, colour).pack(
            side="left", anchor="n", padx=(0, px(8)), pady=px(1)
        )
        self._words = Prose(self.inside, text, "note")
        self._words.pack(side="left", fill="x", expand=True)

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.text


class Icon(Drawn):
    """A Bootstrap icon; sizes in pixels at 96 dpi. ground: of a disc around it."""

    def __init__(
        self,
        parent: tk.Misc,
        icon: str,
        size: int,
        colour: str,
        *,
        disc: str | None = None,
        disc_size: int = 0,
    ) -> None:
        px = theme_of(parent).px
        self._icon, self._icon_size, self._colour, self._disc = icon, px(size), colour, disc
        side = px(disc_size or size)
        super().__init__(parent, side, side)
        self.redraw()

    def draw(self) -> None:
        side = self.extent[0]
        if self._disc:
            self.put(self.pictures.circle(side, self._disc), 0, 0)
        at = (side - self._icon_size) // 2
        self.put(self.pictures.icon(self._icon, self._icon_size, self._colour), at, at)


class Words(Area):
    """A key's fingerprint, as words to read out one after the other."""

    def __init__(self, parent: tk.Misc, words: str) -> None:
        super().__init__(parent, "raised", padding=16, radius=12)
        self.text = words
        px = self.theme.px
        listed = words.split()
        rows = -(-len(listed) // _COLUMNS)
        for place, word in enumerate(listed):
            cell = Pane(self.inside)
            cell.grid(row=place % rows, column=place // rows, sticky="ew", pady=px(2))
            Label(cell, f"{place + 1}", "note", colour="faint", anchor="e").pack(
                side="left", padx=(0, px(12))
            )
            cell.winfo_children()[0].configure(width=2)  # type: ignore[call-arg]  # a Label's: characters
            Label(cell, word, "body", weight="semibold").pack(side="left")
        for column in range(_COLUMNS):
            self.inside.columnconfigure(column, weight=1, uniform="words")


class Told(Area):
    """The same, to be looked at and not read out: side by side, under a heading."""

    def __init__(self, parent: tk.Misc, heading: str, words: str, *, danger: bool = False) -> None:
        super().__init__(parent, "danger_soft" if danger else "raised", padding=16, radius=12)
        self.text = words
        Label(self.inside, heading, "note", weight="semibold", colour="danger" if danger else "muted").pack(
            fill="x"
        )
        Prose(self.inside, words, "body", weight="semibold").pack(fill="x", pady=(self.theme.px(4), 0))


class ChoiceRow(Pressable):
    """Somebody or something to choose: a face, a name, a line below it, a dot that says that it is there."""

    def __init__(
        self,
        parent: tk.Misc,
        title: str,
        note: str,
        command: Callable[[], object],
        *,
        icon: str | None = None,
        there: bool = False,
        forget: Callable[[], object] | None = None,
        more: Callable[[int, int], object] | None = None,
    ) -> None:
        """icon: in place of the initials. forget: what a cross at the right does. more: opens a menu at a place on the screen."""
        self.title, self.note, self.icon, self.there, self.busy = title, note, icon, there, False
        self._forgetting = forget is not None
        super().__init__(parent, 1, theme_of(parent).px(ROW), command)
        self._turning = Turning(self)
        if forget is not None:
            self.cross = IconButton(
                self, "x-lg", forget, f"Forget {title}", size=32, icon_size=12, colour="faint"
            )
            self.cross.place(relx=1.0, rely=0.5, x=-self.theme.px(8), anchor="e")
        if more is not None:
            for event in ("<Button-2>", "<Button-3>"):
                self.bind(event, lambda event: more(event.x_root, event.y_root))
        for key, back in (("<Key-Down>", False), ("<Key-Up>", True)):
            self.bind(key, doing(self._move, back))
        self.redraw()

    def set(self, title: str, note: str, *, there: bool, busy: bool) -> None:
        """What it shows now."""
        if (title, note, there, busy) != (self.title, self.note, self.there, self.busy):
            self.title, self.note, self.there, self.busy = title, note, there, busy
            self._turning.run(busy)
            self.redraw()

    def draw(self) -> None:
        px = self.theme.px
        width, height = self.extent
        ground = "pressed" if self.pressed else "raised" if self.hovered or self.busy else None
        if ground or self.ringed:
            ring = "accent" if self.ringed else None
            self.put(self.pictures.rounded(width, height, px(12), ground or self.ground, ring, px(2)), 0, 0)
        self._draw_face(px(12), height // 2)
        left, right = px(12 + _FACE + 12), width - px(48)
        emoji_line(self, self.title, left, height / 2 - px(10), weight="semibold", width=right - left)
        dot = px(8) if self.there else 0
        if dot:
            self.put(self.pictures.circle(dot, "success"), left, height // 2 + px(11), "w")
        emoji_line(
            self,
            self.note,
            left + (dot and dot + px(6)),
            height / 2 + px(11),
            "note",
            "muted",
            width=right - left - dot,
        )
        if self.busy and not self._forgetting:
            self._turning.draw(width - px(24), height // 2, px(16), "accent")
        elif not self._forgetting:
            self.put(
                self.pictures.icon("chevron-right", px(14), "faint"), width - px(24), height // 2, "center"
            )

    def _draw_face(self, left: int, middle: int) -> None:
        px = self.theme.px
        side = px(_FACE)
        if self.busy and self._forgetting:
            self._turning.draw(left + side // 2, middle, px(24), "accent")
        elif self.icon is None:
            self.put(self.pictures.avatar(self.title, side), left, middle, "w")
        else:
            self.put(self.pictures.circle(side, "accent_soft"), left, middle, "w")
            self.put(self.pictures.icon(self.icon, px(18), "accent"), left + side // 2, middle, "center")

    def _move(self, back: bool) -> str:
        self.event_generate("<<PrevWindow>>" if back else "<<NextWindow>>")
        return "break"
