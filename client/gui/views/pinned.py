"""The pinned messages of a conversation, each of which leads to its place."""

import tkinter as tk
from functools import partial
from typing import Final

from hubbub.client import HubbubError, Message
from hubbub.client.gui.kit.base import Label
from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.model import times
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.listing import Line, said
from hubbub.client.gui.views.lines import SHORT, draw_person

_ROWS: Final = 6
"""More than these are scrolled."""


class Pinned:
    """A sheet."""

    def __init__(self, window: tk.Misc, chat: Chat, name: str) -> None:
        self._chat, self._conversation = chat, name
        self.sheet = Sheet(window, "Pinned messages", width=480)
        self.sheet.listens(chat.opened.connect(self.sheet.close))
        self.list: RowList[Line] = RowList(self.sheet.body, SHORT, self._draw_row, self._open, name="pinned")
        self._fit(3)
        self.list.pack(fill="both", expand=True)
        self._words = Label(
            self.list, "Looking…", "note", colour="muted", wrap=320, anchor="center", justify="center"
        )
        self._words.place(relx=0.5, rely=0.4, anchor="center")
        self.list.focus_set()
        job = partial(chat.desk.client.pinned, name)
        chat.acting.run(job, self._on_messages, self._on_failed, shown=True)

    def _on_messages(self, messages: list[Message]) -> None:
        if not self.sheet.page.winfo_exists():
            return
        self._fit(len(messages) or 2)
        self.list.show([self._line(message) for message in messages])
        self._words.set("" if messages else "Nothing is pinned here. To pin a message, use its menu.")
        if messages:
            self._words.place_forget()

    def _fit(self, rows: int) -> None:
        """As high as these are, as far as there is room."""
        self.list.configure(height=min(rows, _ROWS) * self.list.row_height)

    def _on_failed(self, error: HubbubError) -> None:
        if self.sheet.page.winfo_exists():
            self._words.set(str(error))

    def _line(self, message: Message) -> Line:
        user = self._chat.people.user(message.sender)
        return Line(
            key=str(message.seq),
            title=self._chat.people.shown(message.sender),
            name=message.sender,
            picture=user.picture,
            text=said(message)[0],
            time=times.brief(message.sent_at, self._chat.now()),
        )

    def _draw_row(self, row: Row, line: Line, _: int, state: RowState) -> None:
        px, theme = row.theme.px, row.theme
        wide = theme.measure("small", line.time)
        draw_person(
            row, line, state, self._chat.media.person(line.name, line.picture), round(wide / theme.scale) + 20
        )
        row.text(line.time, row.width - px(8), round(row.height * 0.32), "small", "muted", right=True)

    def _open(self, line: Line) -> None:
        self.sheet.close()
        if (timeline := self._chat.timeline) is not None and timeline.name == self._conversation:
            timeline.jump(int(line.key))
