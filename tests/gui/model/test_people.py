"""What people are called, where one wants to be taken for another."""

import pytest

from hubbub.client import User, events
from hubbub.client.gui.model.likeness import seen
from hubbub.client.gui.model.people import People, is_deleted


def people(*users: User) -> People:
    made = People("alice")
    made.know([User(name="alice"), *users])
    return made


def test_who_is_no_more_is_offered_no_more() -> None:
    known = People("me")
    known.know([User(name="ann"), User(name="bob"), User(name="eve")])
    known.on_deleted("bob")
    assert [user.name for user in known.all()] == ["ann", "eve"]
    known.know([User(name="ann")], complete=True)
    assert [user.name for user in known.all()] == ["ann"]
    assert is_deleted("deleted user") and is_deleted("deleted user~17") and not is_deleted("deleted")


def test_whoever_says_something_is_met_once_and_stays_as_he_is_known() -> None:
    known = people(User(name="bob", display_name="Bob Tanaka"))
    told: list[None] = []
    known.changed.connect(lambda: told.append(None))
    for name in ("bob", "deleted user", "carol", "carol"):
        known.meet(name)
    assert [user.name for user in known.all()] == ["alice", "bob", "carol"] and len(told) == 1
    assert known.shown("bob") == "Bob Tanaka"


def test_somebody_is_called_as_he_wishes() -> None:
    known = people(User(name="bob", display_name="Bob Tanaka"), User(name="carol"))
    assert [known.shown(name) for name in ("bob", "carol", "nobody")] == ["Bob Tanaka", "carol", "nobody"]


@pytest.mark.parametrize(
    "name", ["victim", "Victim", "VICTIM ", "v\u200bictim", "vіctіm", "víctim", "ｖictim", "vlctim"]
)
def test_who_takes_the_name_of_another_has_his_own_beside_it(name: str) -> None:
    known = people(User(name="victim"), User(name="eve", display_name=name))
    assert known.shown("eve") == f"{name} (@eve)"
    assert known.shown("victim") == "victim"


def test_two_who_are_called_alike_are_told_apart() -> None:
    known = people(User(name="bob", display_name="Bob"), User(name="robert", display_name="BOB"))
    assert (known.shown("bob"), known.shown("robert")) == ("Bob (@bob)", "BOB (@robert)")


def test_ones_own_name_written_otherwise_is_no_lie() -> None:
    assert people(User(name="bob", display_name="Bob")).shown("bob") == "Bob"


def test_it_follows_who_comes_and_who_is_called_otherwise() -> None:
    known = people(User(name="eve", display_name="Mallory"))
    assert known.shown("eve") == "Mallory"
    known.know([User(name="mallory")])
    assert known.shown("eve") == "Mallory (@eve)"
    known.on_profile(events.ProfileChanged(user="eve", display_name="Eve", colour=""))
    assert known.shown("eve") == "Eve"


def test_names_that_look_otherwise_are_others() -> None:
    assert len({seen(name) for name in ("bob", "rob", "bo", "Боб", "ボブ", "بوب")}) == 6
