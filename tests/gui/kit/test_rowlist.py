import dataclasses

import pytest

from hubbub.client.gui.kit.rowlist import Row, RowList, RowState
from tests.helpers.stage import Stage

pytestmark = pytest.mark.window


@dataclasses.dataclass(frozen=True)
class Person:
    key: int
    name: str


@dataclasses.dataclass
class Listed:
    rows: RowList[Person]
    drawn: list[tuple[Person, RowState]]
    opened: list[Person]
    asked: list[tuple[Person, int, int]]

    def shown(self) -> list[str]:
        texts = [item for item in self.rows.find_all() if self.rows.type(item) == "text"]
        seen = [(self.rows.coords(item)[1], self.rows.itemcget(item, "text")) for item in texts]
        return [text for _, text in sorted(seen)]


@pytest.fixture
def listed(stage: Stage) -> Listed:
    drawn: list[tuple[Person, RowState]] = []
    opened: list[Person] = []
    asked: list[tuple[Person, int, int]] = []

    def draw(row: Row, person: Person, width: int, state: RowState) -> None:
        drawn.append((person, state))
        row.ground(state)
        row.avatar(person.name, 8, 4, 32)
        row.text(person.name, 48, 20, width=width - 60)

    rows = RowList(stage.root, 40, draw, opened.append, lambda *args: asked.append(args))
    stage.show(rows, fill="both", expand=True)
    return Listed(rows, drawn, opened, asked)


def people(*numbers: int) -> list[Person]:
    return [Person(n, f"p{n}") for n in numbers]


def test_draws_what_is_seen_and_no_more(listed: Listed) -> None:
    listed.rows.show(people(*range(10_000)))
    assert len(listed.drawn) == 12  # 480 pixels of 40
    assert listed.shown() == [f"p{n}" for n in range(12)]
    listed.drawn.clear()
    listed.rows.wheel(40)
    assert [person.key for person, _ in listed.drawn] == [12]
    assert listed.shown() == [f"p{n}" for n in range(1, 13)]
    items = len(listed.rows.find_all())
    for _ in range(8):
        listed.rows.wheel(1000)
    listed.rows.wheel(1_000_000)
    assert listed.shown()[-1] == "p9999"
    assert len(listed.rows.find_all()) <= items


def test_equal_items_are_not_drawn_again(listed: Listed) -> None:
    listed.rows.show(people(*range(12)))
    listed.drawn.clear()
    changed = people(*range(12))
    changed[3] = Person(3, "other")
    listed.rows.show(changed)
    assert [person.name for person, _ in listed.drawn] == ["other"]
    assert listed.shown()[3] == "other"


def test_keeps_its_place_when_items_come_above(listed: Listed) -> None:
    listed.rows.show(people(*range(100)))
    listed.rows.wheel(1010)
    before = listed.shown()
    listed.rows.show(people(*range(500, 510), *range(100)))
    assert listed.shown() == before
    listed.rows.scroll_to_top()
    listed.rows.show(people(700, *range(100)))
    assert listed.shown()[0] == "p700"


def test_a_shorter_list_leaves_no_gap(listed: Listed) -> None:
    listed.rows.show(people(*range(100)))
    listed.rows.wheel(100_000)
    listed.rows.show(people(*range(13)))
    assert listed.shown()[-1] == "p12" and len(listed.shown()) == 12
    listed.rows.show([])
    assert listed.shown() == []
    listed.rows.wheel(50)
    listed.rows.show(people(1))
    assert listed.shown() == ["p1"]


def test_pressing_opens_and_the_right_button_asks(stage: Stage, listed: Listed) -> None:
    listed.rows.show(people(*range(50)))
    listed.rows.wheel(80)
    stage.click(listed.rows, 60, 50)
    assert listed.opened == people(3)
    stage.click(listed.rows, 60, 10, button=3)
    person, x, y = listed.asked[0]
    assert (person.key, x, y) == (2, listed.rows.winfo_rootx() + 60, listed.rows.winfo_rooty() + 10)
    listed.rows.show(people(1))
    stage.click(listed.rows, 60, 300)
    stage.click(listed.rows, 60, 300, button=3)
    assert len(listed.opened) == len(listed.asked) == 1


def test_keys_move_along_and_open(stage: Stage, listed: Listed) -> None:
    listed.rows.show(people(*range(100)))
    listed.rows.select(2)
    listed.rows.focus_set()
    stage.settle()
    for key, at in (
        ("Down", 3),
        ("Down", 4),
        ("Up", 3),
        ("Next", 14),
        ("End", 99),
        ("Home", 0),
        ("Up", 0),
        ("Prior", 0),
    ):
        stage.key(key)
        stage.key("Return")
        assert listed.opened[-1].key == at, key
        assert f"p{at}" in listed.shown()
    assert listed.rows.selected == 2


def test_hovered_selected_and_focused_rows_are_drawn_so(stage: Stage, listed: Listed) -> None:
    listed.rows.show(people(*range(5)))
    listed.rows.select(1)
    stage.enter(listed.rows, 60, 10)
    listed.rows.focus_set()
    stage.settle()
    listed.rows.refresh()
    states = {person.key: state for person, state in listed.drawn}
    assert states[0] == RowState(hovered=True, selected=False, focused=False)
    assert states[1] == RowState(hovered=False, selected=True, focused=True)
    assert states[2] == RowState(hovered=False, selected=False, focused=False)
    stage.leave(listed.rows)
    assert {person.key: state for person, state in listed.drawn}[0].hovered is False


def test_rows_that_come_to_a_list_with_the_focus_have_the_ring_too(stage: Stage, listed: Listed) -> None:
    listed.rows.focus_set()
    stage.settle()
    listed.rows.show(people(*range(3)))
    assert [person.key for person, state in listed.drawn if state.focused] == [0]


def test_a_press_brings_no_ring(stage: Stage, listed: Listed) -> None:
    listed.rows.show(people(*range(5)))
    stage.click(listed.rows, 60, 50)
    stage.settle()
    assert not any(state.focused for _, state in listed.drawn)
    stage.key("Down")
    assert listed.drawn[-1] == (people(2)[0], RowState(hovered=False, selected=False, focused=True))


def test_selecting_can_bring_into_sight(listed: Listed) -> None:
    listed.rows.show(people(*range(100)))
    listed.rows.select(60, see=True)
    assert listed.shown()[-1] == "p60"
    listed.rows.select(30, see=True)
    assert listed.shown()[0] == "p30"
    listed.rows.select(None)
    assert listed.rows.selected is None


def test_the_wheel_and_the_scrollbar_scroll(stage: Stage, listed: Listed) -> None:
    listed.rows.show(people(*range(100)))
    stage.settle()
    bar = listed.rows.scrollbar
    assert (bar.first, bar.winfo_manager()) == (0.0, "place")
    x, y = listed.rows.winfo_rootx() + 50, listed.rows.winfo_rooty() + 50
    listed.rows.event_generate("<Button-5>", x=50, y=50, rootx=x, rooty=y)
    stage.settle()
    assert listed.shown()[0] == "p1" and bar.first == pytest.approx(64 / 4000)
    bar.event_generate("<ButtonPress-1>", x=4, y=470)
    bar.event_generate("<B1-Motion>", x=4, y=479)
    bar.event_generate("<ButtonRelease-1>", x=4, y=479)
    assert listed.shown()[-1] == "p99"
    listed.rows.show(people(1))
    assert bar.winfo_manager() == ""


def test_follows_the_theme(stage: Stage, listed: Listed) -> None:
    listed.rows.show(people(*range(100)))
    listed.rows.wheel(400)
    before = listed.shown()
    stage.theme.set_mode("dark")
    stage.settle()
    assert listed.shown() == before
    assert listed.rows.cget("bg") == stage.theme.palette.background
