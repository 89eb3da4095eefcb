"""The `hubbub` command as a stranger types it: what is printed where, and with which exit code."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from zmq.utils import z85

from hubbub.client import Client
from hubbub.client.cli import main
from hubbub.schemas.hello import fingerprint
from tests.helpers.brokers import Served, served, serving
from tests.helpers.shell import person, registered
from tests.helpers.waiting import until

HUBBUB = str(Path(sys.executable).with_name("hubbub"))
PASSWORD = "correct horse"
NOBODY = "127.0.0.1:9"


def test_two_people_chat(broker: Served, tmp_path: Path) -> None:
    anna, ben = registered(broker, tmp_path, "anna"), registered(broker, tmp_path, "ben")
    text = "text with : and # and 😀"
    anna("send", "ben", text)
    assert "@anna" in ben("home").stdout
    assert "1 unread" in ben("home").stdout
    assert text in ben("history", "@anna", "--keep-unread").stdout
    assert "1 unread" in ben("home").stdout
    assert text in ben("history", "anna").stdout
    assert "unread" not in ben("home").stdout
    assert "[text] with : [and] # [and] 😀" in ben("search", "text", "and").stdout
    assert {"○ anna", "○ ben"} <= set(anna("users").stdout.split("\n"))
    ben("logout")
    ben("home", code=4)


def test_json_is_for_programs(broker: Served, tmp_path: Path) -> None:
    carl = registered(broker, tmp_path, "carl")
    sent = json.loads(carl("send", "carl", "two\nlines", "--json").stdout)
    assert set(sent) == {"conversation", "seq", "sender", "text", "sent_at", "key"}
    assert sent["sent_at"].endswith("Z")
    assert len(sent["sent_at"]) == len("2026-11-22T12:00:00.123Z")
    assert json.loads(carl("history", "carl", "--json").stdout) == sent
    (row,) = [json.loads(line) for line in carl("home", "--json").stdout.splitlines() if "@carl" in line]
    assert row["last_message"] == sent
    error = json.loads(carl("send", "nobody", "x", "--json", code=5).stderr)
    assert error["error"] == "not_found"
    assert error["retryable"] is False


def test_many_lines_are_sent_in_their_order(broker: Served, tmp_path: Path) -> None:
    dora = registered(broker, tmp_path, "dora")
    dora("send", "dora", "-", given="one\n\ntwo\nthree\n")
    shown = dora("history", "dora").stdout.splitlines()
    assert [line.rsplit(": ", 1)[1] for line in shown] == ["one", "two", "three"], "the newest last"
    assert len(dora("history", "dora", "--limit", "1").stdout.splitlines()) == 1


def test_nothing_steers_the_terminal(broker: Served, tmp_path: Path) -> None:
    emil = registered(broker, tmp_path, "emil")
    emil("send", "emil", "\x1b]0;title\x07 \x9b31m \u202egnp.exe\nsecond line")
    for shown in (emil("history", "emil").stdout, emil("home").stdout, emil("search", "title").stdout):
        assert not any(character in shown for character in "\x1b\x07\x9b\u202e")
        assert "second line" in shown


def test_who_is_let_in(broker: Served, tmp_path: Path) -> None:
    fred = registered(broker, tmp_path, "fred")
    first = person(tmp_path / "new")
    where = ("--server", broker.place.address, "--user", "fred")
    refused = first("login", *where, code=4, HUBBUB_PASSWORD="wrong horse")
    assert fingerprint(z85.decode(broker.place.key)) in refused.stderr
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    first("login", *where, "--password-file", str(file))
    first("home")
    first("login", *where, "--password-file", "-", given=PASSWORD + "\n")
    taken = first("register", *where, code=5, HUBBUB_PASSWORD=PASSWORD)
    assert "name" in taken.stderr
    first("register", "--server", broker.place.address, "--user", "gus", code=5, HUBBUB_PASSWORD="short")
    fred("login", code=2)
    person(tmp_path / "empty")("home", code=2)


def test_no_server(tmp_path: Path) -> None:
    nobody = person(tmp_path / "nobody")
    for command in (
        ("home",),
        ("send", "bob", "hi"),
        ("send", "bob", "hi", "--queue"),
        ("history", "bob"),
        ("users",),
    ):
        result = nobody(*command, "--server", NOBODY, "--user", "x", code=3, HUBBUB_PASSWORD=PASSWORD)
        assert result.stderr.startswith("There is no server at tcp://127.0.0.1:9")


def test_without_its_server_the_profile_answers_and_keeps_what_is_sent(tmp_path: Path) -> None:
    with served(tmp_path / "data") as first:
        gina = registered(first, tmp_path, "gina")
        gina("send", "gina", "今天天气很好")
        gina("home")
    for command in (("history", "gina"), ("search", "天气"), ("home",)):
        result = gina(*command)
        assert "天气" in result.stdout
        assert "There is no server" in result.stderr
    gina("search", "nothing", code=3)
    gina("send", "gina", "lost", code=3)
    assert "outbox" in gina("send", "gina", "kept", "--queue").stdout
    assert json.loads(gina("send", "gina", "kept too", "--queue", "--json").stdout)["state"] == "pending"
    with served(tmp_path / "data") as second:  # on another port: the key is what it is known by
        result = gina("history", "gina", "--server", second.place.address, "--user", "gina")
        assert result.stderr.count("Delivered") == 2
        assert [line.rsplit(": ", 1)[1] for line in result.stdout.splitlines()][1:] == ["kept", "kept too"]


def test_another_key_stops(tmp_path: Path) -> None:
    profile = tmp_path / "hans"
    with served(tmp_path / "data") as first:
        hans = registered(first, tmp_path, "hans")
    state = json.loads((profile / "profile.json").read_text())
    with served(tmp_path / "other") as second:
        (pin,) = state["servers"].values()
        pin["addresses"] = [second.place.address]
        (profile / "profile.json").write_text(json.dumps(state))
        where = ("--server", second.place.address, "--user", "hans")
        assert "HAS CHANGED" in hans("home", *where, code=4, HUBBUB_PASSWORD=PASSWORD).stderr
        hans("forget", second.place.address)
        hans("register", *where, HUBBUB_PASSWORD=PASSWORD)
    hans("forget", "stranger", code=5)


def test_tail_survives_a_killed_worker_and_goes_on_at_its_cursor(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as broker:
        address = broker.ready().address
        ida = person(tmp_path / "ida")
        ida("register", "--server", address, "--user", "ida", HUBBUB_PASSWORD=PASSWORD)
        tail = subprocess.Popen(
            [HUBBUB, "tail", "--json", "--profile", str(tmp_path / "ida")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
        )
        try:
            assert tail.stdout is not None
            until(lambda: "● ida" in ida("users").stdout, what="the presence of tail")
            ida("send", "ida", "before")
            assert json.loads(tail.stdout.readline())["text"] == "before"
            broker.ready(not_worker=broker.kill_worker())
            ida("send", "ida", "after")
            assert json.loads(tail.stdout.readline())["text"] == "after"
            tail.send_signal(signal.SIGINT)
            rest, status = tail.communicate(timeout=20)
        finally:
            tail.kill()
        assert (tail.returncode, rest) == (0, "")
        assert "Trying again" in status
        assert "Traceback" not in status
        ida("send", "ida", "meanwhile")
        with subprocess.Popen(
            [HUBBUB, "tail", "--profile", str(tmp_path / "ida")], stdout=subprocess.PIPE, text=True
        ) as again:
            assert again.stdout is not None
            assert again.stdout.readline().endswith("meanwhile\n")
            again.terminate()


def test_whoever_reads_may_stop(broker: Served, tmp_path: Path) -> None:
    jo = registered(broker, tmp_path, "jo")
    jo("send", "jo", "-", given="line\n" * 3)
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [HUBBUB, "history", "jo", "--profile", str(tmp_path / "jo")],
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_command_says_what_it_does() -> None:
    run = CliRunner()
    whole = run.invoke(main, ["--help"]).output
    assert "version" in run.invoke(main, ["--version"]).output
    for name, command in main.commands.items():
        shown = run.invoke(main, [name, "--help"])
        assert shown.exit_code == 0
        assert all(
            option in shown.output
            for option in ("--server", "--user", "--password-file", "--profile", "--json")
        )
        (line,) = [line for line in whole.splitlines() if line.startswith(f"  {name} ")]
        assert command.help
        assert not line.endswith("..."), "its first sentence is too long for the list"


def test_each_thing_that_the_library_does_has_a_command() -> None:
    of_the_library_alone = {"close", "connected", "events", "first_contact", "flush", "online_users", "queue"}
    of_the_library_alone |= {
        "cached",
        "next_try",
        "server",
        "start_conversation",
        "try_now",
        "user",
        "waiting",
    }
    of_the_library_alone |= {"message", "thumbnail"}  # history shows messages
    names = {name for name in dir(Client) if not name.startswith("_")} - of_the_library_alone
    of_the_shell_alone = {"register", "login", "forget", "tail", "outbox", "discover", "window"}
    of_the_shell_alone |= {"webhooks", "add-webhook", "remove-webhook", "serve-webhooks"}
    assert {name.replace("_", "-") for name in names} == set(main.commands) - of_the_shell_alone
