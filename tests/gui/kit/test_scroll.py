import tkinter as tk

import pytest

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.scroll import ScrollPane
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


@pytest.fixture
def pane(stage: Stage) -> ScrollPane:
    pane: ScrollPane = stage.show(ScrollPane(stage.root), fill="both", expand=True)
    for number in range(40):
        Button(pane.body, f"Button {number}").pack(fill="x")
    stage.settle()
    return pane


def turn(stage: Stage, widget: tk.Misc, down: bool = True) -> None:
    x, y = widget.winfo_rootx() + 5, widget.winfo_rooty() + 5
    widget.event_generate(f"<Button-{5 if down else 4}>", x=5, y=5, rootx=x, rooty=y)
    stage.settle()


def test_the_wheel_scrolls_wherever_the_pointer_is_inside(stage: Stage, pane: ScrollPane) -> None:
    first = pane.body.winfo_children()[2]
    before = first.winfo_rooty()
    turn(stage, first)
    assert first.winfo_rooty() == before - 64
    turn(stage, pane, down=False)
    assert first.winfo_rooty() == before
    turn(stage, first, down=False)
    assert first.winfo_rooty() == before


def test_the_nearest_that_scrolls_gets_the_wheel(stage: Stage, pane: ScrollPane) -> None:
    got: list[int] = []

    class Inner(Pane):
        def wheel(self, pixels: int) -> None:
            got.append(pixels)

    inner = Inner(pane.body, height=50)
    inner.pack(fill="x", before=pane.body.winfo_children()[0])
    stage.settle()
    turn(stage, inner)
    assert got == [64]


def test_the_body_is_as_wide_as_the_pane(stage: Stage, pane: ScrollPane) -> None:
    assert pane.body.winfo_width() == 640
    assert pane.body.winfo_height() == 1600


def test_a_widget_can_be_brought_into_sight(stage: Stage, pane: ScrollPane) -> None:
    last = pane.body.winfo_children()[30]
    pane.show(last)
    stage.settle()
    top = last.winfo_rooty() - stage.root.winfo_rooty()
    assert 0 <= top <= 440
    pane.show(last)
    assert last.winfo_rooty() - stage.root.winfo_rooty() == top


def test_the_bar_is_there_only_while_there_is_something_to_scroll(stage: Stage, pane: ScrollPane) -> None:
    assert pane.scrollbar.winfo_manager() == "place"
    for child in pane.body.winfo_children()[3:]:
        child.destroy()
    stage.settle()
    assert pane.scrollbar.winfo_manager() == ""
    turn(stage, pane.body)
    assert pane.body.winfo_rooty() == stage.root.winfo_rooty()


def test_dragging_the_bar_scrolls(stage: Stage, pane: ScrollPane) -> None:
    bar = pane.scrollbar
    bar.event_generate("<ButtonPress-1>", x=4, y=10)
    bar.event_generate("<B1-Motion>", x=4, y=2000)
    bar.event_generate("<ButtonRelease-1>", x=4, y=2000)
    stage.settle()
    assert bar.last == pytest.approx(1)


def test_tab_brings_into_sight_what_it_goes_to(stage: Stage, pane: ScrollPane) -> None:
    stage.theme.part(Layers)
    buttons = pane.body.winfo_children()
    buttons[8].focus_set()
    stage.settle()
    for _ in range(12):
        stage.key("Tab")
    assert stage.root.focus_get() is buttons[20]
    assert 0 <= buttons[20].winfo_rooty() - stage.root.winfo_rooty() <= 440
