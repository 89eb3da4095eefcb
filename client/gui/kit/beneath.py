"""Which colour is seen at a place of a window: for what lies over others and has to look as if its corners were clear."""

import tkinter as tk

Colour = str
"""#rrggbb."""


def corners(over: tk.Misc, x: int, y: int, width: int, height: int) -> list[Colour]:
    """What is seen beneath the corners of a box, clockwise from the upper left. x, y: of the window, in device pixels. over: what
    lies there, and is not looked at itself."""
    root = over.winfo_toplevel()
    left, top = root.winfo_rootx() + x, root.winfo_rooty() + y
    right, bottom = left + width - 1, top + height - 1
    places = ((left, top), (right, top), (right, bottom), (left, bottom))
    return [_colour_at(_uppermost(root, over, *place), *place) for place in places]


def kind_of(canvas: tk.Canvas, item: int) -> str:
    """What an item of it is: "image", "window", ... Tkinter says a number, as far as type checkers know."""
    return str(canvas.tk.call(canvas, "type", item))


def _uppermost(root: tk.Misc, over: tk.Misc, x: int, y: int) -> tk.Misc:
    """The innermost widget there. x, y: of the screen."""
    here = root
    while (inner := _child_at(here, over, x, y)) is not None:
        here = inner
    return here


def _child_at(parent: tk.Misc, over: tk.Misc, x: int, y: int) -> tk.Misc | None:
    for child in reversed(parent.winfo_children()):  # Tk names them from the lowest up
        if child is over or isinstance(child, tk.Toplevel) or not child.winfo_viewable():
            continue
        left, top = child.winfo_rootx(), child.winfo_rooty()
        if left <= x < left + child.winfo_width() and top <= y < top + child.winfo_height():
            return child
    return None


def _colour_at(widget: tk.Misc, x: int, y: int) -> Colour:
    if isinstance(widget, tk.Canvas):
        across = widget.canvasx(x - widget.winfo_rootx())
        down = widget.canvasy(y - widget.winfo_rooty())
        for item in reversed(widget.find_overlapping(across, down, across, down)):
            if colour := _colour_of(widget, item, across, down):
                return colour
    return str(widget.cget("background"))


def _colour_of(canvas: tk.Canvas, item: int, across: float, down: float) -> Colour:
    """Of a picture or a rectangle; empty: it is clear there, or a line or a word, of which a corner needs to know nothing."""
    kind = kind_of(canvas, item)
    if kind == "rectangle":
        return str(canvas.tk.call(canvas, "itemcget", item, "-fill"))
    if kind != "image" or not (name := str(canvas.tk.call(canvas, "itemcget", item, "-image"))):
        return ""
    left, top, right, bottom = canvas.bbox(item)
    place = (min(int(across) - left, right - left - 1), min(int(down) - top, bottom - top - 1))
    if canvas.tk.getboolean(canvas.tk.call(name, "transparency", "get", *place)):
        return ""
    parts = canvas.tk.splitlist(canvas.tk.call(name, "get", *place))
    return "#" + "".join(f"{int(part):02x}" for part in parts[:3])
