"""What two people do at two windows, with mouse and keyboard, through a real broker."""

from collections.abc import Callable

import pytest

from tests.helpers.brokers import Served
from tests.helpers.person import Person

pytestmark = pytest.mark.window

SitsDown = Callable[..., Person]
PASSWORD = "correct horse"


def registers(person: Person, broker: Served, name: str) -> None:
    """From the first screen to the list."""
    person.wait(lambda: person.window.model.sign_in.page == "start")
    person.type(f"127.0.0.1:{broker.port}")
    person.press("<Return>")
    person.clicks_when_seen("The words are the same")
    person.waits_to_see("Make account")
    person.type(name)
    person.press("<Return>")
    person.type(PASSWORD)
    person.press("<Return>")
    person.wait(lambda: person.window.model.chat, "the main screen")
    person.waits_to_see("#general")


def test_two_people_register_find_each_other_and_talk(sits_down: SitsDown, broker: Served) -> None:
    alice, bob = sits_down("alice"), sits_down("bob")
    registers(alice, broker, "alice")
    registers(bob, broker, "bob")
    alice.press("<Control-n>")
    alice.type("bo")
    alice.clicks_when_seen("bob")
    alice.clicks_when_seen("Write")
    alice.wait(lambda: alice.sees("Message"))
    alice.type("Hello bob!")
    alice.press("<Return>")
    alice.waits_to_see("Hello bob!")
    bob.clicks_when_seen("alice")
    bob.waits_to_see("Hello bob!")
    bob.type("Hi alice")
    bob.press("<Return>")
    alice.waits_to_see("Hi alice")
