"""Files that are dragged onto a widget from another program, where tkdnd can be loaded; elsewhere nothing happens."""

import logging
import tkinter as tk
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from hubbub.client.gui.kit.clipboard import dropped
from hubbub.client.gui.kit.theme import Theme, theme_of

_WAIT_MS: Final = 400
"""Loading takes 30 ms, which the first picture of a window does not wait for."""
_COPY: Final = "copy"
"""Never "move", whatever is offered: the other program would delete its file."""
_REFUSE: Final = "refuse_drop"
_log: Final = logging.getLogger(__name__)


class Drops:
    """`theme.part(Drops)`: whether this window can be dropped onto."""

    def __init__(self, theme: Theme) -> None:
        self.loaded = _load(theme.root)


class FileDrop:
    """Of a widget and all that stands in it. over: what is dragged came over it, or left; False: it is not taken."""

    def __init__(
        self, widget: tk.Misc, over: Callable[[bool], bool], files: Callable[[Sequence[Path]], object]
    ) -> None:
        self._widget, self._over, self._files = widget, over, files
        self.settled = False
        """Whether anything can be dropped here is decided: what that takes is loaded, or it can't be."""
        self._timer = widget.after(_WAIT_MS, self._register)
        widget.bind("<Destroy>", self._destroyed, add="+")

    def enter(self, _: object = None) -> str:
        """What is dragged came over it; what would be done with it."""
        return _COPY if self._over(True) else _REFUSE

    def leave(self, _: object = None) -> None:
        """It is elsewhere."""
        self._over(False)

    def drop(self, event: Any) -> str:
        """It was let go here: `event.data` tells what."""
        self._over(False)
        self._files(dropped(self._widget, event.data))
        return _COPY

    def _register(self) -> None:
        self._timer = ""
        self.settled = True
        if theme_of(self._widget).part(Drops).loaded:
            target: Any = self._widget  # tkinterdnd2 gives every widget these methods
            target.drop_target_register("DND_Files")
            target.dnd_bind("<<DropEnter>>", self.enter)
            target.dnd_bind("<<DropLeave>>", self.leave)
            target.dnd_bind("<<Drop>>", self.drop)

    def _destroyed(self, event: "tk.Event[tk.Misc]") -> None:
        if event.widget is self._widget and self._timer:
            self._widget.after_cancel(self._timer)
            self._timer = ""


def _load(root: tk.Tk) -> bool:
    try:
        from tkinterdnd2 import TkinterDnD  # type: ignore[import-untyped]  # it has no types

        TkinterDnD._require(root)  # its own class would make another root
    except (ImportError, RuntimeError, OSError, tk.TclError) as error:
        _log.info("nothing can be dropped onto the window: %s", error)
        return False
    return True
