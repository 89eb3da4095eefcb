import pytest

from hubbub.client.gui.kit.emoji_picker import EmojiPicker, pick_emoji
from hubbub.client.gui.kit.popup import Popup
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


def opened(stage: Stage, picked: list[str]) -> tuple[Popup, EmojiPicker]:
    root = stage.root
    popup = pick_emoji(
        root,
        root.winfo_rootx(),
        root.winfo_rooty() + 470,
        lambda found: picked.append(found.sequence),
        above=True,
        recent=["🎉", "👍"],
    )
    picker = popup.body.winfo_children()[0]
    assert isinstance(picker, EmojiPicker)
    stage.settle()
    return popup, picker


def test_writing_finds_and_enter_picks_the_first(stage: Stage) -> None:
    picked: list[str] = []
    popup, picker = opened(stage, picked)
    assert stage.root.focus_get() is picker.search.entry
    stage.type("thumbs up")
    stage.key("Return")
    assert picked == ["👍"] and not popup.page.winfo_exists()


def test_nothing_found_is_said(stage: Stage) -> None:
    picked: list[str] = []
    _, picker = opened(stage, picked)
    stage.type("qqq")
    assert picker.name.text == "No emoji of that name"
    stage.key("Return")
    assert picked == []


def test_recent_ones_come_first_and_arrows_reach_all(stage: Stage) -> None:
    picked: list[str] = []
    popup, picker = opened(stage, picked)
    stage.key("Down")
    assert picker.name.text == "Party popper"
    stage.key("Right")
    assert picker.name.text == "Thumbs up"
    stage.key("Down")
    assert picker.grid_of.current == (3, 1)  # past the heading
    stage.key("Up")
    assert picker.name.text == "Thumbs up"
    for _ in range(25):
        stage.key("Down")
    assert picker.grid_of.canvasy(0) > 500
    stage.key("Escape")
    assert picked == [] and not popup.page.winfo_exists()


def test_the_pointer_names_and_picks(stage: Stage) -> None:
    picked: list[str] = []
    _, picker = opened(stage, picked)
    stage.enter(picker.grid_of, 10, 36 + 10)
    assert picker.name.text == "Party popper"
    stage.enter(picker.grid_of, 10, 10)
    assert picker.name.text == ""
    stage.click(picker.grid_of, 10, 10)
    assert picked == []
    stage.click(picker.grid_of, 10, 36 + 10)
    assert picked == ["🎉"]


def test_only_what_is_seen_is_drawn(stage: Stage) -> None:
    _, picker = opened(stage, [])
    grid = picker.grid_of
    stage.until(lambda: len(grid.find_all()) > 40)
    for _ in range(30):
        grid.wheel(500)
        stage.settle()
    assert len(grid.find_all()) < 150
    assert grid.lines[-1].emoji
    stage.until(lambda: grid.find_withtag(f"line{len(grid.lines) - 1}"))


def test_a_press_outside_closes_it(stage: Stage) -> None:
    popup, _ = opened(stage, [])
    stage.click(stage.root, 600, 10)
    assert not popup.page.winfo_exists()
    assert stage.root.grab_current() is None
