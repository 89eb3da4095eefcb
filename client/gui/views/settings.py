"""The settings: one sheet, its pages at the left; in a narrow window the pages first, then one of them."""

import tkinter as tk
from dataclasses import dataclass
from functools import partial
from typing import Final

from hubbub.client.gui.kit.base import Line, Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from hubbub.client.gui.kit.scroll import ScrollPane
from hubbub.client.gui.kit.sheet import Sheet
from hubbub.client.gui.model.app import App
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.preferences import Preferences
from hubbub.client.gui.views.settings_about import AboutPage
from hubbub.client.gui.views.settings_account import AccountPage, DevicesPage, PrivacyPage
from hubbub.client.gui.views.settings_device import KeysPage, LookPage, NotifyPage
from hubbub.client.gui.views.settings_parts import Page
from hubbub.client.gui.views.settings_profile import ProfilePage

_WIDTH: Final = 760
_HEIGHT: Final = 560
_LEFT: Final = 200
_AROUND: Final = 132
"""What the sheet has above and below its body, and the window around it."""
_NARROW: Final = 600


@dataclass(frozen=True, slots=True)
class Section:
    """A line at the left."""

    key: str
    icon: str
    page: type[Page]


SECTIONS: Final = (
    Section("profile", "person-circle", ProfilePage),
    Section("look", "palette", LookPage),
    Section("notify", "bell", NotifyPage),
    Section("privacy", "eye-slash", PrivacyPage),
    Section("account", "key", AccountPage),
    Section("devices", "laptop", DevicesPage),
    Section("keys", "keyboard", KeysPage),
    Section("about", "info-circle", AboutPage),
)


class SettingsSheet:
    """One page is there at a time: the others are made when they are looked at."""

    def __init__(self, window: tk.Misc, app: App, chat: Chat, section: str = "") -> None:
        """section: its key; empty: the first, and in a narrow window the list of them."""
        self.preferences = Preferences(app, chat)
        self.page: Page | None = None
        """What is looked at."""
        self._section = section
        self._narrow: bool | None = None
        self.sheet = Sheet(window, "Settings", width=_WIDTH, on_close=self._on_close)
        self._room = Pane(self.sheet.body)
        self._room.pack(fill="both", expand=True)
        self._room.pack_propagate(False)
        self._build()
        self._end_screen = app.screen_changed.connect(self.sheet.close)
        self._forget_theme = self.sheet.theme.on_change(self._arrange)
        self.sheet.page.bind("<Configure>", lambda _: self._arrange(), add="+")
        self.sheet.page.update_idletasks()
        self._arrange()
        self.list.focus_set()

    def open(self, key: str) -> None:
        """Show a page; empty: none, which a narrow window has room for."""
        self._section = key
        self._place()
        if self.page is not None:
            self.page.destroy()
            self.page = None
        self.list.select(key or None)
        if not key:
            return
        section = next(one for one in SECTIONS if one.key == key)
        self._scroll.to_start()
        self.page = section.page(self._content, self.preferences)
        self.page.pack(fill="both", expand=True)

    def _build(self) -> None:
        px = self.sheet.theme.px
        self.list: RowList[Section] = RowList(
            self._room, 44, self._draw_row, lambda section: self.open(section.key), name="sections", lines=1
        )
        self._line = Line(self._room, upright=True)
        self._right = Pane(self._room)
        self._back = Button(
            self._right,
            "All settings",
            icon="chevron-left",
            kind="link",
            height=36,
            command=partial(self.open, ""),
            name="back",
        )
        self._scroll = ScrollPane(self._right)
        self._scroll.pack(side="bottom", fill="both", expand=True)
        self._content = Pane(self._scroll.body)
        self._content.pack(fill="both", expand=True, padx=(px(4), px(16)), pady=(px(4), px(16)))
        self.list.show(SECTIONS)

    def _draw_row(self, row: Row, section: Section, _: int, state: RowState) -> None:
        px, side = row.theme.px, row.theme.beside(18)
        row.ground(state, inset=0)
        colour = "accent" if state.selected else "muted"
        row.icon(section.icon, px(12), (row.height - side) // 2, side, colour)
        row.text(
            section.page.title,
            px(24) + side,
            row.height / 2,
            weight="semibold" if state.selected else None,
        )

    def _arrange(self) -> None:
        """By the room that there is, and the size of the text."""
        theme = self.sheet.theme
        larger = max(1.0, theme.text_scale)
        window = self.sheet.page.winfo_height()
        height = max(theme.px(200), min(round(theme.px(_HEIGHT) * larger), window - theme.px(_AROUND)))
        self._room.configure(height=height)
        self.list.configure(width=round(theme.px(_LEFT) * larger))
        narrow = self.sheet.page.winfo_width() < theme.px(_NARROW) * larger
        if narrow != self._narrow:
            self._narrow = narrow
            if self.page is None:
                self.open(self._section or ("" if narrow else SECTIONS[0].key))
            else:
                self._place()

    def _place(self) -> None:
        px = self.sheet.theme.px
        for part in (self.list, self._line, self._right, self._back):
            part.pack_forget()
        title = next((one.page.title for one in SECTIONS if one.key == self._section), "")
        self.sheet.heading.set(title if self._narrow and title else "Settings")
        if not self._narrow:
            self.list.pack(side="left", fill="y")
            self._line.pack(side="left", fill="y", padx=(px(8), px(16)))
            self._right.pack(side="left", fill="both", expand=True)
        elif self._section:
            self._back.pack(side="top", anchor="w", pady=(0, px(8)))
            self._right.pack(fill="both", expand=True)
        else:
            self.list.pack(fill="both", expand=True)
            self.list.focus_set()

    def _on_close(self) -> None:
        self._end_screen()
        self._forget_theme()
