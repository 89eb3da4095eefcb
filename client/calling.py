"""What every part of Client stands on: requests over the link, and conversations found by their names. Knows no socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from hubbub.client import errors, paging
from hubbub.client.disk import Disk
from hubbub.client.link import Link
from hubbub.client.models import Message, Recipient, recipient
from hubbub.schemas import events as wire
from hubbub.schemas import replies, requests
from hubbub.schemas.names import BadName, folded, line

R = TypeVar("R", bound=replies.Reply)
Bound = (
    requests.Act
    | requests.Typing
    | requests.Mute
    | requests.MarkRead
    | requests.Members
    | requests.Pins
    | requests.Edits
)
"""Requests that name one conversation."""

Which = Message | tuple[str, int]
"""A message: itself, or its conversation and seq."""


def person(user: str) -> str:
    """The name of "bob" or "@bob". Raises BadRequest."""
    who = recipient(user)
    if who.kind != "direct":
        raise errors.BadRequest(f"{user!r} is a group; give a user (bob or @bob).")
    return who.name


def group_called(group: str) -> Recipient:
    """The group of "team" or "#team". Raises BadRequest."""
    return recipient("#" + group.strip().removeprefix("#"))


@contextmanager
def missing(text: str) -> Iterator[None]:
    """A NotFound that is raised within says this."""
    try:
        yield
    except errors.NotFound:
        raise errors.NotFound(text) from None


def no_message(message: Which) -> str:
    """What is said where it is not, or can't be seen."""
    if isinstance(message, Message):
        return f"There is no message {message.seq} in {message.conversation}, or it can't be seen."
    return f"There is no message {message[1]} in {recipient(message[0])}, or it can't be seen."


def one_line(text: str, what: str, longest: int) -> str:
    """A topic, a display name or a status in the form that is kept. Raises BadRequest."""
    try:
        shown = line(text)
    except BadName as error:
        raise errors.BadRequest(f"The {what} can't be that: {error}.") from None
    if len(shown) > longest:
        raise errors.BadRequest(f"The {what} has at most {longest} characters; this one has {len(shown)}.")
    return shown


class Calling:
    """The part of Client that the others share."""

    _link: Link
    _disk: Disk | None
    _live: bool

    # ---------------------------------------------------------------------------------------------------- requests

    async def _ask_in(
        self, who: Recipient, request: Bound, kind: type[R], *, again: bool = True, absent: str = ""
    ) -> R:
        """The answer to a request about one conversation, which is filled in here, and made if there is none. `again`: the
        request means the same thing in a store that was restored, because it names no entry. `absent`: what a NotFound says
        that is about something else than the conversation."""
        while True:
            request.conversation = await self._conversation(who)
            try:
                return await self._link.ask(request, kind)
            except errors.Restored:
                if not again:
                    raise
            except errors.NotFound:
                raise errors.NotFound(absent or self._absent(who)) from None

    async def _act_on(self, message: Which, request: requests.OnMessage) -> None:
        """Act on a message; conversation and seq are filled in here. Not repeated in a restored store: there the seq may be
        another message's. Raises NotFound, NotAllowed."""
        request.conversation, request.seq = await self._place(message)
        with missing(no_message(message)):
            await self._link.ask(request, replies.Acted)

    async def _one(self, message: Which) -> Message:
        """A message as it is now. Raises NotFound."""
        conversation, seq = await self._place(message)
        with missing(no_message(message)):
            return self._link.message(await self._entry(conversation, seq))

    async def _entry(self, conversation: int, seq: int) -> wire.Message:
        """The same by numbers, as it is on the wire."""
        request = requests.History(id=0, conversation=conversation, after=max(0, seq - 1), limit=1)
        found = (await self._link.ask(request, replies.HistoryPage)).messages
        if not found or found[0].seq != seq:
            raise errors.NotFound("There is no such message.")
        await self._name({conversation})
        return found[0]

    # ------------------------------------------------------------------------------------------------------- names

    async def _place(self, message: Which) -> tuple[int, int]:
        """Conversation and seq of a message. A Message says its conversation by number, because a name can be another group's
        by now. Raises NotFound."""
        if isinstance(message, Message) and message.conversation_id:
            return message.conversation_id, message.seq
        to, seq = (message.conversation, message.seq) if isinstance(message, Message) else message
        if (conversation := await self._known(recipient(to))) is None:
            raise errors.NotFound(no_message(message))
        return conversation, seq

    async def _conversation(self, who: Recipient) -> int:
        """The conversation to write to, made if need be. Raises NotFound."""
        if (known := self._link.directory.find(who)) is not None:
            return known
        if who.kind == "direct":
            await self._start(who)
        else:
            await self._read_home()
        if (known := self._link.directory.find(who)) is None:
            raise errors.NotFound(self._absent(who))
        return known

    async def _known(self, who: Recipient) -> int | None:
        """The conversation to read from; None: a user to whom nothing was ever said. Raises NotFound."""
        if (known := self._link.directory.find(who)) is None:
            await self._read_home()
            known = self._link.directory.find(who)
        if known is None and who.kind == "group":
            raise errors.NotFound(self._absent(who))
        if known is None and not any(
            folded(user.name) == folded(who.name) for user in await paging.users(self._link.ask, who.name, 1)
        ):
            raise errors.NotFound(self._absent(who))
        return known

    async def _start(self, who: Recipient) -> replies.Conversation:
        request = requests.StartConversation(id=0, user=who.name)
        try:
            started = await self._link.ask(request, replies.Started)
        except errors.NotFound:
            await self._read_home()  # a group of this name may be meant
            raise errors.NotFound(self._absent(who)) from None
        return started.conversation

    async def _read_home(self, only: list[int] | None = None) -> list[replies.Conversation]:
        """My conversations, or those of these numbers that I am in; the directory knows them from now on."""
        rows = await paging.home(self._link.ask, only)
        if only is None:
            self._link.home_was_read(rows)
        return [row for row in rows if row.conversation in self._link.directory]

    async def _name(self, conversations: set[int]) -> None:
        if self._link.directory.unknown(conversations):
            await self._read_home()

    def _absent(self, who: Recipient) -> str:
        if who.kind == "group":
            return f"There is no group {who}, or you are not in it."
        group = Recipient("group", who.name)
        hint = f" The group is {group}." if self._link.directory.find(group) is not None else ""
        return f"There is no user {who.name}.{hint}"
