"""Lines that exist only near the screen: in their place to the pixel, whatever comes and goes."""

import tkinter as tk
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from random import Random
from time import monotonic

import pytest
from msgspec import Struct

from hubbub.client.gui.timeline.flow import AHEAD, Flow
from hubbub.client.gui.timeline.strip import Widgets
from tests.helpers.ground import Ground

pytestmark = pytest.mark.window
WIDTH, HEIGHT = 400, 500


class Row(Struct, frozen=True):
    key: str
    height: int = 40


class Block(tk.Frame):
    """As high as its row says, and half as high in a wide window."""

    made = 0
    grown = 0

    def __init__(self, parent: tk.Misc) -> None:
        super().__init__(parent, bd=0, highlightthickness=0)
        Block.made += 1

    def show(self, row: Row, width: int) -> None:
        self.configure(width=width, height=self.grown + (row.height if width <= WIDTH else row.height // 2))


def _is_steady(row: Row) -> bool:
    return row.key != "edge"


class Bench:
    """A flow in a window."""

    def __init__(self, root: tk.Tk) -> None:
        self.root = root
        self.moves = 0
        self.flow = Flow(
            self.root, partial(Widgets, make=lambda parent, _: Block(parent)), self._on_moved, _is_steady
        )
        self.flow.pack(fill="both", expand=True)
        self.until(lambda: self.flow.height == HEIGHT)

    def _on_moved(self) -> None:
        self.moves += 1

    def until(self, condition: Callable[[], object]) -> None:
        end = monotonic() + 10
        while not condition():
            self.root.update()
            assert monotonic() < end

    def settle(self) -> None:
        """Until there is nothing to be done."""
        while self.flow.busy:
            self.root.update()
        self.root.update()

    def show(self, rows: list[Row], seek: str | None = None) -> None:
        self.flow.show(rows, seek=seek)
        self.settle()

    def bottom(self, key: str) -> int:
        top = self.flow.top_of(key)
        assert top is not None
        return top + int(self.flow.view(key).winfo_height())


@pytest.fixture
def bench(ground: Ground) -> Iterator[Bench]:
    ground.begin(f"{WIDTH}x{HEIGHT}")
    yield Bench(ground.root)
    ground.end()
    assert ground.faults == []


def some(first: int, last: int, height: int = 40) -> list[Row]:
    return [Row(f"r{number}", height + number % 7 * 10) for number in range(first, last)]


def test_only_what_is_near_is_made(bench: Bench) -> None:
    Block.made = 0
    bench.show(some(0, 500))
    first, end = bench.flow.visible()
    assert end == 500
    assert bench.flow.stuck
    assert Block.made <= end - first + AHEAD + 2
    bench.flow.scroll(-1000)
    bench.settle()
    assert bench.flow.visible()[0] < first
    assert Block.made < 150


def test_lines_that_went_up_long_ago_are_let_go_of(bench: Bench) -> None:
    for last in range(20, 400, 20):
        bench.show(some(0, last))
    assert bench.flow.stuck
    assert bench.flow.view("r379") is not None
    assert bench.flow.view("r200") is None


def test_a_page_above_is_not_made_at_once(bench: Bench) -> None:
    bench.show([Row("edge"), *some(100, 200)], seek="r100")
    before = bench.flow.top_of("r102")
    Block.made = 0
    bench.flow.show([Row("edge"), *some(50, 200)])
    assert Block.made < AHEAD
    assert bench.flow.top_of("r102") == before
    bench.settle()
    assert bench.flow.top_of("r102") == before


def test_few_lines_stand_at_the_bottom(bench: Bench) -> None:
    rows = some(0, 3)
    bench.show(rows)
    assert HEIGHT - 16 <= bench.bottom("r2") <= HEIGHT
    assert bench.flow.visible() == (0, 3)
    assert bench.flow.whole_until() == 3


def test_whoever_sees_the_end_goes_on_seeing_it(bench: Bench) -> None:
    rows = some(0, 50)
    bench.show(rows)
    bench.show(some(0, 55))
    assert HEIGHT - 16 <= bench.bottom("r54") <= HEIGHT
    bench.show(some(0, 300))
    assert HEIGHT - 16 <= bench.bottom("r299") <= HEIGHT


@pytest.mark.parametrize(
    "change", ["more above", "more below", "many below", "gone above", "grown above", "all of it"]
)
def test_what_is_looked_at_stays_to_the_pixel(bench: Bench, change: str) -> None:
    bench.show(some(100, 200))
    bench.flow.scroll(-1234)
    bench.settle()
    first, _ = bench.flow.visible()
    key = f"r{100 + first + 2}"
    before = bench.flow.top_of(key)
    grown = [Row(row.key, row.height + 33) if row.key < f"r{100 + first}" else row for row in some(100, 200)]
    now = {
        "more above": some(50, 200),
        "more below": some(100, 203),
        "many below": some(100, 400),
        "gone above": some(110, 200),
        "grown above": grown,
        "all of it": [row for row in some(40, 420) if row.key != f"r{100 + first + 1}"],
    }[change]
    bench.show(now)
    assert before is not None
    assert bench.flow.top_of(key) == before
    assert not bench.flow.stuck


def test_making_lines_above_while_scrolling_moves_nothing(bench: Bench) -> None:
    bench.show(some(0, 400))
    for _ in range(60):
        bench.flow.scroll(-70)
        bench.root.update()
        key = next(
            f"r{at}" for at in range(*bench.flow.visible()) if (bench.flow.top_of(f"r{at}") or -1) >= 0
        )
        before = bench.flow.top_of(key)
        bench.settle()
        assert bench.flow.top_of(key) == before


def test_a_line_is_sought_wherever_it_is(bench: Bench) -> None:
    rows = some(0, 500)
    bench.show(rows)
    for key in ("r250", "r20", "r480", "r0"):
        bench.show(rows, seek=key)
        top = bench.flow.top_of(key)
        assert top is not None
        assert 0 <= top <= HEIGHT - 40
    bench.show(rows, seek="")
    assert bench.flow.stuck
    assert HEIGHT - 16 <= bench.bottom("r499") <= HEIGHT
    bench.show(some(1000, 1100))
    assert HEIGHT - 16 <= bench.bottom("r1099") <= HEIGHT


def test_a_line_that_is_sought_is_drawn_as_it_is_now(bench: Bench) -> None:
    rows = some(0, 20)
    bench.show(rows)
    rows[4] = Row("r4", 90)
    bench.show(rows, seek="r4")
    assert bench.flow.view("r4").winfo_height() == 90


def test_another_width_keeps_the_place_and_draws_all_anew(bench: Bench) -> None:
    bench.show(some(0, 100))
    bench.flow.scroll(-900)
    bench.settle()
    first, _ = bench.flow.visible()
    key = f"r{first + 1}"
    before = bench.flow.top_of(key)
    bench.root.geometry(f"{WIDTH + 200}x{HEIGHT}")
    bench.until(lambda: bench.flow.text.winfo_width() == WIDTH + 200)
    bench.settle()
    assert bench.flow.top_of(key) == before
    made = [bench.flow.view(f"r{at}") for at in range(100)]
    assert all(view.winfo_reqwidth() == WIDTH + 200 for view in made if view is not None)


def test_larger_type_keeps_the_place(bench: Bench) -> None:
    bench.show(some(0, 100))
    bench.flow.scroll(-900)
    bench.settle()
    key = f"r{bench.flow.visible()[0] + 1}"
    before = bench.flow.top_of(key)
    theme = bench.flow.theme

    def grow() -> None:
        for at in range(100):
            if (view := bench.flow.view(f"r{at}")) is not None:
                view.grown = 20
                view.configure(height=int(view.cget("height")) + 20)

    theme.on_change(grow)
    theme.set_text_scale(1.5)
    bench.settle()
    assert bench.flow.top_of(key) == before


def test_a_higher_window_still_shows_the_end(bench: Bench) -> None:
    bench.show(some(0, 100))
    bench.root.geometry(f"{WIDTH}x{HEIGHT - 150}")
    bench.until(lambda: bench.flow.height == HEIGHT - 150)
    bench.settle()
    assert HEIGHT - 166 <= bench.bottom("r99") <= HEIGHT - 150


def test_random_changes_leave_the_lines_as_they_are_to_be(bench: Bench) -> None:
    dice = Random(7)
    rows = some(0, 80)
    fresh = 1000
    for _ in range(60):
        for _ in range(dice.randrange(6)):
            at = dice.randrange(len(rows) + 1)
            if dice.random() < 0.5 and len(rows) > 30:
                del rows[min(at, len(rows) - 1)]
            else:
                rows.insert(at, Row(f"r{fresh}", dice.randrange(20, 120)))
                fresh += 1
        if dice.random() < 0.3:
            rows.append(rows.pop(dice.randrange(len(rows))))
        bench.show(list(rows), seek=dice.choice(rows).key if dice.random() < 0.2 else None)
        bench.flow.scroll(dice.randrange(-600, 600))
        bench.settle()
        first, end = bench.flow.visible()
        tops = [bench.flow.top_of(row.key) for row in rows[first:end]]
        assert None not in tops
        steps = [below - top for top, below in pairwise(top for top in tops if top is not None)]
        assert steps == [row.height for row in rows[first : end - 1]]
