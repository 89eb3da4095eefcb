"""The right pane: header, banner, messages and composer of the conversation that is open, or a word where none is."""

import tkinter as tk
from collections.abc import Callable

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.pictures import Pictures
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.timeline.view import TimelineView
from hubbub.client.gui.views.acts import Acts
from hubbub.client.gui.views.composer import ComposerView
from hubbub.client.gui.views.header import Header


class ConversationPane(Pane):
    """Follows what is open. back: to the list, in a narrow window."""

    def __init__(self, parent: tk.Misc, chat: Chat, acts: Acts, back: Callable[[], object]) -> None:
        super().__init__(parent, "background")
        self._chat, self._acts, self._back = chat, acts, back
        self._narrow = False
        self.header: Header | None = None
        self.composer: ComposerView | None = None
        self.messages: TimelineView | None = None
        self._shown: list[tk.Widget] = []
        self._end = chat.opened.connect(self._draw)
        self._draw()

    def destroy(self) -> None:
        self._end()
        super().destroy()

    def set_narrow(self, narrow: bool) -> None:
        """It is the only pane, or not."""
        self._narrow = narrow
        if self.header is not None:
            self.header.show_back(narrow)

    def focus_composer(self) -> None:
        """Write here."""
        if self.composer is not None:
            self.composer.focus()

    def _draw(self) -> None:
        for widget in self._shown:
            widget.destroy()
        self._shown.clear()
        self.header = self.composer = self.messages = None
        if self._chat.timeline is None or self._chat.composer is None:
            hint = _Hint(self)
            hint.place(relx=0.5, rely=0.5, anchor="center")
            self._shown = [hint]
            return
        self.header = Header(self, self._chat, self._chat.timeline.name, self._acts, self._back)
        self.header.pack(fill="x")
        self.header.show_back(self._narrow)
        self.composer = ComposerView(self, self._chat.composer)
        self.composer.pack(side="bottom", fill="x")
        self.messages = TimelineView(self, self._chat.timeline)
        self.messages.pack(fill="both", expand=True)
        self._shown = [self.header, self.composer, self.messages]
        self.composer.focus()


class _Hint(Pane):
    """Nothing is open."""

    def __init__(self, parent: tk.Misc) -> None:
        super().__init__(parent)
        self._icon = tk.Label(self, bd=0)
        self._icon.pack(pady=(0, self.theme.px(12)))
        Label(self, "Choose a conversation", "strong", anchor="center").pack()
        Label(self, "Or begin one: Ctrl+N.", "note", colour="muted", anchor="center").pack(
            pady=(self.theme.px(4), 0)
        )
        self.restyle()

    def restyle(self) -> None:
        super().restyle()
        self._photo = self.theme.part(Pictures).icon("chat-dots", self.theme.px(40), "faint")
        self._icon.configure(image=self._photo, bg=self.theme.colour(self.ground))
