"""`hubbub-broker user` and `verify`, while a broker has the folder and while none has it: the same words and codes."""

import base64
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hubbub.broker.cli import main
from hubbub.client import errors
from hubbub.client.sync import Client
from tests.helpers.brokers import serving
from tests.helpers.shell import person

PASSWORD = "correct horse"


class Administrator:
    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self, *arguments: str, code: int = 0, password: str = PASSWORD) -> Result:
        runner = CliRunner()
        done = runner.invoke(main, [*arguments, "--data", str(self.data)], input=password + "\n")
        assert done.exit_code == code, (arguments, done.output)
        return done

    def rows(self) -> dict[str, dict[str, Any]]:
        lines = self("user", "list", "--json").output.splitlines()
        return {row["name"]: row for row in map(json.loads, lines)}


@pytest.fixture(params=["running", "not running"])
def administer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Administrator]:
    data = tmp_path / "data"
    with contextlib.ExitStack() as stack:
        if request.param == "running":
            stack.enter_context(serving(data))
        else:
            data.mkdir()
        yield Administrator(data)


def test_accounts_are_made_listed_disabled_and_enabled(administer: Administrator) -> None:
    assert "Zoë has an account now." in administer("user", "add", "Zoë", "--password-file", "-").output
    made = json.loads(administer("user", "add", "bob", "--password-file", "-", "--json").output)
    assert made["name"] == "bob"
    administer("user", "disable", "BOB")
    rows = administer.rows()
    assert (rows["Zoë"]["admin"], rows["bob"]["admin"]) == (True, False)
    assert (rows["Zoë"]["disabled"], rows["bob"]["disabled"]) == (False, True)
    assert "disabled" in administer("user", "list").output
    administer("user", "enable", "bob")
    assert not administer.rows()["bob"]["disabled"]
    administer("user", "passwd", "bob", "--password-file", "-")
    assert json.loads(administer("verify", "--json").output)["problems"] == []
    assert "All is well." in administer("verify").output


def test_refusals_say_why_and_change_nothing(administer: Administrator) -> None:
    administer("user", "add", "bob", "--password-file", "-")
    assert administer("user", "add", "BOB", "--password-file", "-", code=5).output
    assert "can't be a name" in administer("user", "add", "a b", "--password-file", "-", code=5).output
    assert (
        "8 to 1024 bytes"
        in administer("user", "add", "eve", "--password-file", "-", code=2, password="x").output
    )
    for act in ("disable", "enable"):
        administer("user", act, "nobody", code=5)
    refused = administer("user", "passwd", "nobody", "--password-file", "-", "--json", code=5)
    assert json.loads(refused.output)["error"] == "not_found"
    assert list(administer.rows()) == ["bob"]


def test_a_bot_gets_a_token_that_is_shown_once_and_nothing_else(administer: Administrator) -> None:
    first = administer("user", "add", "--bot", "clock")
    name, _, secret = first.stdout.strip().partition(":")
    assert (name, len(base64.urlsafe_b64decode(secret + "="))) == ("clock", 32)
    assert "shown this once" in first.stderr and secret not in first.stderr
    made = json.loads(administer("user", "add", "--bot", "Bell", "--json").stdout)
    assert made | {"token": ""} == {"user": 2, "name": "Bell", "bot": True, "token": ""}
    assert made["token"].startswith("Bell:") and secret not in made["token"]
    administer("user", "add", "alice", "--password-file", "-")
    rows = administer.rows()
    assert {name: (row["bot"], row["admin"]) for name, row in rows.items()} == {
        "alice": (False, True),
        "Bell": (True, False),
        "clock": (True, False),
    }
    listed = administer("user", "list").output
    assert "administrator" in listed.splitlines()[0] and listed.splitlines()[1].endswith(" bot")
    assert secret not in listed and made["token"] not in listed
    administer("user", "disable", "clock")
    assert administer("user", "list").output.rstrip().endswith("bot, disabled")
    assert json.loads(administer("verify", "--json").output)["problems"] == []


def test_tokens_are_for_bots_and_passwords_for_people(administer: Administrator) -> None:
    first = administer("user", "add", "--bot", "clock").stdout
    administer("user", "add", "alice", "--password-file", "-")
    second = administer("user", "token", "CLOCK").stdout
    assert second.startswith("CLOCK:") and second.partition(":")[2] != first.partition(":")[2]
    third = json.loads(administer("user", "token", "clock", "--json").stdout)
    assert third["token"].partition(":")[2] != second.partition(":")[2].strip()
    refused = administer("user", "passwd", "clock", "--password-file", "-", code=5)
    assert "hubbub-broker user token clock" in refused.output
    refused = administer("user", "token", "alice", "--json", code=5)
    assert json.loads(refused.stderr)["error"] == "not_allowed" and not refused.stdout
    assert administer("user", "token", "nobody", code=5).stdout == ""
    assert administer("user", "add", "--bot", "alice", code=5).stdout == ""
    assert "has a token" in administer("user", "add", "--bot", "x", "--password-file", "-", code=2).output
    assert set(administer.rows()) == {"alice", "clock"}


def test_a_token_lets_in_until_there_is_another(tmp_path: Path) -> None:
    administer = Administrator(tmp_path / "data")
    with serving(tmp_path / "data") as process:
        administer("user", "add", "alice", "--password-file", "-")
        address, token = process.place.address, administer("user", "add", "--bot", "clock").stdout
        with Client(address, token=token, profile=tmp_path / "clock") as chat:
            chat.send("#general", "tick")
            with pytest.raises(errors.NotAllowed):
                chat.change_password(token.strip().partition(":")[2], "a new password")
            renewed = administer("user", "token", "clock").stdout
            with pytest.raises(errors.WrongCredentials):
                chat.home()
        with pytest.raises(errors.WrongCredentials), Client(address, token=token) as chat:
            chat.home()
        with Client(address, token=renewed, profile=tmp_path / "clock") as chat:
            assert [message.bot for message in chat.history("#general")] == [True]
            administer("user", "disable", "clock")
            with pytest.raises(errors.AccountDisabled):
                chat.home()


def test_the_command_line_takes_a_token_and_shows_who_is_a_bot(tmp_path: Path) -> None:
    administer = Administrator(tmp_path / "data")
    alice, clock = person(tmp_path / "alice"), person(tmp_path / "clock")
    with serving(tmp_path / "data") as process:
        token = administer("user", "add", "--bot", "clock").stdout.strip()
        where = ("--server", process.place.address)
        alice("register", *where, "--user", "alice", HUBBUB_PASSWORD=PASSWORD)
        given = {"HUBBUB_TOKEN": token, "HUBBUB_USER": "alice", "HUBBUB_PASSWORD": PASSWORD}
        sent = json.loads(clock("send", "alice", "tick", *where, "--json", **given).stdout)
        assert (sent["sender"], sent["bot"]) == ("clock", True)
        clock("home", *where, HUBBUB_USER="clock")  # the session that the profile has now
        assert "@clock (bot)" in alice("home").stdout
        assert "clock (bot): tick" in alice("history", "clock").stdout
        assert "\u25cb clock (bot)\n" in alice("users").stdout
        assert "\u25cb clock (bot)" in alice("members", "#general").stdout
        for command in (("users",), ("members", "#general")):
            rows = map(json.loads, alice(*command, "--json").stdout.splitlines())
            assert {row["name"]: row["bot"] for row in rows} == {"alice": False, "clock": True}
        (row,) = [
            json.loads(line) for line in alice("home", "--json").stdout.splitlines() if "@clock" in line
        ]
        assert row["bot"] is row["last_message"]["bot"] is True
        who = alice("profile", "--user", "alice", "--json", HUBBUB_TOKEN=token).stdout
        assert json.loads(who)["name"] == "alice", "the command line says who it is"
        assert "a bot's" in clock("register", *where, code=2, HUBBUB_TOKEN=token).stderr
        refused = clock("home", *where, code=5, HUBBUB_TOKEN="the secret alone").stderr
        assert "NAME:SECRET" in refused and "secret alone" not in refused
        administer("user", "token", "clock")
        clock("home", *where, code=4, HUBBUB_TOKEN=token)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "There is no data folder" in Administrator(tmp_path / "none")("user", "list", code=1).output
    assert not (tmp_path / "none").exists()


def test_a_new_password_ends_sessions_and_a_disabled_account_is_told(tmp_path: Path) -> None:
    administer = Administrator(tmp_path / "data")
    with serving(tmp_path / "data") as process:
        administer("user", "add", "bob", "--password-file", "-")
        address = process.place.address
        with Client(address, user="bob", password=PASSWORD, profile=tmp_path / "bob") as chat:
            chat.home()
        administer("user", "passwd", "bob", "--password-file", "-", password="battery staple")
        with (
            pytest.raises(errors.SessionExpired),
            Client(address, user="bob", profile=tmp_path / "bob") as chat,
        ):
            chat.home()
        with pytest.raises(errors.WrongCredentials), Client(address, user="bob", password=PASSWORD) as chat:
            chat.home()
        administer("user", "disable", "bob")
        with (
            pytest.raises(errors.AccountDisabled),
            Client(address, user="bob", password="battery staple") as chat,
        ):
            chat.home()
