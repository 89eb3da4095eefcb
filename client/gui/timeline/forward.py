"""Choosing where a message is to be said again."""

import tkinter as tk

from hubbub.client.gui.kit.fields import SearchField
from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.model.listing import Line, Listing
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.model.timeline import Timeline
from hubbub.client.gui.views.lines import SHORT, draw_person


class ForwardSheet:
    """Conversations first, the liveliest on top, then other people."""

    def __init__(self, window: tk.Misc, timeline: Timeline, bubble: Bubble) -> None:
        self._timeline, self._bubble = timeline, bubble
        self._listing = Listing(timeline.chat)
        self.sheet = Sheet(window, "Forward to")
        px = self.sheet.theme.px
        self.search = SearchField(
            self.sheet.body, "Search", on_change=self._draw, on_enter=self._take_first, name="where"
        )
        self.search.pack(fill="x")
        self.list: RowList[Line] = RowList(self.sheet.body, SHORT, self._draw_row, self._take, name="targets")
        room = window.winfo_toplevel().winfo_height() / self.sheet.theme.scale
        self.list.configure(height=px(max(120, min(360, room - 240))))
        self.list.pack(fill="both", expand=True, pady=(px(8), 0))
        self.search.focus()
        self._draw("")

    def _draw(self, words: str) -> None:
        self.list.show(self._lines(words.strip().casefold()))

    def _lines(self, words: str) -> list[Line]:
        chat = self._timeline.chat
        known = [self._listing.conversation(row) for row in chat.conversations.all()]
        here = {line.key for line in known}
        others = [
            self._listing.person(user) for user in chat.people.find(words) if f"@{user.name}" not in here
        ]
        return [line for line in known if words in f"{line.title} {line.name}".casefold()] + others

    def _draw_row(self, row: Row, line: Line, _: int, state: RowState) -> None:
        draw_person(row, line, state, self._timeline.chat.media.person(line.name, line.picture), right=16)

    def _take_first(self, *_: object) -> None:
        if self.list.items:
            self._take(self.list.items[0])

    def _take(self, line: Line) -> None:
        self.sheet.close()
        self._timeline.forward(self._bubble, line.key)
