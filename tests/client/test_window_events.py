"""What a window has to be told beside messages: what another of my devices did, what things are called, what is unread again."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from hubbub.client import Client, errors, events
from tests.helpers.bots import NUMBERS
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.chatting import chatting, heard


class Devices:
    """alice on two devices, of which the first listens; and bob."""

    def __init__(self, here: Client, there: Client, bob: Client) -> None:
        self.here, self.there, self.bob = here, there, bob

    async def hears(
        self, kind: type[events.Event], wanted: Callable[[events.Event], bool] = lambda _: True
    ) -> events.Event:
        return await heard(self.here, kind, wanted)


@pytest.fixture
async def devices(broker: Served) -> AsyncIterator[Devices]:
    number = next(NUMBERS)
    alice = f"alice{number}"
    async with (
        chatting(broker, f"bob{number}") as (bob,),
        chatting(broker, alice) as (here,),
        chatting(broker, alice) as (there,),
    ):
        yield Devices(here, there, bob)


async def test_what_another_device_begins_leaves_mutes_and_reads_is_told(devices: Devices) -> None:
    here, there, bob = devices.here, devices.there, devices.bob
    group = f"group{next(NUMBERS)}"
    await there.create_group(group, [bob.user])
    added = await heard(here, events.ConversationAdded)
    assert (added.conversation.name, added.conversation.role) == (f"#{group}", "owner")
    await there.start_conversation(bob.user)
    begun = await heard(here, events.ConversationAdded)
    assert (begun.conversation.name, begun.conversation.head) == (f"@{bob.user}", 0)
    said = await bob.send(f"#{group}", "hello")
    await there.mark_read(f"#{group}", said.seq)
    assert (await heard(here, events.ReadMarked)).seq == said.seq
    await there.mute(f"#{group}", timedelta(hours=1))
    assert (await heard(here, events.MuteChanged)).until is not None
    await there.pin(said)
    assert (await heard(here, events.PinChanged)).target == said.seq
    await there.set_profile(display_name="Alice A.")
    assert (await heard(here, events.ProfileChanged)).display_name == "Alice A."
    await there.set_role(group, bob.user, "owner")
    await heard(here, events.RoleChanged)
    await bob.set_role(group, here.user, "admin")
    assert (await heard(here, events.RoleChanged)).user == here.user
    mine = await here.send(f"#{group}", "seen?")
    await bob.mark_read(f"#{group}", mine.seq)
    assert (await heard(here, events.ReadByOther)).seq == mine.seq
    await there.block(bob.user)
    assert (await heard(here, events.BlockChanged)).on
    for status in ("invisible", "busy"):
        await there.set_status(status, "at sea")  # type: ignore[arg-type]  # mypy: a str
        chosen = await heard(here, events.StatusChanged)
        assert (chosen.invisible, chosen.status, chosen.text) == (
            status == "invisible",
            "busy" if status == "busy" else "online",
            "at sea",
        )
    await there.leave(group)
    assert (await heard(here, events.ConversationRemoved)).conversation == f"#{group}"


async def test_a_namesake_that_goes_gives_its_name_away(devices: Devices) -> None:
    here, bob = devices.here, devices.bob
    name = f"#twin{next(NUMBERS)}"
    await here.create_group(name)
    await bob.create_group(name, [here.user])
    second = (await heard(here, events.ConversationAdded, is_new(f"{name}~"))).conversation
    await here.rename(name, f"{name}-other")
    changed = await heard(here, events.NameChanged)
    assert (changed.before, changed.conversation) == (second.name, name)
    await bob.send(name, "to the second")
    received = (await heard(here, events.MessageReceived)).message
    assert (received.conversation, received.conversation_id) == (name, second.conversation_id)


async def test_a_namesake_that_i_am_put_out_of_gives_its_name_away_behind_that(devices: Devices) -> None:
    here, bob = devices.here, devices.bob
    name = f"#twin{next(NUMBERS)}"
    first = await bob.create_group(name, [here.user])
    await heard(here, events.ConversationAdded, is_new(name))
    await bob.create_group(name, [here.user])
    await heard(here, events.ConversationAdded, is_new(f"{name}~"))
    await bob.remove(first.name, here.user)
    assert (await heard(here, events.ConversationRemoved)).conversation == name
    changed = await heard(here, events.NameChanged)
    assert (changed.before.startswith(f"{name}~"), changed.conversation) == (True, name)


def is_new(beginning: str) -> Callable[[events.ConversationAdded], bool]:
    return lambda event: event.conversation.name.startswith(beginning)


async def test_who_deletes_his_account_is_called_otherwise(broker: Served) -> None:
    number = next(NUMBERS)
    async with chatting(broker, f"carl{number}", f"dora{number}") as (carl, dora):
        await dora.send(carl.user, "bye")
        await heard(carl, events.MessageReceived)
        await dora.delete_account(PASSWORD.decode(), messages="keep")
        changed = await heard(carl, events.NameChanged)
        assert changed.before == f"@dora{number}"
        assert changed.conversation.startswith("@deleted user")
        assert (await heard(carl, events.AccountDeleted)).user == f"dora{number}"
        assert changed.conversation in {row.name for row in await carl.home()}


async def test_in_a_conversation_that_was_never_spoken_in_there_are_members(devices: Devices) -> None:
    here, bob = devices.here, devices.bob
    assert await here.members(bob.user) == []
    await here.start_conversation(bob.user)
    assert [one.name for one in await here.members(bob.user)] == sorted([here.user, bob.user])


async def test_a_group_is_nobody_to_start_a_conversation_with(devices: Devices) -> None:
    here, bob = devices.here, devices.bob
    await here.create_group(bob.user)  # as the user is called
    with pytest.raises(errors.BadRequest, match="is a group"):
        await here.start_conversation(f"#{bob.user}")
