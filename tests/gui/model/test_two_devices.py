"""Two devices of one account show the same: at once, and after one was out of reach. Drafts and what waits are each device's own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from hubbub.client import Message
from hubbub.client.gui.model.chat import Chat
from hubbub.client.gui.model.rows import Bubble
from hubbub.client.sync import Client
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.proxy import Proxy
from tests.helpers.reader import Reader
from tests.helpers.waiting import until

NUMBERS = count(1)


class Devices:
    """One account at two models, of which the second can be out of reach; and bob, who only uses the library."""

    def __init__(self, broker: Served, folder: Path, proxy: Proxy, bob: Client) -> None:
        self.bob, self.proxy = bob, proxy
        self.name = f"alice{next(NUMBERS)}"
        self.here = Reader(broker, self.name, folder / "here")
        address = f"tcp://127.0.0.1:{proxy.port}"
        self.there = Reader(broker, self.name, folder / "there", register=False, address=address)
        self.both = (self.here, self.there)

    @property
    def chat(self) -> Chat:
        """The first one's."""
        return self.here.chat

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        def turned() -> object:
            for one in self.both:
                one.bridge.drain()
            return condition()

        until(turned, 10.0, what)

    def agree(self, what: str, condition: Callable[[Chat], object] = lambda _: True) -> None:
        """Both show the same, of which this is true."""
        try:
            self.until(
                lambda: (
                    all(condition(one.chat) for one in self.both) and shown(self.here) == shown(self.there)
                )
            )
        except AssertionError:
            here, there = shown(self.here), shown(self.there)
            differing = {key: (here[key], there[key]) for key in here if here[key] != there[key]}
            raise AssertionError(f"{what}: {differing or shown(self.here)}") from None

    def apart(self, acts: Callable[[], object]) -> None:
        """What the first one does while the second is out of reach."""
        self.proxy.go_silent()
        acts()
        before = self.there.chat.link
        self.proxy.come_back()
        self.until(lambda: not before.connected, "the end of the link")
        self.there.chat.try_now()
        self.until(lambda: before.connected, "a new link")

    def team(self) -> str:
        """A new group of bob's, which both know and have open."""
        name = self.bob.create_group(f"team{next(NUMBERS)}", [self.name]).name
        self.until(lambda: all(one.chat.conversations.get(name) for one in self.both))
        self.bob.set_role(name, self.name, "owner")
        self.open(name)
        return name

    def open(self, name: str) -> None:
        for one in self.both:
            one.opens(name)
        self.agree(name)

    def close(self) -> None:
        for one in self.both:
            one.close()


def shown(reader: Reader) -> dict[str, Any]:
    """All that a window would show, but for drafts."""
    chat = reader.chat
    rows = {row.name: row for row in chat.conversations.all()}
    messages = chat.timeline.messages if chat.timeline is not None else []
    mine = chat.mine.profile
    return {
        "list": [row.name for row in chat.conversations.all() if row.last_message is not None],
        "rows": {
            name: (row.unread, row.mentions, row.read, row.muted_until, row.role, row.topic, row.members)
            for name, row in rows.items()
        },
        "previews": {name: preview(row.last_message) for name, row in rows.items()},
        "open": chat.timeline.name if chat.timeline is not None else None,
        "messages": messages,
        "room": (chat.room.name, chat.room.members) if chat.room is not None else None,
        "seen": chat.timeline.below if chat.timeline is not None else None,
        "blocked": chat.people.blocked,
        "people": {user.name: (user.display_name, user.colour, user.picture) for user in chat.people.all()},
        "mine": (mine.display_name, mine.colour, mine.receipts, chat.mine.presence, mine.status_text),
        "waiting": chat.outgoing.all(),
    }


def preview(message: Message | None) -> tuple[Any, ...]:
    return (message.text, message.sender, message.deleted_at is None) if message is not None else ()


def bubbles(chat: Chat) -> list[str]:
    """What the open conversation says."""
    assert chat.timeline is not None
    return [row.message.text for row in chat.timeline.rows() if isinstance(row, Bubble)]


@pytest.fixture(scope="module")
def devices(broker: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Devices]:
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(broker.port, broker.publish_port))
        bob = Client(broker.place.address, user="bob", password=PASSWORD.decode(), register=True)
        stack.enter_context(bob)
        made = Devices(broker, tmp_path_factory.mktemp("devices"), proxy, bob)
        stack.callback(made.close)
        yield made


@pytest.fixture(params=["at once", "after a while out of reach"])
def does(devices: Devices, request: pytest.FixtureRequest) -> Callable[[Callable[[], object]], None]:
    """How the second device learns of what the first one does."""

    def act(what: Callable[[], object]) -> None:
        if request.param == "at once":
            what()
        else:
            devices.apart(what)

    return act


Does = Callable[[Callable[[], object]], None]


def test_what_is_read_on_one_is_read_on_both(devices: Devices, does: Does) -> None:
    team = devices.team()
    sent = [devices.bob.send(team, f"@{devices.name} {number}") for number in range(3)]
    devices.agree("unread", lambda chat: unread(chat, team) == (3, 3))
    does(lambda: devices.chat.read(team, sent[1].seq))
    devices.agree("read in part", lambda chat: unread(chat, team) == (1, 1))
    does(lambda: devices.chat.read(team, sent[2].seq))
    devices.agree("read", lambda chat: unread(chat, team) == (0, 0))


def unread(chat: Chat, name: str) -> tuple[int, int]:
    row = chat.conversations.get(name)
    return (row.unread, row.mentions) if row is not None else (-1, -1)


def test_what_is_done_to_messages_shows_on_both(devices: Devices, does: Does) -> None:
    team, client = devices.team(), devices.chat.desk.client
    one, two, three = (devices.bob.send(team, text) for text in ("one", "two", "three"))
    devices.agree("three", lambda chat: bubbles(chat) == ["one", "two", "three"])
    assert devices.chat.timeline is not None
    bubble = {row.message.seq: row for row in devices.chat.timeline.rows() if isinstance(row, Bubble)}

    def acts() -> None:
        assert devices.chat.timeline is not None
        devices.chat.timeline.react(bubble[one.seq], "👍")
        devices.chat.timeline.pin(bubble[two.seq])
        devices.chat.timeline.delete(bubble[three.seq])
        devices.bob.edit(two, "zwei")
        devices.chat.outgoing.send(team, "four", failed=print)
        devices.here.until(lambda: (found := found_of(devices.chat, "four")) and found.seq)
        devices.chat.bridge.run(lambda: client.edit(found_of(devices.chat, "four"), "vier"))

    does(acts)

    def done(chat: Chat) -> bool:
        first = chat.timeline.messages[0] if chat.timeline is not None else None
        return bubbles(chat) == ["one", "zwei", "", "vier"] and first is not None and bool(first.reactions)

    devices.agree("acts", done)


def found_of(chat: Chat, text: str) -> Any:
    assert chat.timeline is not None
    return next((one for one in chat.timeline.messages if one.text == text), None)


def test_mutes_and_blocks_show_on_both(devices: Devices, does: Does) -> None:
    team = devices.team()
    devices.bob.send(team, "hello")
    devices.agree("a message", lambda chat: bubbles(chat) == ["hello"])
    does(lambda: (devices.chat.mute(team, timedelta(hours=1)), devices.chat.block("bob", True)))
    devices.agree("on", lambda chat: chat.people.blocked and muted(chat, team) and folded(chat))
    does(lambda: (devices.chat.unmute(team), devices.chat.block("bob", False)))
    devices.agree("off", lambda chat: not (chat.people.blocked or muted(chat, team) or folded(chat)))


def muted(chat: Chat, name: str) -> bool:
    row = chat.conversations.get(name)
    return row is not None and row.muted_until is not None


def folded(chat: Chat) -> bool:
    return chat.timeline is not None and any(one.blocked for one in chat.timeline.messages)


def test_my_profile_shows_on_both(devices: Devices, does: Does) -> None:
    name = f"Alice {next(NUMBERS)}"
    mine = devices.chat.mine
    does(
        lambda: mine.set_profile(
            display_name=name, colour="#204060", receipts=False, picture=None, done=list, failed=print
        )
    )
    devices.agree("profile", lambda chat: chat.mine.profile.display_name == name)
    for presence, text in (("invisible", ""), ("busy", "writing")):
        does(lambda presence=presence, text=text: mine.set_presence(presence, text))  # type: ignore[misc]  # bound by its default
        devices.agree(presence, lambda chat, presence=presence: chat.mine.presence == presence)  # type: ignore[misc]  # the same
    does(
        lambda: mine.set_profile(
            display_name="", colour="", receipts=True, picture=None, done=list, failed=print
        )
    )
    mine.set_presence("online", "")
    devices.agree(
        "as before", lambda chat: not chat.mine.profile.display_name and chat.mine.presence == "online"
    )


def test_groups_that_come_change_and_go_do_so_on_both(devices: Devices, does: Does) -> None:
    name, other = f"#crew{next(NUMBERS)}", f"#gang{next(NUMBERS)}"
    groups = devices.chat.groups
    does(lambda: groups.create(name[1:], ["bob"], public=True, topic="", history="all", failed=print))
    devices.until(lambda: all(one.chat.conversations.get(name) for one in devices.both), "the group")
    devices.there.opens(name)
    devices.agree("a group")
    room = devices.chat.room
    assert room is not None
    does(
        lambda: (
            room.rename(other[1:], list, print),
            room.set_topic("ships", list, print),
            room.set_visibility(False, "joined", list, print),
            room.set_role("bob", "owner"),
        )
    )
    devices.agree(
        "changes",
        lambda chat: (
            chat.room is not None and chat.room.name == other and topic(chat, other) and closed(chat, other)
        ),
    )
    does(lambda: groups.leave(other))
    devices.agree("left", lambda chat: chat.conversations.get(other) is None and chat.timeline is None)


def closed(chat: Chat, name: str) -> bool:
    row = chat.conversations.get(name)
    return row is not None and not row.public and row.history == "joined"


def topic(chat: Chat, name: str) -> str:
    row = chat.conversations.get(name)
    return row.topic if row is not None else ""


def test_drafts_and_what_waits_are_each_ones_own(devices: Devices) -> None:
    team = devices.team()
    devices.chat.drafts[team] = "not yet"
    assert team not in devices.there.chat.drafts

    def write() -> None:
        devices.there.chat.outgoing.send(team, "from a train", failed=print)
        devices.there.until(lambda: devices.there.chat.outgoing.all())
        devices.bob.send(team, "meanwhile")
        devices.here.until(lambda: bubbles(devices.chat) == ["meanwhile"])
        assert bubbles(devices.there.chat) == ["from a train"]
        assert devices.chat.outgoing.all() == []

    devices.apart(write)
    devices.agree("once", lambda chat: bubbles(chat) == ["meanwhile", "from a train"])
    devices.chat.drafts.clear()
