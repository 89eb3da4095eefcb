"""Looking for messages at a real window."""

from collections.abc import Iterator

import pytest

from hubbub.client.gui.desk_search import PAGE
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.gui.views.search import SearchPanel, words_of
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, chat
from tests.helpers.staying import seated, staying
from tests.helpers.waiting import until

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    """At no window."""
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        yield client


stay = pytest.fixture(scope="module")(staying)
person = pytest.fixture(seated)


@pytest.fixture
def anna(person: Person, bob: Client) -> Person:
    """To whom bob said some things once; their conversation is open, and nothing was looked for."""
    group = f"#zoo-{chat(person).me}"
    if chat(person).conversations.get(group) is None:
        bob.send(chat(person).me, "the quick brown fox")
        for number in range(60):
            bob.send(chat(person).me, f"nothing much {number}")
        bob.create_group(group, [chat(person).me])
        bob.send(group, "a fox lives here")
        person.wait(lambda: (row := chat(person).conversations.get(group)) and row.last_message)
    chat(person).search.set("")
    chat(person).search.set_everywhere(False)
    chat(person).open("@bob")
    person.wait(lambda: chat(person).timeline and chat(person).timeline.messages)  # type: ignore[union-attr]  # it is open
    return person


def screen(person: Person) -> MainScreen:
    assert isinstance(person.window.screen, MainScreen)
    return person.window.screen


def panel(person: Person) -> SearchPanel:
    found = screen(person).conversation.search
    assert found is not None
    return found


def finds(person: Person, *texts: str) -> None:
    """Wait until just these are found; the index is filled behind the acknowledgement."""
    search = chat(person).search

    def there() -> bool:
        if search.state == "" and [hit.text for hit in search.hits] != list(texts):
            search.again()
        return not search.state and [item.hit.text for item in panel(person).list.items] == list(texts)

    person.wait(there, f"{texts} found")


def marked(person: Person) -> str:
    timeline = chat(person).timeline
    rows = timeline.rows() if timeline is not None else []
    return next((row.message.text for row in rows if isinstance(row, Bubble) and row.marked), "")


def test_what_is_found_is_opened_in_its_place_by_keys(anna: Person) -> None:
    anna.press("<Control-f>")
    anna.waits_to_see("Search messages")
    anna.type("fo")
    finds(anna, "the quick brown fox")
    anna.press("<Return>")
    anna.wait(lambda: marked(anna) == "the quick brown fox", "the message in its place")
    anna.waits_to_see("fox")
    anna.press("<BackSpace>")
    anna.press("<BackSpace>")
    anna.type("zzz")
    anna.waits_to_see("Nothing found")
    anna.press("<Escape>")
    assert panel(anna).field.value == "" and chat(anna).search.text == ""
    anna.press("<Escape>")
    anna.wait(lambda: screen(anna).conversation.search is None)
    assert chat(anna).timeline is not None, "Escape closed the search and no more"


def test_everywhere_leads_to_another_conversation_and_the_panel_stays(anna: Person) -> None:
    anna.window.root.geometry("1200x700")
    header = screen(anna).conversation.header
    assert header is not None
    anna.click(header.search)
    anna.type("fox")
    finds(anna, "the quick brown fox")
    panel(anna).scope.choose(1)
    finds(anna, "a fox lives here", "the quick brown fox")
    anna.press("<Down>")
    anna.press("<Return>")
    anna.wait(lambda: marked(anna) == "a fox lives here")
    assert chat(anna).timeline.name.startswith("#zoo")  # type: ignore[union-attr]  # it is open
    anna.wait(lambda: panel(anna).winfo_viewable())
    assert panel(anna).list.items[0].key == panel(anna).list.selected
    anna.click(panel(anna).close)
    assert screen(anna).conversation.search is None
    anna.press("<Control-f>")
    assert panel(anna).field.value == "fox", "the words are there the next time"
    chat(anna).leave_open()
    assert screen(anna).conversation.search is None


def test_in_a_narrow_window_it_covers_the_messages_and_makes_way_for_them(anna: Person) -> None:
    anna.window.root.geometry("420x700")
    anna.wait(lambda: screen(anna).narrow)
    anna.press("<Control-f>")
    anna.type("quick")
    finds(anna, "the quick brown fox")
    assert panel(anna).winfo_width() == screen(anna).conversation.winfo_width()
    anna.click("brown")
    anna.wait(lambda: marked(anna) == "the quick brown fox")
    assert screen(anna).conversation.search is None


def test_more_is_read_as_one_comes_to_the_end(anna: Person, bob: Client) -> None:
    where = f"@{chat(anna).me}"
    until(lambda: len(bob.search("nothing", conversation=where, limit=None)) == 60)
    anna.press("<Control-f>")
    anna.type("nothing")
    anna.wait(lambda: len(panel(anna).list.items) == PAGE, "the first ones")
    anna.press("<Down>")
    anna.press("<End>")
    anna.wait(lambda: len(panel(anna).list.items) == 60, "all of them")
    anna.press("<End>")
    anna.wait(lambda: not chat(anna).search.more, "the end")
    assert len(panel(anna).list.items) == 60


def test_words_stay_whole_where_only_a_part_of_them_matches() -> None:
    pieces = [("see py", False), ("th", True), ("on  and ", False), ("th", True), ("e", False)]
    assert words_of(pieces) == [
        [("see", False)],
        [("py", False), ("th", True), ("on", False)],
        [("and", False)],
        [("th", True), ("e", False)],
    ]
