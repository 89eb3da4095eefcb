"""Whether somebody is at the window: it has the keyboard."""

from collections.abc import Callable

from hubbub.client.gui.kit.theme import Theme


class Watch:
    """`theme.part(Watch)`."""

    def __init__(self, theme: Theme) -> None:
        self._root = theme.root
        self._listeners: dict[object, Callable[[], object]] = {}
        self._root.bind("<FocusIn>", self._on_focus, add="+")

    @property
    def watched(self) -> bool:
        """Somebody is there now."""
        try:
            return self._root.focus_displayof() is not None
        except KeyError:  # the focus is in a widget that Tk made by itself
            return True

    def on_return(self, callback: Callable[[], object]) -> Callable[[], object]:
        """Call this when somebody comes back; what is given back ends it."""
        token = object()
        self._listeners[token] = callback
        return lambda: self._listeners.pop(token, None)

    def _on_focus(self, _: object) -> None:
        for callback in list(self._listeners.values()):
            callback()
