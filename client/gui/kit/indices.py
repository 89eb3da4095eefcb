"""Places in a field as Tk counts them."""

import tkinter as tk
from typing import Final

PLANE: Final = 0xFFFF
"""The last character that every Tk counts as one."""


def split(index: object) -> tuple[int, int]:
    """Line, from 1, and column of an index of a Text ("3.14")."""
    line, _, column = str(index).partition(".")
    return int(line), int(column)


def counts_pairs(widget: tk.Misc) -> bool:
    """A character behind PLANE is two to it: so it is in Tk 8.6."""
    return int(str(widget.tk.call("string", "length", chr(0x1D4B3)))) == 2
