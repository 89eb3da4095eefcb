"""The window. Widgets draw the model and call it; only bridge.py knows of threads."""

from pathlib import Path
from typing import TYPE_CHECKING

from hubbub.client.gui.collecting import uncollected

if TYPE_CHECKING:
    from hubbub.client.gui.kit.theme import Mode


class NoScreen(Exception):
    """There can be no window here; the text says why, and what to do."""


def open_window(profile: Path, mode: "Mode | None" = None, *, minimised: bool = False) -> None:
    """Open the window, and return when it was closed. mode: "light", "dark" or "system"; None: what was chosen in it. minimised: begin
    as an icon. Raises NoScreen, ProfileError."""
    try:
        import tkinter as tk
    except ImportError:
        raise NoScreen(
            "This Python has no Tk, which draws the window (Debian and Ubuntu: apt install python3-tk; macOS with Homebrew: "
            "brew install python-tk)."
        ) from None
    with uncollected():
        from hubbub.client.gui.app import run

    try:
        run(profile, mode, minimised=minimised)
    except tk.TclError as error:
        if "display" not in str(error):
            raise
        raise NoScreen("There is no screen here: start it on a desktop, or set DISPLAY.") from None
