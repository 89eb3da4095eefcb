"""Inter for this process, without installing it: fontconfig on X11, GDI on Windows, Core Text on macOS.

A system that will not take it shows its own interface font; nothing else changes.
"""

import ctypes
import functools
import sys
from pathlib import Path

FAMILY = "Hubbub Inter"
ASSETS = Path(__file__).resolve().parent / "assets"
_FILES = ("HubbubInter-Regular.otf", "HubbubInter-Bold.otf", "HubbubInter-Italic.otf")
_FR_PRIVATE = 0x10
_SCOPE_PROCESS = 1


@functools.cache
def load() -> bool:
    """Call before the first Tk(), which reads the list of fonts once. True when the system took all files."""
    paths = [ASSETS / name for name in _FILES]
    try:
        if sys.platform == "win32":
            return all(_add_windows(path) for path in paths)
        if sys.platform == "darwin":
            return all(_add_macos(path) for path in paths)
        return all(_add_fontconfig(path) for path in paths)
    except (OSError, AttributeError):  # no such library, or one without that function
        return False


def _add_fontconfig(path: Path) -> bool:
    library = ctypes.CDLL("libfontconfig.so.1")
    library.FcConfigAppFontAddFile.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
    return bool(library.FcConfigAppFontAddFile(None, str(path).encode()))


def _add_windows(path: Path) -> bool:
    library = ctypes.CDLL("gdi32")
    library.AddFontResourceExW.argtypes = (ctypes.c_wchar_p, ctypes.c_uint32, ctypes.c_void_p)
    return bool(library.AddFontResourceExW(str(path), _FR_PRIVATE, None))


def _add_macos(path: Path) -> bool:
    foundation = ctypes.CDLL("/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation")
    text = ctypes.CDLL("/System/Library/Frameworks/CoreText.framework/CoreText")
    make = foundation.CFURLCreateFromFileSystemRepresentation
    make.restype = ctypes.c_void_p
    make.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_long, ctypes.c_bool)
    register = text.CTFontManagerRegisterFontsForURL
    register.restype = ctypes.c_bool
    register.argtypes = (ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
    raw = str(path).encode()
    return bool(register(make(None, raw, len(raw), False), _SCOPE_PROCESS, None))
