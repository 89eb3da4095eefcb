"""How users are shown, whom they block, and what they do with their accounts."""

from pathlib import Path

import pytest

from hubbub.client import Client, errors, events
from hubbub.client.profile import Profile
from hubbub.schemas.names import DELETED
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.chatting import chatting, heard, newest

OLD, NEW = PASSWORD.decode(), "battery staple"


async def test_profiles(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        await alice.set_profile(display_name="Alice Liddell", colour="#3366CC")
        event = await heard(bob, events.ProfileChanged)
        assert (event.user, event.display_name, event.colour) == ("alice", "Alice Liddell", "#3366cc")
        await alice.set_profile(receipts=False)
        seen = await bob.profile("@alice")
        assert (seen.display_name, seen.colour, seen.receipts) == ("Alice Liddell", "#3366cc", None)
        assert (await alice.profile("alice")).receipts is False
        (found,) = await bob.users("ali")
        assert (found.display_name, found.online) == ("Alice Liddell", True)
        await alice.set_profile(display_name="", colour="", receipts=True)
        assert (await bob.profile("alice")).display_name == ""
        for wrong in ({"colour": "blue"}, {"display_name": "x" * 65}, {"display_name": "\x1b[1m"}):
            with pytest.raises(errors.BadRequest):
                await alice.set_profile(**wrong)  # type: ignore[arg-type]
        with pytest.raises(errors.NotFound, match="There is no user nobody"):
            await bob.profile("nobody")


async def test_status(broker: Served) -> None:
    async with chatting(broker, "alice", "bob") as (alice, bob):
        await alice.set_status("away", "at lunch")

        def away(event: events.PresenceChanged) -> bool:
            return ("alice", "away", "at lunch") in [
                (user.name, user.status, user.status_text) for user in event.online
            ]

        await heard(bob, events.PresenceChanged, away)
        await alice.set_status("invisible")
        await heard(bob, events.PresenceChanged, lambda event: "alice" in [one.name for one in event.offline])
        assert (await bob.profile("alice")).online is False
        assert "alice" not in [user.name for user in await bob.online_users()]
        await alice.set_status("online")
        assert (await bob.profile("alice")).online
        with pytest.raises(errors.BadRequest, match="at most 128"):
            await alice.set_status("busy", "x" * 129)


async def test_blocks(broker: Served) -> None:
    async with chatting(broker, "alice", "mallory") as (alice, mallory):
        await mallory.send("alice", "buy this")
        await alice.create_group("market", ["mallory"])
        await alice.block("@mallory")
        assert await alice.blocked() == ["mallory"]
        assert (await alice.profile("mallory")).blocked
        with pytest.raises(errors.NotAllowed):
            await mallory.send("alice", "and this")
        await mallory.send("#market", "here too")
        assert (await newest(alice, "#market")).blocked
        assert not (await newest(mallory, "#market")).blocked
        await alice.unblock("mallory")
        assert await alice.blocked() == []
        await mallory.send("alice", "thanks")
        assert not (await newest(alice, "#market")).blocked
        with pytest.raises(errors.NotFound):
            await alice.block("nobody")
        with pytest.raises(errors.NotAllowed):
            await alice.block("alice")


async def test_another_password_ends_other_sessions_and_is_remembered(broker: Served) -> None:
    async with (
        chatting(broker, "paula") as (paula,),
        Client(broker.place.address, user="paula", password=OLD, device="tablet") as tablet,
    ):
        assert [one.device for one in await paula.sessions() if not one.current] == ["tablet"]
        with pytest.raises(errors.WrongCredentials):
            await paula.change_password("not the old one", NEW)
        with pytest.raises(errors.BadRequest, match="at least 8"):
            await paula.change_password(OLD, "short")
        await paula.change_password(OLD, NEW)
        (current,) = await paula.sessions()
        assert current.current
        with pytest.raises(errors.NotLetIn):
            await tablet.home()
        await paula.revoke(current)  # its password is the new one: it logs in again by itself
        assert current.session not in [one.session for one in await paula.sessions()]
    with pytest.raises(errors.WrongCredentials):
        async with Client(broker.place.address, user="paula", password=OLD):
            pass


async def test_who_logs_out_is_not_logged_in_again_by_the_password_in_memory(broker: Served) -> None:
    async with (
        chatting(broker, "quinn") as (quinn,),
        Client(broker.place.address, user="quinn", password=OLD) as other,
    ):
        await other.logout()
        with pytest.raises(errors.SessionExpired):
            await other.home()
        assert [one.current for one in await quinn.sessions()] == [True]


async def test_an_account_that_is_not_deleted_goes_on(broker: Served) -> None:
    async with chatting(broker, "rosa") as (rosa,):
        with pytest.raises(errors.WrongCredentials):
            await rosa.delete_account("not the password", "keep")
        (current,) = await rosa.sessions()
        await rosa.revoke(current)  # the password is still there: it logs in again by itself
        assert [one.current for one in await rosa.sessions()] == [True]


async def test_a_revoked_session_is_cut_off(broker: Served, tmp_path: Path) -> None:
    async with chatting(broker, "peter") as (peter,):
        async with Client(
            broker.place.address, user="peter", password=OLD, profile=tmp_path, device="phone", live=False
        ):
            pass
        (phone,) = [one for one in await peter.sessions() if one.device == "phone"]
        await peter.revoke(phone.session)
        with pytest.raises(errors.SessionExpired):
            async with Client(broker.place.address, user="peter", profile=tmp_path):
                pass
        with pytest.raises(errors.NotFound, match=f"You have no session {phone.session}"):
            await peter.revoke(phone)


async def test_a_deleted_account_leaves_its_messages_or_takes_them(broker: Served, tmp_path: Path) -> None:
    async with chatting(broker, "alice", live=False) as (alice,):
        for name, messages in (("ghost", "keep"), ("shade", "delete")):
            where = tmp_path / name
            async with chatting(broker, name, profile=where) as (leaving,):
                await leaving.send("alice", f"from {name}")
                with pytest.raises(errors.WrongCredentials):
                    await leaving.delete_account("not the password", messages)  # type: ignore[arg-type]
                await leaving.delete_account(OLD, messages)  # type: ignore[arg-type]
            state = Profile(where).read()
            assert [saved for saved in state.sessions.values() if saved] == []
            with pytest.raises(errors.WrongCredentials):
                async with Client(broker.place.address, user=name, password=OLD):
                    pass
            with pytest.raises(errors.NotFound):
                await alice.profile(name)
        (kept,) = await alice.search("from ghost")
        assert kept.sender == DELETED
        with pytest.raises(errors.NotAllowed):
            await alice.send(kept.conversation, "come back")
        with pytest.raises(errors.NameTaken):
            async with Client(broker.place.address, user="ghost", password=OLD, register="new"):
                pass
