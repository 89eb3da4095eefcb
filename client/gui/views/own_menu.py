"""What one does with oneself: presence, profile, the window's look, logging out."""

import tkinter as tk
from functools import partial
from typing import TYPE_CHECKING, Final

from hubbub.client import Waiting
from hubbub.client.gui.kit.menus import Menu, MenuItem, menu
from hubbub.client.gui.kit.sheet import confirm
from hubbub.client.gui.kit.theme import Mode, theme_of
from hubbub.client.gui.model import keys
from hubbub.client.gui.model.app import App
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.listing import counted
from hubbub.client.gui.model.mine import Presence

if TYPE_CHECKING:
    from hubbub.client.gui.views.settings import SettingsSheet

_PRESENCES: Final[dict[Presence, str]] = {
    "online": "Online",
    "away": "Away",
    "busy": "Busy",
    "invisible": "Invisible",
}
_MODES: Final[dict[Mode, str]] = {"light": "Light", "dark": "Dark", "system": "As the system"}


class OwnMenu:
    """The menu at my picture."""

    def __init__(self, window: tk.Misc, app: App, chat: Chat) -> None:
        self._window, self._app, self._chat = window, app, chat

    def open(self, at: tk.Misc) -> Menu:
        """Beneath this widget."""
        x, y = at.winfo_rootx(), at.winfo_rooty() + at.winfo_height() + theme_of(at).px(4)
        return menu(self._window, x, y, self.items())

    def items(self) -> list[MenuItem | None]:
        """What can be done; what is so now has a check mark."""
        theme = theme_of(self._window)
        presences: list[MenuItem | None] = [
            MenuItem(text, _check(presence == self._chat.mine.presence), partial(self._be, presence))
            for presence, text in _PRESENCES.items()
        ]
        modes: list[MenuItem | None] = [
            MenuItem(text, _check(mode == theme.mode), partial(self._look, mode))
            for mode, text in _MODES.items()
        ]
        rest = [
            MenuItem("Settings", "gear", self.open_settings, shortcut=keys.shown("settings")),
            MenuItem("Another account", "person-gear", self._app.switch),
            MenuItem("Log out", "box-arrow-right", self.log_out),
        ]
        return [*presences, None, *modes, None, *rest]

    def open_settings(self, section: str = "") -> "SettingsSheet":
        """My profile, this window's look, the account. section: the key of a page."""
        from hubbub.client.gui.views.settings import SettingsSheet

        return SettingsSheet(self._window, self._app, self._chat, section)

    def log_out(self) -> None:
        """At once, if nothing waits to be sent; else ask."""
        self._chat.mine.ask_waiting(self._on_waiting)

    def _on_waiting(self, waiting: list[Waiting]) -> None:
        if not waiting:
            self._app.log_out()
            return
        several = len(waiting) > 1
        confirm(
            self._window,
            f"{counted(len(waiting), 'message')} {'have' if several else 'has'} not been sent",
            f"{'They wait' if several else 'It waits'} on this device until you log in here again, and "
            f"{'are' if several else 'is'} sent then.",
            "Log out",
            done=self._app.log_out,
        )

    def _be(self, presence: Presence) -> None:
        self._chat.mine.set_presence(presence)

    def _look(self, mode: Mode) -> None:
        self._app.settings.theme = mode
        theme_of(self._window).set_mode(mode)


def _check(on: bool) -> str:
    return "check-lg" if on else "dot"
