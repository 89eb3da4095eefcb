"""What every widget of the kit stands on: a ground colour that follows the theme, and a canvas that redraws."""

import tkinter as tk
from collections.abc import Callable
from typing import Any

from hubbub.client.gui.kit.pictures import Photo, Pictures
from hubbub.client.gui.kit.theme import Theme, Weight, theme_of


def ground_of(widget: tk.Misc) -> str:
    """The name of the colour behind what stands in widget: its own `ground`, else its parent's."""
    while True:
        ground = getattr(widget, "ground", None)
        if isinstance(ground, str):
            return ground
        if widget.master is None:
            return "background"
        widget = widget.master


class Pane(tk.Frame):
    """A plain area. ground: a name of the palette; None takes the parent's."""

    def __init__(self, parent: tk.Misc, ground: str | None = None, **options: Any) -> None:
        self.theme = theme_of(parent)
        self.ground = ground or ground_of(parent)
        super().__init__(parent, bd=0, highlightthickness=0, bg=self.theme.colour(self.ground), **options)
        self._forget_theme = self.theme.on_change(self.restyle)

    def restyle(self) -> None:
        """Takes the colours of the theme as it is now."""
        self.configure(bg=self.theme.colour(self.ground))

    def set_ground(self, ground: str) -> None:
        """Another colour, for this area alone: children keep what they took."""
        self.ground = ground
        Pane.restyle(self)

    def destroy(self) -> None:
        self._forget_theme()
        super().destroy()


class Line(Pane):
    """A hairline, across or (upright) down."""

    def __init__(self, parent: tk.Misc, *, upright: bool = False) -> None:
        super().__init__(parent, "line")
        thin = self.theme.px(1)
        self.configure(width=thin, height=thin)


class Label(tk.Label):
    """Words of our own in the theme's type. `wrap`: width in pixels at 96 dpi, 0 for one line. `ground`: None takes the parent's."""

    def __init__(
        self,
        parent: tk.Misc,
        text: str = "",
        role: str = "body",
        *,
        weight: Weight | None = None,
        colour: str = "text",
        wrap: int = 0,
        justify: Any = "left",
        anchor: Any = "w",
        ground: str | None = None,
        name: str | None = None,
    ) -> None:
        self.theme = theme_of(parent)
        self._ground = ground
        self._text = text
        self._colour = colour
        self._wrap = wrap
        self._icon: str | None = None
        self._photo: Photo | None = None
        options: dict[str, Any] = {"name": name} if name else {}
        super().__init__(
            parent,
            text=self.theme.written(text),
            font=self.theme.font(role, weight),
            justify=justify,
            anchor=anchor,
            bd=0,
            padx=0,
            pady=0,
            highlightthickness=0,
            **options,
        )
        self._forget_theme = self.theme.on_change(self.restyle)
        self.restyle()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def set(self, text: str | None = None, *, colour: str | None = None, wrap: int | None = None) -> None:
        """Other words, another colour, another width; what is None stays."""
        self._colour = colour or self._colour
        self._wrap = self._wrap if wrap is None else wrap
        if text is not None:
            self._text = text
            self.configure(text=self.theme.written(text))
        self.restyle()

    def set_icon(self, icon: str) -> None:
        """A small picture before the words, in their colour."""
        self._icon = icon
        self.restyle()

    def restyle(self) -> None:
        """Takes the colours of the theme as it is now."""
        if self._icon:
            photo = self.theme.part(Pictures).spaced_icon(
                self._icon, self.theme.beside(13), self._colour, self.theme.px(6)
            )
            self.configure(image=photo, compound="left")
            self._photo = photo
        self.configure(
            bg=self.theme.colour(self._ground or ground_of(self.master)),
            fg=self.theme.colour(self._colour),
            wraplength=self.theme.px(self._wrap),
        )

    def destroy(self) -> None:
        self._forget_theme()
        super().destroy()


class Drawn(tk.Canvas):
    """A widget that draws itself whole in `draw`, again on every change of theme or size."""

    def __init__(
        self, parent: tk.Misc, width: int, height: int, *, ground: str | None = None, **options: Any
    ) -> None:
        self.theme: Theme = theme_of(parent)
        self.pictures = self.theme.part(Pictures)
        self.ground = ground or ground_of(parent)
        self._shown: list[Photo] = []
        super().__init__(parent, width=width, height=height, bd=0, highlightthickness=0, **options)
        self.configure(bg=self.theme.colour(self.ground))
        self._forget_theme = self.theme.on_change(self.restyle)
        self._size = (width, height)
        self.bind("<Configure>", self._resized)

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height in device pixels, as last laid out."""
        return self._size

    def draw(self) -> None:
        """Puts what is to be seen on the empty canvas."""

    def redraw(self) -> None:
        """Clears and draws; pictures that are shown stay alive until the next time."""
        before, self._shown = self._shown, []
        self.delete("all")
        self.draw()
        before.clear()

    def restyle(self) -> None:
        """Takes the colours and sizes of the theme as it is now."""
        self.configure(bg=self.theme.colour(self.ground))
        self.redraw()

    def resize(self, width: int, height: int) -> None:
        """Asks for this size; until there is a layout, it is what `draw` goes by."""
        self.configure(width=width, height=height)
        if self.winfo_manager() == "":
            self._size = (width, height)

    def put(self, photo: Photo, x: float, y: float, anchor: Any = "nw", tags: Any = ()) -> int:
        """Shows a picture and holds it."""
        self._shown.append(photo)
        return self.create_image(x, y, image=photo, anchor=anchor, tags=tags)

    def words(
        self,
        text: str,
        x: float,
        y: float,
        role: str = "body",
        colour: str = "text",
        *,
        weight: Weight | None = None,
        anchor: Any = "w",
        tags: Any = (),
    ) -> int:
        """One line of our own words; what people wrote goes through `emoji_line`."""
        font = self.theme.font(role, weight)
        fill = self.theme.colour(colour)
        return self.create_text(
            x, y, text=self.theme.written(text), font=font, fill=fill, anchor=anchor, tags=tags
        )

    def _resized(self, event: "tk.Event[tk.Misc]") -> None:
        if (event.width, event.height) != self._size:
            self._size = (event.width, event.height)
            self.redraw()

    def destroy(self) -> None:
        self._forget_theme()
        super().destroy()
        self._shown.clear()


class Pressable(Drawn):
    """A control that is pressed: hover, pressed, focus by keyboard, disabled; Space and Enter press it too."""

    def __init__(
        self,
        parent: tk.Misc,
        width: int,
        height: int,
        command: Callable[[], object] | None,
        *,
        ground: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(parent, width, height, ground=ground, takefocus=1, cursor="hand2", **options)
        self.command = command
        self.enabled = True
        self.hovered = self.pressed = self.ringed = False
        self._by_pointer = False
        for event, handler in (
            ("<Enter>", self._enter),
            ("<Leave>", self._leave),
            ("<ButtonPress-1>", self._press),
            ("<ButtonRelease-1>", self._release),
            ("<FocusIn>", self._focus_in),
            ("<FocusOut>", self._focus_out),
            ("<Key-space>", self._key),
            ("<Key-Return>", self._key),
            ("<Key-KP_Enter>", self._key),
        ):
            self.bind(event, handler)

    def invoke(self) -> None:
        """What a press does."""
        if self.enabled and self.command is not None:
            self.command()

    def enable(self, enabled: bool) -> None:
        """A disabled control is shown faint, takes no press and is passed over by Tab."""
        if enabled == self.enabled:
            return
        self.enabled = enabled
        self.pressed = False
        self.configure(takefocus=enabled, cursor="hand2" if enabled else "")
        self.redraw()

    def _enter(self, _: object) -> None:
        self.hovered = True
        self.redraw()

    def _leave(self, _: object) -> None:
        self.hovered = False
        self.redraw()

    def _press(self, _: object) -> str:
        if self.enabled:
            self.pressed = True
            self._by_pointer = True
            self.focus_set()
            self.redraw()
        return "break"

    def _release(self, event: "tk.Event[tk.Misc]") -> str:
        was, self.pressed = self.pressed, False
        if was:
            self.redraw()
            if 0 <= event.x < self.winfo_width() and 0 <= event.y < self.winfo_height():
                self.invoke()
        return "break"

    def _focus_in(self, _: object) -> None:
        self.ringed = not self._by_pointer
        self._by_pointer = False
        self.redraw()

    def _focus_out(self, _: object) -> None:
        self.ringed = self._by_pointer = False
        self.redraw()

    def _key(self, _: object) -> str:
        self.invoke()
        return "break"
