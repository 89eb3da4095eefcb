"""A window whose server goes, comes back, or is not there at all: what is known stays readable, what is written waits."""

from collections.abc import Callable, Iterator

import pytest

from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.views.banner import LinkBanner
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD
from tests.helpers.machine import Machine
from tests.helpers.person import Person, chat

pytestmark = pytest.mark.window
SitsDown = Callable[..., Person]
BACK_S = 40.0
"""A process that starts while others run on two cores."""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = Machine(tmp_path_factory.mktemp("machine"))
    yield made
    made.stop()


def banner(person: Person) -> LinkBanner:
    assert isinstance(person.window.screen, MainScreen)
    return person.window.screen.banner


def bubbles(person: Person) -> list[Bubble]:
    timeline = chat(person).timeline
    rows = timeline.rows() if timeline is not None else []
    return [row for row in rows if isinstance(row, Bubble)]


def states(person: Person) -> list[tuple[str, str]]:
    return [(row.message.text, row.state) for row in bubbles(person) if row.mine]


def writes(person: Person, text: str) -> None:
    person.type(text)
    person.press("<Return>")


def test_a_server_that_is_killed_and_started_again_loses_and_doubles_nothing(
    machine: Machine, sits_down: SitsDown
) -> None:
    with Client(machine.address, user="bob", password=PASSWORD.decode(), register=True) as bob:
        anna = sits_down("anna")
        anna.window.model.log_in(
            machine.address, "anna", PASSWORD.decode(), register=True, failed=lambda _: None
        )
        anna.waits_to_see("#general")
        assert banner(anna).text == ""
        bob.send("anna", "hello anna")
        for number in range(70):
            bob.send("#general", f"general {number}")
        anna.clicks_when_seen("hello anna")
        anna.wait(lambda: bubbles(anna))
        writes(anna, "hi")
        anna.wait(lambda: states(anna) == [("hi", "sent")])
        chat(anna).open("#general")
        anna.wait(lambda: len(bubbles(anna)) >= 50, "the group's messages")
        chat(anna).open("@bob")

    machine.kill()
    anna.wait(lambda: "Next try in" in banner(anna).text or "Trying" in banner(anna).text, "the banner")
    texts = ["one", "two", "three"]
    anna.wait(lambda: anna.window.screen.conversation.composer)  # type: ignore[union-attr]  # the main screen
    anna.window.screen.conversation.focus_composer()  # type: ignore[union-attr]  # the same
    for text in texts:
        writes(anna, text)
    anna.wait(lambda: states(anna)[1:] == [(text, "pending") for text in texts], "three that wait")

    chat(anna).open("#general")
    anna.wait(lambda: len(bubbles(anna)) >= 50, "what is remembered")
    timeline = chat(anna).timeline
    assert timeline is not None
    timeline.history.load_earlier()
    anna.wait(lambda: bubbles(anna)[0].message.text == "general 0", "all that was seen of it")
    said = list[str]()
    chat(anna).said.connect(said.append)
    timeline.react(bubbles(anna)[-1], "👍")
    assert "no connection" in said[-1]
    assert chat(anna).people.user("bob").online is False

    chat(anna).open("@bob")
    anna.window.screen.conversation.focus_composer()  # type: ignore[union-attr]  # the main screen
    texts.append("four")
    writes(anna, "four")
    anna.leaves()
    again = sits_down("anna")
    again.waits_to_see("#general")
    again.waits_to_see("No connection to the server")
    chat(again).open("@bob")
    again.wait(lambda: [text for text, _ in states(again)] == ["hi", *texts], "what waits, in a new window")
    assert again.sees("hello anna")
    assert [state for _, state in states(again)[1:]] == ["pending"] * 4

    machine.start()
    chat(again).try_now()
    again.wait(lambda: states(again) == [(text, "sent") for text in ("hi", *texts)], "all of it", BACK_S)
    again.wait(lambda: banner(again).text == "", "the end of the banner")
    with Client(machine.address, user="bob", password=PASSWORD.decode()) as bob:
        there = [message.text for message in bob.history("anna", limit=None)]
    assert there == [*reversed(texts), "hi", "hello anna"]


@pytest.mark.slow
def test_a_message_that_was_stored_and_not_acknowledged_is_there_once(
    machine: Machine, sits_down: SitsDown
) -> None:
    """The server dies with requests under way, over and over."""
    person = sits_down("carl")
    person.window.model.log_in(
        machine.address, "carl", PASSWORD.decode(), register=True, failed=lambda _: None
    )
    person.clicks_when_seen("#general")
    person.wait(lambda: chat(person).composer and chat(person).timeline)
    texts = [f"carl says {number}" for number in range(40)]
    for at, text in enumerate(texts):
        chat(person).composer.write(text)  # type: ignore[union-attr]  # it is open
        chat(person).composer.send()  # type: ignore[union-attr]  # the same
        if at == len(texts) // 2:
            person.wait(lambda: any(state == "sent" for _, state in states(person)))
            machine.kill()
    machine.start()
    chat(person).try_now()
    person.wait(lambda: states(person) == [(text, "sent") for text in texts], "each once", BACK_S)
    with Client(machine.address, user="carl", password=PASSWORD.decode()) as other:
        mine = [one.text for one in other.history("#general", limit=None) if one.sender == "carl"]
    assert list(reversed(mine)) == texts
