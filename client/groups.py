"""What a client does with groups and their members. Knows no socket."""

from collections.abc import Iterable
from typing import Literal

from hubbub.client import errors, paging
from hubbub.client.calling import Calling, group_called, one_line, person
from hubbub.client.keys import message_key
from hubbub.client.models import (
    Conversation,
    Group,
    Member,
    Recipient,
    Role,
    group_of,
    member_of,
    recipient,
)
from hubbub.schemas import limits, replies, requests
from hubbub.schemas.names import BadName, canonical


class Groups(Calling):
    """The part of Client that is about groups. A group is given as "#team" or "team"; groups of mine that share a name are
    told apart as "#team~17", as home() shows them."""

    async def create_group(
        self,
        name: str,
        members: Iterable[str] = (),
        *,
        public: bool = False,
        topic: str = "",
        history: Literal["all", "joined"] = "all",
    ) -> Conversation:
        """Make a group, with me as its owner and at most 200 members beside me.

        public: everyone can find and join it; else nobody knows of it who is not in it. history: whether members see everything,
        or only what was said since they came. Raises NameTaken (by another public group), NotFound (a member), NotAllowed (a
        member has blocked me), BadRequest.
        """
        if isinstance(members, str):
            raise TypeError("members is a list of names")
        named = [person(member) for member in members]
        if len(named) > limits.MEMBERS_AT_ONCE_MAX:
            raise errors.BadRequest(
                f"A group begins with at most {limits.MEMBERS_AT_ONCE_MAX} members; invite the others later."
            )
        request = requests.CreateGroup(
            id=0,
            key=message_key(),
            name=_new_name(name),
            members=named,
            public=public,
            topic=one_line(topic, "topic", limits.TOPIC_MAX_CHARACTERS),
            history=history,
        )
        started = await self._link.ask(request, replies.Started)
        return await self._entered(started.conversation)

    async def groups(self, query: str = "", *, limit: int | None = None) -> list[Group]:
        """Public groups whose names begin with the query, by name. limit=None: all."""
        found = await paging.groups(self._link.ask, query.removeprefix("#"), limit)
        return [group_of(row) for row in found]

    async def join(self, group: str) -> Conversation:
        """Join a public group; nothing happens where I am in it. Raises NotFound, also for a private one that I am not in."""
        who = group_called(group)
        request = requests.JoinGroup(id=0, key=message_key(), group=who.name)
        try:
            started = await self._link.ask(request, replies.Started)
        except errors.NotFound:
            if (mine := await self._mine(who)) is not None:
                return mine
            raise errors.NotFound(f"There is no group {who} that you could join.") from None
        return await self._entered(started.conversation)

    async def leave(self, group: str) -> None:
        """Leave a group. Raises NotFound, NotAllowed (its last owner first makes somebody else one)."""
        await self._change(group, requests.LeaveGroup(id=0, conversation=0, key=message_key()))
        if not self._live:  # else HOME is read by itself
            await self._read_home()

    async def invite(self, group: str, user: str) -> None:
        """Bring a user into a group: any member of a public one, owner and admins of a private one. Raises NotFound, NotAllowed."""
        name = person(user)
        request = requests.AddMember(id=0, conversation=0, key=message_key(), user=name)
        await self._change(group, request, f"There is no user {name}.")

    async def remove(self, group: str, user: str) -> None:
        """Remove a member: owners anyone, admins those who are neither. He gets nothing more of the group. Raises NotFound,
        NotAllowed."""
        name = person(user)
        request = requests.RemoveMember(id=0, conversation=0, key=message_key(), user=name)
        await self._change(group, request, f"{name} is not in {group_called(group)}.")

    async def set_role(self, group: str, user: str, role: Role) -> None:
        """Give a member a role, as owner. A group keeps an owner. Raises NotFound, NotAllowed."""
        name = person(user)
        request = requests.SetRole(id=0, conversation=0, key=message_key(), user=name, role=role)
        await self._change(group, request, f"{name} is not in {group_called(group)}.")

    async def rename(self, group: str, name: str) -> Conversation:
        """Give a group another name, as owner or admin; what it is called then. Raises NameTaken, NotFound, NotAllowed,
        BadRequest."""
        request = requests.RenameGroup(id=0, conversation=0, key=message_key(), name=_new_name(name))
        done = await self._change(group, request)
        rows = await self._read_home([done.conversation])
        if not rows:
            raise errors.NotFound(f"You are not in {group_called(group)} any more.")
        return self._link.conversation(rows[0])

    async def set_topic(self, group: str, topic: str) -> None:
        """Say what a group is about, in one line, as owner or admin; empty: nothing. Raises NotFound, NotAllowed, BadRequest."""
        text = one_line(topic, "topic", limits.TOPIC_MAX_CHARACTERS)
        request = requests.SetTopic(id=0, conversation=0, key=message_key(), topic=text)
        await self._change(group, request)

    async def set_visibility(
        self, group: str, *, public: bool | None = None, history: Literal["all", "joined"] | None = None
    ) -> None:
        """Say who finds and joins a group, and what those see who join from now on, as owner; None stays as it is.

        Nobody who is in it comes to see more or less, or has to go. Public, and with history "all", it shows everything that was ever
        said in it to anyone who joins: ask before you do that for somebody. Raises NameTaken (another public group has its
        name: nothing is changed), NotFound, NotAllowed.
        """
        request = requests.SetVisibility(
            id=0, conversation=0, key=message_key(), public=public, history=history
        )
        await self._change(group, request)

    async def members(self, to: str) -> list[Member]:
        """Who is in a conversation, by name, and how far each has read who lets others see it. Raises NotFound."""
        if (conversation := await self._known(recipient(to))) is None:
            return []
        return [member_of(row) for row in await paging.members(self._link.ask, conversation)]

    async def start_conversation(self, user: str) -> Conversation:
        """The conversation with a user, made if there is none; asking twice gives the same one. Raises NotFound, NotAllowed,
        BadRequest (a group)."""
        return self._link.conversation(await self._start(recipient(person(user))))

    async def _change(self, group: str, request: requests.Act, absent: str = "") -> replies.Acted:
        return await self._ask_in(group_called(group), request, replies.Acted, absent=absent)

    async def _mine(self, who: Recipient) -> Conversation | None:
        rows = await self._read_home()
        known = self._link.directory.find(who)
        return next((self._link.conversation(row) for row in rows if row.conversation == known), None)

    async def _entered(self, row: replies.Conversation) -> Conversation:
        await self._read_home()  # another group of mine may have the name: then this one is called otherwise
        return self._link.conversation(row)


def _new_name(name: str) -> str:
    bare = name.strip().removeprefix("#")
    try:
        return canonical(bare)
    except BadName as error:
        raise errors.BadRequest(f"{bare!r} can't be a group's name: {error}.") from None
