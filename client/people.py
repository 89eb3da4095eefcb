"""What a client does with people: who there is, how they are shown, and whom one does not want to hear. Knows no socket."""

import os
from typing import Literal

from hubbub.client import errors, paging
from hubbub.client.calling import missing, one_line, person
from hubbub.client.files.sources import Picked, checked_path, pick_avatar
from hubbub.client.files.uploading import Uploading
from hubbub.client.models import Profile, User, present_of, profile_of, user_of
from hubbub.schemas import limits, replies, requests
from hubbub.schemas.names import folded


class People(Uploading):
    """The part of Client that is about users. A user is given as "bob" or "@bob"."""

    async def users(self, query: str = "", *, limit: int | None = None) -> list[User]:
        """Accounts whose names begin with the query, by name, with their presence. limit=None: all."""
        query = query.removeprefix("@")
        found = [user_of(row) for row in await paging.users(self._link.ask, query, limit)]
        self._link.keep_people(found, complete=not query and limit is None)
        return found

    async def online_users(self) -> list[User]:
        """Who is present."""
        return [present_of(who) for who in await paging.online(self._link.ask)]

    async def profile(self, user: str) -> Profile:
        """What there is to know of a user, oneself too. Raises NotFound."""
        name = person(user)
        with missing(f"There is no user {name}."):
            found = profile_of(await self._link.ask(requests.Profile(id=0, user=name), replies.ProfileFound))
        self._link.keep_people([found])
        return found

    async def set_profile(
        self,
        *,
        display_name: str | None = None,
        colour: str | None = None,
        receipts: bool | None = None,
        picture: str | os.PathLike[str] | None = None,
    ) -> None:
        """How I am shown; what is None stays as it is.

        display_name: at most 64 characters, "" for none. colour: "#rrggbb", "" for none. receipts: whether others see how
        far I have read. picture: the path of one, of which a square of 256 x 256 is taken from the middle; "" for none. Raises
        BadRequest (also where it is no picture, or too large a one), FileProblem, QuotaExceeded, StorageFull.
        """
        request = requests.SetProfile(id=0, receipts=receipts)
        if display_name is not None:
            longest = limits.DISPLAY_NAME_MAX_CHARACTERS
            request.display_name = one_line(display_name, "display name", longest)
        if colour is not None:
            request.colour = _checked_colour(colour)
        if picture is None or picture == "":
            request.picture = None if picture is None else b""
            await self._link.ask(request, replies.Done)
            return
        path = checked_path(picture)

        async def post(picked: list[Picked]) -> replies.Done:
            request.picture = picked[0].new.sha256
            return await self._link.ask(request, replies.Done)

        await self._with_files(lambda: [pick_avatar(path)], None, post)

    async def set_status(
        self, status: Literal["online", "away", "busy", "invisible"], text: str = ""
    ) -> None:
        """How I am shown while I am present, on all my devices and until I say otherwise; "invisible" looks like offline. text:
        at most 128 characters. Raises BadRequest."""
        shown = one_line(text, "status text", limits.STATUS_TEXT_MAX_CHARACTERS)
        await self._link.ask(requests.SetStatus(id=0, status=status, text=shown), replies.Done)

    async def block(self, user: str) -> None:
        """Take no direct messages of a user; what he says in groups is marked as blocked. He is not told. Raises NotFound,
        NotAllowed (myself), TooMany."""
        await self._block(user, on=True)

    async def unblock(self, user: str) -> None:
        """Take a user's messages again. Raises NotFound."""
        await self._block(user, on=False)

    async def _block(self, user: str, *, on: bool) -> None:
        name = person(user)
        with missing(f"There is no user {name}."):
            await self._link.ask(requests.Block(id=0, user=name, on=on), replies.Done)
        await self.blocked()  # what is read next is marked by that

    async def blocked(self) -> list[str]:
        """Whom I have blocked, by name."""
        await paging.home(self._link.ask, [])  # it says who is blocked, whichever conversations are asked for
        return sorted(self._link.directory.blocked.values(), key=folded)


def _checked_colour(colour: str) -> str:
    shown = colour.strip().lower()
    digits = shown.removeprefix("#")
    if shown and (len(digits) != 6 or len(shown) != 7 or not set(digits) <= set("0123456789abcdef")):
        raise errors.BadRequest(f"{colour!r} is no colour: give one as #rrggbb, for example #3366cc.")
    return shown
