"""A program of one user on one device: a real client session, its sockets as queues, its disk as a struct."""

from collections.abc import Callable
from random import Random

from hubbub.client import actions as act
from hubbub.client import errors
from hubbub.client.entrance import Identity
from hubbub.client.session import Session
from hubbub.schemas import limits, replies, requests
from hubbub.schemas.hello import Hello
from tests.helpers.link import Conn, Feed, LinkedBroker, Requests
from tests.helpers.link_consumer import Consumer
from tests.helpers.link_disk import Disk, Outgoing, new_key
from tests.helpers.link_truth import LABELS, Truth

NO = (errors.NotFound, errors.NotAllowed, errors.Restored)
"""What may be answered to an act."""


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
        self.consumer = Consumer(self.user, self.disk.cursors, replay=self._replay)
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
        item = Outgoing(to, new_key())
        self.disk.outbox.append(item)
        self._try(item)

    def want(self, request: requests.Request) -> None:
        """Whatever else people do; it may be refused."""
        if "key" in request.__struct_fields__:
            request.key = new_key()  # type: ignore[attr-defined]
        self._ask(request, None)

    def open(self, partner: str) -> None:
        """Begin a conversation, or find it."""
        self._ask(requests.StartConversation(id=0, user=partner), None)

    def handle(self, most: int) -> None:
        """The consumer is done with what it was given first."""
        mind = self.consumer
        done = [mind.unhandled.popleft() for _ in range(min(most, len(mind.unhandled)))]
        now = [(conversation, seq) for era, conversation, seq in done if era == mind.era]
        for conversation, seq in now:
            mind.done[conversation] = max(seq, mind.done[conversation])
        for era, conversation, seq in done:
            self._do(self.session.handled(self._clock(), era, [(conversation, seq)]), self._said)
        for conversation, seq in now:
            if conversation in mind.seen:
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
            for number in self.consumer.rows:
                if LABELS.get(number) == item.to:
                    self._send(item, number)

    def _send(self, item: Outgoing, conversation: int) -> None:
        request = requests.SendMessage(
            id=0, conversation=conversation, key=item.key, text=item.text, attachments=item.attachments
        )
        self._ask(request, item)

    def _resolved(self, item: Outgoing | None, reply: replies.Reply, epoch: bytes) -> None:
        if isinstance(reply, replies.Started):
            self._truth(epoch).name(reply.conversation.conversation)
            if item is not None and item.state == "pending":
                self._send(item, reply.conversation.conversation)
        elif isinstance(reply, replies.Sent) and item is not None:
            item.asked, item.state = False, "sent"
            self.acknowledged(epoch, item, reply)
        elif isinstance(reply, replies.HistoryPage):
            self.consumer.on_history(reply, self._truth(epoch))
        elif isinstance(reply, replies.HomePage):
            self.consumer.on_home_page(reply)

    def _rejected(self, item: Outgoing | None, error: errors.HubbubError) -> None:
        if item is not None:
            item.asked = False
        if item is None:
            assert isinstance(error, NO), error
        elif isinstance(error, errors.Restored):
            self._try(item)  # finds the conversation anew
        else:
            refused = errors.NotFound if item.to.startswith("#") else errors.NotAllowed
            assert isinstance(error, refused), (item, error)
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
                    self.consumer.on_cursor(conversation, seq, self._truth(epoch))
                    self.disk.cursors[conversation] = max(seq, self.disk.cursors.get(conversation, 0))
            case act.Reset(epoch=store):
                self.disk.epoch, self.disk.cursors = store, {}
                self.consumer.reset()
            case act.HomeRead():
                self.consumer.on_home(action, self._truth(epoch), epoch)
                self._try_groups()
            case act.Deliver(event=event):
                self.consumer.on_event(event, self._truth(epoch), epoch)
            case act.PresenceSeen(online=came, offline=went):
                self.consumer.online |= {who.name for who in came}
                self.consumer.online -= {who.name for who in went}
            case act.Ready():
                self.ready = True
            case act.Lost():
                self.ready = False
            case act.Trying():
                pass
            case _:
                raise AssertionError(action)

    def _try_groups(self) -> None:
        for item in self.disk.outbox:
            if item.to.startswith("#") and item.state == "pending":
                self._try(item)
