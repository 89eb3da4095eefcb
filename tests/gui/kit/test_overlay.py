"""A menu, a card with widgets and the row of reactions go in the same ways, and the focus is where it was."""

from collections.abc import Callable

import pytest

from hubbub.client.gui.kit.fields import SearchField
from hubbub.client.gui.kit.menus import MenuItem, menu
from hubbub.client.gui.kit.overlay import Overlay
from hubbub.client.gui.kit.popup import Popup
from hubbub.client.gui.timeline.reactions import ReactionBar
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window
Open = Callable[[Stage], Overlay]


def a_menu(stage: Stage) -> Overlay:
    return menu(stage.root, *near(stage), [MenuItem("Do it")])


def a_popup(stage: Stage) -> Overlay:
    return Popup(stage.root, *near(stage), 200, 100)


def a_bar(stage: Stage) -> Overlay:
    return ReactionBar(stage.root, *near(stage), lambda _: None)


def near(stage: Stage) -> tuple[int, int]:
    return stage.root.winfo_rootx() + 150, stage.root.winfo_rooty() + 200


@pytest.mark.parametrize("way", ["press", "escape", "goes", "close"])
@pytest.mark.parametrize("opens", [a_menu, a_popup, a_bar])
def test_it_goes_and_gives_the_focus_back(stage: Stage, opens: Open, way: str) -> None:
    field = stage.show(SearchField(stage.root))
    field.focus()
    stage.settle()
    over = opens(stage)
    stage.settle()
    assert stage.root.grab_current() is over.page
    stage.click(over.page, 1, 1, button=2)  # inside: it stays
    assert over.page.winfo_exists() and stage.root.focus_get() is over.page
    if way == "press":
        stage.click(stage.root, 630, 470)
    elif way == "escape":
        stage.key("Escape")
    elif way == "goes":
        over.page.place_forget()
        stage.settle()
    else:
        over.close()
        over.close()
    assert not over.page.winfo_exists()
    assert stage.root.grab_current() is None
    assert stage.root.focus_get() is field.entry
