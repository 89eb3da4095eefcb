"""The commands about messages, groups, people and accounts: what they do, seen by somebody else, and what they print."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hubbub.client import events
from tests.helpers.brokers import PASSWORD, Served
from tests.helpers.chatting import chatting, heard
from tests.helpers.shell import Hubbub, person, registered

HUBBUB = str(Path(sys.executable).with_name("hubbub"))


def said(hubbub: Hubbub, to: str, text: str, *options: str) -> int:
    """Send it; its number."""
    return int(json.loads(hubbub("send", to, text, "--json", *options).stdout)["seq"])


def rows(hubbub: Hubbub, *arguments: str) -> list[dict[str, Any]]:
    """What a command prints for programs."""
    return [json.loads(line) for line in hubbub(*arguments, "--json").stdout.splitlines()]


def test_what_is_done_to_a_message(broker: Served, tmp_path: Path) -> None:
    anna, ben = registered(broker, tmp_path, "anna"), registered(broker, tmp_path, "bert")
    first = said(anna, "bert", "teh build")
    assert anna("edit", "bert", str(first), "the build").stdout.endswith("anna: the build  (changed)\n")
    anna("edit", "bert", str(first), "-", given="the build\nis green\n")
    assert [row["text"] for row in rows(ben, "earlier-texts", "anna", str(first))] == [
        "teh build",
        "the build",
    ]
    assert "teh build" in ben("earlier-texts", "anna", str(first)).stdout
    ben("react", "anna", str(first), "👍")
    ben("pin", "anna", str(first))
    answer = said(ben, "anna", "good", "--reply-to", str(first))
    shown = anna("history", "bert").stdout
    assert "the build\n    is green  (changed)  (pinned)  👍 1" in shown
    assert f"{answer}  bert (to {first}): good" in shown
    (message, reply) = rows(anna, "history", "bert")
    assert message["reactions"] == [{"emoji": "👍", "count": 1, "users": ["bert"], "mine": False}]
    assert (message["pinned"], reply["reply_to"]) == (True, first)
    assert rows(anna, "pinned", "bert") == [message]
    ben("unreact", "anna", str(first), "👍")
    anna("unpin", "bert", str(first))
    assert anna("pinned", "bert").stdout == ""
    assert "reactions" not in rows(anna, "history", "bert")[0]
    anna("delete", "bert", str(first))
    assert "anna: (deleted)" in ben("history", "anna").stdout
    assert rows(ben, "history", "anna")[0]["deleted_by"] == "anna"


@pytest.mark.parametrize(
    ("command", "code", "said_of_it"),
    [
        (("edit", "ben", "999", "x"), 5, "There is no message 999 in @ben"),
        (("delete", "#nothing", "1"), 5, "There is no group #nothing, or you are not in it."),
        (("react", "ben", "1", "yes"), 5, "A reaction is an emoji"),
        (("react", "ben", "1", ""), 5, "A reaction is an emoji; this one is empty."),
        (("search", " "), 5, "There is nothing to search for"),
        (("search", "x" * 257), 5, "A search has at most 256 characters; this one has 257."),
        (("react", "ben", "one", "👍"), 2, "'one' is no number: `hubbub history` shows them."),
        (
            ("send", "ben", "x", "--queue", "--reply-to", "999"),
            5,
            "There is no message 999 in @ben to answer.",
        ),
        (("retry",), 2, "--all"),
        (("discard", "0123"), 5, "No message that waits has the key 0123"),
        (("history", "ben", "--before", "3", "--around", "3"), 2, "--before or --around"),
        (("mute", "ben", "--for", "soon"), 2, "'soon' is no span of time"),
        (("mute", "ben", "--until", "soon"), 2, "'soon' is no time"),
        (("send", "team", "x"), 5, "There is no user team. The group is #team."),
        (("search", "x", "--sender", "nobody"), 5, "There is no user nobody."),
        (("join", "secret"), 5, "There is no group #secret that you could join."),
        (("create-group", "two words"), 5, "can't be a group's name"),
        (("create-group", "crowd", "nobody"), 5, "nobody"),
        (("leave", "team"), 5, "owner"),
        (("set-role", "team", "nobody", "admin"), 5, "nobody is not in #team."),
        (("set-profile",), 2, "Give --display-name, --colour, --receipts/"),
        (("set-profile", "--colour", "blue"), 5, "'blue' is no colour"),
        (("profile", "nobody"), 5, "There is no user nobody."),
        (("block", "berta"), 5, ""),
        (("revoke", "999"), 5, "You have no session 999."),
        (("revoke", "it"), 2, "'it' is no number: `hubbub sessions` shows them."),
        (("send",), 2, "Missing argument 'TO'. A group is quoted: '#team'"),
        (("send", "ben", "-1 for that"), 2, "No such option '-1'. A text that begins with - comes behind"),
        (("register", "--user", "k k"), 2, "'k k' can't be a user's name: "),
        (("login", "--server", "::1:x:y"), 2, "'::1:x:y' is no address"),
        (("join", "-1"), 2, "Error: No such option '-1'.\n"),
        (("join",), 2, "Missing argument 'GROUP'. A group is quoted: '#team'"),
        (("mute", "ben", "--until", "2020-01-01"), 2, "That time is over"),
        (("mute", "ben", "--for", "0m"), 2, "That time is over"),
        (("members", "ben"), 5, "There is no group #ben, or you are not in it."),
        (("register", "--user", "ben"), 5, "There is an account ben already. Is it yours? hubbub login."),
        (("change-password",), 2, "There is no terminal to ask for the password"),
        (("delete-account",), 2, "--messages"),
    ],
)
def test_mistakes_have_their_texts_and_codes(
    berta: Hubbub, command: tuple[str, ...], code: int, said_of_it: str
) -> None:
    password = {"HUBBUB_PASSWORD": PASSWORD.decode()} if command == ("register", "--user", "ben") else {}
    assert said_of_it in berta(*command, code=code, **password).stderr


@pytest.mark.parametrize(
    ("command", "said_of_it"),
    [
        (("search", "xyzzy"), "Nothing was found."),
        (("history", "berta"), "Nothing was said there."),
        (("pinned", "ben"), "Nothing is pinned there."),
        (("earlier-texts", "ben", "1"), "It has had no other text."),
        (("groups", "zz"), "There is no such public group."),
        (("users", "zz"), "There is no such user."),
        (("blocked",), "You have blocked nobody."),
    ],
)
def test_nothing_is_said_beside_what_is_printed(
    berta: Hubbub, command: tuple[str, ...], said_of_it: str
) -> None:
    found = berta(*command)
    assert (found.stdout, found.stderr) == ("", said_of_it + "\n")
    for_programs = berta(*command, "--json")
    assert (for_programs.stdout, for_programs.stderr) == ("", "")


@pytest.fixture(scope="module")
def berta(broker: Served, tmp_path_factory: pytest.TempPathFactory) -> Hubbub:
    """Somebody who has talked to ben, and has a group with him."""
    folder = tmp_path_factory.mktemp("people")
    run, _ = registered(broker, folder, "berta"), registered(broker, folder, "ben")
    run("send", "ben", "hello")
    run("create-group", "team", "ben")
    return run


def test_a_group_from_the_shell(broker: Served, tmp_path: Path) -> None:
    carl, dora = registered(broker, tmp_path, "carl"), registered(broker, tmp_path, "dora")
    assert "#port is made." in carl("create-group", "port", "--public", "--topic", "ships").stdout
    carl("send", "#port", "welcome")
    assert dora("groups", "po").stdout == "○ #port  1 member  ships\n"
    assert "You are in #port. ships" in dora("join", "#port").stdout
    assert "welcome" in dora("history", "#port").stdout
    assert [row["name"] for row in rows(dora, "members", "#port")] == ["carl", "dora"]
    assert "○ carl  owner  read up to " in dora("members", "port").stdout
    dora("send", "carl", "hello")
    assert [row["name"] for row in rows(dora, "members", "@carl")] == ["carl", "dora"]
    carl("set-role", "port", "dora", "admin")
    dora("set-topic", "port", "boats")
    dora("rename", "port", "harbour")
    (row,) = [row for row in rows(carl, "home") if row["conversation"] == "#harbour"]
    assert (row["topic"], row["members"], row["role"], row["public"]) == ("boats", 2, "owner", True)
    carl("remove", "#harbour", "dora")
    dora("send", "#harbour", "x", code=5)
    carl("invite", "harbour", "dora")
    dora("send", "#harbour", "back")
    dora("leave", "harbour")
    assert [row["name"] for row in rows(carl, "members", "#harbour")] == ["carl"]
    said = carl("set-visibility", "harbour", "--private", "--history", "joined").stdout
    assert (
        said
        == "#harbour: only members know of it; those who join from now on see what is said since they came.\n"
    )
    assert "harbour" not in dora("groups").stdout
    dora("join", "harbour", code=5)
    (row,) = [row for row in rows(carl, "home") if row["conversation"] == "#harbour"]
    assert (row["public"], row["history"]) == (False, "joined")
    assert rows(carl, "set-visibility", "harbour", "--public") == [
        {"conversation": "#harbour", "public": True}
    ]
    dora("join", "harbour")
    dora("set-visibility", "harbour", "--private", code=5)
    assert "Say what to change" in carl("set-visibility", "harbour", code=2).stderr
    made = rows(carl, "create-group", "secret", "@dora", "--history", "joined")[0]
    assert (made["conversation"], made["history"], made["members"]) == ("#secret", "joined", 2)
    assert "#secret" in dora("home").stdout
    assert "secret" not in dora("groups").stdout


def test_unread_mentions_and_mutes(broker: Served, tmp_path: Path) -> None:
    emil, fred = registered(broker, tmp_path, "emil"), registered(broker, tmp_path, "fred")
    emil("create-group", "room", "fred")
    emil("send", "#room", "-", given="one\n@fred look\nthree\n")
    assert "3 unread, 1 @" in fred("home").stdout
    middle = rows(fred, "history", "#room")[1]
    assert middle["mentions"] == ["fred"]
    fred("mark-read", "#room", str(middle["seq"]))
    assert "1 unread  " in fred("home").stdout
    fred("mark-read", "#room")
    assert rows(fred, "mark-read", "#room", "999") == [{"conversation": "#room", "seq": middle["seq"] + 1}]
    assert rows(fred, "home")[0]["unread"] == 0
    assert "1 unread" not in fred("home").stdout
    around = rows(fred, "history", "#room", "--around", str(middle["seq"]), "--limit", "2")
    assert middle in around
    assert "#room is muted until " in fred("mute", "#room", "--for", "2h").stdout
    assert "(muted until " in fred("home").stdout
    fred("mute", "#room", "--until", "2199-01-01T00:00:00Z")
    (row,) = [row for row in rows(fred, "home") if row["conversation"] == "#room"]
    assert row["muted_until"] == "2199-01-01T00:00:00.000Z"
    assert rows(fred, "mute", "#room") == [{"conversation": "#room", "muted_until": None}]
    assert "(muted)" in fred("home").stdout
    fred("unmute", "#room")
    assert "muted" not in fred("home").stdout


def test_search_from_the_shell(broker: Served, tmp_path: Path) -> None:
    gina, hans = registered(broker, tmp_path, "gina"), registered(broker, tmp_path, "hans")
    gina("send", "hans", "The orchard in bloom")
    hans("send", "gina", "an orchard is no garden")
    assert gina("search", "orchard").stdout.splitlines()[0].endswith("gina: The [orchard] in bloom")
    assert len(rows(gina, "search", "orch*", "--order", "relevance")) == 2
    (hit,) = rows(gina, "search", "orchard", "--sender", "hans", "--conversation", "hans", "--limit", "1")
    assert (hit["text"], hit["marks"]) == ("an orchard is no garden", [[3, 10]])
    assert rows(gina, "search", '"orchard in"', "--after", "2020-01-01")[0]["sender"] == "gina"
    assert rows(gina, "search", "orchard", "--before", "2020-01-01") == []


async def test_what_others_hear(broker: Served, tmp_path: Path) -> None:
    """Typing, a status and a profile that were set from a shell."""
    ida = await asyncio.to_thread(registered, broker, tmp_path, "ida")
    async with chatting(broker, "joe", "ida") as (joe, _):
        await joe.send("ida", "hello")
        await asyncio.to_thread(ida, "typing", "joe")
        assert (await heard(joe, events.TypingChanged)).user == "ida"
        await asyncio.to_thread(ida, "set-status", "busy", "writing")
        await asyncio.to_thread(ida, "set-profile", "--display-name", "Ida L.", "--colour", "#aabbcc")
        seen = await joe.profile("ida")
        assert (seen.display_name, seen.colour, seen.status_text) == ("Ida L.", "#aabbcc", "writing")
        await joe.set_status("away", "at lunch")
        shown = await asyncio.to_thread(ida, "users", "joe")
        assert shown.stdout == "● joe  (away: at lunch)\n"


def test_profiles_and_blocks(broker: Served, tmp_path: Path) -> None:
    kate, lars = registered(broker, tmp_path, "kate"), registered(broker, tmp_path, "lars")
    assert "others see how far you have read" in kate("profile").stdout
    assert "nobody sees" in kate("set-profile", "--no-receipts", "--colour", "#00ff00").stdout
    (mine,) = rows(kate, "profile")
    assert (mine["receipts"], mine["colour"], mine["status"]) == (False, "#00ff00", "offline")
    assert "receipts" not in rows(lars, "profile", "kate")[0]
    lars("send", "kate", "hello")
    kate("create-group", "both", "lars")
    lars("send", "#both", "spam")
    kate("block", "lars")
    assert kate("blocked").stdout == "lars\n"
    assert "you take no direct messages" in kate("profile", "@lars").stdout
    lars("send", "kate", "hello?", code=5)
    assert "lars: (you have blocked this user)" in kate("history", "#both").stdout
    (message,) = rows(kate, "history", "#both")
    assert (message["text"], message["blocked"]) == ("spam", True)
    kate("unblock", "lars")
    assert rows(kate, "blocked") == []
    lars("send", "kate", "hello again")


def test_passwords_and_sessions(broker: Served, tmp_path: Path) -> None:
    mona = registered(broker, tmp_path, "mona")
    phone = person(tmp_path / "phone")
    where = ("--server", broker.place.address, "--user", "mona")
    phone("login", *where, HUBBUB_PASSWORD=PASSWORD.decode())
    assert "(this one)" in mona("sessions").stdout
    (other,) = [row for row in rows(mona, "sessions") if not row["current"]]
    mona("revoke", str(other["session"]))
    assert len(rows(mona, "sessions")) == 1
    assert phone("home", code=4).stderr.endswith("or not any more. Type: hubbub login\n")
    other_user = phone("home", "--user", "nobody", code=4).stderr
    assert other_user.endswith(f"hubbub login --server {broker.place.address} --user nobody\n")
    phone("login", *where, HUBBUB_PASSWORD=PASSWORD.decode())
    file = tmp_path / "new"
    file.write_text("battery staple\n")
    new = ("--new-password-file", str(file))
    assert "password" in mona("change-password", *new, code=4, HUBBUB_PASSWORD="wrong horse").stderr
    mona("change-password", *new, HUBBUB_PASSWORD=PASSWORD.decode())
    mona("home")
    phone("home", code=4)
    both = "battery staple\ncorrect horse\n"
    twice = ("--password-file", "-", "--new-password-file", "-")
    mona("change-password", *twice, given=both)
    phone("change-password", *twice, given="correct horse\nbattery staple\n")  # logs in first
    phone("home")
    mona("home", code=4)


def test_an_account_is_deleted_only_on_purpose(broker: Served, tmp_path: Path) -> None:
    nora, otto = registered(broker, tmp_path, "nora"), registered(broker, tmp_path, "otto")
    nora("send", "otto", "remember me")
    password = {"HUBBUB_PASSWORD": PASSWORD.decode()}
    assert (
        "Nothing was deleted"
        in nora("delete-account", "--messages", "keep", code=2, given="n\n", **password).stderr
    )
    assert "--yes" in nora("delete-account", "--messages", "keep", code=2, **password).stderr
    nora("delete-account", "--messages", "keep", code=4, given="y\n", HUBBUB_PASSWORD="wrong horse")
    nora("delete-account", "--messages", "keep", "--yes", **password)
    nora("home", code=4)
    assert "deleted user: remember me" in otto("history", "@deleted user").stdout
    otto("send", "@deleted user", "come back", code=5)


def test_tail_tells_what_happens_beside_messages(broker: Served, tmp_path: Path) -> None:
    pia, quin = registered(broker, tmp_path, "pia"), registered(broker, tmp_path, "quin")
    pia("create-group", "shed", "quin")
    seq = str(said(pia, "#shed", "teh tools"))
    pia("edit", "#shed", seq, "the tools")
    quin("react", "#shed", seq, "🔧")
    quin("unreact", "#shed", seq, "🔧")
    pia("pin", "#shed", seq)
    pia("set-role", "shed", "quin", "admin")
    quin("set-topic", "shed", "what we own")
    quin("rename", "shed", "barn")
    pia("set-visibility", "barn", "--public", "--history", "joined")
    pia("set-visibility", "barn", "--history", "all")
    pia("delete", "#barn", seq)
    quin("leave", "barn")
    with subprocess.Popen(
        [HUBBUB, "tail", "#barn", "--all", "--profile", str(tmp_path / "pia")],
        stdout=subprocess.PIPE,
        text=True,
    ) as tail:
        assert tail.stdout is not None
        lines = [tail.stdout.readline() for _ in range(14)]
        tail.terminate()
    assert [line.rstrip().split("#barn  ")[1] for line in lines] == [
        "1  * pia joined",
        "2  * pia brought in quin",
        "3  pia: (deleted)",
        "4  * pia changed 3",
        "5  * quin put 🔧 on 3",
        "6  * quin took 🔧 off 3",
        "7  * pia pinned 3",
        "8  * pia made quin an admin",
        "9  * quin set the topic: what we own",
        "10  * quin called it #barn",
        "11  * pia made the group public and let new members see only what is said after they came",
        "12  * pia let new members see everything",
        "13  * pia deleted 3",
        "14  * quin left",
    ]
