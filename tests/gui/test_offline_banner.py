"""The strip that says that there is no server: when it comes and goes, and what it says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.model.link import Link
from hubbub.client.gui.views import banner
from hubbub.client.gui.views.banner import LinkBanner
from tests.helpers.ground import Ground
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window
NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def stage(ground: Ground) -> Iterator[Stage]:
    theme = ground.begin("800x200")
    yield Stage(ground.root, theme)
    ground.end()
    assert ground.faults == []


class Bench:
    """A pane with a banner over what it holds, and the clock and the state in the test's hand."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.link, self.now = stage, Link(), NOW
        self.pressed: list[str] = []
        self.maps = 0
        pane = stage.show(Pane(stage.root), fill="both", expand=True)
        self.banner = LinkBanner(
            pane,
            self.link,
            lambda: self.now,
            lambda: self.pressed.append("try"),
            lambda: self.pressed.append("sign in"),
        )
        self.rest = stage.show(Pane(pane), fill="both", expand=True)
        self.banner.bind("<Map>", self._on_map, add="+")

    def _on_map(self, _: object) -> None:
        self.maps += 1

    def away(self, seconds: float) -> None:
        self.link.trying()
        self.link.down("There is no server at HOST.", self.now + timedelta(seconds=seconds))


@pytest.fixture
def bench(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(banner, "PATIENCE_MS", 40)
    monkeypatch.setattr(banner, "TRYING_MS", 20)
    return Bench(stage)


def test_a_short_break_is_not_shown(bench: Bench) -> None:
    passed = list[bool]()
    bench.link.up()
    bench.link.down("it broke")
    bench.link.trying()
    bench.link.up()
    bench.stage.root.after(120, lambda: passed.append(True))
    bench.stage.until(lambda: passed)
    assert bench.maps == 0 and bench.banner.text == ""


def test_a_long_one_is_said_above_everything_with_the_seconds_that_remain(bench: Bench) -> None:
    bench.link.up()
    bench.away(12.2)
    bench.away(12.2)
    bench.stage.until(lambda: bench.banner.winfo_viewable() and "Next try in 13 s." in bench.banner.text)
    assert "What you write is kept" in bench.banner.text
    assert bench.banner.winfo_y() == 0 and bench.rest.winfo_y() == bench.banner.winfo_height()
    bench.now += timedelta(seconds=5)
    bench.stage.until(lambda: "Next try in 8 s." in bench.banner.text)
    bench.now += timedelta(seconds=9)
    bench.stage.until(lambda: "Trying now" in bench.banner.text)
    bench.link.up()
    bench.stage.settle()
    assert bench.banner.text == "" and bench.rest.winfo_y() == 0


def test_a_try_that_fails_at_once_does_not_change_the_words(bench: Bench) -> None:
    seen = list[str]()
    bench.away(5)
    bench.away(5)
    bench.stage.until(lambda: "Next try in 5 s." in bench.banner.text)
    bench.link.trying()
    seen.append(bench.banner.text)
    bench.away(9)
    seen.append(bench.banner.text)
    assert "in 5 s" in seen[0] and "in 9 s" in seen[1]
    bench.link.trying()
    bench.stage.until(lambda: "Trying now" in bench.banner.text)


def test_the_first_link_is_only_spoken_of_if_it_takes_its_time(bench: Bench) -> None:
    bench.stage.until(lambda: bench.banner.text)
    assert bench.banner.text.startswith("Connecting")


def test_a_server_that_can_take_nothing_is_spoken_of_until_it_can(bench: Bench) -> None:
    bench.link.up()
    bench.link.hold("The server's disk is full.")
    assert bench.banner.text.startswith("The server's disk is full. What you write waits here")
    bench.link.down("There is no server at HOST.")
    assert bench.banner.text, "a short break changes nothing"
    bench.away(5)
    bench.stage.until(lambda: bench.banner.text.startswith("No connection"))
    bench.link.up()
    assert bench.banner.text.startswith("The server's disk is full.")
    bench.link.hold("")
    assert bench.banner.text == ""


def test_its_button_tries_now_and_a_narrow_window_leaves_out_the_comfort(bench: Bench) -> None:
    bench.away(300)
    bench.stage.until(lambda: "Next try in 5 min." in bench.banner.text)
    button = bench.banner.waiting.button
    bench.stage.click(button)
    assert bench.pressed == ["try"]
    bench.stage.root.geometry("400x200")
    bench.stage.until(lambda: bench.banner.text == "No connection. Next try in 5 min.")


def test_an_end_for_good_is_said_at_once_with_what_to_do(bench: Bench) -> None:
    bench.link.stopped("Another server answers there.")
    bench.stage.settle()
    assert bench.banner.text == "Another server answers there."
    bench.stage.click(bench.banner.ended.button)
    assert bench.pressed == ["sign in"]
