"""A client made of pyzmq and msgpack alone talks to a real broker: what docs/protocol.md says is enough to write one."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import raw
from tests.helpers.brokers import PASSWORD, Served, served
from tests.helpers.raw import Place, Raw, Refused, new_key, place_of, topic


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("wire") / "data") as made:
        yield made


@pytest.fixture
def place(server: Served) -> Place:
    found = place_of("127.0.0.1", server.port)
    assert found == server.place
    return found


def test_it_imports_nothing_of_ours() -> None:
    tree = ast.parse(Path(raw.__file__).read_text(encoding="utf-8"))
    names = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
    assert foreign == {"zmq", "msgpack"}


def test_two_people_meet_talk_and_read_it_again(place: Place) -> None:
    with Raw(place) as alice, Raw(place) as bob:
        host = alice.ask("IS_HOST")
        assert host["protocol"] == 1 and len(host["epoch"]) == 16
        alice.login("alice", PASSWORD, register=True)
        bob.login("bob", PASSWORD, register=True)
        assert [user["name"] for user in alice.ask("GET_USERS", query="b")["users"]] == ["bob"]
        confirmed = alice.subscribe()
        bob.subscribe()
        assert confirmed["epoch"] == host["epoch"]
        conversation = alice.start("Bob")
        changed = bob.wait(
            lambda: [body for subject, body in bob.events if body["event"] == "home"], what="home"
        )
        assert changed[-1]["conversations"] == [conversation]
        for one in (alice, bob):
            one.refresh()
        key = new_key()
        sent = alice.send_text(conversation, "hi : and # and \U0001f600", key)
        assert sent["seq"] == 1
        for one in (alice, bob):
            (message,) = one.wait(lambda one=one: one.live(conversation), what="the message")
            assert (message["event"], message["seq"], message["key"]) == ("message", 1, key)
            assert (message["sender"], message["sender_name"]) == (alice.user, "alice")
            assert message["text"] == "hi : and # and \U0001f600"
            assert message["at"] == sent["at"] and message["position"] == sent["position"]
        assert alice.send_text(conversation, "hi : and # and \U0001f600", key) == sent | {
            "id": alice._next_id
        }
        bob.send_text(conversation, "hello back")
        alice.wait(lambda: len(alice.live(conversation)) == 2, what="the answer")
        page = bob.ask("HISTORY", conversation=conversation)
        assert [message["text"] for message in page["messages"]] == [
            "hello back",
            "hi : and # and \U0001f600",
        ]
        assert (page["as_of"], page["older"], page["newer"]) == (2, False, False)
        assert bob.entries(conversation) == bob.live(conversation)
        home = bob.ask("HOME", conversations=[conversation])
        (row,) = home["conversations"]
        assert (row["kind"], row["name"], row["partner"]) == ("direct", "alice", alice.user)
        assert (row["head"], row["unread"], row["last_message"]["text"]) == (2, 1, "hello back")
        bob.ask("MARK_READ", conversation=conversation, seq=2)
        read = bob.wait(
            lambda: [body for _, body in bob.events if body["event"] == "read"], what="the marker"
        )
        assert (read[0]["conversation"], read[0]["seq"]) == (conversation, 2)
        pong = bob.ask("PING", position=home["position"])
        assert pong["changed"] == [] and pong["home_version"] == read[0]["home_version"]
        found = alice.ask("SEARCH", words="hello")
        assert [message["text"] for message in found["messages"]] == ["hello back"]


def test_it_sees_who_is_there(place: Place) -> None:
    with Raw(place) as one, Raw(place) as other:
        one.login("present-one", PASSWORD, register=True).subscribe()
        other.login("present-two", PASSWORD, register=True)
        other.ask("ONLINE")

        def seen(kind: str, wanted: int) -> bool:
            deltas = [body[kind] for subject, body in one.events if subject == topic(b"p", 0)]
            return any(
                wanted in (user[0] if kind == "online" else user for user in delta) for delta in deltas
            )

        one.wait(lambda: seen("online", other.user), what="his presence")
        assert [other.user, "present-two"] in one.ask("ONLINE_USERS")["users"]
        other.ask("LOGOUT")
        one.wait(lambda: seen("offline", other.user), what="his absence")


def test_it_is_told_what_is_wrong(place: Place) -> None:
    with Raw(place) as client:
        assert client.code("HOME") == "session_expired"
        assert client.code("NO_SUCH_MODE") == "unknown_mode"
        assert client.code("REGISTER", name="a b", password=PASSWORD) == "bad_request"
        assert client.code("REGISTER", name="short", password=b"1234567") == "bad_request"
        client.login("carol", PASSWORD, register=True)
        assert client.code("REGISTER", name="CAROL", password=PASSWORD) == "name_taken"
        assert client.code("LOGIN", name="carol", password=b"wrong") == "wrong_credentials"
        assert client.code("LOGIN", name="nobody", password=b"wrong") == "wrong_credentials"
        assert client.code("START_CONVERSATION", user="nobody") == "not_found"
        assert client.code("ADMIN_LIST_USERS") == "not_allowed"
        own = client.start("carol")
        key = new_key()
        client.send_text(own, "once", key)
        with pytest.raises(Refused, match="key_conflict"):
            client.send_text(next(one for one in _conversations(client) if one != own), "again", key)


def _conversations(client: Raw) -> list[int]:
    return [one["conversation"] for one in client.ask("HOME")["conversations"]]
