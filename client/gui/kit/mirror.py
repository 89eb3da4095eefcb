"""A field in which something runs from right to left, where Tk draws one character after the other (bidi.py): a picture of what stands in
it, ordered and joined, lies over the field.

The field itself holds the text as it is said and does all that fields do: what is read of it, undone, or told to a screen reader is no
other than ever. The picture has a caret of its own, and the mouse on it is passed on to the field at the place of the character it is on.
It is made for the first such text, and put away with the last one.
"""

import tkinter as tk
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, NamedTuple

from hubbub.client.gui.kit.bidi import OBJECT, has_rtl
from hubbub.client.gui.kit.binding import doing
from hubbub.client.gui.kit.indices import PLANE, counts_pairs
from hubbub.client.gui.kit.ordering import Ordered
from hubbub.client.gui.kit.pictures import Photo
from hubbub.client.gui.kit.theme import theme_of

_ON_MS, _OFF_MS = (600, 300)
"""The caret blinks as Tk's own do."""
_POINTER: Final = ("ButtonPress", "ButtonRelease", "Motion", "Enter", "Leave")
_HELD: Final = 0x1F00
"""A button of the mouse is."""
_SEVERAL: Final = ("", "Double", "Triple")
_AGAIN_MS, _NEAR = (500, 5)
"""Presses that belong together, as Tk has it."""
_KEPT: Final = 64
"""Lines: more than a field shows."""
_PLAIN: Final = str.maketrans("\t\n", "  ")
_TURNED: Final = {
    "Key-Left": "<<NextChar>>", "Key-Right": "<<PrevChar>>",
    "Shift-Key-Left": "<<SelectNextChar>>", "Shift-Key-Right": "<<SelectPrevChar>>",
    "Control-Key-Left": "<<NextWord>>", "Control-Key-Right": "<<PrevWord>>",
    "Control-Shift-Key-Left": "<<SelectNextWord>>", "Control-Shift-Key-Right": "<<SelectPrevWord>>",
}  # fmt: skip
"""In a paragraph that runs from right to left the next character is at the left."""


class Line(NamedTuple):
    """A line of the field."""

    ordered: Ordered
    x: int
    y: int
    height: int
    places: tuple[int, ...]
    """Of each character, and of what follows the last one: as the field counts."""
    number: int = 1
    """Of the field's line that it is of."""
    wrapped: bool = False
    """The next one goes on with it."""
    pictures: tuple[tuple[int, Photo], ...] = ()

    def index_at(self, place: int) -> int:
        """Of the character at a place of the field."""
        return next((index for index, one in enumerate(self.places) if one >= place), len(self.places) - 1)


class Mirror(tk.Canvas):
    """Over one field. role: of its font."""

    def __init__(self, field: tk.Text | tk.Entry, role: str) -> None:
        self._theme = theme_of(field)
        super().__init__(
            field.master, bd=0, highlightthickness=0, takefocus=0, cursor="xterm", width=1, height=1
        )
        self.field: Any = field
        self.lines: list[Line] = []
        self._role = role
        self._pressed = (0, 0, 0, 0)  # how often in a row, when, where
        self._kept: dict[tuple[str, bool], Ordered] = {}
        self._jobs: dict[str, str] = {}
        self._wide = counts_pairs(self)
        self.bindtags((str(self),))
        self.bind("<Configure>", lambda _: self.soon())
        for event in _POINTER:
            self.bind(f"<{event}>", partial(self._pass_on, event))
        self._ear, self._turner = tk.Frame(self), tk.Frame(self)
        own, *others = field.bindtags()
        field.bindtags((str(self._ear), own, str(self._turner), *others))
        self._listen()

    @property
    def shown(self) -> bool:
        """It lies over the field."""
        return bool(self.winfo_manager())

    def mirror(self, text: str) -> None:
        """This stands in the field now."""
        if not has_rtl(text):
            self._hide()
        elif not self.shown:
            self.place(in_=self.field, x=0, y=0, relwidth=1, relheight=1)
            tk.Misc.tkraise(self)
        self.soon()

    def soon(self) -> None:
        """Drawn anew when all that is under way is done."""
        if self.shown and "draw" not in self._jobs:
            self._jobs["draw"] = self.after_idle(self._draw)

    def destroy(self) -> None:
        self._hide()
        if self.field.winfo_exists():
            mine = (str(self._ear), str(self._turner))
            self.field.bindtags(tuple(tag for tag in self.field.bindtags() if tag not in mine))
        super().destroy()

    # -- what a kind of field has to say

    def look(self) -> Iterator[Line]:
        """The lines that are seen."""
        raise NotImplementedError

    def caret(self) -> tuple[int, int]:
        """The field's line and place."""
        raise NotImplementedError

    def marked(self) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """From where to where."""
        raise NotImplementedError

    def spot(self, line: Line, index: int) -> int:
        """Where, from its left, the field has the edge before this character."""
        raise NotImplementedError

    def turned(self) -> bool:
        """The caret stands in a paragraph that runs from right to left."""
        raise NotImplementedError

    # -- drawing

    def ordered(self, text: str, rtl: bool) -> Ordered:
        """A line of it."""
        key = (text, rtl)
        if (found := self._kept.get(key)) is None:
            if len(self._kept) > _KEPT:
                self._kept.clear()
            font, side = self._theme.font(self._role), self._side()
            found = self._kept[key] = Ordered(text.translate(_PLAIN), rtl, font.measure, side)
        return found

    def places(self, text: str, first: int) -> tuple[int, ...]:
        """Of each character, and of what follows the last one, where the first one has this."""
        found, place = [first], first
        for letter in text:
            place += 2 if self._wide and ord(letter) > PLANE else 1
            found.append(place)
        return tuple(found)

    def forget(self) -> None:
        """Colours or sizes are others now."""
        self._kept.clear()
        self.soon()

    def where(self) -> tuple[int, int, int] | None:
        """Of the caret: its left, its top and its height; None: it is not seen."""
        at, place = self.caret()
        for line in self.lines:
            first, last = line.places[0], line.places[-1]
            if line.number == at and first <= place <= last and not (line.wrapped and place == last):
                x = line.x + line.ordered.caret(line.index_at(place))
                return max(0, min(x, self.winfo_width() - self._theme.px(2))), line.y, line.height
        return None

    def _side(self) -> int:
        """Of a picture, with the room that the field leaves beside it."""
        return 0

    def _draw(self) -> None:
        self._jobs.pop("draw", None)
        if not self.shown:
            return
        self.configure(bg=self.field.cget("bg"))
        self.delete("all")
        self.lines = list(self.look())
        chosen = self.marked()
        for line in self.lines:
            self._draw_line(line)
            if chosen:
                self._draw_marked(line, *chosen)
        self._blink(on=True)

    def _draw_line(self, line: Line) -> None:
        font, colour = self.field.cget("font"), self.field.cget("fg")
        middle = line.y + line.height // 2
        for part in line.ordered.parts:
            if part.text != OBJECT:
                self.create_text(line.x + part.x, middle, text=part.text, font=font, fill=colour, anchor="w")
                continue
            photo = next((photo for index, photo in line.pictures if index == part.start), None)
            if photo is not None:
                x = line.x + part.x + part.edges[-1] // 2
                self.create_image(x, middle, image=photo, tags="picture")

    def _draw_marked(self, line: Line, begin: tuple[int, int], end: tuple[int, int]) -> None:
        """What is marked is drawn once more, on its ground and cut out."""
        low = 0 if begin[0] < line.number else line.index_at(begin[1]) if begin[0] == line.number else None
        high = len(line.places) - 1 if end[0] > line.number else line.index_at(end[1])
        if low is None or end[0] < line.number or low >= high:
            return
        focused = self._has_focus()
        ground = self.field.cget(
            "selectbackground" if focused or isinstance(self.field, tk.Entry) else "inactiveselectbackground"
        )
        colour = self.field.cget("selectforeground")
        middle, font = line.y + line.height // 2, self.field.cget("font")
        for left, right in line.ordered.sides(low, high):
            self.create_rectangle(
                line.x + left, line.y, line.x + right, line.y + line.height, fill=ground, width=0
            )
        self.tag_raise("picture")
        for part in (part for part in line.ordered.parts if part.text != OBJECT):
            for at, cell in enumerate(part.cells):
                if low < cell.end and cell.start < high:
                    x = line.x + part.x + part.edges[at]
                    self.create_text(x, middle, text=cell.letter, font=font, fill=colour, anchor="w")

    # -- the caret

    def _blink(self, *, on: bool) -> None:
        if "blink" in self._jobs:
            self.after_cancel(self._jobs.pop("blink"))
        self.delete("caret")
        if not self._has_focus() or str(self.field.cget("state")) == "disabled":
            return
        if on and (found := self.where()) is not None:
            x, y, height = found
            width = int(self.field.cget("insertwidth"))
            colour = self.field.cget("insertbackground")
            self.create_rectangle(x, y, x + width, y + height, fill=colour, width=0, tags="caret")
        self._jobs["blink"] = self.after(_ON_MS if on else _OFF_MS, lambda: self._next_blink(on=not on))

    def _next_blink(self, *, on: bool) -> None:
        del self._jobs["blink"]
        self._blink(on=on)

    def _has_focus(self) -> bool:
        return str(self.tk.call("focus")) == str(self.field)

    def _hide(self) -> None:
        for job in self._jobs.values():
            self.after_cancel(job)
        self._jobs.clear()
        self._kept.clear()
        self.place_forget()

    # -- keyboard and mouse

    def _listen(self) -> None:
        """To the field: of all that may change it, whoever else takes that; and behind others, before the field, of the arrows."""
        for event in (
            "<Key>",
            "<FocusIn>",
            "<FocusOut>",
            "<<Selection>>",
            "<ButtonPress>",
            "<ButtonRelease>",
        ):
            self._ear.bind(event, lambda _: self.soon())
        for keys, act in _TURNED.items():
            self._turner.bind(f"<{keys}>", doing(self._turn, act))

    def _turn(self, act: str) -> str | None:
        if not self.shown or not self.turned():
            return None
        self.field.event_generate(act)
        return "break"

    def _pass_on(self, name: str, event: "tk.Event[tk.Misc]") -> None:
        options: dict[str, Any] = {"x": self._mapped(event.x, event.y), "y": event.y}
        options |= {"rootx": event.x_root, "rooty": event.y_root, "time": event.time}
        if isinstance(event.state, int):
            options["state"] = event.state
        if name.startswith("Button"):
            options["button"] = event.num
        self.field.event_generate(f"<{name}>", **options)
        if name == "ButtonPress" and event.num == 1 and (count := self._count(event)) > 1:
            self._mark(event, _SEVERAL[count - 1])
        if name != "Motion" or (isinstance(event.state, int) and event.state & _HELD):
            self.soon()

    def _count(self, event: "tk.Event[tk.Misc]") -> int:
        """Which press in a row it is: Tk counts none where another widget is pressed in between."""
        time = event.time
        before, at, x, y = self._pressed
        near = abs(event.x - x) <= _NEAR and abs(event.y - y) <= _NEAR and abs(time - at) <= _AGAIN_MS
        count = before % len(_SEVERAL) + 1 if near else 1
        self._pressed = (count, time, event.x, event.y)
        return count

    def _mark(self, event: "tk.Event[tk.Misc]", several: str) -> None:
        """A word or a line, as the field would."""
        script = str(self.tk.call("bind", self.field.winfo_class(), f"<{several}-Button-1>"))
        for sign, value in (("%W", self.field), ("%x", self._mapped(event.x, event.y)), ("%y", event.y)):
            script = script.replace(sign, str(value))
        self.tk.eval(script)

    def _mapped(self, x: int, y: int) -> int:
        """Where the field has what is seen here."""
        if not self.lines:
            return x
        line = next((line for line in self.lines if y < line.y + line.height), self.lines[-1])
        return self.spot(line, line.ordered.at(x - line.x))
