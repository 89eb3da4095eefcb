"""The asyncio client: what a program calls. Knows no socket, no SQL and no window."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self, TypeVar

from hubbub.client import errors, events, paging
from hubbub.client.cache import Outbox, Waiting
from hubbub.client.cursors import Hook
from hubbub.client.disk import Disk
from hubbub.client.entrance import Identity
from hubbub.client.keys import message_key
from hubbub.client.link import Link
from hubbub.client.models import (
    Conversation,
    Message,
    Recipient,
    User,
    conversation_of,
    message_of,
    message_text,
    recipient,
)
from hubbub.client.profile import Profile
from hubbub.schemas import events as wire
from hubbub.schemas import limits, replies, requests
from hubbub.schemas.hello import BadAddress, Hello, parse_address
from hubbub.schemas.names import BadName, canonical, folded

T = TypeVar("T")

LEASE_S: Final = 30.0
"""A message of the outbox that is claimed for longer was claimed by a program that died."""
DRAIN_S: Final = 5.0
"""How long closing waits for calls under way."""


class Client:
    """A user's connection to a server. It reconnects for ever, and stops only on a changed key, a refused login or a
    protocol version that cannot work; every call then raises that error.

    `to` is a user ("bob" or "@bob") or a group ("#team") everywhere. Calls may be made side by side; sends that are awaited
    one after the other are stored in that order.
    """

    def __init__(
        self,
        server: str,
        *,
        user: str,
        password: str | None = None,
        profile: Profile | Path | str | None = None,
        register: bool | Literal["new"] = False,
        live: bool = True,
        online: bool = True,
        patient: bool = False,
        give_up: bool = False,
        consumer: str | None = None,
        replay: bool = False,
        skip: Hook | None = None,
        fresh_login: bool = False,
        device: str = "",
    ) -> None:
        """Nothing happens before `async with`.

        server: HOST[:PORT], tcp://HOST:PORT, or hubbub://HOST:PORT/?key=KEY, which pins the server's key beforehand.
        password: kept in memory, to log in again when the session has ended. None: a session saved in the profile.
        profile: a folder for pins, device key, sessions and cache. None: nothing is kept on disk.
        register: True makes the account if there is none; "new" raises NameTaken if there is one.
        live: keep a feed, for events(). Without it the client answers calls and costs the server less.
        online: count as present while live.
        patient: wait for a server that is not there yet, instead of raising NoServer.
        give_up: raise NoServer when the server stays away for some ten seconds, instead of trying for ever; and RateLimited
            when it wants the login to wait for more than five, instead of waiting.
        consumer: a name under which the profile keeps how far events() got; the next client of that name goes on there.
        replay: events() starts a conversation seen for the first time at its beginning, not at its end.
        skip: (conversation id, last, head) -> the seq to go on behind, for consumers that are far behind.
        fresh_login: log in with the password even if the profile has a session.
        device: what the session is called in lists.

        Raises BadRequest for an address, name or password that cannot be one.
        """
        try:
            self._address = parse_address(server)
            self._check_password(password, register)
            identity = Identity(
                name=canonical(user),
                password=None if password is None else password.encode(),
                register=register,
                device=device[: limits.DEVICE_NAME_MAX_CHARACTERS],
            )
        except (BadAddress, BadName) as error:
            raise errors.BadRequest(str(error)) from None
        except UnicodeEncodeError:
            raise errors.BadRequest("The password is no text: it cannot be written as UTF-8.") from None
        self._profile = Profile(profile) if isinstance(profile, Path | str) else profile
        self._disk: Disk | None = None
        self._live = live
        self._link = Link(
            self._address,
            identity,
            live=live,
            online=online and live,
            patient=patient,
            give_up=give_up,
            consumer=consumer,
            replay=replay,
            skip=skip,
            fresh_login=fresh_login,
        )
        self._flushing = asyncio.Lock()
        self._background: set[asyncio.Task[object]] = set()
        self._iterating = False
        self._opened = False

    @staticmethod
    def _check_password(password: str | None, register: object) -> None:
        if password is None:
            if register:
                raise errors.BadRequest("An account needs a password.")
        elif register and len(password.encode()) < limits.PASSWORD_MIN_BYTES:
            raise errors.BadRequest(f"A password has at least {limits.PASSWORD_MIN_BYTES} bytes.")
        elif len(password.encode()) > limits.PASSWORD_MAX_BYTES:
            raise errors.BadRequest(f"A password has at most {limits.PASSWORD_MAX_BYTES} bytes.")

    # ---------------------------------------------------------------------------------------------------- opening

    async def __aenter__(self) -> Self:
        """Returns once requests are answered and, when live, nothing will be missed from then on. Raises NoServer, KeyChanged,
        NotLetIn, VersionMismatch, Refused (of a registration), ProfileError."""
        if self._profile is not None:
            self._disk = Disk(self._profile)
        try:
            await self._link.start(self._disk)
        except BaseException:
            if self._disk is not None:
                await self._disk.close()
            raise
        self._opened = True
        if self._live:
            self._link.on_ready = self._flush_soon
            self._flush_soon()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close(drain=DRAIN_S if error is None else 0.0)

    async def close(self, drain: float = DRAIN_S) -> None:
        """Waits `drain` seconds at most for calls under way, rejects the rest with Closed, and lets go of everything."""
        if not self._opened:
            return
        self._opened = False
        pending = self._link.pending
        if drain > 0 and pending and self._link.connected:
            await asyncio.wait(pending, timeout=drain)
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._link.close()
        if self._disk is not None:
            disk, self._disk = self._disk, None
            await disk.close()

    @property
    def user(self) -> str:
        """My name, in the form that the server shows."""
        return self._link.user

    @property
    def connected(self) -> bool:
        """The link is up now. Calls made while it is down wait for it."""
        return self._link.connected

    @property
    def server(self) -> Hello | None:
        """What the server said of itself; None before it said hello."""
        return self._link.server

    @property
    def first_contact(self) -> bool:
        """The server's key was never met before: show its fingerprint, so that it can be compared."""
        return self._link.first_contact

    # ---------------------------------------------------------------------------------------------------- writing

    async def send(self, to: str, text: str, *, key: bytes | None = None) -> Message:
        """Returns once the server has stored it. While the link is down it waits, and sends again with the same key.

        text: 1 byte to 16 KiB of UTF-8. key: a UUIDv7 of one's own; the same key again gives the same message, stored once.
        Raises NotFound (no such user or group), NotAllowed, StorageFull, KeyConflict, BadRequest.
        """
        return await self._store(recipient(to), message_text(text), key if key is not None else message_key())

    async def _store(self, who: Recipient, text: str, key: bytes) -> Message:
        while True:
            conversation = await self._conversation(who)
            try:
                request = requests.SendMessage(id=0, conversation=conversation, key=key, text=text)
                sent = await self._link.ask(request, replies.Sent)
            except errors.Restored:
                continue  # ask for the conversation anew: its number may be another's now
            message = wire.Message(
                conversation=conversation,
                seq=sent.seq,
                position=sent.position,
                at=sent.at,
                sender=self._link.user_id,
                sender_name=self.user,
                key=key,
                ordinal=sent.ordinal,
                text=text,
            )
            self._link.keep_messages([message])
            return message_of(message, self._link.directory.name(conversation))

    async def mark_read(self, to: str, seq: int) -> None:
        """I have read the conversation up to `seq`. A marker never moves back."""
        conversation = await self._known(recipient(to))
        if conversation is not None:
            await self._link.ask(requests.MarkRead(id=0, conversation=conversation, seq=seq), replies.Done)

    async def start_conversation(self, user: str) -> Conversation:
        """The conversation with a user, made if there is none; asking twice gives the same one. Raises NotFound."""
        who = recipient(user)
        request = requests.StartConversation(id=0, user=who.name)
        try:
            started = await self._link.ask(request, replies.Started)
        except errors.NotFound:
            raise errors.NotFound(f"There is no user {who.name}.") from None
        self._link.put_home([started.conversation], False)
        return conversation_of(started.conversation)

    async def logout(self) -> None:
        """End the session, also in the profile. The client is of no use afterwards: close it."""
        await self._link.ask(requests.Logout(id=0), replies.Done)
        self._link.forget_session()

    # ---------------------------------------------------------------------------------------------------- reading

    async def home(self) -> list[Conversation]:
        """All my conversations, with unread counts and last messages, the liveliest first."""
        rows = await paging.home(self._link.ask)
        self._link.put_home(rows, True)
        rows.sort(key=lambda row: -(row.last_message.position if row.last_message else 0))
        return [conversation_of(row) for row in rows]

    async def history(
        self,
        to: str,
        *,
        limit: int | None = 50,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
    ) -> AsyncIterator[Message]:
        """Messages of a conversation, newest first, fetched page by page. limit=None: all.

        before: only smaller seqs. after: only larger ones; with a limit, those that follow it most closely. around: half
        of `limit` (200 at most) up to this seq, half behind it. A user to whom nothing was ever said has no messages; raises
        NotFound where there is no such user or group.
        """
        if around is not None and (before is not None or after is not None or limit is None):
            raise ValueError("around goes with a limit, and with neither before nor after")
        conversation = await self._known(recipient(to))
        if conversation is None:
            return
        if around is not None or (after is not None and before is None and limit is not None):
            for message in self._seen(await self._page(conversation, after, around, limit or 0)):
                yield message
            return
        pages = paging.history(self._link.ask, conversation, limit=limit, before=before, after=after)
        async with aclosing(pages):  # type: ignore[type-var]
            async for page in pages:
                for message in self._seen(page):
                    yield message

    async def _page(
        self, conversation: int, after: int | None, around: int | None, limit: int
    ) -> list[wire.Message]:
        if after is not None:
            return await paging.history_after(self._link.ask, conversation, after, limit)
        request = requests.History(
            id=0, conversation=conversation, around=around, limit=paging.page_size(limit)
        )
        return (await self._link.ask(request, replies.HistoryPage)).messages

    async def search(
        self, words: str, *, conversation: str | None = None, limit: int | None = 50
    ) -> list[Message]:
        """Messages of mine that hold all the words, newest first. limit=None: all. Raises NotFound, BadRequest, TimedOut."""
        where = None
        if conversation is not None and (where := await self._known(recipient(conversation))) is None:
            return []
        found = await paging.search(self._link.ask, words, where, limit)
        await self._name({message.conversation for message in found})
        return self._seen(found)

    async def users(self, query: str = "", *, limit: int | None = None) -> list[User]:
        """Accounts whose names begin with the query, by name, with their presence. limit=None: all."""
        found = await paging.users(self._link.ask, query, limit)
        if self._disk is not None:
            self._disk.keep(lambda account: account.put_people([user.name for user in found]))
        return [User(name=user.name, online=user.online) for user in found]

    async def online_users(self) -> list[User]:
        """Who is present."""
        return [User(name=who.name, online=True) for who in await paging.online(self._link.ask)]

    async def events(self) -> AsyncIterator[events.Event]:
        """What happens, from the moment of `async with` on, or from where the consumer of this name got to. Entries of a
        conversation come in order and without a gap. Asking for the next event means that one is done with the last one.

        Ends when the client is closed; raises what stops it. One iteration at a time; the next one goes on where it stopped.
        """
        if not self._live:
            raise RuntimeError("this client was made with live=False: it has no events")
        if self._iterating:
            raise RuntimeError("the events of this client are being read already")
        self._iterating = True
        try:
            while True:
                await self._link.queued()
                if not self._link.queue:
                    if isinstance(self._link.stopped, errors.Closed):
                        return
                    raise self._link.stopped or errors.Closed("The client is closed.")
                event, mark = self._link.queue.popleft()
                yield event
                if mark is not None:
                    self._link.handled(mark)
        finally:
            self._iterating = False

    # ----------------------------------------------------------------------------------------------------- outbox

    async def queue(self, to: str, text: str) -> bytes:
        """Keep a message in the profile until the server has it, beyond the end of this program. Returns its key at once;
        it is sent when there is a link (without `live`: by flush). Raises ProfileError where there is no profile."""
        who, key = recipient(to), message_key()
        await self._outbox(lambda outbox: outbox.add(str(who), message_text(text), key))
        if self._live:
            self._flush_soon()
        return key

    async def flush(self) -> list[tuple[Waiting, Message | errors.HubbubError]]:
        """Send what waits in the outbox, oldest first; what became of each. What could not be sent now keeps waiting."""
        done: list[tuple[Waiting, Message | errors.HubbubError]] = []
        async with self._flushing:
            while (
                waiting := await self._outbox(lambda outbox: outbox.claim(time.time(), LEASE_S))
            ) is not None:
                result = await self._deliver(waiting)
                done.append((waiting, result))
                if isinstance(result, errors.HubbubError) and not isinstance(result, errors.Refused):
                    break
        return done

    async def waiting(self) -> list[Waiting]:
        """What the server does not have: waiting, being sent, or failed."""
        return await self._outbox(Outbox.list)

    async def _deliver(self, waiting: Waiting) -> Message | errors.HubbubError:
        key = waiting.key
        try:
            message = await self._store(recipient(waiting.recipient), waiting.text, key)
        except errors.Refused as error:
            text = str(error)
            await self._outbox(lambda outbox: outbox.failed(key, text))
            return error
        except errors.HubbubError as error:
            await self._outbox(lambda outbox: outbox.release(key))
            return error
        except asyncio.CancelledError:
            if self._disk is not None:
                self._disk.keep(lambda account: account.outbox.release(key))
            raise
        await self._outbox(lambda outbox: outbox.sent(key))
        return message

    async def _outbox(self, job: Callable[[Outbox], T]) -> T:
        if self._disk is None or (account := self._disk.account) is None:
            raise errors.ProfileError("An outbox needs a profile on the disk.")
        return await self._disk.do(lambda: job(account.outbox))

    def _flush_soon(self) -> None:
        if self._disk is not None and self._disk.account is not None:
            task: asyncio.Task[object] = asyncio.create_task(self.flush())
            self._background.add(task)
            task.add_done_callback(self._flushed)

    def _flushed(self, task: "asyncio.Task[object]") -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            asyncio.get_running_loop().call_exception_handler(
                {"message": "the outbox could not be sent", "exception": error}
            )

    # ------------------------------------------------------------------------------------------------------ names

    async def _conversation(self, who: Recipient) -> int:
        """The conversation to write to, made if need be. Raises NotFound."""
        if (known := self._link.directory.find(who)) is not None:
            return known
        if who.kind == "direct":
            await self.start_conversation(who.name)
        else:
            await self.home()
        if (known := self._link.directory.find(who)) is None:
            raise errors.NotFound(f"There is no group {who}, or you are not in it.")
        return known

    async def _known(self, who: Recipient) -> int | None:
        """The conversation to read from; None: a user to whom nothing was ever said. Raises NotFound."""
        if (known := self._link.directory.find(who)) is None:
            await self.home()
            known = self._link.directory.find(who)
        if known is None and who.kind == "group":
            raise errors.NotFound(f"There is no group {who}, or you are not in it.")
        if known is None and not any(
            folded(user.name) == folded(who.name) for user in await self.users(who.name)
        ):
            raise errors.NotFound(f"There is no user {who.name}.")
        return known

    async def _name(self, conversations: set[int]) -> None:
        if self._link.directory.unknown(conversations):
            await self.home()

    def _seen(self, found: list[wire.Message]) -> list[Message]:
        self._link.keep_messages(found)
        return [message_of(message, self._link.directory.name(message.conversation)) for message in found]
