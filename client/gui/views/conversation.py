"""The right pane: header, banner, messages and composer of the conversation that is open, or a word where none is."""

import tkinter as tk
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.drops import FileDrop
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.timeline.view import TimelineView
from hubbub.client.gui.views.acts import Acts
from hubbub.client.gui.views.composer import ComposerView
from hubbub.client.gui.views.drop_cover import DropCover
from hubbub.client.gui.views.header import Header
from hubbub.client.gui.views.hint import Hint

if TYPE_CHECKING:
    from hubbub.client.gui.views.search import SearchPanel

ROOMY: Final = 720
"""From this width on the search stands beside the messages, else over them."""


class ConversationPane(Pane):
    """Follows what is open. back: to the list, in a narrow window."""

    def __init__(self, parent: tk.Misc, chat: Chat, acts: Acts, back: Callable[[], object]) -> None:
        super().__init__(parent, "background")
        self._chat, self._acts, self._back = chat, acts, back
        self._narrow = False
        self.header: Header | None = None
        self.composer: ComposerView | None = None
        self.messages: TimelineView | None = None
        self.search: SearchPanel | None = None
        """While somebody looks for messages."""
        self.cover = DropCover(self)
        self.drops = FileDrop(self, self._on_dragged, self._on_files)
        self._shown: list[tk.Widget] = []
        self._end = chat.opened.connect(self._draw)
        self.bind("<Configure>", lambda _: self._place_search())
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

    def open_search(self) -> None:
        """Look for messages."""
        if self._chat.timeline is None:
            return
        if self.search is None:
            from hubbub.client.gui.views.search import SearchPanel

            self.search = SearchPanel(self, self._chat, self._on_found, self.close_search)
            self._place_search()
        self.search.focus()

    def close_search(self) -> None:
        """Enough looked for. The words stay for the next time."""
        if self.search is not None:
            self.search.destroy()
            self.search = None
            self.focus_composer()

    def _on_dragged(self, over: bool) -> bool:
        """Files of another program are over it; whether something can be written here."""
        composer = self._chat.composer
        if composer is None or composer.barred is not None:
            return False
        if over:
            self.cover.place(x=0, y=0, relwidth=1, relheight=1)
            tk.Misc.tkraise(self.cover)
        else:
            self.cover.place_forget()
            self.focus_composer()
        return True

    def _on_files(self, paths: Sequence[Path]) -> None:
        composer = self._chat.composer
        if composer is not None and composer.barred is None:
            composer.attach(paths)

    @property
    def roomy(self) -> bool:
        """There is room for more beside the messages."""
        return self.winfo_width() >= self.theme.wide(ROOMY)

    def _place_search(self) -> None:
        """Beside the messages where there is room, else over everything here."""
        panel = self.search
        if panel is None or self.composer is None:
            return
        beside = self.roomy
        panel.beside(beside)
        if beside and panel.winfo_manager() != "pack":
            panel.place_forget()
            panel.configure(width=self.theme.wide(panel.WIDTH))
            panel.pack_propagate(False)
            panel.pack(side="right", fill="y", before=self.composer)
        elif not beside and panel.winfo_manager() != "place":
            panel.pack_forget()
            panel.place(x=0, y=0, relwidth=1, relheight=1)
            tk.Misc.tkraise(panel)

    def _on_found(self) -> None:
        """Beside the messages it stays: there may be more to look at."""
        if not self.roomy:
            self.close_search()

    def _draw(self) -> None:
        for widget in self._shown:
            self.theme.part(Layers).leave(widget)
            widget.destroy()
        self._shown.clear()
        if self.search is not None:
            self.search.pack_forget()
            self.search.place_forget()
        self.header = self.composer = self.messages = None
        if self._chat.timeline is None or self._chat.composer is None:
            hint = Hint(self, self._chat, self._acts)
            hint.place(relx=0.5, rely=0.5, anchor="center")
            self._shown = [hint]
            self.close_search()
            return
        self.header = Header(self, self._chat, self._chat.timeline.name, self._acts, self._back)
        self.header.pack(fill="x")
        self.header.on_search = self.open_search
        self.header.show_back(self._narrow)
        self.composer = ComposerView(self, self._chat.composer)
        self.composer.pack(side="bottom", fill="x")
        self.messages = TimelineView(self, self._chat.timeline)
        self.messages.pack(fill="both", expand=True)
        self._shown = [self.header, self.composer, self.messages]
        if self.search is None:
            self.composer.focus()
        else:
            self._place_search()
