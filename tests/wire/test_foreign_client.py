"""A client made of pyzmq and msgpack alone talks to a real broker: what docs/protocol.md says is enough to write one."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.helpers import files, raw
from tests.helpers.brokers import PASSWORD, Served, served
from tests.helpers.files import CHUNK, sha256
from tests.helpers.raw import Place, Raw, Refused, new_key, place_of, topic
from tests.wire import held
from tests.wire.held import Held


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("wire") / "data") as made:
        yield made


@pytest.fixture
def place(server: Served) -> Place:
    found = place_of("127.0.0.1", server.port)
    assert found == server.place
    return found


@pytest.mark.parametrize(
    ("module", "foreign"), [(raw, {"zmq", "msgpack"}), (held, set()), (files, {"tests"})]
)
def test_it_imports_nothing_of_ours(module: ModuleType, foreign: set[str]) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    names = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == foreign


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
        assert [hit["message"]["text"] for hit in found["hits"]] == ["hello back"]
        assert found["hits"][0]["marks"] == [[0, 5]]


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
        assert [other.user, "present-two", "online", "", False] in one.ask("ONLINE_USERS")["users"]
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


def _settled(*clients: Raw) -> None:
    """New conversations are on their feeds."""
    for one in clients:
        one.refresh()


def test_a_group_lives_and_who_heard_it_knows_what_history_says(place: Place) -> None:
    """Every kind of change, heard live and folded by the document's rules: the state that HISTORY has."""
    with Raw(place) as dora, Raw(place) as emil, Raw(place) as fritz:
        for one, name in ((dora, "dora"), (emil, "emil"), (fritz, "fritz")):
            one.login(name, PASSWORD, register=True).subscribe()
        made = dora.ask("CREATE_GROUP", key=new_key(), name="team", members=["emil"], topic="who knows")
        group, row = made["conversation"]["conversation"], made["conversation"]
        assert made["created"] and (row["kind"], row["role"], row["members"]) == ("group", "owner", 2)
        _settled(dora, emil)

        def act(who: Raw, mode: str, **fields: Any) -> dict[str, Any]:
            return who.ask(mode, conversation=group, key=new_key(), **fields)

        first = act(dora, "SEND_MESSAGE", text="mail a@emil.example, @Emil. @all")["seq"]
        answer = act(emil, "SEND_MESSAGE", text="yes?", reply_to=first)["seq"]
        doomed = act(emil, "SEND_MESSAGE", text="nobody may keep this")["seq"]
        act(emil, "REACT", seq=first, emoji="\U0001f44d")
        act(dora, "REACT", seq=first, emoji="\U0001f44d")
        act(dora, "REACT", seq=first, emoji="\U0001f389")
        act(emil, "REACT", seq=first, emoji="\U0001f44d", on=False)
        act(emil, "EDIT_MESSAGE", seq=answer, text="yes, @dora?")
        act(emil, "EDIT_MESSAGE", seq=answer, text="yes.")
        act(dora, "PIN_MESSAGE", seq=first)
        act(dora, "REACT", seq=doomed, emoji="\U0001f62e")
        act(dora, "DELETE_MESSAGE", seq=doomed)
        act(dora, "RENAME_GROUP", name="team-2")
        act(dora, "SET_TOPIC", topic="everyone")
        act(dora, "SET_VISIBILITY", public=True)
        act(dora, "SET_ROLE", user="emil", role="admin")
        last = act(emil, "ADD_MEMBER", user="fritz")["seq"]

        heard = emil.wait(
            lambda: emil.live(group)[-1:] and emil.live(group)[-1]["seq"] >= last and emil.live(group),
            what="all entries",
        )
        assert [entry["seq"] for entry in heard] == list(range(first, last + 1))
        by_seq = {entry["seq"]: entry for entry in heard}
        assert by_seq[first]["mentions"] == [[emil.user, "emil"]] and by_seq[first]["everyone"] is True
        assert by_seq[answer]["reply_to"] == first and "mentions" not in by_seq[answer]
        assert [entry["event"] for entry in heard[3:]] == [
            *["reacted"] * 4, "edited", "edited", "pinned", "reacted", "deleted", "renamed", "topic", "visibility",
            "role", "member",
        ]  # fmt: skip

        page = emil.ask("HISTORY", conversation=group)
        held = Held(emil.user)
        for entry in heard:
            held.take(entry)
        assert held.shown() == page["messages"]
        tombstone = next(one for one in page["messages"] if one["seq"] == doomed)
        assert (tombstone["text"], tombstone["deleted_by"]) == ("", "dora")

        later = Held(emil.user)
        entries = emil.entries(group)
        assert [entry["seq"] for entry in entries] == list(range(1, last + 1))
        for entry in entries:
            later.hold(entry, last) if entry["event"] == "message" else later.take(entry)
        assert later.shown() == page["messages"]
        overtaken = [entry["text"] for entry in entries if entry["event"] == "edited"]
        assert overtaken == ["", "yes."]
        texts = dora.ask("EDITS", conversation=group, seq=answer)["texts"]
        assert [text for text, _ in texts] == ["yes?", "yes, @dora?"]
        assert [one["seq"] for one in fritz.ask("PINS", conversation=group)["messages"]] == [first]


def test_a_private_group_is_nobody_elses(place: Place) -> None:
    with Raw(place) as gina, Raw(place) as hugo:
        gina.login("gina", PASSWORD, register=True)
        hugo.login("hugo", PASSWORD, register=True)
        made = gina.ask("CREATE_GROUP", key=new_key(), name="hidden", members=["hugo"])
        group = made["conversation"]["conversation"]
        hugo.subscribe()
        gina.ask("REMOVE_MEMBER", conversation=group, key=new_key(), user="hugo")
        nothing = hugo.try_ask("HISTORY", conversation=group)
        assert nothing["error"] == "not_found"
        assert nothing["message"] == hugo.try_ask("HISTORY", conversation=999_999)["message"]
        assert hugo.code("JOIN_GROUP", key=new_key(), group="hidden") == "not_found"
        assert hugo.ask("LIST_GROUPS", query="hid")["groups"] == []
        assert hugo.ask("CREATE_GROUP", key=new_key(), name="hidden")["created"]


def test_it_sees_what_is_in_no_log(place: Place) -> None:
    with Raw(place) as ida, Raw(place) as jan:
        ida.login("ida", PASSWORD, register=True).subscribe()
        jan.login("jan", PASSWORD, register=True).subscribe()
        conversation = ida.start("jan")
        _settled(ida, jan)

        def heard(who: Raw, kind: str) -> list[dict[str, Any]]:
            return who.wait(
                lambda: [body for _, body in who.events if body["event"] == kind], what=f"a {kind} event"
            )

        jan.ask("TYPING", conversation=conversation)
        assert heard(ida, "typing")[0] == {
            "event": "typing", "conversation": conversation, "user": jan.user, "user_name": "jan",
        }  # fmt: skip
        jan.send_text(conversation, "there you are")
        ida.ask("MARK_READ", conversation=conversation, seq=1)
        assert heard(jan, "receipts")[0]["read"] == [[ida.user, "ida", 1]]
        jan.ask("SET_PROFILE", display_name="Jan J.", colour="#00ff7f")
        assert heard(ida, "profile")[0]["display_name"] == "Jan J."
        jan.ask("ONLINE")
        jan.ask("SET_STATUS", status="busy", text="in a train")
        ida.wait(
            lambda: [jan.user, "jan", "busy", "in a train", False] in ida.ask("ONLINE_USERS")["users"],
            what="his status",
        )
        ida.ask("BLOCK", user="jan")
        assert heard(ida, "blocked")[0]["on"] is True
        assert jan.code("SEND_MESSAGE", conversation=conversation, key=new_key(), text="?") == "not_allowed"
        ida.ask("MUTE", conversation=conversation, until=2**53 - 1)
        assert heard(ida, "muted")[0]["until"] == 2**53 - 1
        home = ida.ask("HOME", conversations=[conversation])
        assert home["blocked"] == [[jan.user, "jan"]]
        assert home["conversations"][0]["muted_until"] == 2**53 - 1


def test_a_file_goes_from_one_to_another_and_further(place: Place) -> None:
    """Begun on one device, completed on another, posted, heard, fetched, compared; forwarded, and deleted where it was first."""
    data, small = files.content(3 * CHUNK + 7), files.content(500)
    with Raw(place) as karla, Raw(place) as phone, Raw(place) as lars:
        karla.login("karla", PASSWORD, register=True)
        lars.login("lars", PASSWORD, register=True)
        conversation = karla.start("lars")
        lars.subscribe()
        assert files.begin(karla, data) == CHUNK
        phone.login("karla", PASSWORD)
        again = phone.ask("BEGIN_UPLOAD", sha256=sha256(data), size=len(data))
        assert (again["received"], again["complete"]) == (CHUNK, False)
        uploader = files.Uploader(phone)
        for one in (data, small, b""):
            uploader.upload(one)
        assert uploader.sent == len(data) - CHUNK + len(small)
        named = {"name": "../Übersicht\u202egpj.png", "type": "image/png", "width": 640, "height": 480}
        attachments = [
            files.attachment(data, **named, thumbnail=sha256(small)),
            files.attachment(b"", "CON.txt"),
        ]
        sent = phone.act("SEND_MESSAGE", conversation, text="", attachments=attachments)
        (heard,) = lars.wait(lambda: lars.live(conversation), what="the message")
        assert heard["text"] == ""
        assert heard["attachments"] == [
            named
            | {
                "name": "Übersichtgpj.png",
                "size": len(data),
                "sha256": sha256(data),
                "thumbnail": sha256(small),
            },
            {"name": "_CON.txt", "type": "application/octet-stream", "size": 0, "sha256": sha256(b"")},
        ]
        assert lars.ask("HISTORY", conversation=conversation)["messages"] == [heard]
        fetched = files.fetch(lars, conversation, sent["seq"])
        assert sha256(fetched) == heard["attachments"][0]["sha256"]
        assert files.fetch(lars, conversation, sent["seq"], thumbnail=True) == small
        assert files.fetch(lars, conversation, sent["seq"], 1) == b""
        notes = lars.start("lars")
        further = lars.act("FORWARD_MESSAGE", notes, source=conversation, seq=sent["seq"])
        held = Held(lars.user)
        for entry in lars.live(conversation):
            held.take(entry)
        deleted = karla.act("DELETE_MESSAGE", conversation, seq=sent["seq"])
        held.take(lars.wait(lambda: lars.live(conversation)[1:], what="the deletion")[0])
        assert held.shown() == lars.ask("HISTORY", conversation=conversation)["messages"]
        assert deleted["seq"] == sent["seq"] + 1
        for one in (karla, lars):
            gone = {"conversation": conversation, "seq": sent["seq"], "index": 0}
            assert one.code("FETCH_CHUNK", **gone) == "not_found"
        (kept,) = lars.ask("HISTORY", conversation=notes)["messages"]
        assert kept["forwarded"] == [karla.user, "karla"] and kept["attachments"] == heard["attachments"]
        assert files.fetch(lars, notes, further["seq"]) == data


def test_a_picture_is_seen_by_all(place: Place) -> None:
    face = files.content(CHUNK)
    with Raw(place) as mona, Raw(place) as nils:
        mona.login("mona", PASSWORD, register=True)
        nils.login("nils", PASSWORD, register=True).subscribe()
        assert nils.code("PICTURE", user="mona") == "not_found"
        mona.ask("SET_PROFILE", picture=files.upload(mona, face))
        told = nils.wait(
            lambda: [body for _, body in nils.events if body["event"] == "profile"], what="a profile event"
        )
        shown = nils.ask("PROFILE", user="mona")["user"]
        assert told[0]["picture"] == shown["picture"] == sha256(face)
        assert nils.ask("GET_USERS", query="mona")["users"] == [shown]
        answer = nils.ask("PICTURE", user="MONA")
        assert (answer["data"], answer["size"]) == (face, CHUNK)
        mona.ask("SET_PROFILE", picture=b"")
        assert nils.code("PICTURE", user="mona") == "not_found"
