"""Choosing people: a search, those who were chosen, and who there is."""

import tkinter as tk
from collections.abc import Callable, Iterable
from typing import Final

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.fields import SearchField
from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.listing import Line, Listing
from hubbub.client.gui.views.chips import Chips
from hubbub.client.gui.views.lines import SHORT, draw_person
from hubbub.client.gui.views.soon import Soon

_CHECK: Final = 20


class PeoplePicker(Pane):
    """`chosen` are names, in the order in which they were chosen. Those in `without` are not offered. height: of the list."""

    def __init__(
        self,
        parent: tk.Misc,
        chat: Chat,
        *,
        without: Iterable[str] = (),
        on_change: Callable[[], object],
        on_done: Callable[[], object],
        height: int = 320,
    ) -> None:
        super().__init__(parent)
        self.chosen: list[str] = []
        self._chat, self._listing = chat, Listing(chat)
        self._without = frozenset(without)
        self._on_change, self._on_done = on_change, on_done
        px = self.theme.px
        self.search = SearchField(
            self, "Search people", on_change=self._on_text, on_enter=self._on_enter, name="people"
        )
        self.search.pack(fill="x")
        self.search.entry.bind("<Key-Down>", self._into_list)
        self.search.entry.bind("<Key-BackSpace>", self._take_back)
        self.chips = Chips(self, self._toggle)
        self.list: RowList[Line] = RowList(
            self, SHORT, self._draw_row, lambda line: self._toggle(line.name), name="choices"
        )
        self.list.configure(height=px(height))
        self.list.pack(fill="both", expand=True, pady=(px(8), 0))
        self._nobody = Label(
            self.list, "", "note", colour="muted", anchor="center", justify="center", wrap=280
        )
        self._soon = Soon(self, self._draw)
        self._ends = [
            chat.people.changed.connect(self._soon),
            chat.media.person_changed.connect(self._new_face),
        ]
        self._draw()

    def destroy(self) -> None:
        for end in self._ends:
            end()
        super().destroy()

    def _draw(self) -> None:
        text = self.search.value
        found = [user for user in self._chat.people.find(text) if user.name not in self._without]
        self.list.show(
            [self._listing.person(user) for user in sorted(found, key=lambda user: not user.online)]
        )
        if found:
            self._nobody.place_forget()
        else:
            nobody = "Nobody else has an account on this server yet. Tell others of it: its address stands in Settings, About."
            self._nobody.set(f"Nobody has “{text.strip()}” in the name." if text.strip() else nobody)
            self._nobody.place(relx=0.5, rely=0.4, anchor="center")

    def _draw_row(self, row: Row, line: Line, _: int, state: RowState) -> None:
        px = row.theme.px
        draw_person(row, line, state, self._chat.media.person(line.name, line.picture))
        size = row.theme.beside(_CHECK)
        name, colour = ("check-circle-fill", "accent") if line.name in self.chosen else ("circle", "faint")
        row.icon(name, row.width - size - px(12), (row.height - size) // 2, size, colour)

    def _toggle(self, name: str) -> None:
        if name in self.chosen:
            self.chosen.remove(name)
        else:
            self.chosen.append(name)
        self.chips.show([(one, self._chat.people.shown(one)) for one in self.chosen])
        if self.chosen:
            self.chips.pack(fill="x", pady=(self.theme.px(8), 0), before=self.list)
        else:
            self.chips.pack_forget()
        self.list.refresh()
        self._on_change()

    def _on_text(self, _: str) -> None:
        self._draw()

    def _on_enter(self) -> None:
        """Choose the first who is found; with nothing to look for, that is all."""
        if not self.search.value.strip():
            self._on_done()
        elif self.list.items:
            first = self.list.items[0].name
            self.search.value = ""
            if first not in self.chosen:
                self._toggle(first)
            self._draw()

    def _take_back(self, _: object) -> None:
        if not self.search.value and self.chosen:
            self._toggle(self.chosen[-1])

    def _into_list(self, _: object) -> str:
        self.list.focus_set()
        return "break"

    def _new_face(self, _: str) -> None:
        self.list.refresh()
