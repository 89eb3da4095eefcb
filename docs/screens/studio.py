"""A window of which pictures are taken: it is brought into a state, and kept in both themes."""

import tkinter as tk
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from PIL import Image, ImageChops, ImageGrab

from docs.screens.world import World
from hubbub.client.gui.app import Window
from hubbub.client.gui.kit.fields import SearchField
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.notices import Toasts
from hubbub.client.gui.kit.theme import Theme
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.composer import Composer
from hubbub.client.gui.model.outgoing import Unsent
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.timeline.bubble import BubbleView
from hubbub.client.gui.timeline.view import TimelineView
from hubbub.client.gui.views.main import MainScreen

USUAL: Final = (1080, 720)
NARROW: Final = (400, 720)
PATIENCE_S: Final = 20.0
QUIET_S: Final = 0.25
"""So long nothing may have changed before a picture is taken."""
COLOURS: Final = 256
EXACT: Final = 144
_NOTICED: Final = 6
"""A difference of this much in a colour is seen, on a plain ground."""
_TURNED: Final = 40
"""What differs within so many pixels at 96 dpi is something that turned, or a number that counts: no other picture."""


class Camera:
    """Takes pictures of a window of Tk, and keeps them."""

    def __init__(self, root: tk.Tk, theme: Theme, folder: Path) -> None:
        self.root, self.theme = root, theme
        self.scene = ""
        """Of which pictures are taken now."""
        self.folder = folder

    def leave_pointer(self) -> None:
        """Nothing is under the mouse, and the keyboard is here."""
        corner = {"x": self.root.winfo_screenwidth() - 1, "y": self.root.winfo_screenheight() - 1}
        self.root.event_generate("<Motion>", warp=True, **corner)  # type: ignore[arg-type]  # typeshed wants each option by itself
        self.root.focus_force()

    def size(self, width: int, height: int, left: int = 0) -> None:
        """Of the window, in pixels at 96 dpi."""
        px = self.theme.px
        self.root.geometry(f"{px(width)}x{px(height)}+{px(left)}+0")
        self.until(lambda: self.root.winfo_width() == px(width), "the size")

    def until(self, condition: Callable[[], object], what: str = "the state") -> None:
        """Let the window live until it is so."""
        end = monotonic() + PATIENCE_S
        while not condition():
            if monotonic() > end:
                raise TimeoutError(f"{what} did not come about")
            self.root.update()
            sleep(0.002)

    def live(self, seconds: float) -> None:
        """Let it live for a while: what is asked of the library comes, what moves comes to rest."""
        end = monotonic() + seconds
        self.until(lambda: monotonic() > end)

    def take(
        self, detail: str = "", before: Callable[[], object] = lambda: None, beside: "Camera | None" = None
    ) -> None:
        """In both themes: THEME-SCENE.png, or THEME-SCENE-DETAIL.png. before: done in each, as for what goes by itself. beside: another
        window, which stands to the right of this one."""
        name = f"{self.scene}-{detail}" if detail else self.scene
        windows = [self, *filter(None, [beside])]
        for mode in ("light", "dark"):
            for one in windows:
                one.theme.set_mode(mode)
                one.close_layers()
            before()
            for one in windows:
                one.still()
                one.live(QUIET_S)
            image = _side_by_side([one.seen() for one in windows], self.theme)
            keep(image, self.folder / f"{mode}-{name}.png", self.theme.px(_TURNED))
        for one in windows:
            one.theme.set_mode("light")

    def close_layers(self) -> None:
        """No menu and no sheet is open."""
        while (top := self.theme.part(Layers).top) is not None:
            top.close()
        self.root.update()

    def seen(self) -> Image.Image:
        """What the screen has of it."""
        root = self.root
        left, top = root.winfo_rootx(), root.winfo_rooty()
        box = (left, top, left + root.winfo_width(), top + root.winfo_height())
        return ImageGrab.grab(box, xdisplay=root.winfo_screen())

    def still(self) -> None:
        """Carets do not blink."""
        for widget in all_of(self.root):
            if isinstance(widget, tk.Text | tk.Entry):
                widget.configure(insertofftime=0)


class Studio(Camera):
    """With the window of somebody who is logged in."""

    def __init__(
        self,
        world: World,
        folder: Path,
        scale: float,
        profile: Path | None = None,
        *,
        connected: bool = True,
    ) -> None:
        """profile: None is Alice's. connected: wait for the server, and for what it has."""
        self.world = world
        self.window = Window(profile or world.profile, mode="light", scale=scale, now=lambda: world.now)
        super().__init__(self.window.root, self.window.theme, folder)
        self.leave_pointer()
        self.until(lambda: self.window.model.chat)
        if connected:
            self.until(lambda: self.chat.link.connected and self.chat.conversations.known)

    def leave_draft(self, conversation: str, text: str) -> None:
        """As if it had been written, and left; nothing is read by that."""
        self.chat.drafts[conversation] = text
        self.main.sidebar.refresh()
        self.live(QUIET_S)

    @property
    def chat(self) -> Chat:
        assert self.window.model.chat is not None
        return self.window.model.chat

    @property
    def main(self) -> MainScreen:
        assert isinstance(self.window.screen, MainScreen)
        return self.window.screen

    def open(self, name: str) -> None:
        """A conversation, as far as it shows."""
        self.chat.open(name)
        self.until(lambda: self.chat.timeline and not self.chat.timeline.history.state, name)
        self.root.focus_force()

    def clear(self) -> None:
        """As it was before any picture."""
        self.close_layers()
        self.theme.part(Toasts).hide()
        if self.chat.composer is not None:
            self.chat.composer.cancel()
            self.chat.composer.write("")
            self.chat.composer.files.clear()
        self.main.conversation.close_search()
        self.chat.search.set("")
        self.chat.search.set_everywhere(False)
        self.chat.leave_open()
        self.chat.finding.set("")
        self.main.sidebar.filter.value = ""
        self.main.sidebar.list.scroll_to_top()
        self.size(*USUAL)
        self.root.update()

    # ---------------------------------------------------------------------------------------------- what is looked at

    @property
    def messages(self) -> TimelineView:
        """Of the conversation that is open."""
        assert self.main.conversation.messages is not None
        return self.main.conversation.messages

    @property
    def composer(self) -> Composer:
        assert self.chat.composer is not None
        return self.chat.composer

    @property
    def area(self) -> tk.Text:
        """Where one writes."""
        assert self.main.conversation.composer is not None
        return self.main.conversation.composer.area.edit

    def bubbles(self) -> list[Bubble]:
        """Those that are held, the oldest first."""
        return [row for row in self.messages.timeline.rows() if isinstance(row, Bubble)]

    def bubble(self, text: str) -> Bubble:
        """The newest with it."""
        return next(row for row in reversed(self.bubbles()) if text in row.message.text)

    def view(self, text: str) -> BubbleView:
        """Its widget, in sight."""
        key = self.bubble(text).key
        self.messages.flow.see(key)
        self.live(QUIET_S)
        view = self.messages.flow.view(key)
        assert isinstance(view, BubbleView)
        return view

    def unsent(self) -> list[Unsent]:
        """What waits in the conversation that is open."""
        return self.chat.outgoing.of(self.composer.conversation)

    # -------------------------------------------------------------------------------------------------- what is done

    def to_end(self) -> None:
        """To the newest message."""
        self.live(QUIET_S)
        self.messages.flow.to_end()
        self.live(QUIET_S)

    def write(self, conversation: str, text: str) -> None:
        """As if somebody had typed it."""
        self.open(conversation)
        self.type(text)

    def type(self, text: str) -> None:
        """The same, in what is open."""
        assert self.main.conversation.composer is not None
        area = self.main.conversation.composer.area
        area.focus()
        area.insert(text)
        self.root.update()

    def search(self, words: str) -> None:
        """In the panel that is open."""
        field = self.find("words")
        assert isinstance(field, SearchField)
        field.value = words
        field.entry.icursor("end")
        self.chat.search.set(words)
        self.until(lambda: not self.chat.search.state, "an answer")

    def again(self, act: Callable[[], object], condition: Callable[[], object], what: str) -> None:
        """What may pass unheard, until it is heard."""
        for _ in range(10):
            act()
            self.live(QUIET_S)
            if condition():
                return
        raise TimeoutError(f"{what} did not come about")

    def click(self, widget: tk.Misc) -> None:
        """In the middle of it."""
        for keys in ("<Enter>", "<ButtonPress-1>", "<ButtonRelease-1>", "<Leave>"):
            self.press(widget, keys)

    def find(self, name: str) -> tk.Misc:
        """The widget of that name that is seen."""

        def found() -> list[tk.Misc]:
            return [one for one in all_of(self.root) if one.winfo_name() == name and one.winfo_viewable()]

        self.until(found, f"the widget {name}")
        return found()[0]

    def press(self, widget: tk.Misc, keys: str) -> None:
        """A key, or a button of the mouse in the middle of it."""
        widget.event_generate(keys, x=widget.winfo_width() // 2, y=widget.winfo_height() // 2)
        self.root.update()

    def close(self) -> None:
        """Raises what went wrong in it."""
        self.window.close()
        if self.window.faults:
            raise self.window.faults[0]


def all_of(widget: tk.Misc) -> Iterator[tk.Misc]:
    """It, and what is in it."""
    yield widget
    for child in widget.winfo_children():
        yield from all_of(child)


def _side_by_side(images: list[Image.Image], theme: Theme) -> Image.Image:
    """On the colour of what lies behind windows, where there are several."""
    if len(images) == 1:
        return images[0]
    gap = theme.px(16)
    wide = sum(image.width + gap for image in images) + gap
    whole = Image.new("RGB", (wide, max(image.height for image in images) + 2 * gap), theme.palette.scrim)
    left = gap
    for image in images:
        whole.paste(image, (left, gap))
        left += image.width + gap
    return whole


def keep(image: Image.Image, path: Path, turned: int = _TURNED) -> None:
    """As a small PNG, unless the one that is there shows the same. turned: see _TURNED, in the picture's pixels."""
    chosen = reduced(image.convert("RGB"))
    if not _same(chosen.convert("RGB"), path, turned):
        chosen.save(path, optimize=True)


def reduced(image: Image.Image) -> Image.Image:
    """In few colours: the usual ones as they are, the others as near as can be."""
    counted: list[tuple[int, tuple[int, int, int]]] = image.getcolors(image.width * image.height)  # type: ignore[assignment]  # of an RGB image
    colours = [colour for _, colour in sorted(counted, reverse=True)]
    palette, rest = colours[:EXACT], colours[EXACT:]
    index = {colour: at for at, colour in enumerate(palette)}
    if rest:
        swatch = Image.frombytes("RGB", (len(rest), 1), bytes(value for colour in rest for value in colour))
        few = swatch.quantize(COLOURS - EXACT, Image.Quantize.MEDIANCUT, kmeans=2)
        index |= {colour: EXACT + at for colour, at in zip(rest, few.tobytes(), strict=True)}
        values = few.getpalette() or []
        palette += zip(values[::3], values[1::3], values[2::3], strict=True)
    raw = image.tobytes()
    pixels = zip(raw[::3], raw[1::3], raw[2::3], strict=True)
    chosen = Image.frombytes("P", image.size, bytes(index[colour] for colour in pixels))
    chosen.putpalette([value for colour in palette for value in colour])
    return chosen


def _same(image: Image.Image, path: Path, turned: int) -> bool:
    if not path.exists():
        return False
    with Image.open(path) as before:
        if before.size != image.size:
            return False
        differ = (
            ImageChops.difference(image, before.convert("RGB"))
            .convert("L")
            .point(lambda value: value > _NOTICED and 255)
        )
    left, top, right, bottom = differ.getbbox() or (0, 0, 0, 0)
    return right - left <= turned and bottom - top <= turned
