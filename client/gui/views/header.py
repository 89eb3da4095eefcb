"""The strip above the messages: with whom, how they are, and what can be done."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client.gui.kit.base import Line, Pane
from hubbub.client.gui.kit.buttons import IconButton
from hubbub.client.gui.kit.line import LineLabel
from hubbub.client.gui.kit.menus import menu
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.listing import Listing
from hubbub.client.gui.views.acts import Acts
from hubbub.client.gui.views.face import FaceButton
from hubbub.client.gui.views.soon import Soon

_HEIGHT: Final = 64
_AGING_MS: Final = 30_000


class Header(Pane):
    """Of the conversation that is open. back: to the list, in a narrow window."""

    def __init__(
        self, parent: tk.Misc, chat: Chat, name: str, acts: Acts, back: Callable[[], object]
    ) -> None:
        super().__init__(parent, "surface")
        self._chat, self._with, self._acts = chat, name, acts
        self._listing = Listing(chat)
        self.on_search: Callable[[], object] | None = None
        """What the search button does."""
        self._build(back)
        self._soon = Soon(self, self._draw)
        changes = [chat.conversations.changed, chat.people.changed]
        if chat.room is not None:
            changes.append(chat.room.changed)
        self._ends = [change.connect(self._soon) for change in changes]
        self._ends.append(chat.conversations.renamed.connect(self._on_renamed))
        self._timer = self.after(_AGING_MS, self._age)
        self._draw()

    def destroy(self) -> None:
        for end in self._ends:
            end()
        self.after_cancel(self._timer)
        super().destroy()

    def show_back(self, shown: bool) -> None:
        """The window is narrow, or is not."""
        if shown:
            self.back.pack(side="left", padx=(self.theme.px(8), 0), before=self.face)
        else:
            self.back.pack_forget()

    def _build(self, back: Callable[[], object]) -> None:
        px = self.theme.px
        row = _Row(self)
        row.pack(fill="x")
        row.pack_propagate(False)
        Line(self).pack(fill="x")
        self.back = IconButton(row, "chevron-left", back, "Back to the list (Esc)", name="back")
        who = _who(self._with)
        self.face = FaceButton(
            row, self._chat, who, 40, self._show, "Who this is" if who[0] != "#" else "Group settings"
        )
        self.face.pack(side="left", padx=(px(16), px(12)))
        self.more = IconButton(row, "three-dots-vertical", self._menu, "More", name="more")
        self.more.pack(side="right", padx=(0, px(12)))
        self.search = IconButton(
            row, "search", self._search, "Search in this conversation", name="search", icon_size=18
        )
        self.search.pack(side="right")
        words = Pane(row, cursor="hand2")
        words.pack(side="left", fill="x", expand=True)
        self.title = LineLabel(words, "", "strong", name="title")
        self.title.pack(fill="x")
        self.state = LineLabel(words, "", "note", colour="muted", name="state")
        self.state.pack(fill="x")
        for part in (words, self.title, self.state):
            part.bind("<ButtonRelease-1>", lambda _: self._show())

    def _draw(self) -> None:
        self.title.set(self._listing.title(self._with))
        typing = bool(self._chat.conversations.typists(self._with))
        self.state.set(self._listing.state(self._with), colour="accent" if typing else "muted")

    def _age(self) -> None:
        self._draw()
        self._timer = self.after(_AGING_MS, self._age)

    def _on_renamed(self, before: str, name: str) -> None:
        if before == self._with:
            self._with = name
            self.face.be(_who(name))
            self._soon()

    def _show(self) -> None:
        self._acts.show(self._with)

    def _search(self) -> None:
        if self.on_search is not None:
            self.on_search()

    def _menu(self) -> None:
        x, y = (
            self.more.winfo_rootx() + self.more.winfo_width(),
            self.more.winfo_rooty() + self.more.winfo_height(),
        )
        menu(self, x - self.theme.px(220), y, self._acts.conversation_items(self._with, whole=True))


def _who(conversation: str) -> str:
    return conversation if conversation.startswith("#") else conversation[1:]


class _Row(Pane):
    """As high as two lines of text need."""

    def __init__(self, parent: Pane) -> None:
        super().__init__(parent)
        self.restyle()

    def restyle(self) -> None:
        super().restyle()
        self.configure(height=self.theme.px(_HEIGHT) + self.theme.more("strong") + self.theme.more("note"))
