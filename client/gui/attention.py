"""Asks the window manager to point at the window. Tk itself knows no such hint, so that X11 and Windows are asked directly."""

import ctypes
import tkinter as tk
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from typing import Any, Final

_URGENT: Final = 1 << 8
_TRAY_UNTIL_FOREGROUND: Final = 0x2 | 0xC


class _Hints(Structure):
    """XWMHints."""

    _fields_ = (
        ("flags", c_long),
        ("input", c_int),
        ("initial_state", c_int),
        ("icon_pixmap", c_ulong),
        ("icon_window", c_ulong),
        ("icon_x", c_int),
        ("icon_y", c_int),
        ("icon_mask", c_ulong),
        ("window_group", c_ulong),
    )


class _Flash(Structure):
    """FLASHWINFO."""

    _fields_ = (
        ("size", c_uint),
        ("window", c_void_p),
        ("flags", c_uint),
        ("count", c_uint),
        ("timeout", c_uint),
    )


def want_attention(root: tk.Tk, wanted: bool) -> bool:
    """Point at the window, or not any more. False: this system can't be asked."""
    system = root.tk.call("tk", "windowingsystem")
    try:
        if system == "x11":
            return _hint(root.winfo_screen(), root.winfo_id(), wanted)
        if system == "win32":
            return _flash(int(root.wm_frame(), 16), wanted)
    except (OSError, AttributeError):  # no such library here
        return False
    return False


def _hint(screen: str, inner: int, wanted: bool) -> bool:
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = c_void_p
    x11.XOpenDisplay.argtypes = (c_char_p,)
    display = x11.XOpenDisplay(screen.encode())
    if not display:
        return False
    x11.XGetWMHints.restype = POINTER(_Hints)
    x11.XGetWMHints.argtypes = (c_void_p, c_ulong)
    x11.XSetWMHints.argtypes = (c_void_p, c_ulong, POINTER(_Hints))
    x11.XFree.argtypes = x11.XCloseDisplay.argtypes = (c_void_p,)
    try:
        window = _wrapper(x11, display, inner)
        found = x11.XGetWMHints(display, window)
        if not found:
            return False
        hints = found.contents
        hints.flags = hints.flags | _URGENT if wanted else hints.flags & ~_URGENT
        x11.XSetWMHints(display, window, byref(hints))
        x11.XFree(found)
    finally:
        x11.XCloseDisplay(display)
    return True


def _wrapper(x11: Any, display: int, inner: int) -> int:
    """The window that Tk puts around each of its own, and of which the window manager knows."""
    root, parent, children, count = c_ulong(), c_ulong(), c_void_p(), c_uint()
    x11.XQueryTree.argtypes = (c_void_p, c_ulong, c_void_p, c_void_p, c_void_p, c_void_p)
    x11.XQueryTree(display, inner, byref(root), byref(parent), byref(children), byref(count))
    if children.value:
        x11.XFree(children)
    return parent.value


def _flash(window: int, wanted: bool) -> bool:
    flags = _TRAY_UNTIL_FOREGROUND if wanted else 0
    user32: Any = getattr(ctypes, "WinDLL")("user32")  # noqa: B009 - only Windows has it
    user32.FlashWindowEx(byref(_Flash(ctypes.sizeof(_Flash), window, flags, 0, 0)))
    return True
