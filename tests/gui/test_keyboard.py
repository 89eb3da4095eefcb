"""A whole chat without a mouse, and what each key is for."""

import asyncio
import tkinter as tk
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from hubbub.client import Client
from hubbub.client.gui.kit.accessible import described
from hubbub.client.gui.kit.base import Label, Pressable
from hubbub.client.gui.kit.buttons import Button
from hubbub.client.gui.kit.fields import Box
from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.kit.line import LineLabel
from hubbub.client.gui.kit.menus import Menu
from hubbub.client.gui.kit.scroll import ScrollPane
from hubbub.client.gui.kit.switches import Choice
from hubbub.client.gui.model import keys
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.timeline.view import TimelineView
from hubbub.client.gui.views.main import MainScreen
from tests.helpers.brokers import Served
from tests.helpers.person import Person

pytestmark = pytest.mark.window

SitsDown = Callable[..., Person]
PASSWORD = "correct horse"


def focused(person: Person) -> tk.Misc:
    person.window.root.update()
    found = person.window.root.focus_get()
    assert found is not None
    return found


def tabs_to(person: Person, name: str) -> None:
    """Press Tab until a control with these words, or of this name, has the focus."""
    for _ in range(40):
        widget = focused(person)
        if name in (described(widget)[1], widget.winfo_name()):
            return
        person.press("<Key-Tab>")
    raise AssertionError(f"Tab does not lead to {name}")


def registers(person: Person, broker: Served, name: str) -> None:
    person.wait(lambda: person.window.model.sign_in.page == "start")
    person.type(f"127.0.0.1:{broker.port}")
    person.press("<Return>")
    person.waits_to_see("The words are the same")
    tabs_to(person, "The words are the same")
    person.press("<Key-space>")
    person.waits_to_see("Log in")
    while not isinstance(focused(person), Choice):
        person.press("<Key-Tab>")
    person.press("<Key-Right>")
    tabs_to(person, "Name")
    person.type(name)
    tabs_to(person, "Password")
    person.type(PASSWORD)
    person.press("<Return>")
    person.wait(lambda: person.window.model.chat, "the main screen")
    person.waits_to_see("#general")


def chooses(person: Person, text: str) -> None:
    """From the menu that is open; the row that begins so."""
    menu = person.window.theme.part(Layers).top
    assert isinstance(menu, Menu)
    for _ in menu.items:
        person.press("<Key-Down>")
        item = menu.items[menu.current or 0]
        if item is not None and item.text.startswith(text):
            person.press("<Return>")
            return
    raise AssertionError(f"there is no {text} in the menu")


def writes(person: Person, text: str) -> None:
    person.type(text)
    person.press("<Return>")
    person.waits_to_see(text)


def goes_to_messages(person: Person) -> TimelineView:
    """With F6, which chooses one at once."""
    view = main(person).conversation.messages
    assert view is not None
    person.wait(lambda: all(one.message.seq for one in view.timeline.rows() if isinstance(one, Bubble)))
    for _ in range(3):
        if focused(person) is not view.flow.text:
            person.press("<Key-F6>")
    person.wait(lambda: view.hands.selected, "a chosen message")
    return view


def main(person: Person) -> MainScreen:
    assert isinstance(person.window.screen, MainScreen)
    return person.window.screen


def is_over(person: Person) -> bool:
    """Something lies over the window."""
    return person.window.theme.part(Layers).top is not None


def comes(broker: Served, name: str) -> None:
    """Somebody has an account."""

    async def register() -> None:
        async with Client(broker.place.address, user=name, password=PASSWORD, register=True):
            pass

    asyncio.run(register())


def test_a_whole_chat_by_keys_alone(
    sits_down: SitsDown, broker: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comes(broker, "bob")
    alice = sits_down("alice")
    registers(alice, broker, "alice")

    alice.press("<Control-Key-N>")  # as Caps Lock has it
    alice.waits_to_see("New conversation")
    alice.type("bo")
    alice.waits_to_see("bob")
    alice.press("<Key-Down>")
    alice.press("<Return>")
    tabs_to(alice, "Write")
    alice.press("<Return>")
    alice.waits_to_see("Message")
    writes(alice, "first words")

    goes_to_messages(alice)
    alice.press("<Return>")
    chooses(alice, "Reply")
    alice.waits_to_see("Reply to yourself")
    writes(alice, "an answer")

    view = goes_to_messages(alice)
    chosen = view.hands.selected
    alice.press("<Shift-Key-F10>")
    chooses(alice, "React")
    alice.wait(lambda: is_over(alice))
    assert view.hands.selected == chosen  # it is about that one
    alice.press("<Key-Right>")
    alice.press("<Return>")
    alice.wait(
        lambda: any(b.message.reactions for b in view.timeline.rows() if isinstance(b, Bubble)),
        "the reaction",
    )

    Image.new("RGB", (40, 30), "#3366cc").save(tmp_path / "sea.png")
    monkeypatch.setattr("tkinter.filedialog.askopenfilenames", lambda **_: (str(tmp_path / "sea.png"),))
    alice.press("<Control-Key-o>")
    alice.waits_to_see("sea.png")
    alice.press("<Return>")
    alice.wait(
        lambda: any(
            b.message.attachments and b.message.seq for b in view.timeline.rows() if isinstance(b, Bubble)
        )
    )
    goes_to_messages(alice)
    alice.press("<Key-Down>")
    alice.press("<Return>")
    chooses(alice, "View sea.png")
    alice.waits_to_see("40 × 30")
    alice.press("<Escape>")
    alice.waits_to_miss("40 × 30")

    alice.press("<Control-Key-f>")
    alice.waits_to_see("Search messages")
    alice.press("<Escape>")
    alice.waits_to_miss("Search messages")
    assert main(alice).conversation.messages is not None  # one thing for one Escape

    alice.press("<Control-Key-comma>")
    alice.wait(lambda: is_over(alice))
    alice.press("<Escape>")
    assert not is_over(alice)
    alice.press("<Control-Key-k>")
    alice.type("log out")
    alice.press("<Return>")
    alice.wait(lambda: alice.window.model.chat is None, "the sign in")


def test_f1_lists_every_key_and_gives_the_focus_back(sits_down: SitsDown, broker: Served) -> None:
    alice = sits_down("alice")
    alice.wait(lambda: alice.window.model.sign_in.page == "start")
    before = focused(alice)
    alice.press("<Key-F1>")
    alice.waits_to_see("Go anywhere: people, groups, commands, messages")
    sheet = alice.window.theme.part(Layers).top
    assert sheet is not None
    read = [str(one.cget("text")) for one in _all(sheet.page) if isinstance(one, tk.Label)]
    assert {words for lines in keys.sheet().values() for _, words in lines} <= set(read)
    alice.press("<Escape>")
    alice.waits_to_miss("Go anywhere")
    assert focused(alice) is before


def test_every_control_of_the_main_screen_is_reached_and_says_what_it_is(
    sits_down: SitsDown, broker: Served
) -> None:
    carol = sits_down("carol")
    carol.enters(broker, "carol")
    carol.press("<Control-Key-1>")
    carol.waits_to_see("Message")
    wanted = {one for one in _all(main(carol)) if isinstance(one, Pressable) and one.winfo_viewable()}
    wanted = {one for one in wanted if str(one.cget("takefocus")) not in ("0", "False") and one.enabled}
    for _ in range(40):
        wanted.discard(focused(carol))  # type: ignore[arg-type]  # it may be no button
        carol.press("<Key-Tab>")
        if isinstance(here := focused(carol), Pressable):
            assert here.ringed
            assert described(here).name
    assert not wanted


@pytest.mark.parametrize(("scale", "text_scales"), [(1.0, (0.8, 2.0)), (1.5, (1.5,))])
def test_no_words_are_cut_at_any_size_of_text(
    sits_down: SitsDown, broker: Served, scale: float, text_scales: tuple[float, ...]
) -> None:
    dave = sits_down("dave", scale=scale)
    dave.enters(broker, f"dave{round(scale * 10)}")
    dave.press("<Control-Key-1>")
    dave.waits_to_see("Message")
    for text_scale in text_scales:
        dave.window.theme.set_text_scale(text_scale)
        dave.press("<Control-Key-i>")
        dave.wait(lambda: is_over(dave))
        assert not list(_cut(dave.window.root))
        dave.press("<Escape>")
        dave.wait(lambda: not is_over(dave))
        assert not list(_cut(dave.window.root))
        rows = main(dave).sidebar.list
        assert rows.row_height >= rows.theme.line_height("body") + rows.theme.line_height("note")


def _all(widget: tk.Misc) -> Iterator[tk.Misc]:
    yield widget
    for child in widget.winfo_children():
        yield from _all(child)


def _cut(root: tk.Misc) -> Iterator[str]:
    """Labels, fields and buttons that are lower than their words."""
    for one in _all(root):
        if not (isinstance(one, Label | LineLabel | Button | Box) and one.winfo_viewable()):
            continue
        if one.winfo_height() < one.winfo_reqheight() - 1 and not _scrolls(one):
            yield f"{one}: {one.winfo_height()} of {one.winfo_reqheight()}"


def _scrolls(widget: tk.Misc) -> bool:
    area: tk.Misc | None = widget
    while area is not None and not isinstance(area, ScrollPane):
        area = area.master
    return area is not None
