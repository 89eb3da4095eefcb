import dataclasses

import pytest

from hubbub.client.gui.kit.emoji_picker import EmojiPicker, pick_emoji
from hubbub.client.gui.kit.popup import Popup
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


@dataclasses.dataclass
class Kept:
    emoji_tone: int = 0


def opened(stage: Stage, picked: list[str], tone: Kept | None = None) -> tuple[Popup, EmojiPicker]:
    root = stage.root
    popup = pick_emoji(
        root,
        root.winfo_rootx(),
        root.winfo_rooty() + 470,
        lambda found: picked.append(found.sequence),
        above=True,
        recent=["🎉", "👍"],
        tone=tone,
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


def test_a_long_press_opens_the_tones_and_the_one_that_is_taken_is_kept_for_all(stage: Stage) -> None:
    picked: list[str] = []
    kept = Kept()
    popup, picker = opened(stage, picked, kept)
    grid = picker.grid_of
    x, y = 36 + 18, 36 + 18  # the thumb, the second of the recent ones
    stage.enter(grid, x, y)
    assert picker.name.text == "Thumbs up  ·  hold for skin tones"
    grid.event_generate("<ButtonPress-1>", x=x, y=y)
    stage.until(lambda: grid.find_withtag("tones"))
    grid.event_generate("<ButtonRelease-1>", x=x, y=y)
    assert picked == [] and grid.find_withtag("tones")
    box = grid.bbox("tones")
    x, y = box[0] + 4 + 3 * 36 + 18, box[1] + 4 + 18
    stage.enter(grid, x, y)
    assert picker.name.text.startswith("Thumbs up: medium skin tone")
    stage.click(grid, x, y)
    assert (picked, kept.emoji_tone) == (["👍🏽"], 3)
    assert not popup.page.winfo_exists()
    _, picker = opened(stage, picked, kept)
    stage.type("wav")
    stage.key("Return")
    assert picked[-1] == "👋🏽"


def test_keys_open_the_tones_too_and_escape_leaves_but_them(stage: Stage) -> None:
    picked: list[str] = []
    kept = Kept(emoji_tone=2)
    popup, picker = opened(stage, picked, kept)
    grid = picker.grid_of
    stage.key("Down")
    grid.event_generate("<Alt-Key-Down>")
    assert not grid.find_withtag("tones")  # a party has none
    stage.key("Right")
    for event in ("<Alt-Key-Down>", "<Key-Menu>", "<Shift-Key-F10>"):
        grid.event_generate(event)
        assert grid.find_withtag("tones")
        stage.key("Escape")
        assert not grid.find_withtag("tones") and popup.page.winfo_exists()
    stage.click(grid, 36 + 18, 36 + 18, button=3)
    assert grid.find_withtag("tones")
    stage.key("Left")
    stage.key("Return")
    assert (picked, kept.emoji_tone) == (["👍🏿"], 5)


def test_a_press_beside_the_tones_closes_them_and_picks_nothing(stage: Stage) -> None:
    picked: list[str] = []
    _, picker = opened(stage, picked, Kept())
    grid = picker.grid_of
    stage.click(grid, 36 + 18, 36 + 18, button=3)
    stage.click(grid, 18, 300)
    assert picked == [] and not grid.find_withtag("tones")
    stage.click(grid, 36 + 18, 36 + 18, button=3)
    grid.wheel(40)
    assert not grid.find_withtag("tones")
