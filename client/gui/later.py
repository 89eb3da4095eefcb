"""What only a press needs is loaded while the window rests, so that the first press is as quick as the second; before it, the main
screen, while the account is opened that it will show."""

import sys
import tkinter as tk
from importlib import import_module
from typing import Final

REST_MS: Final = 40
"""Between two of them."""
QUIET_MS: Final = 1_000
"""After the start, which has the processor for itself."""
_VIEWS: Final = "hubbub.client.gui.views."
_TIMELINE: Final = "hubbub.client.gui.timeline."
MAIN: Final = _VIEWS + "main"
LATER: Final = (
    MAIN,
    "hubbub.client.files.pictures",
    "hubbub.client.gui.kit.emoji_picker",
    _VIEWS + "palette_rows",
    _VIEWS + "palette",
    _VIEWS + "search",
    _VIEWS + "viewer",
    _VIEWS + "picker",
    _VIEWS + "new_conversation",
    _VIEWS + "person_card",
    _VIEWS + "group_sheet",
    _VIEWS + "public_groups",
    _VIEWS + "pinned",
    _VIEWS + "keys_sheet",
    _TIMELINE + "page",
    _TIMELINE + "forward",
    _TIMELINE + "info",
    "hubbub.client.gui.model.preferences",
    _VIEWS + "settings_parts",
    _VIEWS + "settings_profile",
    _VIEWS + "settings_account",
    _VIEWS + "settings_device",
    _VIEWS + "settings_about",
    _VIEWS + "settings",
)
"""In this order: what one needs stands before it, and each takes a few milliseconds."""


class Later:
    """One a turn, until all are there or the window goes."""

    def __init__(self, root: tk.Tk) -> None:
        self._root = root
        self._left = [name for name in reversed(LATER) if name not in sys.modules]
        self._wait(0 if self._left[-1:] == [MAIN] else QUIET_MS)

    def _load(self) -> None:
        name = self._left.pop()
        import_module(name)
        self._wait(QUIET_MS if name == MAIN else REST_MS)

    def _wait(self, milliseconds: int) -> None:
        if self._left:
            self._root.after(milliseconds, self._load)
