"""What the system says of the screen: how many pixels a length has, and whether people want it dark."""

import ctypes
import importlib
import shutil
import subprocess
import sys
import tkinter as tk
from collections.abc import Callable
from typing import Any, Final

_STEP = 0.25  # lengths in quarters stay even where fractions of a pixel would blur
_POLL_MS: Final = 15
_PATIENCE = 100  # polls before a silent desktop counts as light
_GNOME = ("gsettings", "get", "org.gnome.desktop.interface")


def be_sharp() -> None:
    """Before Tk(): on Windows ask for real pixels instead of a picture blown up by the system."""
    if sys.platform == "win32":
        try:
            ctypes.CDLL("shcore").SetProcessDpiAwareness(1)
        except (OSError, AttributeError):
            return


def scale(root: tk.Tk) -> float:
    """Device pixels for a pixel at 96 dpi, in quarters, at least 1. macOS counts in points: 1."""
    if sys.platform == "darwin":
        return 1.0
    dots = _dots_asked() or root.winfo_fpixels("1i")
    return max(1.0, round(dots / 96 / _STEP) * _STEP)


def _dots_asked() -> float | None:
    """Xft.dpi, which desktops set when they scale; the server's own figure stays 96 there."""
    if sys.platform == "win32":
        return None
    try:
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XGetDefault.restype = ctypes.c_char_p
        x11.XGetDefault.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p)
        x11.XCloseDisplay.argtypes = (ctypes.c_void_p,)
        display = x11.XOpenDisplay(None)
        if not display:
            return None
        answer = x11.XGetDefault(display, b"Xft", b"dpi")
        dots = float(answer) if answer else None
        x11.XCloseDisplay(display)
    except (OSError, AttributeError, ValueError):
        return None
    return dots


def ask_dark(root: tk.Tk, done: Callable[[bool], object]) -> None:
    """Calls done in the main thread, later where a program has to be asked; never where nothing is known."""
    if sys.platform == "win32":
        done(_windows_is_dark())
    elif sys.platform == "darwin":
        _ask(root, [("defaults", "read", "-g", "AppleInterfaceStyle")], done)
    else:
        _ask(root, [(*_GNOME, "color-scheme"), (*_GNOME, "gtk-theme")], done)


def _windows_is_dark() -> bool:
    winreg: Any = importlib.import_module("winreg")  # only Windows has it

    path = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, path) as key:
            return not winreg.QueryValueEx(key, "AppsUseLightTheme")[0]
    except OSError:
        return False


def _ask(root: tk.Tk, commands: list[tuple[str, ...]], done: Callable[[bool], object]) -> None:
    """Asks all at once, waits without blocking, and takes "dark" in any answer for a yes."""
    asked = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)  # noqa: S603
        for command in commands
        if shutil.which(command[0])
    ]

    def look(turns: int) -> None:
        if turns and any(process.poll() is None for process in asked):
            root.after(_POLL_MS, look, turns - 1)
            return
        done("dark" in "".join(_answer(process) for process in asked).lower())

    if asked:
        root.after(_POLL_MS, look, _PATIENCE)


def _answer(process: "subprocess.Popen[str]") -> str:
    if process.poll() is None:
        process.kill()
    return process.communicate()[0]
