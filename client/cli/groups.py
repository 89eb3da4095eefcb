"""The commands about groups and their members. Knows no socket."""

from typing import Literal

import click

from hubbub.client.calling import group_called
from hubbub.client.cli.desk import Desk
from hubbub.client.cli.forms import conversation_json, group_cells, group_json, member_cells, member_json
from hubbub.client.cli.output import one_line
from hubbub.client.cli.themes import Theme
from hubbub.client.client import Client
from hubbub.client.models import Role, recipient

command = Theme("Groups (GROUP is team or '#team')")


@command
@click.argument("name")
@click.argument("members", nargs=-1, metavar="[MEMBER]...")
@click.option("--public", is_flag=True, help="Everyone can find and join it; else nobody knows of it.")
@click.option("--topic", default="", help="What it is about.")
@click.option(
    "--history",
    type=click.Choice(["all", "joined"]),
    default="all",
    show_default=True,
    help="What members see: everything, or what was said since they came.",
)
def create_group(
    desk: Desk,
    name: str,
    members: tuple[str, ...],
    public: bool,
    topic: str,
    history: Literal["all", "joined"],
) -> None:
    """Make a group of these members and me, its owner."""
    made = desk.do(lambda chat: chat.create_group(name, members, public=public, topic=topic, history=history))
    desk.output.show(f"{made.name} is made.", conversation_json(made))
    if "~" in made.name:
        desk.output.nothing("You are in another group of this name: this one is told apart by its number.")


@command
@click.argument("query", default="")
def groups(desk: Desk, query: str) -> None:
    """Public groups, and which of them I am in.

    Those whose names begin with QUERY; ● I am in it."""

    async def show(chat: Client) -> None:
        found = await chat.groups(query)
        desk.output.table([(group_cells(group), group_json(group)) for group in found])
        if not found:
            desk.output.nothing("There is no such public group.")

    desk.do(show)


@command
@click.argument("group")
def join(desk: Desk, group: str) -> None:
    """Join a public group."""
    joined = desk.do(lambda chat: chat.join(group))
    topic = f" {one_line(joined.topic)}" if joined.topic else ""
    desk.output.show(f"You are in {joined.name}.{topic}", conversation_json(joined))


@command
@click.argument("group")
def leave(desk: Desk, group: str) -> None:
    """Leave a group."""
    desk.do(lambda chat: chat.leave(group))
    name = str(group_called(group))
    desk.output.result(f"You have left {name}.", conversation=name)


@command
@click.argument("group")
@click.argument("whom", metavar="USER")
def invite(desk: Desk, group: str, whom: str) -> None:
    """Bring a USER into a group."""
    desk.do(lambda chat: chat.invite(group, whom))
    _told(desk, group, whom, "is in {}.")


@command
@click.argument("group")
@click.argument("whom", metavar="USER")
def remove(desk: Desk, group: str, whom: str) -> None:
    """Remove a USER from a group: he gets nothing more of it."""
    desk.do(lambda chat: chat.remove(group, whom))
    _told(desk, group, whom, "is not in {} any more.")


@command
@click.argument("group")
@click.argument("whom", metavar="USER")
@click.argument("role", type=click.Choice(["owner", "admin", "member"]))
def set_role(desk: Desk, group: str, whom: str, role: Role) -> None:
    """Make a member owner, admin or plain member of a group."""
    desk.do(lambda chat: chat.set_role(group, whom, role))
    _told(desk, group, whom, f"is {role} of {{}}.", role=role)


def _told(desk: Desk, group: str, whom: str, sentence: str, **more: object) -> None:
    name, who = str(group_called(group)), recipient(whom).name
    desk.output.result(f"{who} {sentence.format(name)}", conversation=name, user=who, **more)


@command
@click.argument("group")
@click.argument("name")
def rename(desk: Desk, group: str, name: str) -> None:
    """Give a group another NAME."""
    renamed = desk.do(lambda chat: chat.rename(group, name))
    desk.output.show(f"{group_called(group)} is called {renamed.name} now.", conversation_json(renamed))


@command
@click.argument("group")
@click.argument("topic")
def set_topic(desk: Desk, group: str, topic: str) -> None:
    """Say what a group is about; '' takes it away."""
    desk.do(lambda chat: chat.set_topic(group, topic))
    name = str(group_called(group))
    desk.output.result(f"{name} has {'this' if topic else 'no'} topic now.", conversation=name, topic=topic)


@command
@click.argument("group")
@click.option(
    "--public/--private",
    default=None,
    help="Everyone can find and join it; or nobody knows of it who is not in it. Members stay.",
)
@click.option(
    "--history",
    type=click.Choice(["all", "joined"]),
    help="What those see who join from now on: everything, or what is said since they came.",
)
def set_visibility(
    desk: Desk, group: str, public: bool | None, history: Literal["all", "joined"] | None
) -> None:
    """Say who finds a group, and what new members see, as owner.

    A public group with --history all shows everything that was ever said in it to anyone who joins, and nobody can take that
    back. Give --history joined with --public to keep its past to those who are in it."""
    if public is None and history is None:
        raise click.UsageError("Say what to change: --public, --private or --history.")
    desk.do(lambda chat: chat.set_visibility(group, public=public, history=history))
    said = {"public": public, "history": history}
    given = {field: value for field, value in said.items() if value is not None}
    name = str(group_called(group))
    desk.output.result(f"{name}: {_visibility(public, history)}.", conversation=name, **given)


def _visibility(public: bool | None, history: str | None) -> str:
    said = (
        [] if public is None else ["everyone can find and join it" if public else "only members know of it"]
    )
    if history is not None:
        what = "everything" if history == "all" else "what is said since they came"
        said.append(f"those who join from now on see {what}")
    return "; ".join(said)


@command
@click.argument("group")
def members(desk: Desk, group: str) -> None:
    """Who is in a group, and how far each has read.

    @bob is the conversation with bob."""

    async def show(chat: Client) -> None:
        where = group if group.startswith("@") else str(group_called(group))
        found = await chat.members(where)
        desk.output.table([(member_cells(member), member_json(member)) for member in found])

    desk.do(show)
