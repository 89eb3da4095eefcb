"""The names that may be meant behind an @, and the emoji behind a colon, in a small list above the caret."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Final

from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.emoji import EmojiPictures
from hubbub.client.gui.kit.line import Lines, emoji_line
from hubbub.client.gui.kit.pictures import Photo
from hubbub.client.gui.model.completing import EVERYBODY, Completion

_ROW: Final = 40
_FACE: Final = 28
_EMOJI: Final = 24
_PAD: Final = 6
_WIDTH: Final = 280
_GAP: Final = 8


class CompletionList:
    """Takes no focus: whoever has it moves the choice. face: the picture of a user, where it is here."""

    def __init__(
        self,
        parent: tk.Misc,
        choose: Callable[[Completion], object],
        face: Callable[[str], bytes | None],
    ) -> None:
        self._parent, self._choose, self._face = parent, choose, face
        self.card: Card | None = None
        """While it is open."""
        self._place: tuple[int, int] = (0, 0)
        self._hold: Photo | None = None
        self._row = self._wide = 0
        self.items: tuple[Completion, ...] = ()
        self.chosen = 0

    @property
    def current(self) -> Completion | None:
        """What Enter would take; None: the list is not open."""
        return self.items[self.chosen] if self.items else None

    def show(self, items: Sequence[Completion], x: int, y: int) -> None:
        """Above this place of the window, in device pixels; nothing to choose from closes it."""
        if tuple(items) == self.items and (x, y) == self._place:
            return
        names = [item.name for item in items]
        before = self.current.name if self.current is not None and self.chosen else ""
        self.close()
        if not items:
            return
        self.items, self._place = tuple(items), (x, y)
        self.chosen = names.index(before) if before in names else 0
        card = self.card = Card(self._parent, self._draw, radius=10)
        px = card.theme.px
        self._row = px(_ROW) + card.theme.more()
        self._wide = card.theme.wide(_WIDTH)
        height = len(items) * self._row + 2 * px(_PAD)
        card.show(x - px(16), y - height - px(_GAP), self._wide, height)
        card.configure(cursor="hand2")
        card.bind("<Motion>", lambda event: self._point(self._at(event.y)))
        card.bind("<ButtonRelease-1>", self._released)

    def step(self, by: int) -> None:
        """Choose the one below, or above."""
        if self.items:
            self._point((self.chosen + by) % len(self.items))

    def close(self) -> None:
        """Take it away."""
        self.items, self.chosen = (), 0
        if self.card is not None:
            card, self.card = self.card, None
            if card.winfo_exists():
                card.destroy()

    def _draw(self) -> None:
        if self.card is not None:
            for at, item in enumerate(self.items):
                self._draw_row(self.card, at, item)
            self._draw_choice()

    def _draw_row(self, card: Card, at: int, item: Completion) -> None:
        px = card.theme.px
        middle = px(_PAD) + at * self._row + self._row // 2
        left, side, everybody = px(_PAD + 10), px(_FACE), item.name == EVERYBODY
        if item.emoji:
            if (photo := card.theme.part(EmojiPictures).image(item.emoji, px(_EMOJI))) is not None:
                card.put(photo, left + (side - px(_EMOJI)) // 2, middle - px(_EMOJI) // 2, tags="front")
        elif everybody:
            card.put(card.pictures.circle(side, "accent_soft"), left, middle - side // 2, tags="front")
            icon = px(16)
            photo = card.pictures.icon("people-fill", icon, "accent")
            card.put(photo, left + (side - icon) // 2, middle - icon // 2, tags="front")
        else:
            face = card.pictures.avatar(item.shown, side, self._face(item.name))
            card.put(face, left, middle - side // 2, tags="front")
        left += side + px(10)
        room = self._wide - px(_PAD + 12) - left
        beside = f"@{item.name}" if not item.emoji and (everybody or item.shown != item.name) else ""
        name_room = room - (card.theme.measure("note", beside) + px(8) if beside else 0)
        room_of_name = max(name_room, room // 2)
        emoji_line(
            card, item.shown, left, middle, "body", weight="semibold", width=room_of_name, tags="front"
        )
        if beside:
            laid = card.theme.part(Lines).lay(item.shown, "body", "semibold", False, room_of_name)
            left += laid.width + px(8)
            rest = self._wide - px(_PAD + 12) - left
            if rest > px(24):
                emoji_line(card, beside, left, middle, "note", "muted", width=rest, tags="front")

    def _draw_choice(self) -> None:
        if (card := self.card) is None:
            return
        px = card.theme.px
        card.delete("chosen")
        self._hold = card.pictures.rounded(self._wide - 2 * px(_PAD), self._row, px(6), "raised")
        top = px(_PAD) + self.chosen * self._row
        card.create_image(px(_PAD), top, image=self._hold, anchor="nw", tags="chosen")
        card.tag_raise("front")

    def _at(self, y: int) -> int | None:
        if self.card is None:
            return None
        px = self.card.theme.px
        at = (y - px(_PAD)) // self._row
        return at if 0 <= at < len(self.items) else None

    def _point(self, at: int | None) -> None:
        if at is not None and at != self.chosen:
            self.chosen = at
            self._draw_choice()

    def _released(self, event: "tk.Event[tk.Misc]") -> None:
        if (at := self._at(event.y)) is not None:
            self._choose(self.items[at])
