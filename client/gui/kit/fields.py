"""Fields for one line of text."""

import tkinter as tk
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hubbub.client.gui.kit.base import Drawn, Label, Pane
from hubbub.client.gui.kit.bidi import has_rtl
from hubbub.client.gui.kit.buttons import IconButton
from hubbub.client.gui.kit.theme import theme_of

if TYPE_CHECKING:
    from hubbub.client.gui.kit.mirrored import EntryMirror

_HEIGHT: Final = 40
_RADIUS: Final = 8


class Box(Drawn):
    """A rounded box with an entry in it: raised, with a ring while it has the focus, red when it is wrong."""

    def __init__(
        self,
        parent: tk.Misc,
        *,
        icon: str | None = None,
        hint: str = "",
        secret: bool = False,
        height: int = _HEIGHT,
    ) -> None:
        px = theme_of(parent).px
        super().__init__(parent, px(240), px(height))
        self._wanted = height
        self.fill = "raised" if self.ground == "surface" else "surface"
        self.icon = icon
        self.wrong = False
        self._hint = hint
        self._secret = secret
        self._has_button = False
        self._mirror: EntryMirror | None = None
        self.variable = tk.StringVar(self)
        self._trace = self.variable.trace_add("write", lambda *_: self._written())
        self.on_write: Callable[[], object] | None = None
        self.entry = tk.Entry(
            self,
            bd=0,
            highlightthickness=0,
            relief="flat",
            show="•" if secret else "",
            width=1,
            textvariable=self.variable,
        )
        self.entry.bind("<FocusIn>", lambda _: self.redraw(), add="+")
        self.entry.bind("<FocusOut>", lambda _: self.redraw(), add="+")
        self.entry.bind("<Control-a>", self._select_all)  # X11 takes it for the start of the line
        self.hint = Label(self, hint, colour="faint", ground=self.fill)
        self.hint.configure(cursor="xterm")
        self.hint.bind("<Button-1>", lambda _: self.entry.focus_set())
        self.bind("<Button-1>", lambda _: self.entry.focus_set())
        self.restyle()

    def make_room(self) -> None:
        """Keeps a place free at the right, for a button with an icon."""
        self._has_button = True
        self.redraw()

    def restyle(self) -> None:
        colour = self.theme.colour
        self.entry.configure(
            font=self.theme.font("body"),
            bg=colour(self.fill),
            fg=colour("text"),
            insertbackground=colour("accent"),
            insertwidth=self.theme.px(2),
            selectbackground=colour("accent"),
            selectforeground=colour("on_accent"),
            disabledbackground=colour(self.fill),
            disabledforeground=colour("faint"),
            readonlybackground=colour(self.fill),
        )
        self.configure(height=self.theme.px(self._wanted) + self.theme.more())
        if self._mirror is not None:
            self._mirror.forget()
        super().restyle()

    def draw(self) -> None:
        px = self.theme.px
        width, height = self.extent
        focused = self._has_focus()
        border = "danger" if self.wrong else "accent" if focused else "line"
        thick = px(2) if focused else px(1)
        self.put(self.pictures.rounded(width, height, px(_RADIUS), self.fill, border, thick), 0, 0)
        left = px(12)
        if self.icon:
            size = self.theme.beside(16)
            self.put(self.pictures.icon(self.icon, size, "faint"), left, (height - size) // 2)
            left += size + px(8)
        right = px(24) + self.theme.beside(16) if self._has_button else px(12)
        self.entry.place(x=left, y=px(4), width=max(1, width - left - right), height=height - 2 * px(4))
        self._left = left
        self._show_hint()

    def destroy(self) -> None:
        self.variable.trace_remove("write", self._trace)
        super().destroy()  # before the variable goes: an entry makes its own anew
        del (
            self.variable
        )  # here, and not by the garbage collector in another thread, where Tk can't be called

    def _written(self) -> None:
        self._show_hint()
        self._reflect(self.entry.get())
        if self.on_write:
            self.on_write()

    def _reflect(self, text: str) -> None:
        """Something may run from right to left, which Tk does not do here. A secret shows nothing of itself."""
        if self._mirror is None:
            if not (self.theme.one_by_one and has_rtl(text)) or self._secret:
                return
            from hubbub.client.gui.kit.mirrored import EntryMirror  # few write so

            self._mirror = EntryMirror(self.entry, "body")
        self._mirror.mirror(text)

    def _select_all(self, _: object) -> str:
        self.entry.select_range(0, "end")
        return "break"

    def _has_focus(self) -> bool:
        try:
            return self.focus_get() is self.entry
        except KeyError:
            return False

    def _show_hint(self) -> None:
        if self._hint and not self.entry.get():
            self.hint.place(x=self._left + self.theme.px(2) + 1, rely=0.5, anchor="w")
        else:
            self.hint.place_forget()


class Field(Pane):
    """A label, a box and below it what is wrong. on_change gets the value, on_enter nothing."""

    def __init__(
        self,
        parent: tk.Misc,
        label: str,
        *,
        hint: str = "",
        secret: bool = False,
        value: str = "",
        on_change: Callable[[str], object] | None = None,
        on_enter: Callable[[], object] | None = None,
        icon: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(parent, **({"name": name} if name else {}))
        px = self.theme.px
        self.label = label
        self._on_change = on_change
        self._last = value
        if label:
            Label(self, label, "note", weight="semibold", colour="muted").pack(fill="x", pady=(0, px(6)))
        self.box = Box(self, icon=icon, hint=hint, secret=secret)
        self.box.pack(fill="x")
        self.entry = self.box.entry
        self.box.variable.set(value)
        self.box.on_write = self._changed
        if on_enter:
            self.entry.bind("<Key-Return>", lambda _: on_enter())
            self.entry.bind("<Key-KP_Enter>", lambda _: on_enter())
        self._eye = self._add_eye() if secret else None
        self._problem = Label(self, "", "note", colour="danger")
        self._problem.set_icon("exclamation-circle")
        self.bind("<Configure>", self._wrap, add="+")
        self.box.redraw()

    @property
    def value(self) -> str:
        """What stands in the box."""
        return self.entry.get()

    @value.setter
    def value(self, value: str) -> None:
        self._last = value
        self.box.variable.set(value)

    @property
    def problem(self) -> str | None:
        """What `error` says, None while nothing is wrong."""
        return self._problem.text if self.box.wrong else None

    def error(self, text: str | None) -> None:
        """Says below the box what is wrong; None takes it back."""
        self.box.wrong = text is not None
        if text is None:
            self._problem.pack_forget()
        else:
            self._problem.set(text)
            self._problem.pack(fill="x", pady=(self.theme.px(4), 0))
        self.box.redraw()

    def enable(self, enabled: bool) -> None:
        """Takes input or not."""
        self.entry.configure(state="normal" if enabled else "disabled")

    def focus(self) -> None:
        """Puts the cursor into the box, its text selected."""
        self.entry.focus_set()
        self.entry.select_range(0, "end")

    def _wrap(self, event: "tk.Event[tk.Misc]") -> None:
        self._problem.set(wrap=max(80, int(event.width / self.theme.scale) - 24))

    def _changed(self) -> None:
        value = self.value
        if value == self._last:
            return
        self._last = value
        self.error(None)
        if self._on_change:
            self._on_change(value)

    def _add_eye(self) -> IconButton:
        px = self.theme.px
        eye = IconButton(self.box, "eye", self._toggle, "Show", size=32, icon_size=16, ground=self.box.fill)
        eye.place(relx=1.0, x=-px(4), rely=0.5, anchor="e")
        self.box.make_room()
        return eye

    def _toggle(self) -> None:
        hidden = bool(self.entry.cget("show"))
        self.entry.configure(show="" if hidden else "•")
        if self._eye:
            self._eye.set(icon="eye-slash" if hidden else "eye", tooltip="Hide" if hidden else "Show")


class SearchField(Field):
    """A box with a magnifying glass and no label; Escape empties it."""

    def __init__(
        self,
        parent: tk.Misc,
        hint: str = "Search",
        *,
        on_change: Callable[[str], object] | None = None,
        on_enter: Callable[[], object] | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(
            parent, "", hint=hint, on_change=on_change, on_enter=on_enter, icon="search", name=name
        )
        self.entry.bind("<Key-Escape>", self._empty)

    def _empty(self, _: object) -> str | None:
        if not self.value:
            return None
        self.value = ""
        if self._on_change:
            self._on_change("")
        return "break"
