"""Writing at a real window: keys, names, files, answers and changes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tkinter import filedialog

import pytest
from PIL import Image

from hubbub.client.gui.kit.mirror import Mirror
from hubbub.client.gui.model.composer import Composer
from hubbub.client.gui.views.attached import FileCard
from hubbub.client.gui.views.composer import ComposerView
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from hubbub.schemas.limits import TEXT_MAX_BYTES
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, Spot, chat
from tests.helpers.staying import seated, staying

pytestmark = pytest.mark.window
NUMBERS = count(1)
stay = pytest.fixture(scope="module")(staying)
seat = pytest.fixture(seated)
SitsDown = Callable[..., Person]


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    """At no window."""
    with ExitStack() as stack:
        yield stack.enter_context(
            Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True)
        )


@pytest.fixture
def anna(seat: Person, bob: Client) -> Person:
    """In a group of bob's, who said something there."""
    name = bob.create_group(f"crew{next(NUMBERS)}", [chat(seat).me]).name
    bob.send(name, "hello")
    seat.wait(lambda: chat(seat).conversations.get(name), "the group")
    opens(seat, name)
    return seat


def opens(person: Person, name: str) -> None:
    """With the focus where one writes."""
    chat(person).open(name)
    person.wait(lambda: chat(person).timeline and chat(person).timeline.messages)  # type: ignore[union-attr]  # it is open
    view(person).focus()


def view(person: Person) -> ComposerView:
    assert isinstance(person.window.screen, MainScreen)
    found = person.window.screen.conversation.composer
    assert found is not None
    return found


def composer(person: Person) -> Composer:
    found = chat(person).composer
    assert found is not None
    return found


def texts(person: Person) -> list[str]:
    timeline = chat(person).timeline
    assert timeline is not None
    return [message.text for message in timeline.messages]


def lines(person: Person) -> int:
    return int(view(person).area.edit.cget("height"))


def test_enter_sends_shift_enter_breaks_the_line_and_eight_lines_are_enough(anna: Person) -> None:
    anna.type("one")
    for _ in range(9):
        anna.press("<Shift-Return>")
        anna.type("x")
    anna.wait(lambda: lines(anna) == 8, "eight lines")
    assert view(anna).area.value == "one" + "\nx" * 9
    anna.press("<Return>")
    anna.wait(lambda: texts(anna)[-1] == "one" + "\nx" * 9, "the message")
    assert view(anna).area.value == "" and lines(anna) == 1
    anna.press("<Return>")
    assert len(texts(anna)) == 2, "nothing is no message"


def test_text_from_right_to_left_is_seen_in_order_and_sent_as_it_was_said(anna: Person) -> None:
    area, said = view(anna).area, "שלום @ann, abc"
    for letter in said:
        area.insert(letter)
        anna.window.root.update()
    (over,) = [one for one in area.winfo_children() if isinstance(one, Mirror)]
    assert over.winfo_ismapped()
    assert "".join(part.text for part in over.lines[0].ordered.parts) == "ann, abc@ םולש"
    anna.press("<Return>")
    anna.wait(lambda: texts(anna)[-1] == said, "the message")
    assert area.value == "" and not over.winfo_ismapped()


def test_up_changes_the_last_of_mine_and_escape_leaves_it(anna: Person) -> None:
    anna.type("helo")
    anna.press("<Return>")
    anna.wait(lambda: texts(anna)[-1] == "helo")
    anna.press("<Up>")
    anna.waits_to_see("Edit message")
    assert view(anna).send_button.icon == "check-lg"
    anna.press("<Escape>")
    anna.waits_to_miss("Edit message")
    assert chat(anna).timeline is not None, "Escape went no further"
    anna.press("<Up>")
    anna.press("<BackSpace>")
    anna.type("lo")
    anna.click(view(anna).send_button)
    anna.wait(lambda: texts(anna)[-1] == "hello", "the change")
    assert not anna.sees("Edit message") and view(anna).area.value == ""


def test_an_answer_shows_what_is_answered_until_it_is_closed(anna: Person) -> None:
    timeline = chat(anna).timeline
    assert timeline is not None
    composer(anna).reply(timeline.messages[-1])
    anna.waits_to_see("Reply to bob")
    assert view(anna).strip.line.text == "hello"
    anna.click(view(anna).strip.close)
    anna.waits_to_miss("Reply to bob")
    composer(anna).reply(timeline.messages[-1])
    view(anna).focus()
    anna.type("hi")
    anna.press("<Return>")
    anna.wait(lambda: timeline.messages[-1].reply_to == timeline.messages[0].seq)
    assert not anna.sees("Reply to bob")


def test_a_name_is_completed_by_keys_and_by_the_mouse(anna: Person) -> None:
    anna.wait(lambda: len(composer(anna).completions("@")) == 2, "the members are known")
    names = view(anna).names
    anna.type("hey @")
    anna.wait(lambda: [item.name for item in names.items] == ["bob", "all"])
    anna.press("<Down>")
    anna.press("<Down>")
    assert names.current is not None and names.current.name == "bob", "it goes round"
    anna.press("<Tab>")
    assert view(anna).area.value == "hey @bob " and not names.items
    anna.type("and @al")
    anna.press("<Return>")
    assert view(anna).area.value == "hey @bob and @all "
    assert texts(anna) == ["hello"], "Enter chose and did not send"
    anna.type("@b")
    anna.press("<Escape>")
    anna.type("o")
    assert not names.items, "it was not wanted"
    anna.press("<BackSpace>")
    anna.press("<BackSpace>")
    anna.press("<BackSpace>")
    anna.type("@b")
    anna.wait(lambda: names.card)
    anna.click(Spot(names.card, 60, 20))  # type: ignore[arg-type]  # it is open
    assert view(anna).area.value == "hey @bob and @all @bob "
    anna.press("<Return>")
    anna.wait(lambda: texts(anna) == ["hello", "hey @bob and @all @bob"])


def test_a_name_in_the_middle_of_a_text_keeps_what_stands_around(anna: Person) -> None:
    anna.type("ask @b now")
    for _ in range(4):
        anna.press("<Left>")
    view(anna).area.edit.event_generate("<KeyRelease>", keysym="Left")
    anna.wait(lambda: view(anna).names.items)
    anna.press("<Return>")
    assert view(anna).area.value == "ask @bob now"
    anna.type("x")
    assert view(anna).area.value == "ask @bob xnow"


def test_files_stand_above_the_text_and_can_be_taken_out(
    anna: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, notes = tmp_path / "p.png", tmp_path / "notes.txt"
    Image.new("RGB", (300, 200), "#cc8844").save(picture)
    notes.write_text("12345")
    monkeypatch.setattr(filedialog, "askopenfilenames", lambda **_: (str(picture), str(notes)))
    anna.click(view(anna).attach)
    anna.waits_to_see("notes.txt")
    assert anna.sees("p.png") and anna.sees("5 bytes")
    cards = [card for card in _all(view(anna)) if isinstance(card, FileCard)]
    (first,) = (card for card in cards if card.chosen.name == "p.png")
    anna.click(next(child for child in first.winfo_children()))
    anna.waits_to_miss("p.png")
    anna.click(view(anna).send_button)
    anna.wait(lambda: chat(anna).timeline.messages[-1].attachments)  # type: ignore[union-attr]  # it is open
    assert not composer(anna).files and view(anna).attached.winfo_height() <= 2
    monkeypatch.setattr(filedialog, "askopenfilenames", lambda **_: ())
    anna.click(view(anna).attach)
    assert not composer(anna).files


def test_a_long_text_says_how_much_is_left(anna: Person) -> None:
    view(anna).area.insert("x" * (TEXT_MAX_BYTES - 100))
    anna.wait(lambda: view(anna).counter.winfo_viewable() and view(anna).counter.text == "100")
    view(anna).area.insert("y" * 120)
    anna.wait(lambda: view(anna).counter.text == "\u221220")
    assert not view(anna).send_button.enabled
    anna.press("<Return>")
    assert len(texts(anna)) == 1 and len(view(anna).area.value) == TEXT_MAX_BYTES + 20
    view(anna).area.edit.delete("1.0", "end")
    anna.wait(lambda: not view(anna).counter.winfo_viewable())


def test_what_is_written_is_there_again_in_its_conversation_and_after_a_restart(
    sits_down: SitsDown, broker: Served, bob: Client
) -> None:
    zoe = sits_down("zoe")
    zoe.enters(broker, "zoe")
    chat(zoe).open("@bob")
    view(zoe).focus()
    zoe.type("half a ")
    view(zoe).area.insert("👍")
    zoe.wait(lambda: composer(zoe).text == "half a 👍")
    chat(zoe).open("#general")
    zoe.wait(lambda: view(zoe).area.value == "")
    chat(zoe).open("@bob")
    zoe.wait(lambda: view(zoe).area.value == "half a 👍")
    zoe.leaves()
    again = sits_down("zoe")
    again.waits_to_see("#general")
    chat(again).open("@bob")
    again.wait(lambda: view(again).area.value == "half a 👍")


def test_whom_i_have_blocked_i_cannot_write_to_before_i_unblock_him(anna: Person) -> None:
    chat(anna).open("@bob")
    chat(anna).block("bob", on=True)
    anna.waits_to_see("You have blocked bob.")
    assert not view(anna).area.winfo_viewable()
    anna.click(view(anna).barred.button)
    anna.waits_to_miss("You have blocked bob.")
    anna.wait(lambda: view(anna).area.winfo_viewable())


def test_an_emoji_is_picked_and_remembered(anna: Person) -> None:
    anna.type("ok ")
    anna.click(view(anna).emoji)
    anna.type("thumbs up")
    anna.press("<Return>")
    anna.wait(lambda: view(anna).area.value == "ok 👍", "the emoji")
    assert anna.window.settings.recent_emoji[0] == "👍"
    anna.press("<Control-z>")
    assert "👍" not in view(anna).area.value


def _all(widget: object) -> Iterator[object]:
    yield widget
    for child in widget.winfo_children():  # type: ignore[attr-defined]  # a widget
        yield from _all(child)
