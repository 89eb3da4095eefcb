import pytest
from PIL import Image

from hubbub.client.gui.kit import pictures as module
from hubbub.client.gui.kit.pictures import Pictures
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


def names(stage: Stage) -> set[str]:
    return {name for name in stage.root.tk.call("image", "names") if not name.startswith("::tk")}


def test_the_same_is_drawn_once(stage: Stage) -> None:
    pictures = stage.theme.part(Pictures)
    assert pictures.icon("search", 20, "muted") is pictures.icon("search", 20, stage.theme.palette.muted)
    assert pictures.rounded(40, 20, 8, "raised") is not pictures.rounded(40, 20, 8, "raised", "line")
    assert pictures.avatar("ada", 40) is not pictures.avatar("ada", 40, presence="online")


def test_colours_of_the_palette_follow_the_theme(stage: Stage) -> None:
    pictures = stage.theme.part(Pictures)
    light = pictures.circle(10, "accent")
    stage.theme.set_mode("dark")
    assert pictures.circle(10, "accent") is not light


def test_what_nobody_holds_is_forgotten_when_there_is_too_much(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_KEPT_PIXELS", 10_000)
    pictures = stage.theme.part(Pictures)
    before = names(stage)
    held = pictures.kept("held", lambda: Image.new("RGBA", (50, 50)))
    for number in range(50):
        pictures.kept(number, lambda: Image.new("RGBA", (50, 50)))
    assert len(names(stage) - before) <= 5
    assert str(held) in names(stage)
    assert pictures.kept("held", lambda: Image.new("RGBA", (50, 50))) is not held


def test_a_broken_picture_of_a_person_gives_way_to_initials(stage: Stage) -> None:
    pictures = stage.theme.part(Pictures)
    assert pictures.avatar("ada", 40, b"no picture").width() == 40
