"""The public groups of the server, to join or to open."""

import tkinter as tk

from hubbub.client import Group, HubbubError
from hubbub.client.gui.kit.base import Label
from hubbub.client.gui.kit.fields import SearchField
from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.listing import Line, Listing
from hubbub.client.gui.views.lines import SHORT, draw_person


class PublicGroups:
    """A sheet. A press joins and opens."""

    def __init__(self, window: tk.Misc, chat: Chat) -> None:
        self._chat, self._listing = chat, Listing(chat)
        self._asked, self._under_way = "", False
        self._joined: set[str] = set()
        self._mine = self._public()
        self._stale = False
        self.sheet = Sheet(window, "Public groups")
        self.sheet.listens(chat.conversations.changed.connect(self._on_conversations))
        body, px = self.sheet.body, self.sheet.theme.px
        self.search = SearchField(
            body, "Search groups", on_change=lambda _: self._ask(), on_enter=self._open_first, name="groups"
        )
        self.search.pack(fill="x")
        self.search.entry.bind("<Key-Down>", self._into_list)
        self.list: RowList[Line] = RowList(body, SHORT, self._draw_row, self._open, name="group_list")
        room = window.winfo_toplevel().winfo_height() / self.sheet.theme.scale
        self.list.configure(height=px(max(120, min(360, room - 220))))
        self.list.pack(fill="both", expand=True, pady=(px(8), 0))
        self._words = Label(
            self.list, "Looking…", "note", colour="muted", wrap=300, anchor="center", justify="center"
        )
        self._words.place(relx=0.5, rely=0.4, anchor="center")
        self.search.focus()
        self._ask(first=True)

    def _ask(self, *, first: bool = False) -> None:
        """One question at a time; the last one counts."""
        query = self.search.value.strip()
        if not self._under_way and (first or self._stale or query != self._asked):
            self._under_way, self._stale, self._asked = True, False, query
            self._chat.groups.find(query, self._on_groups, self._on_failed)

    def _public(self) -> frozenset[tuple[str, str, int]]:
        """What the list shows of groups that I am in. Of others nothing is told."""
        rows = self._chat.conversations.all()
        return frozenset((row.name, row.topic, row.members) for row in rows if row.public)

    def _on_conversations(self) -> None:
        mine = self._public()
        if mine != self._mine:
            self._mine, self._stale = mine, True
            self._ask()

    def _on_groups(self, groups: list[Group]) -> None:
        self._under_way = False
        if not self.sheet.page.winfo_exists():
            return
        self._joined = {group.name for group in groups if group.joined}
        self.list.show([self._listing.group(group) for group in groups])
        none = (
            f"No public group begins with “{self._asked}”."
            if self._asked
            else "There is no public group yet. Make one: New conversation, New group."
        )
        self._say("" if groups else none)
        self._ask()

    def _on_failed(self, error: HubbubError) -> None:
        self._under_way = False
        if self.sheet.page.winfo_exists():
            self.list.show([])
            self._say(str(error))

    def _say(self, text: str) -> None:
        self._words.set(text)
        if text:
            self._words.place(relx=0.5, rely=0.4, anchor="center")
        else:
            self._words.place_forget()

    def _draw_row(self, row: Row, line: Line, _: int, state: RowState) -> None:
        px = row.theme.px
        draw_person(row, line, state, None, right=72)
        word, colour = ("Open", "muted") if line.key in self._joined else ("Join", "link")
        row.text(word, row.width - px(12), row.height / 2, "note", colour, weight="semibold", right=True)

    def _open(self, line: Line) -> None:
        self.sheet.close()
        if line.key in self._joined:
            self._chat.open(line.key)
        else:
            self._chat.groups.join(line.key)

    def _open_first(self) -> None:
        if self.list.items:
            self._open(self.list.items[0])

    def _into_list(self, _: object) -> str:
        self.list.focus_set()
        return "break"
