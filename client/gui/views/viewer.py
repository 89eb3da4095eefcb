"""Pictures, one at a time, over the whole window: fitted or nearer, moved with the pointer, saved, opened elsewhere."""

import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import filedialog
from typing import Final

from PIL import Image

from hubbub.client.gui.kit.base import Drawn, Label, Pane
from hubbub.client.gui.kit.binding import doing
from hubbub.client.gui.kit.buttons import IconButton
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.line import LineLabel
from hubbub.client.gui.kit.notices import toast
from hubbub.client.gui.kit.scroll import Wheel
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.model import keys
from hubbub.client.gui.model.viewing import Viewing
from hubbub.client.gui.timeline.files import size_text

_STEP: Final = 1.25
"""What one notch of the wheel, or one press of a key, enlarges by."""
_NEAREST: Final = 8.0
"""How many device pixels a picture's pixel may take."""
_SMALL: Final = 600
"""Pictures whose shorter side is no longer are scaled as they are."""


class Viewer:
    """A layer over the window. Left and right go on, plus and minus enlarge, Escape closes."""

    modal = True

    def __init__(self, window: tk.Misc, viewing: Viewing, ask: Callable[[str], str] | None = None) -> None:
        """ask: where to save a picture of this name; "" for nowhere. None: the system's dialog."""
        root = window.winfo_toplevel()
        self.viewing: Final = viewing
        self._theme = theme_of(root)
        self._ask = ask or self._ask_path
        self._layers = self._theme.part(Layers)
        self._theme.part(Wheel)
        self.page: Pane = Pane(root, "background")
        self._build()
        self._shown: object = None
        self._ends = [
            viewing.changed.connect(self._draw),
            viewing.told.connect(lambda text: toast(root, text)),
        ]
        self._layers.opened(self, window)
        self.page.place(x=0, y=0, relwidth=1, relheight=1)
        self.page.tkraise()
        self.stage.focus_set()
        self._draw()

    def close(self) -> None:
        """Again does nothing."""
        if self.page.winfo_exists():
            for end in self._ends:
                end()
            self.viewing.close()
            self.page.destroy()
            self._layers.closed(self)

    def _build(self) -> None:
        px = self._theme.px
        self.stage = Stage(self.page)
        head = Pane(self.page, "surface")
        head.pack(fill="x")
        IconButton(head, "x-lg", self.close, "Close", name="close").pack(side="right", padx=px(8), pady=px(8))
        for name, icon, command, tip in (
            ("outside", "box-arrow-up-right", self.viewing.open_outside, "Open in another program"),
            ("save", "download", self._save, "Save as"),
            ("nearer", "zoom-in", lambda: self.stage.enlarge(_STEP), "Enlarge"),
            ("farther", "zoom-out", lambda: self.stage.enlarge(1 / _STEP), "Make smaller"),
        ):
            IconButton(head, icon, command, tip, name=name).pack(side="right", pady=px(8))
        said = Pane(head)
        said.pack(side="left", fill="x", expand=True, padx=(px(16), px(8)))
        self.title = LineLabel(said, "", weight="semibold", name="title")
        self.title.pack(fill="x")
        self.note = Label(said, "", "note", colour="muted")
        self.note.pack(fill="x")
        self.stage.pack(fill="both", expand=True)
        self.previous = IconButton(
            self.stage, "chevron-left", lambda: self.viewing.go(-1), "Previous", name="previous"
        )
        self.next = IconButton(self.stage, "chevron-right", lambda: self.viewing.go(1), "Next", name="next")
        acts: dict[str, Callable[[], object]] = {
            "picture_before": lambda: self.viewing.go(-1),
            "picture_after": lambda: self.viewing.go(1),
            "larger": lambda: self.stage.enlarge(_STEP),
            "smaller": lambda: self.stage.enlarge(1 / _STEP),
            "fit": self.stage.fit,
            "again": self.viewing.try_again,
        }
        for name, act in acts.items():
            for pattern in keys.patterns(name):
                self.stage.bind(pattern, doing(act))

    def _draw(self) -> None:
        viewing, attachment = self.viewing, self.viewing.attachment
        place, count = viewing.place
        self.title.set(attachment.name)
        of = f"{place} of {count} · " if count > 1 else ""
        self.note.set(f"{of}{attachment.width} × {attachment.height} · {size_text(attachment.size)}")
        self._show_button(self.previous, place > 1, relx=0, x=self._theme.px(16), anchor="w")
        self._show_button(self.next, place < count, relx=1, x=-self._theme.px(16), anchor="e")
        if viewing.picture is not None and viewing.picture is not self._shown:
            picture = viewing.picture
            self.stage.show(Image.frombytes(picture.mode, (picture.width, picture.height), picture.pixels))
        elif viewing.picture is None:
            self.stage.wait(viewing.share, viewing.problem)
        self._shown = viewing.picture

    def _show_button(self, button: IconButton, shown: bool, *, relx: int, x: int, anchor: str) -> None:
        if shown:
            button.place(relx=relx, rely=0.5, x=x, anchor=anchor)  # type: ignore[arg-type]  # one of Tk's
        else:
            button.place_forget()

    def _save(self) -> None:
        if path := self._ask(self.viewing.attachment.name):
            self.viewing.save(Path(path))

    def _ask_path(self, name: str) -> str:
        return str(
            filedialog.asksaveasfilename(parent=self.page, title="Save picture", initialfile=name) or ""
        )


class Stage(Drawn):
    """Where the picture is. It is scaled as far as it is seen, whatever its size."""

    def __init__(self, parent: tk.Misc) -> None:
        super().__init__(parent, 1, 1, ground="background", takefocus=1)
        self._image: Image.Image | None = None
        self._levels: list[Image.Image] = []
        """The picture, half of it, a quarter ...: to scale one that is much larger than the screen takes too long for a frame."""
        self._job: str | None = None
        self._share, self._problem = 0.0, ""
        self.zoom = 0.0
        """Device pixels that a pixel of the picture takes; 0: as large as there is room, and not enlarged."""
        self._centre = (0.5, 0.5)
        """Which place of the picture is in the middle, in shares of its sides."""
        self._grip: tuple[int, int] | None = None
        self.bind("<Button-1>", self._press)
        self.bind("<B1-Motion>", self._drag)
        self.bind("<Double-Button-1>", self._toggle)

    @property
    def ratio(self) -> float:
        """Device pixels that a pixel of the picture takes now."""
        return self.zoom or self._fitting()

    def show(self, image: Image.Image) -> None:
        """Another picture, as large as there is room."""
        self._image, self._levels = image, [image]
        while min(self._levels[-1].size) > _SMALL:
            self._levels.append(self._levels[-1].reduce(2))
        self.fit()

    def wait(self, share: float, problem: str) -> None:
        """There is none yet, or none at all."""
        self._image, self._levels, self._share, self._problem = None, [], share, problem
        self.redraw()

    def fit(self) -> None:
        """All of it."""
        self.zoom, self._centre = 0.0, (0.5, 0.5)
        self.redraw()

    def enlarge(self, factor: float, at: tuple[int, int] | None = None) -> None:
        """What is at this place, or in the middle, stays there."""
        if self._image is None:
            return
        before = self.ratio
        fitting = self._fitting()
        scale = min(max(before * factor, min(fitting, 1.0)), max(_NEAREST, fitting))
        width, height = self.extent
        x, y = (at[0] - width / 2, at[1] - height / 2) if at else (0.0, 0.0)
        shift = 1 / before - 1 / scale
        self._centre = (
            self._centre[0] + x * shift / self._image.width,
            self._centre[1] + y * shift / self._image.height,
        )
        self.zoom = 0.0 if scale <= fitting else scale
        self._soon()

    def wheel(self, pixels: int) -> None:
        """Of the kit's Wheel: up is nearer."""
        here = (self.winfo_pointerx() - self.winfo_rootx(), self.winfo_pointery() - self.winfo_rooty())
        self.enlarge(_STEP if pixels < 0 else 1 / _STEP, here)

    def draw(self) -> None:
        width, height = self.extent
        if self._image is None:
            self._draw_waiting(width, height)
            return
        box, size, place = self._window(width, height)
        level = 0
        while level + 1 < len(self._levels) and self.ratio * 2 ** (level + 1) <= 1:
            level += 1
        source = self._levels[level]
        across, down = source.width / self._image.width, source.height / self._image.height
        box = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
        image = source.resize(size, Image.Resampling.BILINEAR, box=box)
        if image.mode == "RGBA":
            ground = Image.new("RGBA", image.size, self.theme.colour("background"))
            image = Image.alpha_composite(ground, image)
        self.put(self.pictures.photo(image.convert("RGB")), *place)

    def _draw_waiting(self, width: int, height: int) -> None:
        px, x, y = self.theme.px, width // 2, height // 2
        if self._problem:
            side = px(32)
            self.put(self.pictures.icon("image", side, "faint"), x - side // 2, y - side - px(8))
            self.create_text(
                x,
                y + px(8),
                text=f"{self._problem}\nPress Enter to try again.",
                font=self.theme.font("body"),
                fill=self.theme.colour("muted"),
                anchor="n",
                justify="center",
                width=max(px(120), min(width - px(48), px(420))),
            )
            return
        side = px(48)
        thick = max(2, px(3))
        self.put(self.pictures.arc(side, thick, 0, 360, "line"), x - side // 2, y - side // 2)
        sweep = max(18, round(self._share * 60) * 6)
        self.put(self.pictures.arc(side, thick, 0, sweep, "accent"), x - side // 2, y - side // 2)

    def _fitting(self) -> float:
        if self._image is None:
            return 1.0
        width, height = self.extent
        across, down = max(1, width - 2 * self.theme.px(72)), max(1, height - 2 * self.theme.px(24))
        return min(across / self._image.width, down / self._image.height, max(1.0, self.theme.scale))

    def _window(
        self, width: int, height: int
    ) -> tuple[tuple[float, float, float, float], tuple[int, int], tuple[int, int]]:
        """The part of the picture that is seen, its size on the screen, and its place there."""
        assert self._image is not None  # noqa: S101 - for the type checker
        scale = self.ratio
        spans = []
        for side, room, centre in (
            (self._image.width, width, self._centre[0]),
            (self._image.height, height, self._centre[1]),
        ):
            seen = min(float(side), room / scale)
            begin = min(max(0.0, centre * side - seen / 2), side - seen)
            spans.append((begin, begin + seen, max(1, round(seen * scale)), side))
        self._centre = tuple((begin + end) / 2 / side for begin, end, _, side in spans)  # type: ignore[assignment]  # of two
        (left, right, across, _), (top, bottom, down, _) = spans
        return (left, top, right, bottom), (across, down), ((width - across) // 2, (height - down) // 2)

    def _soon(self) -> None:
        """Drawn once for all that the hand did meanwhile."""
        if self._job is None:
            self._job = self.after_idle(self._draw_now)

    def _draw_now(self) -> None:
        self._job = None
        self.redraw()

    def destroy(self) -> None:
        if self._job is not None:
            self.after_cancel(self._job)
        self._shown.clear()
        self._image, self._levels = None, []
        super().destroy()

    def _press(self, event: "tk.Event[tk.Misc]") -> None:
        self.focus_set()
        self._grip = (event.x, event.y)

    def _drag(self, event: "tk.Event[tk.Misc]") -> None:
        if self._image is None or self._grip is None or not self.zoom:
            return
        x, y = event.x - self._grip[0], event.y - self._grip[1]
        self._grip = (event.x, event.y)
        across, down = self._image.width * self.ratio, self._image.height * self.ratio
        self._centre = (self._centre[0] - x / across, self._centre[1] - y / down)
        self._soon()

    def _toggle(self, event: "tk.Event[tk.Misc]") -> None:
        """One pixel for one, and back."""
        if self.zoom:
            self.fit()
        else:
            self.enlarge(max(1.0, 2 * self.ratio) / self.ratio, (event.x, event.y))
