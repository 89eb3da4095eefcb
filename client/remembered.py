"""What the cache has of one account, as callers see it: conversations, messages and people under their names. Knows no socket."""

from datetime import datetime

from msgspec.structs import replace

from hubbub.client.cache import Account
from hubbub.client.directory import Directory
from hubbub.client.errors import NotFound
from hubbub.client.models import (
    Conversation,
    Hit,
    Message,
    Recipient,
    User,
    conversation_of,
    hit_of,
    liveliest,
    message_of,
    moment,
    recipient,
)
from hubbub.client.outbox import Waiting
from hubbub.schemas import events as wire
from hubbub.schemas import replies
from hubbub.schemas.names import folded


class Remembered:
    """An account as it was when its server was last reached, and with what was heard since. One thread at a time; what others
    wrote meanwhile is seen."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._directory = Directory()
        self._seen: tuple[int, int] | None = None
        """The state of the cache that the directory is of."""

    def home(self) -> list[Conversation]:
        """All conversations, the liveliest first."""
        known = self._known()
        rows = liveliest(known.row(number) for number in known.numbers())
        return [conversation_of(row, known.name(row.conversation), known.blocked) for row in rows]

    def history(
        self,
        to: str,
        *,
        limit: int | None = 50,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
    ) -> list[Message]:
        """Messages that were seen, newest first; there may be gaps. limit=None: all. before, after, around: as of Client.history.
        Raises NotFound."""
        if around is not None and (before is not None or after is not None or limit is None):
            raise ValueError("around goes with a limit, and with neither before nor after")
        conversation = self._number(to)
        if around is not None and limit is not None:
            behind = self._account.history_after(conversation, around, limit // 2)
            upto = self._account.history(conversation, before=around + 1, limit=limit - len(behind))
            return self._shown(behind + upto)
        if after is not None and before is None and limit is not None:
            return self._shown(self._account.history_after(conversation, after, limit))
        return self._shown(self._account.history(conversation, before=before, after=after, limit=limit))

    def message(self, to: str, seq: int) -> Message | None:
        """One message, where it was seen. Raises NotFound (the conversation)."""
        found = self.history(to, before=seq + 1, limit=1)
        return found[0] if found and found[0].seq == seq else None

    def search(
        self,
        words: str,
        *,
        conversation: str | None = None,
        sender: str | None = None,
        before: datetime | None = None,
        after: datetime | None = None,
        limit: int | None = 50,
    ) -> list[Hit]:
        """Messages that were seen and hold all the words, anywhere in them, newest first. conversation, sender, before, after: as of
        Client.search. Raises NotFound (the conversation), BadRequest."""
        where = None if conversation is None else self._number(conversation)
        who = None if sender is None else folded(recipient(sender).name)

        def wanted(message: wire.Message) -> bool:
            at = moment(message.at)
            return (
                (who is None or folded(message.sender_name) == who)
                and (before is None or at < before)
                and (after is None or at >= after)
            )

        found = self._account.search(words, conversation=where, limit=limit, wanted=wanted)
        known, parts = self._known(), words.casefold().split()
        return [
            hit_of(
                replies.Hit(message=one, marks=marks_of(one.text, parts)),
                known.name(one.conversation),
                known.blocked,
            )
            for one in found
        ]

    def people(self, query: str = "", *, limit: int | None = None) -> list[User]:
        """Who was seen and how they were shown, by name: those whose names begin with the query. Nobody is online."""
        return self._account.people.find(query.removeprefix("@"), limit)

    def find(self, who: Recipient) -> int | None:
        """The number of the conversation that this means."""
        return self._known().find(who)

    def called(self, waiting: Waiting) -> Waiting:
        """Under the name that its conversation has now."""
        known = self._known()
        if waiting.conversation not in known:
            return waiting
        return replace(waiting, recipient=known.name(waiting.conversation))

    def _number(self, to: str) -> int:
        if (found := self.find(recipient(to))) is None:
            raise NotFound(f"Nothing of {to} was seen here.")
        return found

    def _known(self) -> Directory:
        if (now := self._account.state()) != self._seen:
            self._directory = Directory()
            self._directory.put(self._account.home())
            self._directory.blocked = self._account.blocked()
            self._seen = now
        return self._directory

    def _shown(self, messages: list[wire.Message]) -> list[Message]:
        known = self._known()
        return [message_of(one, known.name(one.conversation), known.blocked) for one in messages]


def marks_of(text: str, words: list[str]) -> list[tuple[int, int]]:
    """Where these casefolded words are in the text: begin and end, in order; those that touch are one."""
    folds = [letter.casefold() for letter in text]
    places = [place for place, fold in enumerate(folds) for _ in fold]
    whole, marked = "".join(folds), set[int]()
    for word in words:
        begin = whole.find(word)
        while begin >= 0:
            marked.update(places[begin : begin + len(word)])
            begin = whole.find(word, begin + len(word))
    marks: list[tuple[int, int]] = []
    for place in sorted(marked):
        if marks and marks[-1][1] == place:
            marks[-1] = (marks[-1][0], place + 1)
        else:
            marks.append((place, place + 1))
    return marks
