"""The outbox from the shell: what waits, what was refused, sending that once more, dropping it."""

import json
from pathlib import Path

from tests.client.test_cli_conversations import rows
from tests.helpers.brokers import Served, served
from tests.helpers.shell import registered


def test_what_was_refused_is_shown_sent_again_or_dropped(broker: Served, tmp_path: Path) -> None:
    nora, otto = registered(broker, tmp_path, "nora"), registered(broker, tmp_path, "otto")
    assert nora("outbox").stderr == "Nothing waits to be sent.\n"
    assert nora("retry", "--all").stderr == "Nothing was refused.\n"
    otto("block", "nora")
    for text in ("do you hear me?", "well?"):
        nora("send", "otto", text, "--queue", code=5)
    first, second = rows(nora, "outbox")
    assert (first["conversation"], first["text"], first["state"]) == ("@otto", "do you hear me?", "failed")
    shown = nora("outbox").stdout.splitlines()
    assert shown[0].startswith(first["key"][-8:])
    assert "do you hear me?" in shown[0] and first["problem"] in shown[0]
    assert "refused again" in nora("retry", first["key"][-8:], code=5).stdout
    otto("unblock", "nora")
    again = nora("retry", first["key"], "--json")
    assert json.loads(again.stdout)["state"] == "sent"
    assert [row["text"] for row in rows(otto, "history", "nora")] == ["do you hear me?"]
    nora("discard", "", code=5)
    assert nora("discard", second["key"][-8:].upper()).stdout == "The message to @otto is dropped.\n"
    assert rows(nora, "outbox") == []


def test_what_waits_for_its_server_is_told_without_it(tmp_path: Path) -> None:
    with served(tmp_path / "data") as broker:
        pia = registered(broker, tmp_path, "pia")
        seq = json.loads(pia("send", "pia", "first", "--json").stdout)["seq"]
        pia("home")
    (tmp_path / "a b.txt").write_text("x")
    pia("send", "pia", "an answer", "--queue", "--reply-to", str(seq), "--attach", str(tmp_path / "a b.txt"))
    (kept,) = rows(pia, "outbox")
    assert (kept["state"], kept["reply_to"], kept["attachments"][0]["name"]) == ("pending", seq, "a b.txt")
    assert f"(to {seq}) an answer [a b.txt]  waits" in pia("outbox").stdout
    assert "waits for the server" in pia("retry", kept["key"]).stdout
    with served(tmp_path / "data") as again:
        where = ("--server", again.place.address, "--user", "pia")
        assert "Delivered" in pia("home", *where).stderr
        found = rows(pia, "history", "pia", *where)
    assert (found[-1]["text"], found[-1]["reply_to"]) == ("an answer", seq)


def test_everything_can_be_dropped(tmp_path: Path) -> None:
    with served(tmp_path / "data") as broker:
        rosa = registered(broker, tmp_path, "rosa")
    for text in ("one", "two"):
        rosa("send", "rosa", text, "--queue")
    assert rosa("discard", "--all").stdout.count("is dropped") == 2
    assert rows(rosa, "outbox") == []
