"""A field for several lines that grows with what is written, and shows emoji as pictures while one writes."""

import tkinter as tk
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubbub.client.gui.kit.base import Label, Pane
from hubbub.client.gui.kit.bidi import OBJECT, has_rtl
from hubbub.client.gui.kit.emoji import Emoji, EmojiPictures, pieces
from hubbub.client.gui.kit.line import Lines
from hubbub.client.gui.kit.pictures import Photo

if TYPE_CHECKING:
    from hubbub.client.gui.kit.mirrored import TextMirror

PASTED_MAX: Final = 32_768
"""Characters that are taken at once. Tk counts the lines of a megabyte without a space for minutes, and draws nothing meanwhile."""
_STEPS_KEPT: Final = 200
IN_A_ROW: Final = 200
"""Emoji after which the field begins a line that is not in the text: Tk goes through all that stands in a line for each thing that
it wants to know of it, and a line of 4,000 pictures took 0.4 s a key."""
_BREAK: Final = "break"
"""The tag of such a line's end."""
_SEQUENCE_MAX: Final = 16
"""Characters of the longest emoji: what is typed may end one that began before it."""


class TextArea(Pane):
    """No box of its own: stands on its parent's ground. Grows to most_lines, then scrolls.

    `edit` is the text widget, for bindings; its own `get` leaves out the emoji, so ask `value` and `before_cursor`.
    """

    def __init__(
        self,
        parent: tk.Misc,
        *,
        placeholder: str = "",
        most_lines: int = 8,
        on_change: Callable[[str], object] | None = None,
        role: str = "body",
        name: str | None = None,
    ) -> None:
        super().__init__(parent, **({"name": name} if name else {}))
        self._most = most_lines
        self._on_change = on_change
        self._role = role
        self._shown: dict[str, tuple[str, Photo]] = {}  # by Tk's name of the place: sequence, picture
        self._read: Written | None = None
        self._looked_through = ""
        self._last = ""
        self._done: list[tuple[str, str]] = [("", "")]  # before and after the cursor, the newest last
        self._undone: list[tuple[str, str]] = []
        self._mirror: TextMirror | None = None
        self.edit = tk.Text(
            self, height=1, width=1, wrap="word", bd=0, highlightthickness=0, relief="flat", padx=0, pady=0
        )
        self.edit.pack(fill="both", expand=True)
        self.placeholder = Label(self, placeholder, role, colour="faint")
        self.placeholder.bind("<Button-1>", lambda _: self.edit.focus_set())
        self._listen()
        self.restyle()
        self._show_placeholder()

    def _listen(self) -> None:
        for event, handler in (
            ("<<Copy>>", lambda _: self._copy()),
            ("<<Cut>>", lambda _: self._cut()),
            ("<<Paste>>", lambda _: self._paste()),
            ("<<Undo>>", lambda _: self._back(self._done, self._undone)),
            ("<<Redo>>", lambda _: self._back(self._undone, self._done)),
            ("<Key-Tab>", lambda event: self._leave(event.widget.tk_focusNext())),
            ("<Shift-Key-Tab>", lambda event: self._leave(event.widget.tk_focusPrev())),
        ):
            self.edit.bind(event, handler)
        self.edit.bind("<<Modified>>", self._modified)
        self.edit.bind("<Configure>", lambda _: self._grow())

    @property
    def value(self) -> str:
        """What is written, without the newline that Tk adds."""
        return "".join(self._written().cells)

    @value.setter
    def value(self, text: str) -> None:
        """Puts the cursor at the end, tells nobody, and starts what can be undone anew."""
        self._last = text
        self._done, self._undone = [(text, "")], []
        self._put(text, "")

    @property
    def before_cursor(self) -> str:
        """What is written before the cursor."""
        cells = self._written().cells
        if len(cells) != self._count("end-1c"):  # a Tk that counts some characters as two
            return self._between("1.0", "insert")
        return "".join(cells[: self._count("insert")])

    def insert(self, text: str, *, replacing: int = 0) -> None:
        """At the cursor, in place of what is selected and of `replacing` plain characters before it."""
        if self.edit.tag_ranges("sel"):
            self.edit.delete("sel.first", "sel.last")
        elif replacing:
            self.edit.delete(f"insert - {replacing} chars", "insert")
        self._insert(text)
        self.edit.edit_modified(True)  # a picture alone is no change to Tk
        self.edit.see("insert")

    def enable(self, enabled: bool) -> None:
        """Takes input or not."""
        self.edit.configure(state="normal" if enabled else "disabled")

    def focus(self) -> None:
        """Puts the cursor there."""
        self.edit.focus_set()

    def restyle(self) -> None:
        super().restyle()
        colour = self.theme.colour
        self.edit.configure(
            font=self.theme.font(self._role),
            bg=colour(self.ground),
            fg=colour("text"),
            insertbackground=colour("accent"),
            insertwidth=self.theme.px(2),
            selectbackground=colour("accent"),
            selectforeground=colour("on_accent"),
            inactiveselectbackground=colour("muted"),
        )
        if self._mirror is not None:
            self._mirror.forget()

    @property
    def caret(self) -> tuple[int, int, int] | None:
        """Where it is seen, in the pixels of `edit`: left, top, height; None: it is not seen."""
        if self._mirror is not None and self._mirror.shown:
            return self._mirror.where()
        box = self.edit.bbox("insert")
        return (box[0], box[1], box[3]) if box else None

    def _reflect(self, text: str) -> None:
        """Something may run from right to left, which Tk does not do here."""
        if self._mirror is None:
            if not (self.theme.one_by_one and has_rtl(text)):
                return
            from hubbub.client.gui.kit.mirrored import TextMirror  # few write so

            self._mirror = TextMirror(self.edit, self._role, self._photo, self._side)
        self._mirror.mirror(text)

    # -- emoji

    @property
    def _side(self) -> int:
        return min(self.theme.part(Lines).emoji_size(self._role), self.theme.line_height(self._role))

    def _photo(self, place: str) -> Photo | None:
        return self._shown[place][1] if place in self._shown else None

    def _written(self) -> "Written":
        """Read anew only after a change: Tk takes 0.1 s for a line of 4,000 pictures."""
        if self._read is None or self.edit.edit_modified():
            self._read = self._dump("1.0", "end-1c")
        return self._read

    def _between(self, start: str, end: str) -> str:
        return "".join(self._dump(start, end).cells)

    def _dump(self, start: str, end: str) -> "Written":
        cells: list[str] = []
        plain: list[str] = []
        at_break = False

        def take(kind: str, value: str, _: str) -> None:
            nonlocal at_break
            if kind in {"tagon", "tagoff"}:
                at_break = (kind == "tagon") if value == _BREAK else at_break
            elif at_break:
                cells.append("")
                plain.append(value)
            elif kind == "text":
                cells.extend(value if OBJECT not in value else value.replace(OBJECT, ""))
                plain.append(value)
            else:
                cells.append(self._shown[value][0] if value in self._shown else "")
                plain.append(OBJECT)

        self.edit.dump(start, end, take, text=True, image=True, tag=True)
        return Written(cells, "".join(plain))

    def _count(self, end: str) -> int:
        """Places from the beginning on, a picture being one."""
        return int(self.edit.tk.call(str(self.edit), "count", "-indices", "1.0", end))

    def _insert(self, text: str) -> None:
        size = self._side
        found = pieces(text)
        row = self._pictures_before() if any(isinstance(piece, Emoji) for piece in found) else 0
        for piece in found:
            photo = (
                self.theme.part(EmojiPictures).image(piece.sequence, size)
                if isinstance(piece, Emoji)
                else None
            )
            if photo is None:
                self.edit.insert("insert", str(piece))
                row = 0 if "\n" in str(piece) else row
            else:
                if row >= IN_A_ROW:
                    self.edit.insert("insert", "\n", _BREAK)
                    row = 0
                row += 1
                place = str(self.edit.image_create("insert", image=photo, padx=1))
                self._shown[place] = (str(piece), photo)
        self._read = None

    def _pictures_before(self) -> int:
        """In the line of the cursor."""
        return len(self.edit.dump("insert linestart", "insert", image=True))

    def _put(self, before: str, after: str) -> None:
        self.edit.delete("1.0", "end")
        self._shown.clear()
        self._insert(before)
        self.edit.mark_set("cursor", "insert")
        self.edit.mark_gravity("cursor", "left")
        self._insert(after)
        self.edit.mark_set("insert", "cursor")
        self.edit.see("insert")

    # -- changes

    def _modified(self, _: object) -> None:
        if not self.edit.edit_modified():
            return
        self.edit.edit_modified(False)
        self._read = None
        plain = self._written().plain
        if any(isinstance(piece, Emoji) for piece in pieces(_changed(self._looked_through, plain))):
            self._put(*self._halves())
            self.edit.edit_modified(False)
            self._read = None
        self._looked_through = self._written().plain
        self._reflect(self._looked_through)
        self._show_placeholder()
        self._grow()
        value = self.value
        if value != self._last:
            self._remember(value)
            self._last = value
            if self._on_change:
                self._on_change(value)

    def _remember(self, value: str) -> None:
        """A step for undoing begins with a word, and with every change that is more than a letter."""
        step = self._halves()
        typed = len(value) - len(self._last) == 1 and not step[0][-1:].isspace() and len(self._done) > 1
        if typed:
            self._done[-1] = step
        else:
            self._done.append(step)
        self._undone.clear()
        del self._done[:-_STEPS_KEPT]

    def _halves(self) -> tuple[str, str]:
        before = self.before_cursor
        return before, self.value[len(before) :]

    def _back(self, source: list[tuple[str, str]], target: list[tuple[str, str]]) -> str:
        """Moves one step from what is done to what is undone, or the other way, and shows the newest that is done."""
        if len(source) > (1 if source is self._done else 0):
            target.append(source.pop())
            self._last = "".join(self._done[-1])
            self._put(*self._done[-1])
            if self._on_change:
                self._on_change(self._last)
        return "break"

    def _copy(self) -> str:
        if self.edit.tag_ranges("sel"):
            self.clipboard_clear()
            self.clipboard_append(self._between("sel.first", "sel.last"))
        return "break"

    def _cut(self) -> str:
        self._copy()
        if self.edit.tag_ranges("sel"):
            self.edit.delete("sel.first", "sel.last")
        return "break"

    def _paste(self) -> str:
        try:
            text = str(self.clipboard_get())
        except tk.TclError:  # nothing there that is text
            return "break"
        self.insert(text[:PASTED_MAX].replace("\r\n", "\n").replace("\r", "\n"))
        return "break"

    def _leave(self, widget: tk.Misc | None) -> str:
        if widget is not None:
            widget.focus_set()
        return "break"

    # -- size

    def _show_placeholder(self) -> None:
        if self.edit.compare("end-1c", "==", "1.0"):
            self.placeholder.place(x=self.theme.px(2) + 1, y=0)  # right of the cursor
        else:
            self.placeholder.place_forget()

    def _grow(self) -> None:
        wanted = self._most if self._is_full() else max(1, min(self._most, self._lines()))
        if int(self.edit.cget("height")) != wanted:
            self.edit.configure(height=wanted)

    def _is_full(self) -> bool:
        """There are as many lines as are shown at most. All the others need not be counted for that."""
        last, before = (
            self.edit.index(f"1.0 + {self._most - back} display lines display linestart") for back in (1, 2)
        )
        more = self.edit.compare(last, "!=", before) and self.edit.compare(last, "<", "end")
        return self._most > 1 and more

    def _lines(self) -> int:
        return int(self.edit.tk.call(str(self.edit), "count", "-update", "-displaylines", "1.0", "end"))


@dataclass(frozen=True)
class Written:
    """What stood in the field at one moment."""

    cells: list[str]
    """By Tk's places: a character, or the emoji whose picture stands there."""
    plain: str
    """With a sign where pictures stand."""


def _changed(before: str, now: str) -> str:
    """The part of `now` that is otherwise, and so much around it that an emoji across its edges is whole."""
    same = _alike(before, now)
    end = min(_alike(before[::-1], now[::-1]), min(len(before), len(now)) - same)
    return now[max(0, same - _SEQUENCE_MAX) : len(now) - end + _SEQUENCE_MAX]


def _alike(one: str, other: str) -> int:
    """Characters that both begin with, found by halves."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
