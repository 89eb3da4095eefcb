"""Chooses an emoji: all of them by group, or those that a word finds."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Final

from hubbub.client.gui.kit import emoji
from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.emoji import Emoji, toned, tones
from hubbub.client.gui.kit.emoji_grid import CELL, COLUMNS, EmojiGrid
from hubbub.client.gui.kit.emoji_tones import Tone
from hubbub.client.gui.kit.fields import SearchField
from hubbub.client.gui.kit.popup import Popup

_WIDTH: Final = COLUMNS * CELL + 32
_HEIGHT: Final = 380
_HINT: Final = "hold for skin tones"


class EmojiPicker(Pane):
    """A search box, the grid, and the name of the one that is pointed at. recent: sequences to show first; tone: where it is kept
    which skin tone they have, None: it can't be chosen."""

    def __init__(
        self,
        parent: tk.Misc,
        on_pick: Callable[[Emoji], object],
        *,
        recent: Sequence[str] = (),
        tone: Tone | None = None,
    ) -> None:
        super().__init__(parent)
        px = self.theme.px
        self._on_pick = on_pick
        self._tone = tone
        self._recent = [piece for text in recent for piece in emoji.pieces(text) if isinstance(piece, Emoji)]
        self.search = SearchField(self, "Search emoji", on_change=self._searched, on_enter=self._first)
        self.search.pack(fill="x", pady=(0, px(8)))
        self.name = Label(self, "", "note", colour="muted")
        self.name.pack(side="bottom", fill="x", padx=px(6), pady=(px(6), 0))
        self.grid_of = EmojiGrid(self, on_pick, self._pointed, self._choose_tone if tone else None)
        self.grid_of.pack(fill="both", expand=True)
        self.search.entry.bind("<Key-Down>", self._into_grid)
        self._searched("")

    def _searched(self, words: str) -> None:
        if words.strip():
            self.grid_of.show({"": self._toned(emoji.search(words, most=180))})
            self.name.set("" if self.grid_of.lines else "No emoji of that name")
        else:
            groups = {heading: self._toned(members) for heading, members in emoji.groups().items()}
            self.grid_of.show({"Recent": self._recent, **groups})

    def _toned(self, members: Sequence[Emoji]) -> Sequence[Emoji]:
        tone = self._tone.emoji_tone if self._tone is not None else 0
        return [toned(member, tone) for member in members] if tone else members

    def _choose_tone(self, tone: int) -> None:
        if self._tone is not None:
            self._tone.emoji_tone = tone

    def _pointed(self, found: Emoji | None) -> None:
        name = found.name[:1].upper() + found.name[1:] if found else ""
        told = f"{name}  ·  {_HINT}"
        can = found is not None and self._tone is not None and tones(found.sequence)
        fits = self.theme.measure("note", told) <= self.theme.px(_WIDTH - 40)
        self.name.set(told if can and fits else name)

    def _first(self) -> None:
        found = next((line.emoji[0] for line in self.grid_of.lines if line.emoji), None)
        if found and self.search.value.strip():
            self._on_pick(found)

    def _into_grid(self, _: object) -> str:
        self.grid_of.focus_set()
        self.grid_of.event_generate("<Key-Down>")
        return "break"


def pick_emoji(
    window: tk.Misc,
    x: int,
    y: int,
    on_pick: Callable[[Emoji], object],
    *,
    above: bool = False,
    recent: Sequence[str] = (),
    tone: Tone | None = None,
) -> Popup:
    """Opens a picker at x, y of the screen; it closes with the first pick."""

    def picked(found: Emoji) -> None:
        popup.close()
        on_pick(found)

    popup = Popup(window, x, y, _WIDTH, _HEIGHT, above=above)
    picker = EmojiPicker(popup.body, picked, recent=recent, tone=tone)
    picker.pack(fill="both", expand=True)
    picker.search.focus()
    return popup
