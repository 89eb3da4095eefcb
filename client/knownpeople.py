"""How people wanted to be shown when they were last seen. A part of the cache."""

from collections.abc import Iterable

from hubbub.client.models import User
from hubbub.client.outbox import Run
from hubbub.client.queries import integer, octets
from hubbub.schemas.names import folded


class KnownPeople:
    """The accounts that were seen: names and looks. Who is present, nobody knows without the server."""

    def __init__(self, run: Run, number: int) -> None:
        self._run, self._number = run, number

    def put(self, people: Iterable[User], *, complete: bool = False) -> None:
        """As they are now. `complete`: there are no others. Within a transaction."""
        if complete:
            self._run("drop_people", self._number)
        for one in people:
            shown = (one.name, one.display_name, one.colour, one.picture)
            self._run("put_person", self._number, folded(one.name), *shown, one.bot)

    def show(self, name: str, display_name: str, colour: str, picture: bytes) -> None:
        """Somebody wants to be shown in this way now."""
        self._run("show_person", self._number, folded(name), name, display_name, colour, picture)

    def drop(self, name: str) -> None:
        """He is no more."""
        self._run("drop_person", self._number, folded(name))

    def find(self, query: str = "", limit: int | None = None) -> list[User]:
        """Those whose names begin with the query, by name."""
        rows = self._run("people", self._number, folded(query), -1 if limit is None else limit)
        return [_person(*row) for row in rows]


def _person(name: object, display_name: object, colour: object, picture: object, bot: object) -> User:
    return User(
        name=str(name),
        display_name=str(display_name),
        colour=str(colour),
        picture=octets(picture),
        bot=bool(integer(bot)),
    )
