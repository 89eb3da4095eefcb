"""What is bound: handlers that do not ask what happened, and bindings that end before what they are bound to does."""

import tkinter as tk
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def doing(act: Callable[..., T], *arguments: object) -> Callable[[object], T]:
    """A handler that does this whatever the event says; in a loop too, where a lambda would have the last round's arguments."""
    return lambda _: act(*arguments)


def keeping(act: Callable[[], object]) -> Callable[[object], str | None]:
    """A handler behind which nobody else hears of the event, Tk's own neither; unless it answers False: it had nothing to do."""
    return lambda _: None if act() is False else "break"


def bind_until(
    tag: str, keys: str, callback: Callable[["tk.Event[tk.Misc]"], object], root: tk.Misc
) -> Callable[[], None]:
    """Bind beside what is bound already, until what comes back is called. tag: "all", or the path of a widget. Tkinter leaves the
    commands of `bind_all` and of bindings to the root behind, with all that they hold, and its `unbind` takes others' away."""
    command = root.bind_class(tag, keys, callback, add=True)

    def end() -> None:
        lines = str(root.tk.call("bind", tag, keys)).split("\n")
        root.tk.call("bind", tag, keys, "\n".join(line for line in lines if command not in line))
        root.deletecommand(command)

    return end
