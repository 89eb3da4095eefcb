"""Groups, as programs use them: who finds them, who is in them, who may change what."""

import pytest

from hubbub.client import errors, events
from tests.helpers.brokers import Served
from tests.helpers.chatting import chatting, heard, newest, row_of


async def test_a_group_is_there_at_once_for_all_its_members(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        made = await alice.create_group("#Bridge", ["bob", "@bob"], topic="  crossing  ")
        assert (made.name, made.role, made.topic, made.members) == ("#Bridge", "owner", "crossing", 2)
        sent = await alice.send("#bridge", "first")
        added = await heard(bob, events.ConversationAdded, lambda event: event.conversation.kind == "group")
        assert (added.conversation.name, added.conversation.role) == ("#Bridge", "member")
        message = (await heard(bob, events.MessageReceived)).message
        assert (message.conversation, message.key) == ("#Bridge", sent.key)
        assert [(one.name, one.role) for one in await bob.members("#bridge")] == [
            ("alice", "owner"),
            ("bob", "member"),
        ]


async def test_a_public_group_is_found_and_joined(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        await alice.create_group("harbour", public=True, topic="ships")
        await alice.send("#harbour", "said before")
        (found,) = await bob.groups("#HAR")
        assert (found.name, found.topic, found.members, found.joined) == ("#harbour", "ships", 1, False)
        assert (await bob.join("harbour")).name == "#harbour"
        await bob.send("#harbour", "here I am")
        assert [one.text async for one in bob.history("#harbour")] == ["here I am", "said before"]
        assert (await bob.groups("harbour"))[0].joined
        assert (await bob.join("#harbour")).members == 2, "once more is no mistake"
        await bob.create_group("cellar")
        assert (await bob.join("cellar")).members == 1, "nor where one is in, and nobody else could join"
        await bob.leave("#harbour")
        gone = await heard(bob, events.ConversationRemoved)
        assert gone.conversation == "#harbour"
        with pytest.raises(errors.NotFound, match="There is no group #harbour, or you are not in it"):
            await bob.send("#harbour", "too late")
        with pytest.raises(errors.NameTaken):
            await bob.create_group("Harbour", public=True)


async def test_strangers_cannot_tell_a_private_group_from_none(broker: Served) -> None:
    async with chatting(broker, "alice", "eve") as (alice, eve):
        await alice.create_group("vault")
        assert await eve.groups("vault") == []
        for act in (eve.join, eve.leave, eve.members):
            texts = []
            for name in ("#vault", "#vaulx"):
                with pytest.raises(errors.NotFound) as caught:
                    await act(name)
                texts.append(str(caught.value).replace(name, "#"))
            assert texts[0] == texts[1]
        with pytest.raises(errors.NotFound, match="There is no group #vault that you could join"):
            await eve.join("vault")
        assert (await eve.create_group("vault")).name == "#vault", "a private name is nobody's"
        await eve.send("#vault", "mine")
        assert [one.text async for one in alice.history("#vault")] == []


async def test_owners_admins_and_members(broker: Served) -> None:
    async with chatting(broker, "alice", "bob", "carol") as (alice, bob, carol):
        await alice.create_group("crew", ["bob"])
        with pytest.raises(errors.NotAllowed):
            await bob.invite("#crew", "carol")
        await alice.set_role("crew", "bob", "admin")
        assert (await heard(bob, events.RoleChanged)).role == "admin"
        await bob.invite("#crew", "carol")
        await heard(carol, events.ConversationAdded, lambda event: event.conversation.name == "#crew")
        with pytest.raises(errors.NotAllowed):
            await carol.set_topic("crew", "mutiny")
        await bob.set_topic("crew", "sails")
        assert (await heard(carol, events.TopicChanged)).topic == "sails"
        assert (await row_of(carol, "#crew")).topic == "sails"
        with pytest.raises(errors.NotAllowed):
            await bob.remove("crew", "alice")
        with pytest.raises(errors.NotAllowed):
            await alice.leave("crew")
        await bob.remove("crew", "carol")
        assert (await heard(carol, events.ConversationRemoved)).conversation == "#crew"
        with pytest.raises(errors.NotFound):
            await carol.send("#crew", "let me in")
        with pytest.raises(errors.NotFound, match="carol is not in #crew"):
            await bob.remove("crew", "carol")
        with pytest.raises(errors.NotFound, match="There is no user nobody"):
            await bob.invite("crew", "nobody")
        await alice.set_role("crew", "bob", "owner")
        await alice.leave("crew")
        assert [one.role for one in await bob.members("#crew")] == ["owner"]


async def test_a_renamed_group_goes_by_its_new_name(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        await alice.create_group("old", ["bob"])
        assert (await alice.rename("old", "#new")).name == "#new"
        renamed = await heard(bob, events.GroupRenamed)
        assert (renamed.before, renamed.conversation, renamed.by) == ("#old", "#new", "alice")
        sent = await bob.send("#new", "under the new name")
        assert (await newest(alice, "#new")).key == sent.key
        with pytest.raises(errors.NotFound):
            await bob.send("#old", "under the old one")
        with pytest.raises(errors.BadRequest, match="can't be a group's name"):
            await alice.rename("new", "no spaces")


async def test_acts_on_a_message_go_to_its_group_whatever_that_is_called(broker: Served) -> None:
    async with chatting(broker, "alice") as (alice,):
        await alice.create_group("ship")
        sent = await alice.send("#ship", "aboard")
        await alice.rename("ship", "wreck")
        await alice.create_group("ship")
        other = await alice.send("#ship", "another ship")
        assert other.seq == sent.seq
        assert (await alice.edit(sent, "ashore")).conversation == "#wreck"
        assert (await alice.send("#wreck", "indeed", reply_to=sent)).reply_to == sent.seq
        with pytest.raises(errors.BadRequest, match="stays in its conversation"):
            await alice.send("#ship", "no", reply_to=sent)
        assert [one.text for one in await alice.earlier_texts(sent)] == ["aboard"]
        await alice.delete(sent)
        assert await newest(alice, "#ship") == other
        assert [one.text async for one in alice.history("#wreck")] == ["indeed", ""]


async def test_a_group_is_opened_and_closed_again(broker: Served) -> None:
    async with chatting(broker, "alice", "bob", "carol") as (alice, bob, carol):
        await alice.create_group("pier", ["bob"])
        await alice.send("#pier", "said earlier")
        with pytest.raises(errors.NotAllowed, match="Only owners"):
            await bob.set_visibility("#pier", public=True)
        await alice.set_visibility("#pier", public=True, history="joined")
        told = await heard(bob, events.VisibilityChanged)
        assert (told.conversation, told.public, told.history, told.by) == ("#pier", True, "joined", "alice")
        seen = await row_of(bob, "#pier")
        assert (seen.public, seen.history) == (True, "joined")
        assert [one.text async for one in bob.history("#pier")] == ["said earlier"]
        assert [group.name for group in await carol.groups("pier")] == ["#pier"]
        await carol.join("#pier")
        assert [one.text async for one in carol.history("#pier")] == []
        await alice.set_visibility("#pier", public=False)
        told = await heard(bob, events.VisibilityChanged)
        assert (told.public, told.history) == (False, None)
        assert await carol.groups("pier") == []
        await carol.send("#pier", "still in it")
        await carol.create_group("Pier", public=True)
        with pytest.raises(errors.NameTaken):
            await alice.set_visibility("#pier", public=True, history="all")
        assert (await row_of(alice, "#pier")).history == "joined"


async def test_members_see_what_the_group_says(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        await alice.create_group("fresh", public=True, history="joined")
        await alice.send("#fresh", "said before")
        await bob.join("fresh")
        await alice.send("#fresh", "said after")
        assert [one.text async for one in bob.history("#fresh")] == ["said after"]
        assert await bob.search("said before") == []


async def test_two_groups_of_one_name_are_told_apart(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        await alice.create_group("twin", ["bob"])
        second = await bob.create_group("twin")
        assert second.name.startswith("#twin~")
        await bob.send("#twin", "to the first")
        await bob.send(second.name, "to the second")
        assert (await newest(alice, "#twin")).text == "to the first"
        assert (await newest(bob, second.name)).text == "to the second"
        await bob.set_topic(second.name, "also by its number")
        assert (await row_of(bob, second.name)).topic == "also by its number"


async def test_what_cannot_be_is_said_before_it_is_asked(broker: Served) -> None:
    async with chatting(broker, "alice") as (alice,):
        with pytest.raises(errors.BadRequest, match="at most 200 members"):
            await alice.create_group("crowd", [f"user{number}" for number in range(201)])
        with pytest.raises(errors.BadRequest, match="give a user"):
            await alice.create_group("crowd", ["#general"])
        with pytest.raises(errors.BadRequest, match="at most 256 characters"):
            await alice.create_group("crowd", topic="x" * 257)
        with pytest.raises(errors.BadRequest, match="topic"):
            await alice.create_group("crowd", topic="two\nlines")
        with pytest.raises(errors.NotFound):
            await alice.create_group("crowd", ["nobody"])
        assert "#crowd" not in [row.name for row in await alice.home()]
