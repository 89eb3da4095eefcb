"""The main screen: the list at the left, the conversation at the right; one of the two where the window is narrow."""

import tkinter as tk
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from hubbub.client.gui.kit.base import Line, Pane
from hubbub.client.gui.kit.buttons import IconButton
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.notices import Toasts, toast
from hubbub.client.gui.model.app import App
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.palette import Palette
from hubbub.client.gui.views.acts import Acts
from hubbub.client.gui.views.banner import LinkBanner
from hubbub.client.gui.views.commands import Commands
from hubbub.client.gui.views.composer import ComposerView
from hubbub.client.gui.views.conversation import ConversationPane
from hubbub.client.gui.views.keyboard import Keyboard, area_of
from hubbub.client.gui.views.own_menu import OwnMenu
from hubbub.client.gui.views.sidebar import Sidebar
from hubbub.client.gui.views.waiting import WaitingSign

if TYPE_CHECKING:
    from hubbub.client import Group
    from hubbub.client.gui.views.palette import PaletteCard

NARROW: Final = 640
"""Below, there is one pane."""
USUAL: Final = 320
OFFERED_S: Final = 6
"""How long something can be taken back."""
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
        self.own_menu = OwnMenu(self, app, chat)
        self.waiting = WaitingSign(self, chat.acting, self._head_end)
        self.banner = LinkBanner(self, chat.link, chat.now, chat.try_now, app.switch)
        self._left = Pane(self, width=self.theme.wide(USUAL))
        self._left.pack_propagate(False)
        self.sidebar = Sidebar(self._left, chat, self.acts, self.own_menu.open)
        self.sidebar.pack(fill="both", expand=True)
        self.divider = _Divider(self, self._drag)
        self.conversation = ConversationPane(self, chat, self.acts, self._back)
        self.commands = Commands(chat, self.acts, self.own_menu, self._find)
        self.palette = Palette(chat, self.commands.all, self.commands.run)
        self._ends = [
            self.palette.close,
            self.palette.join_wanted.connect(self._ask_to_join),
            chat.opened.connect(self._arrange),
            chat.said.connect(lambda text: toast(self, text)),
            chat.offered.connect(lambda text, word, act: toast(self, text, word, act, OFFERED_S)),
            chat.person_wanted.connect(self.acts.person),
            chat.invite_wanted.connect(self.acts.invite),
        ]
        self.theme.part(Toasts).above = lambda: self.conversation.composer
        self._keys = Keyboard(self, self._acts())
        self.bind("<Configure>", lambda _: self._arrange())
        self._arrange()

    def destroy(self) -> None:
        for end in self._ends:
            end()
        self._keys.release()
        self.theme.part(Toasts).above = lambda: None
        self.waiting.close()
        super().destroy()

    @property
    def narrow(self) -> bool:
        """There is one pane."""
        return bool(self._narrow)

    def restyle(self) -> None:
        super().restyle()
        if hasattr(self, "_left"):
            self._left.configure(width=self.theme.wide(self._width))
            self._arrange()

    def _arrange(self) -> None:
        """Both panes, or the one that is wanted."""
        width = self.winfo_width()
        narrow = 1 < width < self.theme.wide(NARROW)
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
        wide = (x_root - self.winfo_rootx()) * USUAL / self.theme.wide(USUAL)
        self._width = round(max(LEAST, min(MOST, wide)))
        self._left.configure(width=self.theme.wide(self._width))

    def _head_end(self) -> int:
        """Down to where the window has what one presses and types into, in its pixels."""
        if self.theme.part(Layers).top is not None:
            return 0
        pane = self.conversation
        covered = pane.search is not None and not pane.roomy
        first: tk.Misc | None = pane.search.list if covered and pane.search is not None else pane.messages
        tops = [one.winfo_rooty() for one in (self.sidebar.list, first) if one and one.winfo_viewable()]
        return max(tops, default=self.winfo_rooty()) - self.winfo_toplevel().winfo_rooty()

    def _back(self) -> None:
        self._chat.leave_open()
        self.sidebar.list.focus_set()

    # ---------------------------------------------------------------------------------------------------------- keys

    def _acts(self) -> dict[str, Callable[[], object]]:
        return {
            "new": self.acts.new_conversation,
            "find": self._find,
            "settings": self.own_menu.open_settings,
            "go": self.go_anywhere,
            "before": lambda: self.sidebar.step(-1),
            "after": lambda: self.sidebar.step(1),
            **{f"nth{n}": partial(self.sidebar.open_at, n - 1) for n in range(1, 10)},
            "details": self._show_details,
            "attach": lambda: self._in_composer(lambda composer: composer.attach),
            "emoji": lambda: self._in_composer(lambda composer: composer.emoji),
            "area_next": lambda: self._go_round(1),
            "area_back": lambda: self._go_round(-1),
            "close": self._escape,
            "keys": self._show_keys,
        }

    def _show_details(self) -> None:
        if self._chat.timeline is not None:
            self.acts.show(self._chat.timeline.name)

    def _in_composer(self, button: Callable[[ComposerView], IconButton]) -> None:
        composer = self.conversation.composer
        if composer is not None and button(composer).winfo_viewable():
            button(composer).invoke()

    def _go_round(self, by: int) -> None:
        """The focus goes to the list, the messages or the text."""
        pane = self.conversation
        areas: list[tk.Misc] = [self.sidebar.list]
        if pane.messages is not None and pane.composer is not None:
            areas += [pane.messages.flow.text, pane.composer.area.edit]
        if (area := area_of(areas, self.focus_get(), by)) is not None:
            self.tk.call("tk::TabToWindow", str(area))

    def go_anywhere(self) -> "PaletteCard":
        """Choose by typing where to go, or what to do."""
        from hubbub.client.gui.views.palette import PaletteCard

        return PaletteCard(self, self._chat, self.palette)

    def _ask_to_join(self, group: "Group") -> None:
        from hubbub.client.gui.views.palette import ask_to_join

        ask_to_join(self, self.palette, group)

    def _show_keys(self) -> None:
        from hubbub.client.gui.views.keys_sheet import KeysSheet

        KeysSheet(self)

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
