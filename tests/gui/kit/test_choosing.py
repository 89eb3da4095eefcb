"""One of several: rows with a mark, and a knob on a track."""

import pytest

from hubbub.client.gui.kit.choosing import Radios, Slider
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


def test_a_row_is_chosen_by_a_press_and_by_arrows(stage: Stage) -> None:
    told: list[int] = []
    radios = Radios(stage.root, ["One", "Two", "Three"], on_change=told.append)
    stage.show(radios)
    stage.click(radios, 20, radios.winfo_height() - 10)
    assert (radios.text, told) == ("Three", [2])
    radios.focus_set()
    stage.key("Up")
    stage.key("Up")
    stage.key("Up")
    assert (radios.text, told) == ("One", [2, 1, 0])
    radios.set(1)
    assert told == [2, 1, 0]
    radios.enable(False)
    stage.click(radios, 20, 10)
    assert radios.text == "Two"


def test_a_knob_goes_where_it_is_put_and_no_further(stage: Stage) -> None:
    told: list[int] = []
    slider = Slider(stage.root, 5, chosen=2, on_change=told.append)
    stage.show(slider)
    slider.focus_set()
    stage.key("Left")
    stage.key("End")
    stage.key("Right")
    assert told == [1, 4]
    stage.click(slider, 3, slider.winfo_height() // 2)
    assert (slider.chosen, told) == (0, [1, 4, 0])


def test_larger_text_makes_controls_higher_and_smaller_text_does_not_make_them_lower(stage: Stage) -> None:
    radios = Radios(stage.root, ["One", "Two"])
    stage.show(radios)
    usual = radios.winfo_reqheight()
    stage.theme.set_text_scale(2.0)
    assert radios.winfo_reqheight() > usual
    stage.theme.set_text_scale(0.8)
    assert radios.winfo_reqheight() == usual
    stage.theme.set_text_scale(1.0)
