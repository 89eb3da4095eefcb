"""What the documents say runs: commands exist with their options, links lead somewhere, code blocks work."""

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

import hubbub.broker.cli
import hubbub.client.cli
from hubbub.broker.config import Config, parse
from hubbub.client import Bot
from hubbub.client.sync import Client
from hubbub.client.testing import RunBot
from hubbub.client.testing.local_broker import LocalBroker
from tests.helpers.brokers import Served

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PROGRAMS: dict[str, click.Command] = {
    "hubbub": hubbub.client.cli.main,
    "hubbub-broker": hubbub.broker.cli.main,
}


def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def commands() -> list[str]:
    """Lines that begin with one of our commands: in blocks of code, and in `these`."""
    found = []
    for document in DOCUMENTS:
        for line in text_of(document).splitlines():
            if re.match(r"(    |)(hubbub|hubbub-broker) [a-z]", line):
                found.append(line.split("  #")[0].strip())
            found += re.findall(r"`((?:hubbub|hubbub-broker) [a-z][^`]*)`", line)
    return sorted(set(found))


@pytest.mark.parametrize("line", commands())
def test_documented_command(line: str) -> None:
    words = [word for word in shlex.split(line.replace("...", "")) if word not in ("[", "]")]
    command = PROGRAMS[words[0]]
    rest = words[1:]
    while rest and isinstance(command, click.Group):
        assert rest[0] in command.commands, f"{line}: there is no {rest[0]}"
        command = command.commands[rest.pop(0)]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    for option in (word.strip("[]") for word in rest):
        if option.startswith("-") and option != "-":
            assert option.split("=")[0] in known, f"{line}: there is no {option}"


def test_make_targets() -> None:
    makefile = text_of(ROOT / "Makefile")
    named = {
        name
        for path in DOCUMENTS
        for name in re.findall(r"(?:^ *|`)make ([a-z-]+)", text_of(path), re.MULTILINE)
    }
    assert {"run", "demo", "test", "bench", "chaos"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(document)):
        assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_pictures_are_there(document: Path) -> None:
    for target in re.findall(r'(?:src|srcset)="([^"]+)"', text_of(document)):
        assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_each_picture_has_its_other_theme() -> None:
    names = {path.name for path in (ROOT / "docs" / "screens").glob("*-*.png")}
    assert names == {name.replace("light-", "dark-", 1) for name in names if name.startswith("light-")} | {
        name.replace("dark-", "light-", 1) for name in names if name.startswith("dark-")
    }


def test_what_is_missed_after_a_week_has_its_picture_in_both_themes() -> None:
    _, _, part = text_of(ROOT / "docs" / "window.md").partition("## What people miss after a week")
    rows = re.findall(r"^\| (?!row|---)(.+?) \| .+ \| (.+) \|$", part.partition("\n## ")[0], re.MULTILINE)
    assert len(rows) > 15
    for row, cell in rows:
        shown = {
            theme: re.findall(rf"\(screens/{theme}-([\w-]+)\.png\)", cell) for theme in ("light", "dark")
        }
        assert shown["light"] == shown["dark"], row
        assert shown["light"] or row == "start minimised", row


def test_the_documented_config_is_the_default() -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", text_of(ROOT / "docs" / "operations.md"), re.DOTALL)
    assert parse(block) == Config()
    written = re.findall(r"^(\w+) =", block, re.MULTILINE)
    tables = (Config().server, Config().accounts, Config().limits, Config().files)
    assert written == [field for table in tables for field in table.__struct_fields__]


def test_files_that_are_named_exist() -> None:
    for document in DOCUMENTS:
        for name in re.findall(
            r"`((?:broker|client|store|schemas|tests|examples|benchmarks|docs)/[\w/.]*)`", text_of(document)
        ):
            assert (ROOT / name).exists(), f"{document.name}: {name}"


def python_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", text_of(ROOT / "README.md"), re.DOTALL)


def test_the_script_runs(tmp_path: Path) -> None:
    (_, script) = python_blocks()
    served = Served(tmp_path)
    address = served.place.address
    try:
        exec(script.replace("tcp://127.0.0.1:2000", address), {})
        with Client(address, user="reader", password="correct horse", register=True) as chat:
            assert [message.text for message in chat.history("#general")] == ["The build is green."]
    finally:
        served.broker.stop()


async def test_the_five_lines_run(
    broker: LocalBroker, run_bot: RunBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bot, _) = python_blocks()
    monkeypatch.setattr(Bot, "run", lambda _: None)
    names: dict[str, Any] = {}
    exec(bot, names)
    await run_bot(names["bot"])
    alice = await broker.user("alice", group="#general")
    assert (await alice.ask("!hello")).text == "Hello, alice!"
