"""What others do to somebody who sits at the window: taken out of a group, shut out, left alone. Each leads to a plain sentence and
a way on, and what was written and not sent stays."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from PIL import Image

from hubbub.client.gui.kit.layers import Layers
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.timeline.menu import MessageMenu
from hubbub.client.gui.views.main import MainScreen
from hubbub.client.offline import Offline
from hubbub.client.sync import Client
from hubbub.schemas import records
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.person import Person, chat

pytestmark = pytest.mark.window
SitsDown = Callable[..., Person]
NUMBERS = count(1)
NEW_PASSWORD = "a battery and a staple"


@pytest.fixture(scope="module")
def bob(broker: Served) -> Iterator[Client]:
    """At no window."""
    with Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True) as client:
        yield client


@pytest.fixture
def anna(sits_down: SitsDown, broker: Served, bob: Client) -> Person:
    """Somebody new."""
    person = sits_down(name := f"anna{next(NUMBERS)}")
    person.enters(broker, name)
    return person


def me(person: Person) -> str:
    return chat(person).me


def is_in(person: Person, bob: Client, name: str = "") -> str:
    """A group of bob's with the person in it, which is open."""
    group = f"#{name or f'team{next(NUMBERS)}'}"
    bob.create_group(group, [me(person)])
    person.wait(lambda: chat(person).conversations.get(group) is not None, "the group")
    chat(person).open(group)
    person.wait(lambda: chat(person).room is not None and chat(person).room.members, "its members")  # type: ignore[union-attr]  # looked at before
    return group


def nothing_lies_over(person: Person) -> bool:
    return person.window.theme.part(Layers).top is None


def bubble(person: Person, text: str) -> Bubble:
    """Once it is there."""

    def found() -> list[Bubble]:
        timeline = chat(person).timeline
        rows = timeline.rows() if timeline is not None else []
        return [row for row in rows if isinstance(row, Bubble) and row.message.text == text]

    person.wait(found, text)
    return found()[0]


def main(person: Person) -> MainScreen:
    assert isinstance(person.window.screen, MainScreen)
    return person.window.screen


# ------------------------------------------------------------------------------------------------------------- groups


def test_whoever_is_removed_while_he_writes_is_told_and_keeps_the_text(anna: Person, bob: Client) -> None:
    group = is_in(anna, bob)
    anna.click(main(anna).conversation.composer.area.edit)  # type: ignore[union-attr]  # one is open
    anna.type("half a sentence")
    bob.remove(group, me(anna))
    anna.waits_to_see(f"You are not in {group} any more.")
    anna.wait(lambda: chat(anna).timeline is None, "no conversation is open")
    assert chat(anna).drafts[group] == "half a sentence"
    bob.invite(group, me(anna))
    anna.wait(lambda: chat(anna).conversations.get(group) is not None, "the group again")
    chat(anna).open(group)
    anna.waits_to_see("half a sentence")


@pytest.mark.slow
def test_whatever_is_open_of_a_group_goes_with_it(anna: Person, bob: Client) -> None:
    group, screen = is_in(anna, bob), main(anna)
    bob.send(group, "the plan")
    anna.waits_to_see("the plan")

    def menu() -> MessageMenu:
        assert screen.conversation.messages is not None
        return screen.conversation.messages.menu

    def over(_: MessageMenu) -> None:
        assert screen.conversation.composer is not None
        screen.conversation.composer.emoji.invoke()

    for opens in (
        lambda _: screen.acts.group_settings(),
        lambda _: screen.acts.invite(),
        lambda _: screen.acts.pinned(group),
        lambda _: screen.acts.leave(group),
        lambda menu: menu.show_info(bubble(anna, "the plan")),
        lambda menu: menu.forward(bubble(anna, "the plan")),
        lambda menu: menu.open(bubble(anna, "the plan"), 700, 300),
        over,
    ):
        opens(menu())
        anna.wait(lambda: not nothing_lies_over(anna), "something over the window")
        bob.remove(group, me(anna))
        anna.wait(lambda: chat(anna).timeline is None, "no conversation is open")
        assert nothing_lies_over(anna)
        bob.invite(group, me(anna))
        anna.wait(lambda: chat(anna).conversations.get(group) is not None, "the group again")
        chat(anna).open(group)
        anna.waits_to_see("the plan")


def test_a_group_that_another_renames_keeps_what_is_written_in_it(anna: Person, bob: Client) -> None:
    group = is_in(anna, bob)
    anna.click(main(anna).conversation.composer.area.edit)  # type: ignore[union-attr]  # one is open
    anna.type("for the")
    bob.set_role(group, me(anna), "admin")
    anna.wait(lambda: chat(anna).room.may_change, "admin")  # type: ignore[union-attr]  # it is open
    main(anna).acts.group_settings()
    bob.rename(group, f"{group[1:]}-new")
    anna.wait(lambda: chat(anna).room is not None and chat(anna).room.name == f"{group}-new", "the new name")  # type: ignore[union-attr]  # looked at before
    sheet = anna.window.theme.part(Layers).top
    anna.wait(lambda: in_sheet(anna).count(f"{group}-new") > 0, "the new name above the sheet")
    assert f"{group[1:]}-new" in in_sheet(anna), "and in the field for it"
    sheet.close()  # type: ignore[union-attr]  # it is open
    header = main(anna).conversation.header
    assert header is not None and header.face._seen[0] == f"{group[1:]}-new"
    anna.type(" team\n")
    anna.waits_to_see("for the team")
    anna.wait(
        lambda: (
            [m.text for m in bob.history(f"{group}-new", limit=5) if m.sender == me(anna)] == ["for the team"]
        )
    )
    assert not {group, f"{group}-new"} & set(chat(anna).drafts)


def in_sheet(person: Person) -> list[str]:
    from tests.helpers.person import texts_in

    top = person.window.theme.part(Layers).top
    return [] if top is None else [shown.text for shown in texts_in(top.page)]


def test_what_was_begun_to_somebody_new_is_found_again(anna: Person, bob: Client) -> None:
    chat(anna).open("@bob")
    anna.click(main(anna).conversation.composer.area.edit)  # type: ignore[union-attr]  # one is open
    anna.type("dear bob")
    anna.press("<Escape>")
    anna.waits_to_see("Draft: ")
    comes_back(anna)
    anna.waits_to_see("Draft: ")
    anna.clicks_when_seen("dear bob")
    anna.wait(lambda: chat(anna).timeline is not None and chat(anna).composer.text == "dear bob", "the draft")  # type: ignore[union-attr]  # looked at
    anna.press("<Return>")
    anna.wait(lambda: bubble(anna, "dear bob").message.seq, "it is sent")
    anna.wait(lambda: [line.key for line in main(anna).sidebar.list.items].count("@bob") == 1, "one line")


# ---------------------------------------------------------------------------------------------------------- messages


def test_the_menu_of_a_message_goes_with_it(anna: Person, bob: Client) -> None:
    sent = bob.send(me(anna), "the last word")
    anna.clicks_when_seen("the last word")
    anna.wait(lambda: chat(anna).timeline is not None and chat(anna).timeline.messages, "the message")  # type: ignore[union-attr]  # the same
    menu = main(anna).conversation.messages.menu  # type: ignore[union-attr]  # one is open
    menu.open(bubble(anna, "the last word"), 700, 300)
    bob.delete(sent)
    anna.waits_to_see("Message deleted")
    assert nothing_lies_over(anna)


def test_what_is_answered_is_forgotten_when_it_is_deleted(anna: Person, bob: Client) -> None:
    sent = bob.send(me(anna), "a secret")
    anna.clicks_when_seen("a secret")
    anna.wait(lambda: chat(anna).timeline is not None and chat(anna).timeline.messages, "the message")  # type: ignore[union-attr]  # the same
    composer = chat(anna).composer
    assert composer is not None
    composer.reply(bubble(anna, "a secret").message)
    anna.waits_to_see("Reply to bob")
    anna.click(main(anna).conversation.composer.area.edit)  # type: ignore[union-attr]  # one is open
    anna.type("I see")
    bob.delete(sent)
    anna.waits_to_see("Message deleted")
    anna.waits_to_miss("Reply to bob")
    anna.waits_to_see("The message that you answer was deleted.")
    anna.waits_to_miss("a secret")
    anna.press("<Return>")
    anna.wait(lambda: [m.text for m in bob.history(me(anna), limit=1)] == ["I see"])


# ------------------------------------------------------------------------------------------------------------ others


@pytest.fixture
def carol(broker: Served) -> Iterator[Client]:
    """Somebody new, at no window."""
    name = f"carol{next(NUMBERS)}"
    with Client(broker.place.address, user=name, password=PASSWORD.decode(), register=True) as client:
        yield client


def test_whose_partner_deletes_his_account_is_told_where_he_writes(
    anna: Person, bob: Client, carol: Client
) -> None:
    name = carol.user
    carol.send(me(anna), "good bye")
    anna.clicks_when_seen("good bye")
    anna.click(main(anna).conversation.composer.area.edit)  # type: ignore[union-attr]  # one is open
    anna.type("half a sentence")
    carol.delete_account(PASSWORD.decode(), "keep")
    anna.waits_to_see("This account does not exist any more.")
    anna.waits_to_see("account deleted")
    anna.waits_to_miss(name)
    assert anna.sees("deleted user") and anna.sees("good bye")
    header = main(anna).conversation.header
    assert header is not None and header.face._seen[0] == "deleted user", "the initials too"
    assert name not in {user.name for user in chat(anna).people.all()}
    assert chat(anna).drafts["@deleted user"] == "half a sentence"
    anna.press("<Escape>")
    comes_back(anna)
    anna.wait(lambda: chat(anna).conversations.get("@deleted user") is not None, "the same from HOME")


def test_somebody_who_is_switched_off_is_away_and_can_be_written_to(
    anna: Person, carol: Client, broker: Served
) -> None:
    name = carol.user
    carol.send(me(anna), "hello")
    anna.clicks_when_seen("hello")
    anna.waits_to_see("online")
    broker.write(records.SetDisabled(name, True))
    anna.waits_to_see("last seen")
    anna.click(main(anna).conversation.composer.area.edit)  # type: ignore[union-attr]  # one is open
    anna.type("for later\n")
    anna.wait(lambda: bubble(anna, "for later").message.seq, "the server has it")


# ------------------------------------------------------------------------------------------------------- my account


@pytest.mark.parametrize("how", ["revoked", "password", "disabled"])
def test_whoever_is_shut_out_is_told_why_and_keeps_what_was_written(
    anna: Person, bob: Client, broker: Served, how: str
) -> None:
    name = me(anna)
    comes_back(anna)
    bob.send(name, "hello")
    anna.clicks_when_seen("hello")
    anna.click(main(anna).conversation.composer.area.edit)  # type: ignore[union-attr]  # one is open
    anna.type("half a sentence")
    main(anna).acts.person("bob")
    anna.wait(lambda: not nothing_lies_over(anna), "a card over the window")
    if how == "disabled":
        broker.write(records.SetDisabled(name, True))
    else:
        with Client(broker.place.address, user=name, password=PASSWORD.decode()) as there:
            if how == "password":
                there.change_password(PASSWORD.decode(), NEW_PASSWORD)
            else:
                there.revoke(next(one for one in there.sessions() if not one.current))
    anna.wait(lambda: anna.window.model.chat is None, "nobody is logged in")
    anna.waits_to_see("Your session has ended")
    assert nothing_lies_over(anna) and anna.sees(name)
    if how == "disabled":
        anna.window.model.sign_in.submit(name, PASSWORD.decode())
        anna.waits_to_see("This account is switched off.")
        broker.write(records.SetDisabled(name, False))
    anna.window.model.sign_in.submit(name, NEW_PASSWORD if how == "password" else PASSWORD.decode())
    anna.waits_to_see("half a sentence")


def comes_back(person: Person) -> None:
    """As at the next start: by the session, and without the password."""
    model = person.window.model
    model.switch()
    person.wait(lambda: model.sign_in.choices.accounts, "the account in the list")
    model.sign_in.resume(model.sign_in.choices.accounts[0])
    person.waits_to_see("#general")
    person.wait(lambda: chat(person).link.connected, "the link")


# --------------------------------------------------------------------------------------------------------- forgetting


def test_what_was_kept_of_an_account_is_forgotten_with_it(
    anna: Person, bob: Client, broker: Served, tmp_path: Path
) -> None:
    name, profile = me(anna), anna.window.model.profile
    Image.new("RGB", (1200, 900), "#20a040").save(tmp_path / "garden.png")
    bob.send(name, "the-word-that-was-read", attachments=[tmp_path / "garden.png"])
    anna.clicks_when_seen("the-word-that-was-read")
    anna.wait(lambda: list((profile / "media").glob("*.small")), "the picture")
    anna.type("the-word-of-a-draft")
    anna.window.model.switch()
    anna.waits_to_see("Your accounts")
    with Offline(profile, broker.place.address, name) as there:
        there.queue("bob", "the-word-that-waits")
    anna.click(name, button=3)
    anna.clicks_when_seen("Forget this account…")
    anna.waits_to_see("1 message that was not sent yet is lost.")
    anna.click("Forget")
    anna.waits_to_miss(name)
    anna.wait(lambda: not anna.window.model.sign_in.busy, "its end")
    anna.window.model.settings.close()
    kept = {path: path.read_bytes() for path in profile.rglob("*") if path.is_file()}
    assert [path for path, data in kept.items() if b"the-word-" in data] == []
    assert list((profile / "media").glob("*.small")) == []
    with Client(broker.place.address, user=name, password=PASSWORD.decode()) as elsewhere:
        assert len(elsewhere.sessions()) == 1, "its session is over"


# --------------------------------------------------------------------------------------------------------------- clocks


def test_a_clock_that_jumps_moves_days_and_stops_nothing(
    sits_down: SitsDown, broker: Served, bob: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, name = [timedelta()], f"anna{next(NUMBERS)}"
    anna = sits_down(name, now=lambda: datetime.now(UTC) + late[0])
    anna.enters(broker, name)
    bob.send(name, "hello")
    anna.clicks_when_seen("hello")
    anna.waits_to_see("Today")
    told: list[str] = []

    async def typing(to: str) -> None:
        told.append(to)

    monkeypatch.setattr(chat(anna).desk.client, "typing", typing)
    anna.click(main(anna).conversation.composer.area.edit)  # type: ignore[union-attr]  # one is open
    for jump in (timedelta(), -timedelta(hours=1), timedelta(hours=1)):
        before = len(told)
        late[0] = jump
        anna.type("x")
        anna.wait(lambda before=before: len(told) == before + 1, "that he types is told")  # type: ignore[misc]  # bound by its default
    for jump, word in (
        (timedelta(days=1), "Yesterday"),
        (timedelta(days=-1), "day "),
        (timedelta(), "Today"),
    ):
        late[0] = jump
        assert chat(anna).timeline is not None
        chat(anna).timeline.refresh()  # type: ignore[union-attr]  # looked at
        anna.waits_to_see(word)
    anna.press("<Return>")
    anna.wait(lambda: bubble(anna, "xxx").message.seq, "it is sent")
