"""Somebody at a window: clicks, types and reads as people do, through Tk's own events."""

import _tkinter
import tkinter as tk
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.helpers.brokers import PASSWORD, Served

if TYPE_CHECKING:
    from hubbub.client.gui.app import Window
    from hubbub.client.gui.model.chat import Chat

_NAMED: Final = {
    " ": "space", "\n": "Return", "\t": "Tab", "!": "exclam", '"': "quotedbl", "#": "numbersign", "$": "dollar",
    "%": "percent", "&": "ampersand", "'": "apostrophe", "(": "parenleft", ")": "parenright", "*": "asterisk",
    "+": "plus", ",": "comma", "-": "minus", ".": "period", "/": "slash", ":": "colon", ";": "semicolon",
    "<": "less", "=": "equal", ">": "greater", "?": "question", "@": "at", "[": "bracketleft", "\\": "backslash",
    "]": "bracketright", "^": "asciicircum", "_": "underscore", "`": "grave", "{": "braceleft", "|": "bar",
    "}": "braceright", "~": "asciitilde",
}  # fmt: skip
PATIENCE_S: Final = 10.0
_REST_S: Final = 0.002
_LOOK_S: Final = 0.02
"""What changes in a window is looked at when it does; what changes elsewhere, so often."""


class Spot(NamedTuple):
    """A place in a widget, in its pixels."""

    widget: tk.Misc
    x: int
    y: int


class Shown(NamedTuple):
    """A text that is on the screen."""

    text: str
    widget: tk.Misc
    item: int = 0
    """Of a canvas."""

    @property
    def spot(self) -> Spot:
        """Its middle."""
        if not isinstance(self.widget, tk.Canvas) or not self.item:
            return Spot(self.widget, self.widget.winfo_width() // 2, self.widget.winfo_height() // 2)
        x1, y1, x2, y2 = self.widget.bbox(self.item) or (0, 0, 0, 0)
        left, top = int(self.widget.canvasx(0)), int(self.widget.canvasy(0))
        return Spot(self.widget, (x1 + x2) // 2 - left, (y1 + y2) // 2 - top)


class Person:
    """One person, one window. Waiting keeps all windows of the test going."""

    def __init__(self, window: "Window", everybody: list["Person"]) -> None:
        self.window = window
        self._everybody = everybody
        everybody.append(self)

    def enters(self, broker: Served, name: str) -> None:
        """As somebody new, without the pages of signing in; until the list is there."""
        self.window.model.log_in(
            broker.place.address, name, PASSWORD.decode(), register=True, failed=lambda _: None
        )
        self.waits_to_see("#general")

    def leaves(self) -> None:
        """Close the window, if it is open still."""
        if self in self._everybody and self.window.open:
            self.window.close()

    # ------------------------------------------------------------------------------------------------------ waiting

    def wait(
        self, condition: Callable[[], object], what: str = "what was awaited", patience: float = PATIENCE_S
    ) -> None:
        """Look at the windows until it is so."""
        end = monotonic() + patience
        look = 0.0
        while True:
            lived = [person._lives() for person in self._everybody if person.window.open]
            now = monotonic()
            if any(lived) or now > look:
                look = now + _LOOK_S
                if condition():
                    return
            if now > end:
                raise AssertionError(f"{what} did not come about; there is: {self.reads()}")
            if not any(lived):
                sleep(_REST_S)

    def waits_to_see(self, text: str, patience: float = PATIENCE_S) -> None:
        """Until the text is on the screen."""
        self.wait(lambda: self.sees(text), f"{text!r} on the screen", patience)

    def waits_to_miss(self, text: str) -> None:
        """Until it is not."""
        self.wait(lambda: not self.sees(text), f"the end of {text!r} on the screen")

    def settles(self) -> None:
        """Until the main screen has loaded what it loads behind its start: what is counted from now on stays."""
        self.wait(lambda: self.window.screen.conversation.drops.settled, "all that is loaded late")  # type: ignore[union-attr]  # it is the main screen

    def _lives(self) -> bool:
        """Have the window do what there is to do; False: nothing."""
        root = self.window.root
        if not root.tk.dooneevent(_tkinter.DONT_WAIT):
            return False
        root.update()
        return True

    # ------------------------------------------------------------------------------------------------------ reading

    def sees(self, text: str) -> bool:
        """It is on the screen now."""
        return any(text in shown.text for shown in self._shown())

    def reads(self) -> list[str]:
        """All that is on the screen."""
        return [shown.text for shown in self._shown() if shown.text.strip()]

    def spot(self, text: str) -> Spot:
        """Where a text is: the smallest place that holds it, exactly so if there is one."""
        found = [shown for shown in self._shown() if text in shown.text]
        assert found, f"there is no {text!r}; there is: {self.reads()}"
        return min(found, key=lambda shown: (shown.text.strip() != text, len(shown.text))).spot

    def _shown(self) -> Iterator[Shown]:
        if self.window.root.winfo_viewable():
            yield from texts_in(self.window.root)

    # ------------------------------------------------------------------------------------------------------- acting

    def click(self, on: str | tk.Misc | Spot, *, button: int = 1, times: int = 1) -> None:
        """With the mouse, on a text that is seen or in the middle of a widget."""
        spot = self._aim(on)
        widget, at = spot.widget, {"x": spot.x, "y": spot.y}
        widget.event_generate("<Enter>", **at)  # type: ignore[arg-type]  # typeshed wants each option by itself
        widget.event_generate("<Motion>", **at)  # type: ignore[arg-type]  # the same
        for _ in range(times):
            widget.event_generate(f"<ButtonPress-{button}>", **at)  # type: ignore[arg-type]  # the same
            if widget.winfo_exists():  # the press may have closed what it was on
                widget.event_generate(f"<ButtonRelease-{button}>", **at)  # type: ignore[arg-type]  # the same
        self.window.root.update()

    def clicks_when_seen(self, text: str) -> None:
        """Wait for a text, then click it."""
        self.waits_to_see(text)
        self.click(text)

    def point(self, on: str | tk.Misc | Spot) -> None:
        """Move the mouse there."""
        spot = self._aim(on)
        spot.widget.event_generate("<Enter>", x=spot.x, y=spot.y)
        spot.widget.event_generate("<Motion>", x=spot.x, y=spot.y)
        self.window.root.update()

    def type(self, text: str) -> None:
        """Where the keyboard's focus is."""
        for character in text:
            self.press(f"<Key-{_NAMED.get(character, character)}>")

    def press(self, keys: str) -> None:
        """A key or a combination in Tk's notation: "<Return>", "<Control-k>"."""
        self._focused().event_generate(keys)
        self.window.root.update()

    def scroll(self, on: str | tk.Misc | Spot, notches: int) -> None:
        """Turn the wheel: up is positive."""
        spot = self._aim(on)
        for _ in range(abs(notches)):
            if spot.widget.tk.call("tk", "windowingsystem") == "x11":
                spot.widget.event_generate(f"<Button-{4 if notches > 0 else 5}>", x=spot.x, y=spot.y)
            else:
                spot.widget.event_generate(
                    "<MouseWheel>", x=spot.x, y=spot.y, delta=120 if notches > 0 else -120
                )
            self.window.root.update()

    def _focused(self) -> tk.Misc:
        root = self.window.root
        root.update()
        if (focus := root.focus_get()) is not None:
            return focus
        focus = root.focus_lastfor() or root
        focus.focus_force()
        root.update()
        return root.focus_get() or focus

    def _aim(self, on: str | tk.Misc | Spot) -> Spot:
        self.window.root.update()
        if isinstance(on, Spot):
            return on
        if isinstance(on, str):
            return self.spot(on)
        return Spot(on, on.winfo_width() // 2, on.winfo_height() // 2)


def chat(person: Person) -> "Chat":
    """The account that is open in front of somebody."""
    assert person.window.model.chat is not None
    return person.window.model.chat


def in_front(person: Person, name: str) -> tk.Misc:
    """The control of this name in what was opened last: a sheet, a question."""
    from hubbub.client.gui.kit.layers import Layers  # only where there is Tk

    layer = person.window.theme.part(Layers).top
    assert layer is not None
    return next(widget for widget in within(layer.page) if widget.winfo_name() == name)


def within(widget: tk.Misc) -> Iterator[tk.Misc]:
    """The widget, and all that stands in it."""
    yield widget
    for child in widget.winfo_children():
        yield from within(child)


def texts_in(widget: tk.Misc) -> Iterator[Shown]:
    """What a widget that is seen and those in it show."""
    yield from _own_texts(widget)
    for child in widget.winfo_children():
        if child.winfo_ismapped():
            yield from texts_in(child)


def _own_texts(widget: tk.Misc) -> Iterator[Shown]:
    if isinstance(told := getattr(widget, "shown_text", None), str):
        yield Shown(told, widget)
    if isinstance(widget, tk.Canvas):
        yield from _canvas_texts(widget)
    elif isinstance(widget, tk.Text):
        yield Shown(widget.get("1.0", "end-1c"), widget)
    elif isinstance(widget, tk.Entry):
        yield Shown("" if str(widget.cget("show")) else widget.get(), widget)
    elif isinstance(widget, tk.Label | tk.Button | tk.LabelFrame):
        yield Shown(str(widget.cget("text")), widget)


def _canvas_texts(canvas: tk.Canvas) -> Iterator[Shown]:
    left, top = int(canvas.canvasx(0)), int(canvas.canvasy(0))
    for item in canvas.find_overlapping(left, top, left + canvas.winfo_width(), top + canvas.winfo_height()):
        if canvas.type(item) == "text" and canvas.itemcget(item, "state") != "hidden":
            yield Shown(canvas.itemcget(item, "text"), canvas, item)
