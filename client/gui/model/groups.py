"""Groups: who is in the one that is open, what I may do there by my role, and how to find and make others. Pure."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from hubbub.client import Conversation, Group, HubbubError, Member, events
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

Role = Literal["owner", "admin", "member"]
History = Literal["all", "joined"]
Done = Callable[[], object]
Failed = Callable[[HubbubError], None]
_RANK: Final = {"owner": 0, "admin": 1, "member": 2}


class Room:
    """The members of a group that is open, and what may be done with it. Bears the name that it has now."""

    def __init__(self, chat: "Chat", name: str) -> None:
        self.name = name
        self.members: tuple[Member, ...] = ()
        """Owners first, then admins, each by name; empty before they are known."""
        self.changed = Signal[()]()
        self._chat = chat
        self._reading = False
        self._stale = False
        self.read()

    # -------------------------------------------------------------------------------------------------------- asking

    @property
    def row(self) -> Conversation | None:
        """The group, as the list has it; None: I am not in it."""
        return self._chat.conversations.get(self.name)

    @property
    def role(self) -> Role:
        """Mine."""
        return self.row.role if self.row is not None else "member"

    @property
    def may_invite(self) -> bool:
        """Any member of a public one; owners and admins of a private one."""
        return self.role != "member" or (self.row is not None and self.row.public)

    @property
    def may_change(self) -> bool:
        """Its name and its topic."""
        return self.role != "member"

    @property
    def may_open(self) -> bool:
        """Say who finds it, and what new members see: owners only."""
        return self.role == "owner"

    def opens_past(self, public: bool, history: History) -> bool:
        """So everybody who likes could read what was said until now, which nobody could before."""
        row = self.row
        open_now = row is not None and row.public and row.history == "all"
        return public and history == "all" and not open_now

    @property
    def is_last_owner(self) -> bool:
        """Others are in it, and none of them is an owner: before I leave, one has to become it."""
        owners = [one.name for one in self.members if one.role == "owner"]
        return owners == [self._chat.me] and len(self.members) > 1

    @property
    def alone(self) -> bool:
        """I am the only member, as far as is known."""
        return [one.name for one in self.members] == [self._chat.me]

    def may_remove(self, member: Member) -> bool:
        """Owners anyone else, admins those who are neither."""
        if member.name == self._chat.me:
            return False
        return self.role == "owner" or (self.role == "admin" and member.role == "member")

    def may_set_role(self, member: Member) -> bool:
        """Owners only."""
        return self.role == "owner" and (member.name != self._chat.me or not self.is_last_owner)

    def online(self) -> int:
        """How many of them are present."""
        return sum(self._chat.people.user(one.name).online for one in self.members)

    # -------------------------------------------------------------------------------------------------------- acting

    def invite(self, user: str, done: Done, failed: Failed) -> None:
        """Bring somebody in."""
        self._do(partial(self._chat.desk.client.invite, self.name, user), done, failed)

    def remove(self, user: str) -> None:
        """Take somebody out."""
        self._do(partial(self._chat.desk.client.remove, self.name, user))

    def set_role(self, user: str, role: Role) -> None:
        """Let somebody do more, or less."""
        self._do(partial(self._chat.desk.client.set_role, self.name, user, role))

    def rename(self, name: str, done: Done, failed: Failed) -> None:
        """Call it otherwise."""
        self._do(partial(self._chat.desk.client.rename, self.name, name), done, failed)

    def set_topic(self, topic: str, done: Done, failed: Failed) -> None:
        """Say what it is about."""
        self._do(partial(self._chat.desk.client.set_topic, self.name, topic), done, failed)

    def set_visibility(self, public: bool, history: History, done: Done, failed: Failed) -> None:
        """Say who finds it, and what those see who join from now on. What is so already is not asked for: another owner may be
        changing it."""
        row, client = self.row, self._chat.desk.client
        if row is None:
            return
        asked: dict[str, Any] = {"public": public} if public != row.public else {}
        asked |= {"history": history} if history != row.history else {}
        self._chat.acting.run(partial(client.set_visibility, self.name, **asked), lambda _: done(), failed)

    def read(self) -> None:
        """Ask who is in it; one question at a time."""
        if self._reading:
            self._stale = True
            return
        self._reading, self._stale = True, False
        self._chat.bridge.run(
            partial(self._chat.desk.client.members, self.name), self._on_members, self._on_failed
        )

    def on_event(self, event: events.Event) -> None:
        """Something happened, here or elsewhere."""
        if getattr(event, "conversation", None) == self.name and isinstance(event, _WHO | _WHAT):
            if isinstance(event, _WHO):
                self.read()
            self.changed.emit()

    def on_renamed(self, before: str, name: str) -> None:
        """A group has another name."""
        if self.name == before:
            self.name = name
            self.changed.emit()

    def _do(self, job: Any, done: Done | None = None, failed: Failed | None = None) -> None:
        """Whoever wants to know of its end shows that it is under way."""

        def acted(_: object) -> None:
            self.read()
            if done is not None:
                done()

        self._chat.acting.run(job, acted, failed, shown=done is not None)

    def _on_members(self, members: list[Member]) -> None:
        self._reading = False
        self.members = tuple(sorted(members, key=lambda one: (_RANK[one.role], one.name.casefold())))
        self.changed.emit()
        if self._stale:
            self.read()

    def _on_failed(self, _: HubbubError) -> None:
        """I am not in it any more, which an event tells; or the link is lost for good, which the banner says."""
        self._reading = False
        if self._stale:  # it was asked under a name that it does not have any more
            self.read()


_WHO: Final = events.MemberChanged | events.RoleChanged
_WHAT: Final = events.TopicChanged | events.VisibilityChanged | events.MuteChanged


class Groups:
    """Groups of the server, and new ones."""

    def __init__(self, chat: "Chat") -> None:
        self._chat = chat

    def find(self, query: str, done: Callable[[list[Group]], None], failed: Failed, limit: int = 100) -> None:
        """Public groups whose names begin so."""
        self._chat.acting.run(
            partial(self._chat.desk.client.groups, query, limit=limit), done, failed, shown=True
        )

    def join(self, name: str, failed: Failed | None = None) -> None:
        """Join a public group, and open it."""
        self._enter(partial(self._chat.desk.client.join, name), failed or self._chat.complain, shown=False)

    def leave(self, name: str) -> None:
        """Not be in a group any more."""
        self._chat.acting.run(partial(self._chat.desk.client.leave, name))

    def create(
        self, name: str, members: list[str], *, public: bool, topic: str, history: History, failed: Failed
    ) -> None:
        """Make a group, and open it."""
        job = partial(
            self._chat.desk.client.create_group, name, members, public=public, topic=topic, history=history
        )
        self._enter(job, failed, shown=True)

    def _enter(self, job: Any, failed: Failed, *, shown: bool) -> None:
        def entered(row: Conversation) -> None:
            self._chat.conversations.on_added(events.ConversationAdded(conversation=row), self._chat.now())
            self._chat.open(row.name)

        self._chat.acting.run(job, entered, failed, shown=shown)
