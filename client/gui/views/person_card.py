"""Who somebody is, and what can be done with him."""

import tkinter as tk
from typing import TYPE_CHECKING

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.line import LineLabel
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.views.face import FaceButton
from hubbub.client.gui.views.soon import Soon

if TYPE_CHECKING:
    from hubbub.client.gui.views.acts import Acts


class PersonCard:
    """A sheet that follows what is known of somebody."""

    def __init__(self, window: tk.Misc, chat: Chat, name: str, acts: "Acts") -> None:
        self._chat, self._name, self._acts = chat, name, acts
        self.sheet = Sheet(window, "", width=360, on_close=self._on_close)
        body, px = self.sheet.body, self.sheet.theme.px
        FaceButton(body, chat, name, 96).pack()
        self._title = LineLabel(body, "", "title", name="title")
        self._title.pack(pady=(px(12), 0))
        Label(body, f"@{name}", "note", colour="muted", anchor="center").pack(pady=(px(2), 0))
        self._state = Label(body, "", "note", colour="muted", anchor="center")
        self._state.pack(pady=(px(8), 0))
        self._status = LineLabel(body, "", name="status")
        self._status.pack(pady=(px(4), 0))
        row = Pane(body)
        row.pack(pady=(px(20), 0))
        if name != chat.me:
            Button(row, "Write", icon="chat", command=self._write, name="write").pack(side="left")
            self._block = Button(row, "Block", kind="quiet", command=self._toggle_block, name="block")
            self._block.pack(side="left", padx=(px(8), 0))
        self._draw()
        self._end = chat.people.changed.connect(Soon(self.sheet.page, self._draw))

    def _draw(self) -> None:
        people = self._chat.people
        user = people.user(self._name)
        self._title.set(people.shown(self._name))
        self._status.set(user.status_text)
        blocked = self._name in people.blocked
        words = people.presence(self._name, self._chat.now())
        self._state.set(
            "You blocked this account" if blocked else words, colour="danger" if blocked else "muted"
        )
        if self._name != self._chat.me:
            self._block.set(text="Unblock" if blocked else "Block")

    def _write(self) -> None:
        self.sheet.close()
        self._chat.open(f"@{self._name}")

    def _toggle_block(self) -> None:
        self._acts.block(self._name)

    def _on_close(self) -> None:
        self._end()
