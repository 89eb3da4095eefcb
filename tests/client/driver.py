"""A session core without sockets: what it does is collected, what a server would say is put in by hand."""

from typing import Any, TypeVar

from hubbub.client import actions as act
from hubbub.client.actions import Action
from hubbub.client.session import Identity, Session
from hubbub.schemas import codec, events, replies, requests
from hubbub.schemas.hello import Hello
from hubbub.schemas.limits import PROTOCOL_VERSION

A = TypeVar("A", bound=Action)
R = TypeVar("R", bound=requests.Request)

EPOCH = b"e" * 16
TOKEN = b"t" * 32
PASSWORD = b"password"


def hello(*, protocol: int = PROTOCOL_VERSION, epoch: bytes = EPOCH) -> Hello:
    return Hello(protocol=protocol, server="Test", key=b"k" * 32, port=1, publish_port=2, epoch=epoch)


def message(conversation: int, seq: int, position: int | None = None) -> events.Message:
    place = position if position is not None else 100 + seq
    return events.Message(
        conversation=conversation,
        seq=seq,
        position=place,
        at=place,
        sender=9,
        sender_name="bob",
        key=bytes([conversation]) + seq.to_bytes(15),
        ordinal=seq,
        text=f"text {seq}",
    )


def row(
    conversation: int,
    head: int,
    *,
    joined: int = 0,
    read: int = 0,
    kind: str = "direct",
    name: str = "",
    **more: Any,
) -> replies.Conversation:
    return replies.Conversation(
        conversation=conversation,
        kind=kind,  # type: ignore[arg-type]
        name=name or f"name{conversation}",
        head=head,
        joined=joined,
        read=read,
        unread=0,
        **more,
    )


class Driver:
    """Feeds a session, and keeps every action."""

    def __init__(self, **options: object) -> None:
        self.now = 1000.0
        name = Identity(name="alice", password=PASSWORD)
        identity = options.pop("identity", name)
        options.setdefault("dice", lambda: 0.5)
        self.session = Session(identity, **options)  # type: ignore[arg-type]
        self.actions: list[Action] = []
        self.asked: list[requests.AnyRequest] = []

    def do(self, actions: list[Action]) -> list[Action]:
        self.actions += actions
        self.asked += [codec.decode_request(a.frame) for a in actions if isinstance(a, act.SendRequest)]
        return actions

    def all(self, kind: type[A]) -> list[A]:
        return [action for action in self.actions if isinstance(action, kind)]

    def take(self, kind: type[R]) -> R:
        """The oldest request of this mode that was not answered yet."""
        for place, request in enumerate(self.asked):
            if isinstance(request, kind):
                return self.asked.pop(place)  # type: ignore[return-value]
        raise AssertionError(f"no {kind.__name__} among {self.asked}")

    def wants(self, kind: type[requests.Request]) -> bool:
        return any(isinstance(request, kind) for request in self.asked)

    def answer(self, reply: replies.Reply) -> list[Action]:
        return self.do(self.session.received(self.now, codec.encode(reply)))

    def refuse(self, request: requests.Request, code: str, retry_after: float | None = None) -> list[Action]:
        return self.do(self.session.received(self.now, codec.failure(request.id, code, "no", retry_after)))

    def publish(self, event: events.AnyEvent) -> list[Action]:
        return self.do(self.session.published(self.now, codec.encode(event)))

    def tick(self, after: float) -> list[Action]:
        self.now += after
        return self.do(self.session.tick(self.now))

    # what a server does, one step after the other

    def connect(self, epoch: bytes = EPOCH) -> None:
        if not self.all(act.FetchHello):
            self.do(self.session.start(self.now))
        self.do(self.session.greeted(self.now, hello(epoch=epoch)))

    def log_in(self, epoch: bytes = EPOCH, token: bytes = TOKEN) -> None:
        login = self.take(requests.Login)
        me = replies.User(user=1, name="alice")
        self.answer(replies.LoggedIn(id=login.id, token=token, session=5, expires_at=9, user=me, epoch=epoch))

    def confirm(self, epoch: bytes = EPOCH, version: int = 1) -> None:
        self.publish(events.Confirmed(epoch=epoch, position=50, home_version=version))

    def home(
        self,
        *rows: replies.Conversation,
        epoch: bytes = EPOCH,
        version: int = 1,
        position: int = 50,
        blocked: tuple[events.Person, ...] = (),
    ) -> None:
        asked = self.take(requests.Home)
        self.answer(
            replies.HomePage(
                id=asked.id,
                epoch=epoch,
                position=position,
                home_version=version,
                conversations=list(rows),
                blocked=list(blocked),
            )
        )

    def sync(self, *entries: events.AnyEntry, head: int, after: int | None = None) -> requests.Sync:
        asked = self.take(requests.Sync)
        self.answer(
            replies.Synced(
                id=asked.id,
                epoch=EPOCH,
                conversation=asked.conversation,
                after=asked.after if after is None else after,
                entries=list(entries),
                head=head,
            )
        )
        return asked

    def pong(
        self, *changed: tuple[int, int], version: int = 1, reset: bool = False, position: int = 60
    ) -> None:
        asked = self.take(requests.Ping)
        self.answer(
            replies.Pong(
                id=asked.id,
                epoch=EPOCH,
                position=position,
                home_version=version,
                presence_version=0,
                online=True,
                changed=list(changed),
                reset=reset,
            )
        )

    def live(self, *rows: replies.Conversation) -> None:
        """Connected, logged in, confirmed, HOME read."""
        self.connect()
        self.log_in()
        self.confirm()
        self.home(*rows)

    @property
    def delivered(self) -> list[tuple[int, int]]:
        entries = [a.event for a in self.all(act.Deliver) if isinstance(a.event, events.Entry)]
        return [(entry.conversation, entry.seq) for entry in entries]
