"""What `hubbub tail` prints of what happens. Knows no client."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from hubbub.client import events
from hubbub.client.cli.forms import message_json, message_line
from hubbub.client.cli.output import Output, clock, instant, one_line
from hubbub.client.models import same_conversation


class Teller:
    """Prints the entries of conversations, or of one of them, as they come."""

    def __init__(self, output: Output, wanted: str | None) -> None:
        """`wanted`: the name of the only conversation that counts."""
        self._output = output
        self._wanted = wanted

    def tell(self, event: events.Event) -> None:
        """Print the event, where it is one for people."""
        if isinstance(event, events.NameChanged) and self._is_wanted(event.before):
            self._wanted = event.conversation if self._wanted is not None else None
        if isinstance(event, events.MessageReceived):
            if self._is_wanted(event.message.conversation):
                self._output.show(message_line(event.message), message_json(event.message))
        elif type(event) in _TOLD:
            self._tell_entry(event)
        elif (note := _NOTES.get(type(event), _silent)(event)) and self._is_wanted(_place(event)):
            self._output.note(note)

    def _tell_entry(self, event: Any) -> None:
        if isinstance(event, events.GroupRenamed) and self._is_wanted(event.before):
            self._wanted = event.conversation if self._wanted is not None else None
        if not self._is_wanted(event.conversation):
            return
        kind, sentence = _TOLD[type(event)]
        place = f"{clock(event.at)}  {one_line(event.conversation)}  {event.seq}"
        fields = msgspec.structs.asdict(event) | {"at": instant(event.at)}
        self._output.show(f"{place}  * {one_line(event.by)} {sentence(event)}", {"event": kind} | fields)

    def _is_wanted(self, conversation: str | None) -> bool:
        """None: it is about no conversation, and concerns everyone."""
        return conversation is None or self._wanted is None or same_conversation(conversation, self._wanted)


def _place(event: Any) -> str | None:
    if isinstance(event, events.ConversationAdded):
        return event.conversation.name
    return event.conversation if isinstance(event, events.ConversationRemoved | events.NameChanged) else None


def _came_or_went(event: events.MemberChanged) -> str:
    himself = event.user == event.by
    if event.change == "joined":
        return "joined" if himself else f"brought in {one_line(event.user)}"
    return "left" if himself else f"removed {one_line(event.user)}"


def _role(event: events.RoleChanged) -> str:
    return f"made {one_line(event.user)} {'an' if event.role[0] in 'ao' else 'a'} {event.role}"


def _topic(event: events.TopicChanged) -> str:
    return f"set the topic: {one_line(event.topic)}" if event.topic else "took the topic away"


def _visibility(event: events.VisibilityChanged) -> str:
    said = [] if event.public is None else [f"made the group {'public' if event.public else 'private'}"]
    if event.history is not None:
        what = "everything" if event.history == "all" else "only what is said after they came"
        said.append(f"let new members see {what}")
    return " and ".join(said)


def _edited(event: events.MessageEdited) -> str:
    return f"changed {event.target}" + (f": {one_line(event.text, 200)}" if event.text else "")


def _reacted(event: events.ReactionChanged) -> str:
    emoji = one_line(event.emoji)
    return f"put {emoji} on {event.target}" if event.on else f"took {emoji} off {event.target}"


def _silent(_: events.Event) -> str:
    return ""


def _added(event: events.ConversationAdded) -> str:
    row = event.conversation
    return f"(You are in {one_line(row.name)} now.)" if row.kind == "group" else ""  # else a message follows


_TOLD: Final[dict[type[events.Event], tuple[str, Callable[[Any], str]]]] = {
    events.MemberChanged: ("member", _came_or_went),
    events.MemberJoined: ("member", _came_or_went),
    events.RoleChanged: ("role", _role),
    events.GroupRenamed: ("renamed", lambda event: f"called it {one_line(event.name)}"),
    events.TopicChanged: ("topic", _topic),
    events.VisibilityChanged: ("visibility", _visibility),
    events.SomethingElse: ("other", lambda _: "did something that this version does not know"),
    events.MessageEdited: ("edited", _edited),
    events.MessageDeleted: ("deleted", lambda event: f"deleted {event.target}"),
    events.ReactionChanged: ("reacted", _reacted),
    events.PinChanged: ("pinned", lambda event: f"{'pinned' if event.on else 'unpinned'} {event.target}"),
}
"""Entries of a log beside messages: what --json calls each, and what its `by` did."""

_NOTES: Final[dict[type[events.Event], Callable[[Any], str]]] = {
    events.Disconnected: lambda event: (
        "" if event.again else f"({one_line(event.reason, 200)} Trying again.)"
    ),
    events.Connected: lambda _: "(Connected again.)",
    events.ConversationAdded: _added,
    events.ConversationRemoved: lambda event: f"(You are not in {one_line(event.conversation)} any more.)",
    events.NameChanged: lambda event: f"({one_line(event.before)} is {one_line(event.conversation)} now.)",
    events.HistoryReset: lambda _: "(The server was restored from a backup.)",
}
