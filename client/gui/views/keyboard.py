"""The keys of a whole screen: bound once, whatever has the focus, and taken back with the screen."""

import sys
import tkinter as tk
from collections.abc import Callable, Mapping
from typing import Final

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.binding import bind_until, doing
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.model import keys

_EDITING: Final = {"c": "<<Copy>>", "v": "<<Paste>>", "x": "<<Cut>>", "z": "<<Undo>>", "a": "<<SelectAll>>"}
_LATIN_MAX: Final = 0xFF
_CONTROL, _SHIFT = 0x4, 0x1
_ROWS: Final = ((24, "qwertyuiop"), (38, "asdfghjkl"), (52, "zxcvbnm"), (59, ","), (10, "123456789"))
"""X11: the code of the first key of a row, and what is on it where letters are Latin. The same on every PC keyboard."""


class Keyboard:
    """`acts`: by the ids of model/keys.py. They come after the keys of what has the focus, and not while something lies over the
    window."""

    def __init__(self, screen: Pane, acts: Mapping[str, Callable[[], object]]) -> None:
        self._screen, self._acts = screen, acts
        self._layers = screen.theme.part(Layers)
        self._ends: list[Callable[[], None]] = []
        root = screen.winfo_toplevel()
        for pattern, act in [(pattern, each) for each in acts for pattern in keys.patterns(each)]:
            for kind in ("Text", "Entry"):
                root.tk.call(
                    "bind", kind, pattern, "#"
                )  # Ctrl+K cuts a line there; unbound, Escape would be a character
            for virtual in ("<<NextChar>>", "<<NextLine>>", "<<LineEnd>>"):
                root.event_delete(virtual, pattern)
            self._bind(pattern, doing(self._press, act))
        self._bind("<Control-Key>", self._foreign)

    def release(self) -> None:
        """The screen is gone."""
        for end in self._ends:
            end()

    def _bind(self, pattern: str, callback: Callable[["tk.Event[tk.Misc]"], object]) -> None:
        self._ends.append(bind_until("all", pattern, callback, self._screen.winfo_toplevel()))

    def _press(self, act: str) -> None:
        if self._layers.top is None:
            self._acts[act]()

    def _foreign(self, event: "tk.Event[tk.Misc]") -> None:
        """Ctrl and a key that writes no Latin letter: it is told by its place. A Mac does this by itself."""
        if event.keysym_num <= _LATIN_MAX or int(event.state) & _SHIFT:
            return
        letter = letter_of(event.keycode)
        act = keys.letters().get(letter)
        if act is not None and act in self._acts:
            self._press(act)
        elif letter in _EDITING:
            event.widget.event_generate(_EDITING[letter])


def letter_of(code: int, platform: str = sys.platform) -> str:
    """What is on this key where letters are Latin; empty: something else, or nobody knows."""
    if platform == "win32":
        return chr(code).lower() if chr(code).isalnum() and code < 0x5B else ""
    if platform == "darwin":
        return ""
    return next((row[code - first] for first, row in _ROWS if 0 <= code - first < len(row)), "")


def area_of(areas: list[tk.Misc], focused: tk.Misc | None, by: int) -> tk.Misc | None:
    """The area that comes `by` places after the one with the focus; None: there is none to go to."""
    shown = [area for area in areas if area.winfo_viewable()]
    here = next((at for at, area in enumerate(shown) if str(area) == str(focused)), -1 if by > 0 else 0)
    return shown[(here + by) % len(shown)] if shown else None
