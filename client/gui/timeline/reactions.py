"""The emoji that are near at hand, in a row near the pointer, and a way to all others."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.emoji import EmojiPictures
from hubbub.client.gui.kit.overlay import Overlay
from hubbub.client.gui.kit.pictures import Photo

if TYPE_CHECKING:
    from hubbub.client.gui.kit.emoji_tones import Tone

NEAR: Final = ("👍", "❤️", "😂", "😮", "😢", "🙏")
_CELL: Final = 40
_EMOJI: Final = 24
_ICON: Final = 16
_PAD: Final = 4


class ReactionBar(Overlay):
    """Open from the start. A press, or arrows and Enter, choose; Escape and a press outside close it. mine: those that I put there."""

    def __init__(
        self,
        window: tk.Misc,
        x: int,
        y: int,
        choose: Callable[[str], object],
        mine: frozenset[str] = frozenset(),
        recent: Sequence[str] = (),
        tone: "Tone | None" = None,
    ) -> None:
        """x, y: of the screen, in device pixels; it lies above. recent: offered first behind the usual ones. tone: of a picker."""
        super().__init__(window, Card(window, self._draw, radius=24))
        self.current: int | None = None
        self._theme, self._choose, self._mine = self.page.theme, choose, mine
        self._recent, self._tone = recent, tone
        self._hold: Photo | None = None
        px, root = self._theme.px, window.winfo_toplevel()
        width, height = (len(NEAR) + 1) * px(_CELL) + 2 * px(_PAD), px(_CELL) + 2 * px(_PAD)
        self.page.show(x - root.winfo_rootx(), y - root.winfo_rooty() - height, width, height)
        for event, handler in (
            ("<Motion>", lambda event: self._point(self._at(event.x, event.y))),
            ("<ButtonRelease-1>", lambda event: self._take(self._at(event.x, event.y))),
            ("<Key-Left>", lambda _: self._step(-1)),
            ("<Key-Right>", lambda _: self._step(1)),
            ("<Key-Tab>", lambda _: self._step(1)),
            ("<Key-Return>", lambda _: self._take(self.current)),
            ("<Key-space>", lambda _: self._take(self.current)),
        ):
            self.page.bind(event, handler)
        self._open()

    def _draw(self) -> None:
        px, pictures = self._theme.px, self._theme.part(EmojiPictures)
        for at, emoji in enumerate(NEAR):
            left = px(_PAD) + at * px(_CELL)
            if emoji in self._mine:
                disc = self.page.pictures.circle(px(_CELL), "accent_soft")
                self.page.put(disc, left, px(_PAD), tags="mine")
            if (photo := pictures.image(emoji, px(_EMOJI))) is not None:
                middle = px(_CELL) // 2
                self.page.put(photo, left + middle, px(_PAD) + middle, "center", tags="front")

        icon = self.page.pictures.icon("plus-lg", px(_ICON), "muted")
        middle = px(_CELL) // 2
        left = px(_PAD) + len(NEAR) * px(_CELL)
        self.page.put(icon, left + middle, px(_PAD) + middle, "center", tags="front")
        self._draw_current()

    def _point(self, at: int | None) -> None:
        if at == self.current:
            return
        self.current = at
        self._draw_current()

    def _draw_current(self) -> None:
        self.page.delete("chosen")
        if (at := self.current) is None:
            return
        px = self._theme.px
        self._hold = self.page.pictures.circle(px(_CELL), "pressed")
        left = px(_PAD) + at * px(_CELL)
        self.page.create_image(left, px(_PAD), image=self._hold, anchor="nw", tags="chosen")
        self.page.tag_raise("front")

    def _step(self, by: int) -> str:
        count = len(NEAR) + 1
        at = (0 if by > 0 else count - 1) if self.current is None else (self.current + by) % count
        self._point(at)
        return "break"

    def _at(self, x: int, y: int) -> int | None:
        px, (_, height) = self._theme.px, self.page.extent
        at = (x - px(_PAD)) // px(_CELL)
        return at if 0 <= at <= len(NEAR) and 0 <= y < height else None

    def _take(self, at: int | None) -> str:
        if at is None:
            return "break"
        x, y = self.page.winfo_rootx(), self.page.winfo_rooty()
        self.close()
        if at < len(NEAR):
            self._choose(NEAR[at])
        else:
            from hubbub.client.gui.kit.emoji_picker import pick_emoji

            pick_emoji(
                self._window,
                x,
                y,
                lambda found: self._choose(found.sequence),
                recent=self._recent,
                tone=self._tone,
            )
        return "break"
