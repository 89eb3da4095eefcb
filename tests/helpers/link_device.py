"""A program of one user on one device: a real client session, its sockets as queues, its disk as a struct, and a consumer
that checks every event that it is given against what the store says."""

from collections import deque
from collections.abc import Callable
from itertools import count
from random import Random

from hubbub.client import actions as act
from hubbub.client import errors
from hubbub.client.entrance import Identity
from hubbub.client.session import Session
from hubbub.schemas import events, limits, replies, requests
from hubbub.schemas.hello import Hello
from tests.helpers.link import Conn, Feed, LinkedBroker, Requests
from tests.helpers.link_disk import Disk, Outgoing
from tests.helpers.link_truth import USERS, Truth

_keys = count(1)


class Device:
    """One consumer. `truth` gives what the store of an epoch says."""

    def __init__(
        self,
        number: int,
        user: str,
        broker: Callable[[], LinkedBroker],
        truth: Callable[[bytes], Truth],
        clock: Callable[[], float],
        *,
        window: int,
        replay: bool,
    ) -> None:
        self.user, self.key = user, f"{number:040}"
        self.disk = Disk()
        self.plugged = True
        """Whether new connections can be made."""
        self.sound = True
        """No check failed so far."""
        self.late: list[tuple[Conn, bytes]] = []
        """What was under way to it on a connection that it closed."""
        self.acknowledged: Callable[[bytes, Outgoing, replies.Sent], None] = lambda epoch, item, sent: None
        self._broker, self._truth, self._clock = broker, truth, clock
        self._window, self._replay = window, replay
        self._dice = Random(number)
        self.requests: Requests | None = None
        self.feed: Feed | None = None
        self.begin()

    # ---------------------------------------------------------------------------------------------------- a life

    def begin(self) -> None:
        """The program starts, from what its disk has."""
        self.hello: Hello | None = None
        self.greeting = False
        self.ready = False
        self.seen: dict[int, int] = {}
        """The last entry that was handed to the consumer, for each conversation in its sight."""
        self._told: dict[tuple[bytes, int], int] = {}
        self._done: dict[int, int] = {}
        """How far each cursor may be: where the consumer began, then what it handled."""
        self.rows: dict[int, replies.Conversation] = {}
        self.read: dict[int, int] = {}
        self.online: set[str] = set()
        self.unhandled: deque[tuple[int, int, int]] = deque()
        """Era, conversation and seq; those of an earlier store stay, as in a consumer that is slow."""
        self._era = 0
        self._cursors = dict(self.disk.cursors)
        self._left: dict[int, int] = {}
        self._fresh = not self._cursors
        self._said = b""
        who = Identity(
            name=self.user,
            password=b"password-of-" + self.user.encode(),
            token=self.disk.token,
            epoch=self.disk.epoch,
        )
        self.session = Session(
            who,
            dice=self._dice.random,
            patient=True,
            cursors=dict(self.disk.cursors),
            replay=self._replay,
            window=self._window,
        )
        self._do(self.session.start(self._clock()), b"")
        for item in self.disk.outbox:
            item.asked = False
            self._try(item)

    def crash(self) -> None:
        """The program dies and is started again."""
        self._close(self.requests)
        self._close(self.feed)
        self.requests = self.feed = None
        self.begin()

    def _close(self, conn: Conn | None) -> None:
        """The broker may have got some of what was asked, and the client gets nothing more, unless a test makes it late."""
        if conn is None:
            return
        self.late = [(conn, frame) for frame in list(conn.down)[:3] if frame is not None]
        for _ in range(self._dice.randrange(len(conn.up) + 1) if conn.alive and not conn.silent else 0):
            self._broker().take(conn, conn.up.popleft())
        self._broker().part(conn, 0)

    # -------------------------------------------------------------------------------------------------- the links

    def greet(self) -> None:
        """What FetchHello asked for came, or can't be had."""
        if not self.greeting:
            return
        self.greeting = False
        if self.plugged:
            epoch = self._broker().core.epoch
            key = bytes(limits.CURVE_KEY_BYTES)
            hello = Hello(protocol=1, server="Test", key=key, port=1, publish_port=2, epoch=epoch)
            self._do(self.session.greeted(self._clock(), hello), epoch)
        else:
            self._do(self.session.lost(self._clock(), errors.NoServer("unplugged")), b"")

    def arrived(self, conn: Conn, frame: bytes | None) -> None:
        """The head of a connection's queue reached the client; also of one that it closed."""
        if frame is None:
            if conn is self.requests:
                self._do(self.session.lost(self._clock(), errors.NoServer("gone")), conn.epoch)
            elif conn is self.feed:
                self._do(self.session.feed_lost(self._clock()), conn.epoch)
        elif isinstance(conn, Feed):
            self._do(self.session.published(self._clock(), frame), conn.epoch)
        else:
            self._do(self.session.received(self._clock(), frame), conn.epoch)

    def arrived_late(self) -> None:
        """A frame of a connection that was closed."""
        if self.late:
            conn, frame = self.late.pop(0)
            if conn.epoch == self._broker().core.epoch:
                self.arrived(conn, frame)

    def tick(self) -> None:
        self._do(self.session.tick(self._clock()), self._said)

    # ------------------------------------------------------------------------------------------------- the person

    def write(self, to: str) -> None:
        """Put a message into the outbox."""
        item = Outgoing(to, next(_keys).to_bytes(limits.KEY_BYTES, "big"))
        self.disk.outbox.append(item)
        self._try(item)

    def mark(self, conversation: int, seq: int) -> None:
        self._ask(requests.MarkRead(id=0, conversation=conversation, seq=seq), None)

    def open(self, partner: str) -> None:
        self._ask(requests.StartConversation(id=0, user=partner), None)

    def handle(self, most: int) -> None:
        """The consumer is done with what it was given first."""
        done = [self.unhandled.popleft() for _ in range(min(most, len(self.unhandled)))]
        now = [(conversation, seq) for era, conversation, seq in done if era == self._era]
        self._done |= dict(now)
        for era, conversation, seq in done:
            self._do(self.session.handled(self._clock(), era, [(conversation, seq)]), self._said)
        for conversation, seq in now:
            if conversation in self.seen:
                assert self.disk.cursors.get(conversation, 0) >= seq, "handled, and not saved"

    # -------------------------------------------------------------------------------------------------- the outbox

    def _ask(self, request: requests.Request, item: Outgoing | None) -> None:
        if item is not None:
            item.asked = True
        self._do(self.session.call(self._clock(), request, (item, type(request))), self._said)

    def _try(self, item: Outgoing) -> None:
        if item.state != "pending" or item.asked:
            return
        if not item.to.startswith("#"):
            self._ask(requests.StartConversation(id=0, user=item.to), item)
        else:
            for row in self.rows.values():
                if row.kind == "group" and "#" + row.name == item.to:
                    self._send(item, row.conversation)

    def _send(self, item: Outgoing, conversation: int) -> None:
        text = f"{item.to} {item.key.hex()}"
        request = requests.SendMessage(id=0, conversation=conversation, key=item.key, text=text)
        self._ask(request, item)

    def _resolved(self, item: Outgoing | None, reply: replies.Reply, epoch: bytes) -> None:
        if isinstance(reply, replies.Started):
            self._truth(epoch).name(reply.conversation.conversation)
            if item is not None and item.state == "pending":
                self._send(item, reply.conversation.conversation)
        elif isinstance(reply, replies.Sent) and item is not None:
            item.asked, item.state = False, "sent"
            self.acknowledged(epoch, item, reply)

    def _rejected(self, item: Outgoing | None, error: errors.HubbubError) -> None:
        if item is not None:
            item.asked = False
        if item is None:
            assert isinstance(error, errors.NotFound | errors.Restored), error
        elif isinstance(error, errors.Restored):
            self._try(item)  # finds the conversation anew
        else:
            assert isinstance(error, errors.NotFound) and item.to.startswith("#"), (item, error)
            item.state, item.problem = "failed", error.code

    # ------------------------------------------------------------------------------------------------ the actions

    def _do(self, actions: list[act.Action], epoch: bytes) -> None:
        """`epoch`: of the store that what led to the actions came from."""
        self._said = epoch or self._said
        self.sound = False
        later: list[Callable[[], None]] = []
        for action in actions:
            match action:
                case act.FetchHello():
                    self.greeting = True
                case act.OpenRequests():
                    assert self.requests is None
                    self.requests = self._broker().connect(self.key)
                case act.OpenFeed():
                    assert self.feed is None
                    self.feed = self._broker().connect_feed(self.key, self.user)
                case act.CloseFeed():
                    self._close(self.feed)
                    self.feed = None
                case act.CloseAll():
                    self._close(self.requests)
                    self._close(self.feed)
                    self.requests = self.feed = None
                    self.greeting = False
                case act.SendRequest(frame=frame):
                    self._put(self.requests, frame)
                case act.Present(frame=frame):
                    self._put(self.feed, frame)
                case act.Resolve(call=(item, _), reply=reply):
                    later.append(lambda item=item, reply=reply: self._resolved(item, reply, epoch))
                case act.Reject(call=(item, _), error=error):
                    later.append(lambda item=item, error=error: self._rejected(item, error))
                case act.Stop(error=error):
                    raise AssertionError(f"the session stopped: {error!r}")
                case _:
                    self._keep(action, epoch)
        for job in later:  # a caller's next call is an input of its own, behind this one
            job()
        self.sound = True

    def _put(self, conn: Conn | None, frame: bytes) -> None:
        assert conn is not None
        if conn.alive:
            conn.up.append(frame)

    def _keep(self, action: act.Action, epoch: bytes) -> None:
        match action:
            case act.SaveSession(session=session):
                self.disk.token, self.disk.epoch = session.token, session.epoch
            case act.ForgetSession():
                self.disk.token = b""
            case act.SaveCursors(epoch=store, cursors=cursors):
                assert self.disk.epoch in (b"", store)
                self.disk.epoch = store
                for conversation, seq in cursors:
                    assert seq <= self._done[conversation], "saved, and not handled"
                    self.disk.cursors[conversation] = max(seq, self.disk.cursors.get(conversation, 0))
            case act.Reset(epoch=store):
                self.disk.epoch, self.disk.cursors = store, {}
                self._forget()
            case act.HomeRead():
                self._on_home(action, epoch)
            case act.Deliver(event=event):
                self._on_event(event, epoch)
            case act.PresenceSeen(online=came, offline=went):
                self.online |= {who.name for who in came}
                self.online -= {who.name for who in went}
            case act.Ready():
                self.ready = True
            case act.Lost():
                self.ready = False
            case _:
                raise AssertionError(action)

    # ------------------------------------------------------------------------------------------------ the consumer

    def _forget(self) -> None:
        self.seen, self.rows, self.read, self._cursors, self._left = {}, {}, {}, {}, {}
        self._fresh = True
        self._era += 1

    def _on_home(self, home: act.HomeRead, epoch: bytes) -> None:
        """Where the consumer is to begin, by the rule: saved cursor; head for a new one; else what came while it was away."""
        truth = self._truth(epoch)
        if home.complete:
            gone = self.seen.keys() - {row.conversation for row in home.conversations}
            for conversation in gone:
                del self.seen[conversation], self.rows[conversation]
                self.read.pop(conversation, None)
            shown = {row.conversation for row in home.conversations}
            self._left |= {number: seq for number, seq in self._cursors.items() if number not in shown}
        for row in home.conversations:
            number = row.conversation
            if number in self.seen and number in home.added:
                assert truth.left_since(self.user, number, self.seen[number]), "added twice"
                del self.seen[number]
            if number not in self.seen:
                self.seen[number] = self._done[number] = self._first(row)
                assert self.seen[number] >= self._told.get((epoch, number), 0), "begins again"
            self.rows[number] = row
            self.read[number] = max(row.read, self.read.get(number, 0))
        if home.complete:
            self._cursors, self._fresh = {}, False
        for item in self.disk.outbox:
            if item.to.startswith("#") and item.state == "pending":
                self._try(item)

    def _first(self, row: replies.Conversation) -> int:
        if row.conversation in self._cursors:
            return self._cursors[row.conversation]
        if self._replay:  # also what was said while he was out of it; nothing twice
            return self._told.get((self._said, row.conversation), self._left.get(row.conversation, 0))
        if self._fresh:
            return row.head
        return row.joined

    def _on_event(self, event: events.Message | events.Member | events.Read, epoch: bytes) -> None:
        number = event.conversation
        if isinstance(event, events.Read):
            self.read[number] = max(event.seq, self.read.get(number, 0))
            return
        truth = self._truth(epoch)
        assert number in self.seen, "an entry of a conversation that HOME has not shown"
        assert event.seq == self.seen[number] + 1, f"{event.seq} behind {self.seen[number]}"
        assert event == truth.entry(number, event.seq), "not what the store has"
        assert truth.may_know(self.user, number, event.seq), "none of his business"
        self.seen[number] = self._told[epoch, number] = event.seq
        self.unhandled.append((self._era, number, event.seq))

    def unread(self, truth: Truth, conversation: int) -> int:
        """As this program would show it."""
        told = truth.log(conversation)[self.read[conversation] : self.seen[conversation]]
        return sum(isinstance(entry, events.Message) and entry.sender != USERS[self.user] for entry in told)
