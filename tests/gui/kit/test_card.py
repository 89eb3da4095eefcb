"""What lies over the window for a while has the colours of now, and corners that show what lies beneath."""

import tkinter as tk
from collections.abc import Callable

import pytest
from PIL import ImageGrab

from hubbub.client.gui.kit.base import Drawn, Pane
from hubbub.client.gui.kit.beneath import corners
from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.menus import MenuItem, menu
from hubbub.client.gui.kit.notices import Toasts, toast
from hubbub.client.gui.kit.palette import rgb
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


def seen(stage: Stage, widget: tk.Misc, x: int, y: int) -> tuple[int, ...]:
    """The pixel that the screen has there; negative: from the other end."""
    stage.settle()
    x, y = x % widget.winfo_width(), y % widget.winfo_height()
    left, top = widget.winfo_rootx() + x, widget.winfo_rooty() + y
    picture = ImageGrab.grab((left, top, left + 1, top + 1), xdisplay=stage.root.winfo_screen())
    return tuple(picture.convert("RGB").tobytes())


def open_menu(stage: Stage) -> tk.Misc:
    at = stage.root.winfo_rootx() + 40, stage.root.winfo_rooty() + 40
    return menu(stage.root, *at, [MenuItem("Reply", "reply"), MenuItem("Copy", "copy")]).page


def open_toast(stage: Stage) -> tk.Misc:
    toast(stage.root, "Deleted", "Undo", lambda: None, seconds=60)
    return next(child for child in stage.root.winfo_children() if isinstance(child, Card))


@pytest.mark.parametrize(("opened", "fill"), [(open_menu, "surface"), (open_toast, "text")])
def test_what_is_open_takes_the_colours_of_another_theme(
    stage: Stage, opened: Callable[[Stage], tk.Misc], fill: str
) -> None:
    card = opened(stage)
    ground = stage.theme.palette
    assert seen(stage, card, 0, 0) == rgb(ground.background)
    assert seen(stage, card, 20, 4) == rgb(getattr(ground, fill))
    stage.theme.set_mode("dark")
    ground = stage.theme.palette
    assert seen(stage, card, 0, 0) == seen(stage, card, -1, -1) == rgb(ground.background)
    assert seen(stage, card, 20, 4) == rgb(getattr(ground, fill))
    assert isinstance(card, Card)
    words = [item for item in card.find_all() if card.type(item) == "text"]
    ink = ground.surface if fill == "text" else ground.text
    assert card.itemcget(words[0], "fill") == ink


def test_what_a_menu_has_chosen_stays_chosen(stage: Stage) -> None:
    at = stage.root.winfo_rootx() + 40, stage.root.winfo_rooty() + 40
    opened = menu(stage.root, *at, [MenuItem("Reply"), MenuItem("Copy")])
    stage.settle()
    stage.key("Down")
    stage.theme.set_mode("dark")
    assert opened.current == 0
    assert seen(stage, opened.page, 90, 12) == rgb(stage.theme.palette.raised)


def test_corners_are_those_of_the_pictures_beneath(stage: Stage) -> None:
    class Bubble(Drawn):
        def draw(self) -> None:
            self.put(self.pictures.rounded(200, 100, 30, "accent"), 100, 100)

    under = Bubble(stage.root, 640, 480)
    under.place(x=0, y=0, width=640, height=480)
    under.redraw()
    pane = Pane(under, "danger_soft", width=50, height=50)
    under.create_window(400, 0, window=pane, anchor="nw", width=50, height=50)
    stage.settle()
    accent, plain = stage.theme.palette.accent, stage.theme.palette.background
    above = tk.Frame(stage.root)
    above.place(x=150, y=120, width=200, height=100)
    stage.settle()
    assert corners(above, 150, 120, 200, 100) == [accent, plain, plain, plain]
    assert corners(above, 101, 101, 320, 50)[0] == plain, "it is round there"
    assert corners(above, 150, 20, 271, 100)[1] == stage.theme.palette.danger_soft


def test_a_toast_lies_above_where_one_writes(stage: Stage) -> None:
    strip = Pane(stage.root, "surface")
    strip.place(x=200, y=400, width=440, height=80)
    stage.settle()
    stage.theme.part(Toasts).above = lambda: strip
    card = open_toast(stage)
    stage.settle()
    assert card.winfo_y() + card.winfo_height() <= 400
    assert abs(card.winfo_x() + card.winfo_width() // 2 - 420) <= 1
