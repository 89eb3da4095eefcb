"""What stands at the right while no conversation is open: what to do first, or next."""

import tkinter as tk

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.pictures import Pictures
from hubbub.client.gui.model import keys
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.views.acts import Acts

_WRAP = 270


class Hint(Pane):
    """Empty while the list is not known: the list says then what is waited for."""

    def __init__(self, parent: tk.Misc, chat: Chat, acts: Acts) -> None:
        super().__init__(parent)
        self._chat = chat
        self._whole = Pane(self)
        self._icon = tk.Label(self._whole, bd=0)
        self._icon.pack(pady=(0, self.theme.px(12)))
        self._title = Label(self._whole, "", "strong", anchor="center", justify="center", wrap=_WRAP)
        self._title.pack()
        self._text = Label(
            self._whole, "", "note", colour="muted", anchor="center", justify="center", wrap=_WRAP
        )
        self._text.pack(pady=(self.theme.px(4), 0))
        self._begin = Button(
            self._whole, "New conversation", kind="outline", command=acts.new_conversation, name="begin"
        )
        self._end = chat.conversations.changed.connect(self._say)
        self._say()
        self.restyle()

    def destroy(self) -> None:
        self._end()
        super().destroy()

    def restyle(self) -> None:
        super().restyle()
        if hasattr(self, "_icon"):
            self._photo = self.theme.part(Pictures).icon("chat-dots", self.theme.px(40), "faint")
            self._icon.configure(image=self._photo, bg=self.theme.colour(self.ground))

    def _say(self) -> None:
        conversations = self._chat.conversations
        if not conversations.known:
            self._whole.pack_forget()
            return
        self._whole.pack()
        if conversations.all():
            self._title.set("Choose a conversation")
            self._text.set(f"Or begin one: {keys.shown('new')}. All keys: {keys.shown('keys')}.")
            self._begin.pack_forget()
        else:
            self._title.set("Begin with somebody")
            self._text.set("Choose one person to write to, or several for a group.")
            self._begin.pack(pady=(self.theme.px(16), 0))
