"""The main screen: the list at the left, the conversation at the right; one of the two where the window is narrow."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client.gui.kit.base import Line, Pane
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.notices import toast
from hubbub.client.gui.model.app import App
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.palette import Palette
from hubbub.client.gui.views.acts import Acts
from hubbub.client.gui.views.banner import LinkBanner
from hubbub.client.gui.views.commands import Commands
from hubbub.client.gui.views.conversation import ConversationPane
from hubbub.client.gui.views.own_menu import OwnMenu
from hubbub.client.gui.views.palette import PaletteCard, ask_to_join
from hubbub.client.gui.views.sidebar import Sidebar

NARROW: Final = 640
"""Below, there is one pane."""
USUAL: Final = 320
LEAST, MOST = 240, 480
"""Of the left pane."""


class MainScreen(Pane):
    """Of an account that is open."""

    def __init__(self, parent: tk.Misc, app: App, chat: Chat) -> None:
        super().__init__(parent, "surface")
        self._chat = chat
        self._narrow: bool | None = None
        self._layout: tuple[bool, bool] | None = None
        self._width = USUAL
        self.acts = Acts(self, chat)
        self._own_menu = OwnMenu(self, app, chat)
        self.banner = LinkBanner(self, chat.link, chat.now, chat.try_now, app.switch)
        self._left = Pane(self, width=self.theme.px(USUAL))
        self._left.pack_propagate(False)
        self.sidebar = Sidebar(self._left, chat, self.acts, self._own_menu.open)
        self.sidebar.pack(fill="both", expand=True)
        self.divider = _Divider(self, self._drag)
        self.conversation = ConversationPane(self, chat, self.acts, self._back)
        self.commands = Commands(chat, self.acts, self._own_menu, self._find)
        self.palette = Palette(chat, self.commands.all, self.commands.run)
        self._ends = [
            self.palette.close,
            self.palette.join_wanted.connect(lambda group: ask_to_join(self, self.palette, group)),
            chat.opened.connect(self._arrange),
            chat.said.connect(lambda text: toast(self, text)),
            chat.person_wanted.connect(self.acts.person),
        ]
        self._keys = _Keys(self, self._bindings())
        self.bind("<Configure>", lambda _: self._arrange())
        self._arrange()

    def destroy(self) -> None:
        for end in self._ends:
            end()
        self._keys.release()
        super().destroy()

    @property
    def narrow(self) -> bool:
        """There is one pane."""
        return bool(self._narrow)

    def _arrange(self) -> None:
        """Both panes, or the one that is wanted."""
        width = self.winfo_width()
        narrow = 1 < width < self.theme.px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self.conversation.set_narrow(narrow)
        opened = self._chat.timeline is not None
        layout = (not narrow or not opened, not narrow or opened)
        if layout != self._layout:
            self._layout = layout
            self._place(*layout)

    def _place(self, left: bool, right: bool) -> None:
        for pane in (self._left, self.divider, self.conversation):
            pane.pack_forget()
        if left:
            self._left.pack(side="left", fill="both", expand=not right)
        if left and right:
            self.divider.pack(side="left", fill="y")
        if right:
            self.conversation.pack(side="left", fill="both", expand=True)

    def _drag(self, x_root: int) -> None:
        wide = (x_root - self.winfo_rootx()) / self.theme.scale
        self._width = round(max(LEAST, min(MOST, wide)))
        self._left.configure(width=self.theme.px(self._width))

    def _back(self) -> None:
        self._chat.leave_open()
        self.sidebar.list.focus_set()

    # ---------------------------------------------------------------------------------------------------------- keys

    def _bindings(self) -> dict[str, Callable[[], object]]:
        command = "Command" if self.tk.call("tk", "windowingsystem") == "aqua" else "Control"
        return {
            f"<{command}-n>": self.acts.new_conversation,
            f"<{command}-f>": self._find,
            f"<{command}-comma>": self._own_menu.open_settings,
            f"<{command}-k>": self.go_anywhere,
            "<Alt-Up>": lambda: self.sidebar.step(-1),
            "<Alt-Down>": lambda: self.sidebar.step(1),
            "<Escape>": self._escape,
        }

    def go_anywhere(self) -> PaletteCard:
        """Choose by typing where to go, or what to do."""
        return PaletteCard(self, self._chat, self.palette)

    def _find(self) -> None:
        if self._chat.timeline is not None:
            self.conversation.open_search()
        else:
            self.sidebar.focus_filter()

    def _escape(self) -> None:
        if self.conversation.search is not None:
            self.conversation.close_search()
        elif self._chat.timeline is not None:
            self._back()


class _Divider(Pane):
    """Between the panes; it can be dragged."""

    def __init__(self, parent: Pane, drag: Callable[[int], object]) -> None:
        super().__init__(parent, "surface", cursor="sb_h_double_arrow")
        self.configure(width=self.theme.px(5))
        Line(self, upright=True).place(relx=1, rely=0, relheight=1, anchor="ne")
        self.bind("<B1-Motion>", lambda event: drag(event.x_root))
        for child in self.winfo_children():
            child.bind("<B1-Motion>", lambda event: drag(event.x_root))


class _Keys:
    """Keys of the whole window. They come after those of the widget that has the focus, and not while a sheet is open."""

    def __init__(self, screen: Pane, bindings: dict[str, Callable[[], object]]) -> None:
        self._screen, self._bindings = screen, bindings
        self._layers = screen.theme.part(Layers)
        root = screen.winfo_toplevel()
        for keys in bindings:
            for kind in ("Text", "Entry"):
                root.tk.call("bind", kind, keys, "#")  # Ctrl+K cuts a line there; unbound, Escape would be a character
            for virtual in ("<<NextChar>>", "<<NextLine>>"):
                root.event_delete(virtual, keys)
            root.bind_all(keys, lambda _, keys=keys: self._press(keys))  # type: ignore[misc]  # a default of a lambda

    def release(self) -> None:
        """The screen is gone."""
        for keys in self._bindings:
            self._screen.unbind_all(keys)

    def _press(self, keys: str) -> None:
        if self._layers.top is None:
            self._bindings[keys]()
